import Documents
import Release

/// The checklist that a text is; its name is `production`.
func checklist(_ text: String, rules: [String: Stage] = [:]) throws(DocumentError) -> Checklist {
  try MarkdownDocument.parse(
    Array(text.utf8), name: "production", path: "docs/production.md", rules: rules)
}

/// Its items, as `number text`.
func labels(_ text: String) throws(DocumentError) -> [String] {
  try checklist(text).items.map(\.label)
}

/// What lint says, as `line code`; `-` where it is about the whole document.
func problems(_ text: String, rules: [String: Stage] = [:]) throws(DocumentError) -> [String] {
  try checklist(text, rules: rules).problems.map { problem in
    "\(problem.line.map(String.init) ?? "-") \(problem.code.rawValue)"
  }
}

/// SplitMix64: the same seed makes the same documents everywhere.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
