extension Record {
  /// A file in the attachments ledger.
  package struct Attachment: Hashable, Sendable {
    package let blob: ObjectID
    package let name: String
    /// Of the file's content.
    package let digest: Digest
    /// In bytes.
    package let size: Int

    package init(blob: ObjectID, name: String, digest: Digest, size: Int) {
      self.blob = blob
      self.name = name
      self.digest = digest
      self.size = size
    }
  }

  /// How a command ended.
  package struct CommandRun: Hashable, Sendable {
    /// As a shell has it: 128 and the signal where a signal ended it.
    package let exit: Int
    package let milliseconds: Int

    package init(exit: Int, milliseconds: Int) {
      self.exit = exit
      self.milliseconds = milliseconds
    }
  }
}

extension Record.Attachment {
  var json: JSON {
    .object([
      "blob": .string(blob.description), "name": .string(name),
      "sha256": .string(digest.description), "size": .integer(size),
    ])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    guard let blob = ObjectID(try reader.text("blob")),
      let digest = Digest(try reader.text("sha256"))
    else { throw .malformed("an attachment has no full blob id or no SHA-256 digest") }
    self.init(
      blob: blob, name: try reader.text("name"), digest: digest, size: try reader.count("size"))
  }
}

extension Record.CommandRun {
  var json: JSON {
    .object(["exit": .integer(exit), "milliseconds": .integer(milliseconds)])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    self.init(exit: try reader.count("exit"), milliseconds: try reader.count("milliseconds"))
  }
}

extension Record {
  /// Every file that it names.
  package var attachments: [Attachment] {
    switch body {
    case .result(let result): result.attachments
    case .check(let check): check.attachments
    case .manifest(let manifest): [manifest.file]
    case .decision(let decision): decision.seal.map { [$0.list] } ?? []
    case .deployment(let run), .rollback(let run): run.log.map { [$0] } ?? []
    case .signoff, .waiver, .tag, .redaction: []
    }
  }
}
