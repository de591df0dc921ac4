extension Record {
  /// That a file was taken out of the ledger of attachments, and why.
  ///
  /// It never holds what the file said.
  package struct Redaction: Hashable, Sendable {
    package let blob: ObjectID
    package let reason: String

    package init(blob: ObjectID, reason: String) {
      self.blob = blob
      self.reason = reason
    }
  }
}

extension Record.Redaction {
  var members: [String: JSON] {
    ["blob": .string(blob.description), "reason": .string(reason)]
  }

  init(_ reader: MemberReader) throws(BodyError) {
    guard let blob = ObjectID(try reader.text("blob")) else {
      throw .malformed("\u{201C}blob\u{201D} is not a full object id")
    }
    self.init(blob: blob, reason: try reader.text("reason"))
  }
}
