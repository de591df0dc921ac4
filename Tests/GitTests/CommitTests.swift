import Git
import Release
import TestSupport
import Testing

@Suite struct CommitTests {
  private func read(_ text: [UInt8]) throws -> Commit {
    let test = try TestRepository()
    test.expectDamage()
    let tree = try test.git(["mktree"], input: [])
    let content = Array("tree \(tree)\n".utf8) + text
    let id = try test.git(
      ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], input: content)
    let repository = try test.open()
    let object = try #require(ObjectID(id))
    return try #require(try repository.commit(object))
  }

  @Test(arguments: [
    ("A <a@b> 5 +0000", "A", "a@b", 5), ("<a@b> 5 +0000", "", "a@b", 5),
    ("A <a@b>> 5 +0000", "A", "a@b", 5), ("A <<a@b>> 5 +0000", "A", "<a@b", 5),
    ("A <a@b> 99999999999999 +0000", "A", "a@b", 99_999_999_999_999),
    ("A <a@b> -5 +0000", "A", "a@b", -5), ("A <a@b>", "A", "a@b", 0), ("A", "A", "", 0),
    ("A <a@b> x", "A", "a@b", 0), ("A <a@b 5 +0000", "A", "a@b 5 +0000", 0),
  ])
  func `an author is read however malformed`(
    line: String, name: String, email: String, time: Int64
  ) throws {
    let commit = try read(Array("author \(line)\ncommitter \(line)\n\nx\n".utf8))
    #expect(commit.author == Person(name: name, email: email))
    #expect(commit.authorTime == time)
    #expect(commit.commitTime == time)
    #expect(commit.message == "x\n")
  }

  @Test func `signatures and merged tags are no part of the message`() throws {
    let commit = try read(
      Array(
        """
        author A <a@b> 1 +0000
        committer B <b@b> 2 +0900
        mergetag object 0123456789012345678901234567890123456789
         type commit
         parent 0123456789012345678901234567890123456789
        gpgsig -----BEGIN PGP SIGNATURE-----
        \u{20}
         author C <c@c> 3 +0000
         -----END PGP SIGNATURE-----

        Subject

        author of nothing
        """.utf8))
    #expect(commit.parents.isEmpty)
    #expect(commit.author.name == "A")
    #expect(commit.message == "Subject\n\nauthor of nothing")
  }

  @Test(arguments: [
    ("ISO-8859-1", [0xFC, 0x62, 0x65, 0x72], "über"),
    ("Shift_JIS", [0x93, 0xFA, 0x96, 0x7B], "日本"),
    ("EUC-KR", [0xC7, 0xD1, 0xB1, 0xDB], "한글"),
    ("ISO-2022-JP", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x1B, 0x28, 0x42], "日"),
    ("UTF-8", [0x61, 0xFF, 0x62], "a\u{FFFD}b"), ("EUC-KR", [0x61, 0xFF, 0x62], "a\u{FFFD}b"),
    ("Shift_JIS", [0x61, 0x93], "a\u{FFFD}"), ("x-unknown", [0x61], "a"),
    ("../../etc/passwd", [0x61], "a"),
  ])
  func `text is decoded by its encoding header`(
    encoding: String, bytes: [UInt8], text: String
  ) throws {
    let head = Array("author ".utf8) + bytes + Array(" <a@b> 1 +0000\n".utf8)
    let rest = Array("committer B <b@b> 1 +0000\nencoding \(encoding)\n\n".utf8) + bytes
    let commit = try read(head + rest)
    #expect(commit.message == text)
    // A name may be in the middle of a character when it ends; a message never loses the rest.
    if text.last != "\u{FFFD}" { #expect(commit.author.name == text) }
  }

  @Test func `a long text is decoded past the size of any buffer`() throws {
    let bytes = [[UInt8]](repeating: [0x93, 0xFA], count: 10_000).flatMap(\.self)
    let commit = try read(
      Array("author A <a@b> 1 +0000\nencoding Shift_JIS\n\n".utf8) + bytes)
    #expect(commit.message == String(repeating: "日", count: 10_000))
  }

  @Test func `a NUL does not end a message, nor CRLF confuse it`() throws {
    let commit = try read(
      Array("author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\na\0b\r\n".utf8))
    #expect(Array(commit.message.utf8) == Array("a\0b\r\n".utf8))
  }

  @Test func `an identity is written as it is read`() throws {
    for text in ["A B <a@b> 1700000000 +0900", "Ä <> -7 -0330", "A <a@b> 0 +0000"] {
      #expect(Identity(text)?.description == text)
    }
    #expect(Identity("A <a@b>") == nil)
    #expect(Identity("A") == nil)
  }
}
