package import Git
package import Release

/// Files that no ledger of attachments is to hold any more.
///
/// Whose word on that counts is not decided here.
package struct RedactedFiles: Hashable, Sendable {
  package var files: Set<ObjectID>
  /// Those of which it cannot be told, each with the reason.
  package var doubtful: [ObjectID: String]

  package init(_ files: Set<ObjectID> = [], doubtful: [ObjectID: String] = [:]) {
    self.files = files
    self.doubtful = doubtful
  }

  /// Whether a file was taken out, or may have been.
  package func covers(_ file: ObjectID) -> Bool { files.contains(file) || doubtful[file] != nil }
}

extension LedgerStore {
  /// Those of the files that were taken out which the history of a tip still leads to.
  package func redacted(in tip: ObjectID) throws(GitError) -> Set<ObjectID> {
    try files(redacted.files, in: tip)
  }

  /// Those of some files which the history of a tip leads to.
  package func files(
    _ files: Set<ObjectID>, in tip: ObjectID
  ) throws(GitError) -> Set<ObjectID> {
    try search(for: files).found(inHistoryOf: tip)
  }

  /// Makes the ledger of attachments here one whose history leads to nothing that was taken out.
  ///
  /// - Returns: How many such files it led to.
  @discardableResult
  package func dropRedacted() throws(GitError) -> Int {
    guard !redacted.files.isEmpty else { return 0 }
    let lock = try WriteLock(repository)
    defer { lock.release() }
    for _ in 0..<Self.attempts {
      guard let tip = try tip(of: .attachments) else { return 0 }
      let count = try redacted(in: tip).count
      guard count > 0 else { return 0 }
      let commit = try joined([try attachments(at: tip)])
      guard try move(.attachments, from: tip, to: commit, message: "deed: redact") else { continue }
      return count
    }
    throw contended(.attachments)
  }

  /// A ledger of attachments, with all that its history holds.
  private struct Side {
    let id: ObjectID
    let tree: ObjectID
    /// What its tree holds, and what its history lost, without what was taken out.
    let standing: Set<ObjectID>
    let lost: Set<ObjectID>
    /// What was taken out, and its history still leads to.
    let redacted: Set<ObjectID>
  }

  private func attachments(at tip: ObjectID) throws(GitError) -> Side {
    let tree = try commit(tip).tree
    var comparison = NotesComparison(repository)
    return Side(
      id: tip, tree: tree,
      standing: try comparison.files(in: tree).subtracting(redacted.files),
      lost: try lost(at: tip, of: .attachments).files, redacted: try redacted(in: tip))
  }

  /// The union of two tips, of which at least one leads to what was taken out; `nil` where none does.
  ///
  /// It holds every other file of both, and has none of the histories that lead there: so it has no
  /// parents where both do.
  func unitedWithoutRedacted(
    _ own: ObjectID?, with other: ObjectID
  ) throws(GitError) -> (ObjectID, Union)? {
    guard !redacted.files.isEmpty else { return nil }
    let gone = try own.map { id throws(GitError) in try redacted(in: id).count } ?? 0
    if gone == 0, try redacted(in: other).isEmpty { return nil }
    let theirs = try attachments(at: other)
    let mine = try own.map { id throws(GitError) in try attachments(at: id) }
    let before = mine?.standing ?? []
    let lost = theirs.lost.union(mine?.lost ?? [])
    var union = Union()
    union.gained = theirs.standing.subtracting(before).count
    union.restored = lost.subtracting(before).subtracting(theirs.standing).count
    union.redacted = gone
    return (try joined((mine.map { [$0] } ?? []) + [theirs]), union)
  }

  /// Whether one tip may take the place of another whose history it does not go on from: that leads to
  /// what was taken out, and nothing else of it would be gone.
  func mayReplace(_ old: ObjectID, by new: ObjectID) throws(GitError) -> Bool {
    guard try !redacted(in: old).isEmpty, try redacted(in: new).isEmpty else { return false }
    if try repository.isAncestor(old, of: new) { return false }
    let (old, new) = (try attachments(at: old), try attachments(at: new))
    return old.standing.union(old.lost).isSubset(of: new.standing)
  }

  private func joined(_ sides: [Side]) throws(GitError) -> ObjectID {
    let result = try NotesTree(repository, root: nil)
    for side in sides {
      try result.reconcile(with: try NotesTree(repository, root: side.tree)) { one, other in
        (one.id, one.mode) < (other.id, other.mode) ? other : one
      }
      for file in side.standing.union(side.lost) { try result.set(file, for: file) }
    }
    let search = search(for: redacted.files)
    try result.removeOthers { entry throws(GitError) in
      guard entry.isDirectory else { return redacted.files.contains(entry.id) }
      return try !search.found(inTree: entry.id).isEmpty
    }
    let tree = try result.write()
    let clean = sides.filter(\.redacted.isEmpty)
    if let same = clean.first(where: { $0.tree == tree }) { return same.id }
    // Of its content alone, so that all who take out the same come to the same commit.
    return try writeUnion(
      tree, of: Set(clean.map(\.id)).sorted(), "deed: attachments without what was taken out\n")
  }
}
