import Testing

@testable import Checks

@Suite struct EnvironmentFileTests {
  private func read(_ text: String) -> [String] {
    EnvironmentFile(Array(text.utf8)).variables.map { "\($0.line) \($0.name)=\($0.value)" }
  }

  @Test(arguments: [
    ("A=1", ["1 A=1"]), ("export A=1\n\n# B=2\nC = 3", ["1 A=1", "4 C=3"]),
    ("A=\"x y\" # words", ["1 A=x y"]), ("A='x \"y\" $z \\n'", ["1 A=x \"y\" $z \\n"]),
    ("A=\"one\\ntwo \\\"q\\\" \\$x\"", ["1 A=one\ntwo \"q\" $x"]),
    ("A=\"-----\nb\n-----\"\nB=2", ["1 A=-----\nb\n-----", "4 B=2"]),
    ("A=x#y #z", ["1 A=x#y"]), ("A=", ["1 A="]), ("A=\nB=''", ["1 A=", "2 B="]),
    ("\u{feff}A=1\r\nB=\"x\r\ny\"\r\n", ["1 A=1", "2 B=x\ny"]), ("exported=1", ["1 exported=1"]),
    ("A=日本語 の値", ["1 A=日本語 の値"]), ("A=postgres://u:p@h/db?x=1", ["1 A=postgres://u:p@h/db?x=1"]),
  ])
  func `is read as shells and dotenv read it`(text: String, variables: [String]) {
    #expect(read(text) == variables)
    #expect(EnvironmentFile(Array(text.utf8)).faults == [])
  }

  @Test(arguments: [
    ("A=1\nwords", 2, "it is no NAME=value"), ("=1", 1, "it is no NAME=value"),
    ("A=\nq8Zr3LmT0vXy7NbC1dKf5GhJ2sPw==", 2, "it is no NAME=value"),
    ("A=\nq8Zr3LmT0vXy7NbC1dKf5GhJ2sP=", 2, "it is no NAME=value"),
    ("A=\nQ8ZR==", 2, "it is no NAME=value"), ("A=\n8ZR=  # x", 2, "it is no NAME=value"),
    ("A=\"x\nB=1", 1, "its quotation mark is never closed"),
    ("A='x'y", 1, "more stands behind its closing quotation mark"),
  ])
  func `what is no setting is said by its line alone`(text: String, line: Int, why: String) {
    let file = EnvironmentFile(Array(text.utf8))
    #expect(file.faults == [EnvironmentFile.Fault(line: line, why: why)])
  }

  @Test func `a name that is known may have no value, however it is written`() {
    let text = Array("mail=\ncolour=\nsize=''".utf8)
    #expect(
      EnvironmentFile(text, known: [ExactName("mail")]).variables.map(\.name) == ["mail", "size"])
    #expect(EnvironmentFile(text, known: nil).faults == [])
  }

  @Test func `what follows a quotation mark without an end is read`() {
    #expect(read("A=\"x\nB=1") == ["2 B=1"])
  }

  @Test func `bytes that are no text are said`() {
    let latin = EnvironmentFile(Array("A=caf".utf8) + [0xe9] + Array("\nB=1\n".utf8))
    #expect(latin.faults.map(\.line) == [1] && latin.variables.map(\.name) == ["B"])
    #expect(EnvironmentFile([0xff, 0xfe, 0x41, 0]).faults.first?.why.contains("UTF-16") == true)
    #expect(EnvironmentFile([0x41, 0x3d, 0]).faults.first?.why == "the file is binary")
    #expect(EnvironmentFile(Array("A=1\nB=2\r\nC=3\r\n".utf8)).carriageReturnLine == 2)
  }

  @Test(
    arguments: [
      ("A=1", []), ("A =1", .spaced), ("A= 1", .spaced), ("A= ", []), ("A=b c", .blank),
      ("A=b #c", .comment), ("A=b#c", []), ("A= # c", [.comment, .spaced]), ("A='b c'", .quoted),
      ("A='b' # c", [.quoted, .comment]), ("export A=1", .export),
      ("A=\"1\n2\"", [.quoted, .lines]),
      ("A=$B", .dollar), ("A=\"${B}\"", [.quoted, .dollar]), ("A='$B'", .quoted), ("A=a$", []),
    ] as [(String, EnvironmentForm)])
  func `what other programs read differently is known`(text: String, form: EnvironmentForm) {
    #expect(EnvironmentFile(Array(text.utf8)).variables.map(\.form) == [form])
  }

  @Test func `any bytes are read to their end`() {
    var generator = SystemRandomNumberGenerator()
    let signs = Array("A=\"'`\\\n\r #export \u{e9}$".utf8)
    for _ in 0..<2000 {
      let bytes = (0..<20).map { _ in signs.randomElement(using: &generator) ?? 0 }
      _ = EnvironmentFile(bytes)
    }
  }

  @Test func `no line of a key that was not quoted is taken for a name`() {
    let key = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC=="
    let text = """
      PRIVATE_KEY=-----BEGIN PRIVATE KEY-----
      \(key)
      -----END PRIVATE KEY-----
      NEXT=1
      \(String(repeating: "A", count: 41))=1
      \(String(repeating: "LONG_NAME_", count: 6))=1
      """
    let file = EnvironmentFile(Array(text.utf8))
    #expect(file.variables.map(\.line) == [4, 6])
    #expect(file.faults.map(\.line) == [1, 5])
    #expect(file.faults.allSatisfy { !$0.why.contains("MII") && !$0.why.contains("AAA") })
  }
}
