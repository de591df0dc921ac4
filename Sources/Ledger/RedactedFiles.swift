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
      let commit = try joined([try attachments(at: tip)], without: redacted.files)
      guard try move(.attachments, from: tip, to: commit, message: "deed: redact") else { continue }
      return count
    }
    throw contended(.attachments)
  }

  /// A ledger of attachments, with all that its history holds.
  private struct Side {
    let id: ObjectID
    let tree: ObjectID
    /// What its tree holds, and what its history lost and was not taken out.
    let standing: Set<ObjectID>
    let lost: Set<ObjectID>
  }

  private func attachments(at tip: ObjectID) throws(GitError) -> Side {
    let tree = try commit(tip).tree
    var comparison = NotesComparison(repository)
    return Side(
      id: tip, tree: tree, standing: try comparison.files(in: tree),
      lost: try lost(at: tip, of: .attachments).files)
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
    let before = (mine?.standing ?? []).subtracting(redacted.files)
    let lost = theirs.lost.union(mine?.lost ?? [])
    var union = Union()
    union.gained = theirs.standing.subtracting(redacted.files).subtracting(before).count
    union.restored = lost.subtracting(before).subtracting(theirs.standing).count
    union.redacted = gone
    let sides = (mine.map { [$0] } ?? []) + [theirs]
    return (try joined(sides, without: redacted.files), union)
  }

  /// Whether one tip may take the place of another whose history it does not go on from: that leads to
  /// what was taken out, and nothing else of it would be gone.
  func mayReplace(_ old: ObjectID, by new: ObjectID) throws(GitError) -> Bool {
    guard try !redacted(in: old).isEmpty, try redacted(in: new).isEmpty else { return false }
    if try repository.isAncestor(old, of: new) { return false }
    let (old, new) = (try attachments(at: old), try attachments(at: new))
    return old.standing.union(old.lost).subtracting(redacted.files).isSubset(of: new.standing)
  }

  /// One ledger of several that leads to none of some files.
  private func joined(
    _ sides: [Side], without files: Set<ObjectID>
  ) throws(GitError) -> ObjectID {
    let result = try NotesTree(repository, root: nil)
    for side in sides {
      try result.reconcile(with: try NotesTree(repository, root: side.tree)) { one, other in
        (one.id, one.mode) < (other.id, other.mode) ? other : one
      }
      for file in side.standing.union(side.lost).subtracting(files) {
        try result.set(file, for: file)
      }
    }
    let search = search(for: files)
    try result.removeOthers { entry throws(GitError) in
      guard entry.isDirectory else { return files.contains(entry.id) }
      return try !search.found(inTree: entry.id).isEmpty
    }
    let tree = try result.write()
    var clean: [Side] = []
    for side in sides where try search.found(inHistoryOf: side.id).isEmpty { clean.append(side) }
    if let same = clean.first(where: { $0.tree == tree }) { return same.id }
    // Of its content alone, so that all who take out the same come to the same commit.
    return try writeUnion(
      tree, of: Set(clean.map(\.id)).sorted(), "deed: attachments without what was taken out\n")
  }
}

// What a remote has no more, or never had, does not go there as long as it may have been taken out.
extension LedgerStore {
  /// Files of which it cannot be told whether they were taken out, that the ledger here leads to and the
  /// remote's does not.
  ///
  /// - Parameter known: The remote's ledger as it was fetched; `nil` where it has none.
  func withheld(from known: ObjectID?) throws(GitError) -> Set<ObjectID> {
    guard !redacted.doubtful.isEmpty, let tip = try tip(of: .attachments) else { return [] }
    let ours = try files(Set(redacted.doubtful.keys), in: tip)
    guard !ours.isEmpty, let known else { return ours }
    return ours.subtracting(try files(ours, in: known))
  }

  /// Whether there is anything to be sent but the files that are withheld.
  func hasMore(
    _ tip: ObjectID, than known: ObjectID?, without withheld: Set<ObjectID>
  ) throws(GitError) -> Bool {
    let mine = try attachments(at: tip)
    let sent = mine.standing.union(mine.lost).subtracting(withheld).subtracting(redacted.files)
    guard let known else { return !sent.isEmpty }
    if try !redacted(in: known).isEmpty { return true }
    var comparison = NotesComparison(repository)
    return try !sent.isSubset(of: comparison.files(in: try commit(known).tree))
  }

  /// What is pushed in the place of the ledger here: on top of what the remote has, and with all that
  /// either holds but the files that are withheld.
  ///
  /// The ledger here stays as it is. Should they turn out to have been taken out, it will come to this
  /// very history; should they not, it has them still, and goes on from what was pushed.
  func shareable(
    _ tip: ObjectID, on known: ObjectID?, without withheld: Set<ObjectID>
  ) throws(GitError) -> ObjectID {
    let sides = (known.map { [$0] } ?? []) + [tip]
    let all = try sides.map { id throws(GitError) in try attachments(at: id) }
    return try joined(all, without: withheld.union(redacted.files))
  }
}
