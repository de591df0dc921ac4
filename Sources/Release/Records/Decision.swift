extension Record {
  /// Somebody's word on whether a release may go to an environment.
  package struct Decision: Sendable {
    // The order of the cases is that of gravity: the first is the worst.
    package enum Choice: String, Hashable, Sendable, CaseIterable {
      case noGo = "no-go"
      case breakGlass = "break-glass"
      case go
    }

    package let choice: Choice
    package var comment: String?
    /// From when on a break-glass no longer counts.
    package var until: Timestamp?
    /// What it rests on.
    package var seal: Seal?
    /// Whether the remote could not be asked for what others had recorded.
    package var isOffline = false

    package init(_ choice: Choice) {
      self.choice = choice
    }
  }
}

extension Record.Decision {
  var members: [String: JSON] {
    Record.Body.present([
      "comment": comment.map { .string($0) },
      "decision": .string(choice.rawValue),
      "offline": isOffline ? .bool(true) : nil,
      "seal": seal?.json,
      "until": until.map { .string($0.description) },
    ])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    self.init(try reader.value("decision"))
    comment = try reader.comment()
    until = try reader.optionalTime("until")
    if let seal = try reader.optionalObject("seal") { self.seal = try Seal(seal) }
    isOffline = try reader.flag("offline")
  }
}
