import Git
import Release
import TestSupport
import Testing

@Suite struct TagTests {
  @Test func `tags are what git tag writes, id for id`() throws {
    let test = try TestRepository()
    let target = try test.commit("One")
    let repository = try test.open()
    var numbers = Numbers(state: 7)
    let pieces = [
      "\n", "\n\n", " ", "\t", "\r\n", "word", "日本語", "한국어", "# no comment", "- [ ] item", "é",
      "\u{B}",
      "\u{C}", "\u{A0}", "  indented", "Deed-Seal: production", "-----BEGIN",
    ]
    for number in 0..<60 {
      let message = (0..<Int.random(in: 0...12, using: &numbers))
        .compactMap { _ in pieces.randomElement(using: &numbers) }.joined()
      let name = "v0.0.\(number)"
      try test.git(
        ["tag", "-a", "--cleanup=whitespace", "-F", "-", name], input: Array(message.utf8))
      let theirs = try test.id("refs/tags/\(name)")
      let content = try #require(try repository.object(theirs)).bytes
      let read = try #require(TagObject(parsing: content))
      #expect(read.bytes == content)
      let tag = TagObject(
        object: target, kind: .commit, name: name, tagger: read.tagger,
        message: TagObject.message(cleaning: Array(message.utf8)))
      #expect(tag.bytes == content)
      #expect(try repository.write(.tag, tag.bytes) == theirs)
    }
    try test.fsck()
  }

  @Test func `a tag is read with its kind, tagger and signature`() throws {
    let text = """
      object 0123456789012345678901234567890123456789
      type tree
      tag v1
      tagger 佐藤 <a@b> 5 +0900

      Subject

      -----BEGIN PGP SIGNATURE-----
      quoted
      -----BEGIN SSH SIGNATURE-----
      abc
      -----END SSH SIGNATURE-----

      """
    let tag = try #require(TagObject(parsing: Array(text.utf8)))
    #expect(tag.kind == .tree)
    #expect(tag.name == "v1")
    #expect(tag.tagger?.person.name == "佐藤")
    // git signs all before the last marker, so an older signature is part of the message.
    #expect(tag.message.starts(with: Array("Subject\n\n-----BEGIN PGP".utf8)))
    #expect(tag.signature?.starts(with: Array("-----BEGIN SSH".utf8)) == true)
    #expect(tag.bytes == Array(text.utf8))
    #expect(tag.payload.count + (tag.signature?.count ?? 0) == text.utf8.count)
  }

  @Test(arguments: ["", "object 01\n", "tree 0123456789012345678901234567890123456789\n"])
  func `what is no tag is none`(text: String) {
    #expect(TagObject(parsing: Array(text.utf8)) == nil)
  }
}
