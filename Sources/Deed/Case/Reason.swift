/// Why somebody does what nobody should do without saying so.
enum Reason {
  /// The text, where it says anything.
  ///
  /// - Parameter what: What wants it: `a waiver`.
  static func require(_ text: String?, of what: String) throws -> String {
    guard let text, !text.allSatisfy(\.isWhitespace) else {
      throw Failure(.usage, "\(what) wants a reason", hint: "say it with -m")
    }
    return text
  }
}
