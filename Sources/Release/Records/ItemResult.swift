extension Record {
  /// Somebody's answer to one item of a checklist.
  package struct ItemResult: Sendable {
    /// The item's id.
    package let item: String
    package let outcome: ItemOutcome
    /// The checklist's name.
    package var checklist: String?
    /// The item's text as it stood, so that the record can be read without the document.
    package var text: String?
    package var comment: String?
    /// What was filled into the blank of the text.
    package var value: String?
    package var links: [String] = []
    package var attachments: [Attachment] = []
    /// Where the answer was given first.
    package var carried: Origin?
    /// How the item's command ended, where the program ran it.
    package var run: CommandRun?

    package init(item: String, outcome: ItemOutcome) {
      self.item = item
      self.outcome = outcome
    }
  }

  /// The record from which an answer was carried over.
  package struct Origin: Hashable, Sendable {
    package let commit: ObjectID
    package let record: RecordID
    package let release: String
    /// Whether the item had another procedure or command when it was answered.
    package let isChanged: Bool

    package init(commit: ObjectID, record: RecordID, release: String, isChanged: Bool = false) {
      self.commit = commit
      self.record = record
      self.release = release
      self.isChanged = isChanged
    }
  }

  /// A recorded decision that an item or a check does not hold the release back.
  package struct Waiver: Sendable {
    package enum Topic: Sendable {
      case item(String)
      case check(String)
    }

    package let topic: Topic
    package let reason: String
    /// From when on it no longer counts; `nil` for good.
    package let until: Timestamp?
    /// The item's text as it stood.
    package var text: String?

    package init(_ topic: Topic, reason: String, until: Timestamp?, text: String? = nil) {
      self.topic = topic
      self.reason = reason
      self.until = until
      self.text = text
    }

    /// Whether it counts at this moment.
    package func holds(at now: Timestamp) -> Bool {
      until.map { now < $0 } ?? true
    }
  }
}

extension Record.ItemResult {
  var members: [String: JSON] {
    Record.Body.present([
      "attachments": attachments.isEmpty ? nil : .array(attachments.map(\.json)),
      "carried": carried?.json,
      "checklist": checklist.map { .string($0) },
      "comment": comment.map { .string($0) },
      "item": .string(item),
      "links": links.isEmpty ? nil : .array(links.map { .string($0) }),
      "outcome": .string(outcome.rawValue),
      "run": run?.json,
      "text": text.map { .string($0) },
      "value": value.map { .string($0) },
    ])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    let outcome: Record.ItemOutcome = try reader.value("outcome")
    self.init(item: try reader.text("item"), outcome: outcome)
    checklist = try reader.optionalText("checklist")
    text = try reader.optionalText("text")
    comment = try reader.comment()
    value = try reader.optionalText("value")
    links = try reader.texts("links")
    for attachment in try reader.objects("attachments") {
      attachments.append(try Record.Attachment(attachment))
    }
    if let origin = try reader.optionalObject("carried") { carried = try Record.Origin(origin) }
    if let run = try reader.optionalObject("run") { self.run = try Record.CommandRun(run) }
  }
}

extension Record.Waiver {
  var members: [String: JSON] {
    var members = Record.Body.present([
      "reason": .string(reason),
      "text": text.map { .string($0) },
      "until": until.map { .string($0.description) },
    ])
    switch topic {
    case .item(let id): members["item"] = .string(id)
    case .check(let name): members["check"] = .string(name)
    }
    return members
  }

  init(_ reader: MemberReader) throws(BodyError) {
    let topic: Topic
    switch (try reader.optionalText("item"), try reader.optionalText("check")) {
    case (let item?, nil): topic = .item(item)
    case (nil, let check?): topic = .check(check)
    default: throw .malformed("a waiver names one item or one check")
    }
    self.init(
      topic, reason: try reader.text("reason"), until: try reader.optionalTime("until"),
      text: try reader.optionalText("text"))
  }
}

extension Record.Origin {
  fileprivate var json: JSON {
    .object(
      Record.Body.present([
        "changed": isChanged ? .bool(true) : nil,
        "commit": .string(commit.description), "record": .string(record.description),
        "release": .string(release),
      ]))
  }

  fileprivate init(_ reader: MemberReader) throws(BodyError) {
    guard let commit = ObjectID(try reader.text("commit")),
      let record = RecordID(try reader.text("record"))
    else { throw .malformed("\u{201C}carried\u{201D} has no full commit id or no full record id") }
    self.init(
      commit: commit, record: record, release: try reader.text("release"),
      isChanged: try reader.flag("changed"))
  }
}
