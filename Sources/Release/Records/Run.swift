extension Record {
  /// What was done to an environment, and how it ended.
  package struct Run: Sendable {
    package let outcome: RunOutcome
    package var comment: String?
    /// The command as it was given.
    package var command: String?
    /// As a shell has it: 128 and the signal where a signal ended it.
    package var exit: Int?
    /// How long it took.
    package var milliseconds: Int?
    /// What it printed.
    package var log: Attachment?
    /// Whether another system did it, and this record only says so.
    package var isReported = false
    /// The release that a rollback left; the record's own is the one that runs afterwards.
    package var from: String?

    package init(_ outcome: RunOutcome) {
      self.outcome = outcome
    }
  }
}

extension Record.Run {
  var members: [String: JSON] {
    Record.Body.present([
      "command": command.map { .string($0) },
      "comment": comment.map { .string($0) },
      "exit": exit.map { .integer($0) },
      "from": from.map { .string($0) },
      "log": log?.json,
      "milliseconds": milliseconds.map { .integer($0) },
      "outcome": .string(outcome.rawValue),
      "reported": isReported ? .bool(true) : nil,
    ])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    self.init(try reader.value("outcome"))
    comment = try reader.comment()
    command = try reader.optionalText("command")
    exit = try reader.optionalCount("exit")
    milliseconds = try reader.optionalCount("milliseconds")
    if let log = try reader.optionalObject("log") { self.log = try Record.Attachment(log) }
    isReported = try reader.flag("reported")
    from = try reader.optionalText("from")
  }
}
