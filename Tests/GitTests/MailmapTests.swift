import Git
import Release
import TestSupport
import Testing

@Suite struct MailmapTests {
  @Test func `people are resolved as git resolves them`() throws {
    let test = try TestRepository()
    let text = """
      # a comment
      Hanako Sato <hanako@example.com>
      <hanako@example.com> <hanako@old.example.com>
      佐藤 花子 <sato@example.com> <SATO@old.example.com>
      Kim Min-su <minsu@example.com> Minsu <shared@example.com>
      Lee <lee@example.com> lee <Shared@example.com>
      nonsense
      <only@one>

      """
    try Files.write(text, to: "\(test.path)/.mailmap")
    let mailmap = Mailmap(Array(text.utf8))
    let people = [
      ("hs", "hanako@example.com"), ("hs", "hanako@old.example.com"), ("hs", "HANAKO@example.com"),
      ("S", "sato@old.example.com"), ("Minsu", "shared@example.com"),
      ("minsu", "Shared@Example.com"), ("LEE", "shared@example.com"), ("X", "shared@example.com"),
      ("X", "nobody@example.com"), ("X", "only@one"),
    ]
    for (name, email) in people {
      let person = Person(name: name, email: email)
      let theirs = try test.git("check-mailmap", person.description)
      #expect(mailmap.resolve(person).description == theirs, "\(person)")
    }
  }

  @Test func `an empty mailmap changes nobody`() {
    let person = Person(name: "A", email: "a@b")
    #expect(Mailmap([]).resolve(person) == person)
  }
}
