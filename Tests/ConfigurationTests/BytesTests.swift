import Configuration
import Release
import Testing

@Suite struct `A configuration file's bytes` {
  @Test(arguments: [
    (Array("version = 1\nremote = \"\u{0}\"".utf8), "2: it holds a NUL character"),
    (Array("remote = \"\\u0000\"".utf8), "1: a text holds a NUL character"),
    (Array("a = 1\n".utf8) + [0xFF, 0xFE], "2: it is not UTF-8 (save the file as UTF-8)"),
    ([0xFF, 0xFE, 0x61, 0x00], "1: it is not UTF-8 (save the file as UTF-8)"),
  ])
  func `are text, or the error says where not`(_ bytes: [UInt8], _ expected: String) {
    #expect(problems(bytes: bytes) == expected)
  }

  @Test func `in any random change give a policy or an error, and never a wrong line`() {
    var random = Generator(seed: 20_261_121)
    let original = Array(example.utf8)
    let pieces = [
      "[", "]", "{", "}", "\"", "'''", "\"\"\"", "\\", "\n", "#", ".", "=", "\r", "é", "\u{B}",
      "\u{A0}", "\u{2028}", "[[", "\n[",
    ]
    for _ in 0..<1500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2:
          let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
          bytes.insert(contentsOf: piece.utf8, at: place)
        default:
          let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
          bytes.removeSubrange(place..<end)
        }
      }
      do throws(ConfigurationError) {
        _ = try ConfigurationFile.policy(from: bytes, file: "deed.toml")
      } catch {
        let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        #expect(!error.problems.isEmpty)
        #expect(error.problems.allSatisfy { (1...lines).contains($0.line ?? 1) })
      }
    }
  }

  @Test func `are not too many`() {
    #expect(
      problems(String(repeating: "\n", count: 65_537)) == "-: it has 65537 bytes, more than 65536")
    #expect(
      problems(String(repeating: " ", count: 4097)) == "1: the line is longer than 4096 bytes")
  }

  @Test func `nested without end are refused`() {
    let deep = String(repeating: "a.", count: 1500)
    let texts = [
      deep + "a = 1",
      "[\(deep)a]\n\(deep)a = 1\n=",
      deep + "a = {",
      "x = " + String(repeating: "[", count: 4000),
      String(repeating: "x = [{\(deep)a = [\n", count: 20),
      "x = " + String(repeating: "[{\(deep)a = \n", count: 20),
    ]
    for text in texts { #expect(!problems(text).isEmpty) }
  }

  @Test(arguments: [
    "[", "[=]", "[[", "[[]]", "[.a]", "[a", "[a.]", "[#", "[é]", "[\u{A0}=]", "[ [a] ]", "[\n]",
    "a = ", "a = ,", "a = ]", "a = [,]", "a = { b = }", "a = {b}", "a = \u{B}",
  ])
  func `with a broken name or value give an error`(_ text: String) {
    #expect(problems(text).hasPrefix("1: it is not valid TOML: "))
  }

  @Test(arguments: ["[environments.本番]", "[checks.検査]\nrun = 'x'", "[é]"])
  func `with a section in another language say that it wants quotation marks`(_ text: String) {
    #expect(problems(text).hasSuffix("0-9, _ and - wants quotation marks"), "\(problems(text))")
    #expect(problems("[environments.\"本番\"]") == "")
  }
}

/// A small generator with a seed, so that a failure comes again.
struct Generator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
