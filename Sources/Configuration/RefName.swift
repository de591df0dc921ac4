/// What git allows in the names of refs.
enum RefName {
  /// Why no tag `PREFIX1.4.0` can exist; `nil` where it can.
  static func objection(toPrefix prefix: String) -> String? {
    let scalars = prefix.unicodeScalars
    if let bad = scalars.first(where: { $0.value <= 0x20 || $0.value == 0x7F }) {
      return bad == " " ? "it has a space" : "it has a control character"
    }
    // git allows these; no terminal should be given them, nor anybody deceived by them.
    if scalars.contains(where: { [.control, .format].contains($0.properties.generalCategory) }) {
      return "it has a character that cannot be seen"
    }
    if let bad = scalars.first(where: { "~^:?*[\\".unicodeScalars.contains($0) }) {
      return "it has \"\(bad)\""
    }
    if let bad = scalars.first(where: Self.isForShells) {
      return "it has \"\(bad)\", which a shell would take for its own"
    }
    if prefix.utf8.first == UInt8(ascii: "-") { return "it begins with \"-\"" }
    if prefix.utf8.first == UInt8(ascii: "/") { return "it begins with \"/\"" }
    for sequence in ["..", "//", "@{", "/."] where contains(prefix, sequence) {
      return "it has \"\(sequence)\""
    }
    if prefix.utf8.first == UInt8(ascii: ".") { return "it begins with \".\"" }
    if contains(prefix, ".lock/") { return "it has \".lock/\"" }
    return nil
  }

  /// Whether a shell makes something else of it: what policies name stands in commands that are pasted.
  static func isForShells(_ scalar: Unicode.Scalar) -> Bool {
    "!\"#$&'()*;<>?\\`{|}~".unicodeScalars.contains(scalar)
  }

  private static func contains(_ text: String, _ part: String) -> Bool {
    let text = Array(text.utf8)
    let part = Array(part.utf8)
    return text.indices.contains { text[$0...].starts(with: part) }
  }
}
