package import Git
package import Release

extension LedgerStore {
  /// How often a compare-and-swap is tried again before somebody is told that another writer keeps
  /// winning.
  static let attempts = 64

  /// Adds records to their ledgers: one commit a ledger, nothing where all of them stand there.
  ///
  /// When this returns, the records are on disk. When it throws, none was lost, and running it
  /// again with the same records adds what is missing.
  package func append(
    _ records: [Record], by identity: Identity, message: String
  ) throws(GitError) {
    let lock = try WriteLock(repository)
    defer { lock.release() }
    for ledger in LedgerName.ofRecords {
      let mine = records.filter { $0.kind.ledger == ledger }
      guard !mine.isEmpty else { continue }
      let additions = Dictionary(grouping: mine, by: \.commit).mapValues { $0.map(\.line) }
      try update(ledger.reference, by: identity, message: message) { tree throws(GitError) in
        try self.add(additions, to: tree)
      }
    }
  }

  /// Keeps a file: the note of a blob is that blob itself, so it is stored once, is reachable, and
  /// never in conflict.
  ///
  /// What was taken out is not kept again; a record can name it all the same. But what a gate or a seal
  /// rests on (`isProof`) is always kept, since nobody can have it taken out.
  package func attach(
    _ content: [UInt8], by identity: Identity, isProof: Bool = false
  ) throws(GitError) -> (blob: ObjectID, digest: Digest) {
    let known = try repository.id(of: .blob, content)
    guard isProof || !redacted.files.contains(known) else { return (known, Digest(of: content)) }
    let blob = try repository.write(.blob, content)
    let lock = try WriteLock(repository)
    defer { lock.release() }
    try update(
      LedgerName.attachments.reference, by: identity, message: "deed: attach \(blob.short)"
    ) {
      tree throws(GitError) in
      guard try tree.blobs(of: blob) != [blob] else { return false }
      try tree.set(blob, for: blob)
      return true
    }
    return (blob, Digest(of: content))
  }

  /// Adds lines to notes, all of them or, where one of the notes cannot be read, none.
  ///
  /// - Returns: Whether anything was new.
  func add(
    _ additions: [ObjectID: [[UInt8]]], to tree: NotesTree
  ) throws(GitError) -> Bool {
    var isChanged = false
    for (object, lines) in additions {
      let standing = try self.lines(in: try tree.blobs(of: object), of: object)
      let missing = NoteText.lines(of: lines, missingIn: standing)
      guard !missing.isEmpty else { continue }
      let text = NoteText.joining(standing + missing)
      try tree.set(try repository.write(.blob, text), for: object)
      isChanged = true
    }
    return isChanged
  }

  /// Changes the tree of a notes ref by one commit on top of its tip; again from the new tip where
  /// another writer was quicker.
  ///
  /// The caller holds the lock.
  func update(
    _ reference: String, by identity: Identity, message: String,
    _ change: (NotesTree) throws(GitError) -> Bool
  ) throws(GitError) {
    for _ in 0..<Self.attempts {
      let tip = try repository.reference(reference)
      if let tip { try check(tip, named: reference) }
      let tree = try self.tree(at: tip)
      guard try change(tree) else { return }
      let commit = try repository.writeCommit(
        tree: try tree.write(), parents: tip.map { [$0] } ?? [], author: identity,
        committer: identity, message: message + "\n")
      let isMoved = try repository.updateReference(
        reference, from: tip, to: commit, message: message)
      guard isMoved else { continue }
      if let ledger = LedgerName.allCases.first(where: { $0.reference == reference }) {
        try noteTip(of: ledger, from: tip, to: commit)
      }
      return
    }
    throw contended(reference)
  }

  /// Moves a ledger's reference, or deletes it; the caller holds the lock.
  func move(
    _ ledger: LedgerName, from tip: ObjectID?, to commit: ObjectID?, message: String
  ) throws(GitError) -> Bool {
    let isMoved =
      if let commit {
        try repository.updateReference(ledger.reference, from: tip, to: commit, message: message)
      } else if let tip {
        try repository.deleteReference(ledger.reference, expected: tip)
      } else { true }
    if isMoved { try noteTip(of: ledger, from: tip, to: commit) }
    return isMoved
  }

  func contended(_ ledger: LedgerName) -> GitError { contended(ledger.reference) }

  private func contended(_ reference: String) -> GitError {
    GitError(
      .locked, "another program keeps writing to \(reference); nothing was changed there",
      hint: "run the same command again")
  }
}
