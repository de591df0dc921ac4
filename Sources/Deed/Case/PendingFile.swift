import Git
import Ledger
import Release

/// A file that a record names, and that is not in the ledger of attachments yet.
///
/// It goes there once the record is as it will stand, signature and all: what comes to nothing leaves no
/// file behind.
struct PendingFile {
  let attachment: Record.Attachment
  /// Whether a gate or a seal rests on it.
  var isProof = false
  /// Its bytes, read again when they are kept: a command's files may not all fit into memory.
  let content: () throws -> [UInt8]
}

extension Workspace {
  /// What is to be kept under a name of its own.
  func pending(
    _ name: String, isProof: Bool = false, _ content: @escaping () throws -> [UInt8]
  ) throws -> PendingFile {
    let bytes = try content()
    return PendingFile(
      attachment: Record.Attachment(
        blob: try repository.id(of: .blob, bytes), name: name, digest: Digest(of: bytes),
        size: bytes.count),
      isProof: isProof, content: content)
  }

  /// Puts the files that records name into the ledger of attachments.
  func keep(_ files: [PendingFile], namedBy records: [Record], by identity: Identity) async throws {
    // Whether what was redacted stays away, whoever names it has a say in.
    if files.contains(where: { ledgers.redacted.covers($0.attachment.blob) }) {
      try await learnRedactions(besides: records)
    }
    var kept: Set<ObjectID> = []
    for file in files where kept.insert(file.attachment.blob).inserted {
      let name = file.attachment.name
      let content = try file.content()
      guard try repository.id(of: .blob, content) == file.attachment.blob else {
        throw Failure(
          .repository, "\(name.safe) changed while it was attached, so nothing is recorded",
          hint: "the same command again")
      }
      _ = try ledgers.attach(content, by: identity, isProof: file.isProof)
      if !file.isProof, ledgers.redacted.files.contains(file.attachment.blob) {
        context.error.print("note: \(name.safe) is not kept: what is in it was redacted")
      }
    }
  }
}
