// Texts that are executed, and are no SQL.
extension AlembicSteps {
  /// The first one that no database reads; `nil` where there is none.
  func unread(
    in statements: [[PythonSource.Token]]
  ) throws(UnreadableMigration) -> UnreadableMigration? {
    for call in statements.flatMap(PythonCall.all) {
      guard isExecuting(call), let value = statement(call), Self.isText(value)
      else { continue }
      if let fault = SQLGrammar.fault(in: try scripts(value)) { return fault }
    }
    return nil
  }

  /// Whether it is a text as it stands there, into which values may be put.
  private static func isText(_ value: [PythonSource.Token]) -> Bool {
    value.contains { $0.kind == .text }
      && value.allSatisfy { token in
        switch token.kind {
        case .text: true
        case .name: wrapping.contains(token.text)
        case .mark: "().,".contains(token.text)
        case .number: false
        }
      }
  }
}
