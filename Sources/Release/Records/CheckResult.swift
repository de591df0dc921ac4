extension Record {
  /// How an automatic check came out.
  package struct CheckResult: Sendable {
    /// How many findings of each kind there were.
    package struct Findings: Hashable, Sendable {
      package let fail: Int
      package let pass: Int
      package let warn: Int

      package init(fail: Int, pass: Int, warn: Int) {
        self.fail = fail
        self.pass = pass
        self.warn = warn
      }
    }

    /// The check's name, as the policy has it.
    package let name: String
    package let outcome: CheckOutcome
    package var comment: String?
    /// How its command ended, where it is one.
    package var run: CommandRun?
    /// Its output and its full report.
    package var attachments: [Attachment] = []
    package var findings: Findings?
    /// The tag object that it looked at; `nil` where it looks at none, or there was none yet.
    package var tag: ObjectID?
    /// The records of the manifests that it held something to, sorted; `nil` where it looks at none.
    package var manifests: [RecordID]?
    /// The records of the deployments after which it was run, sorted; `nil` where it is not about any.
    package var deployments: [RecordID]?

    package init(name: String, outcome: CheckOutcome) {
      self.name = name
      self.outcome = outcome
    }
  }
}

extension Record.CheckResult {
  var members: [String: JSON] {
    Record.Body.present([
      "attachments": attachments.isEmpty ? nil : .array(attachments.map(\.json)),
      "check": .string(name),
      "comment": comment.map { .string($0) },
      "deployments": Self.json(deployments),
      "findings": findings?.json,
      "manifests": Self.json(manifests),
      "outcome": .string(outcome.rawValue),
      "run": run?.json,
      "tag": tag.map { .string($0.description) },
    ])
  }

  private static func json(_ ids: [RecordID]?) -> JSON? {
    ids.map { .array($0.map { .string($0.description) }) }
  }

  init(_ reader: MemberReader) throws(BodyError) {
    let outcome: Record.CheckOutcome = try reader.value("outcome")
    self.init(name: try reader.text("check"), outcome: outcome)
    comment = try reader.comment()
    if let run = try reader.optionalObject("run") { self.run = try Record.CommandRun(run) }
    for attachment in try reader.objects("attachments") {
      attachments.append(try Record.Attachment(attachment))
    }
    if let counts = try reader.optionalObject("findings") { findings = try Findings(counts) }
    if let text = try reader.optionalText("tag") {
      guard let tag = ObjectID(text) else {
        throw .malformed("\u{201C}tag\u{201D} is not a full object id")
      }
      self.tag = tag
    }
    manifests = try reader.optionalIDs("manifests")
    deployments = try reader.optionalIDs("deployments")
  }
}

extension Record.CheckResult.Findings {
  fileprivate var json: JSON {
    .object(["fail": .integer(fail), "pass": .integer(pass), "warn": .integer(warn)])
  }

  fileprivate init(_ reader: MemberReader) throws(BodyError) {
    self.init(
      fail: try reader.count("fail"), pass: try reader.count("pass"),
      warn: try reader.count("warn"))
  }
}
