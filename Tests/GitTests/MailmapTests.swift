import Git
import Release
import Testing

@Suite struct `A mailmap` {
  private static let text = Array(
    """
    Hanako Sato <Hanako@Example.org> <h@private.example>
    Min-su Kim <minsu@example.org> Min <Shared@example.org>
    """.utf8)

  @Test func `keeps the spelling that it gives`() throws {
    let mailmap = try Mailmap(Self.text)
    let person = mailmap.resolve(Person(name: "h", email: "h@private.example"))
    #expect(person == Person(name: "Hanako Sato", email: "Hanako@Example.org"))
  }

  @Test(arguments: [
    (Person(name: "h", email: "H@Private.EXAMPLE"), "hanako@example.org"),
    (Person(name: "MIN", email: "shared@Example.org"), "minsu@example.org"),
    (Person(name: "Ana", email: "shared@example.org"), "shared@example.org"),
    (Person(name: "É", email: "É@example.org"), "É@example.org"),
  ])
  func `tells people apart as git does, in any case of their letters`(
    _ person: Person, _ email: String
  ) throws {
    let mailmap = try Mailmap(ignoringCase: Self.text)
    #expect(mailmap.resolve(person).email == email)
  }
}
