package import Git
package import Release

extension LedgerStore {
  /// Lines that stood anywhere in the ledger's reachable history and are missing at its tip.
  ///
  /// Records are never removed, so each is evidence of a rewritten or pruned note.
  package func lost(in ledger: LedgerName) throws(GitError) -> [ObjectID: [[UInt8]]] {
    guard ledger != .attachments, let tip = try tip(of: ledger) else { return [:] }
    return try lost(in: try tree(at: tip), since: [tip])
  }

  /// Lines in the history of `tips` that are not in `tree`.
  func lost(
    in tree: NotesTree, since tips: [ObjectID]
  ) throws(GitError) -> [ObjectID: [[UInt8]]] {
    var removed: [ObjectID: Set<ObjectID>] = [:]
    for node in try repository.topology(from: tips, excluding: []) {
      for parent in node.parents {
        for (object, blobs) in try removals(from: parent, to: node.id) {
          removed[object, default: []].formUnion(blobs)
        }
      }
    }
    guard !removed.isEmpty else { return [:] }
    var tree = tree
    var lost: [ObjectID: [[UInt8]]] = [:]
    for (object, blobs) in removed {
      let standing = Set(try lines(in: try tree.blobs(of: object), of: object))
      let missing = Set(try lines(in: Array(blobs), of: object)).subtracting(standing)
      if !missing.isEmpty {
        lost[object] = missing.sorted { $0.lexicographicallyPrecedes($1) }
      }
    }
    return lost
  }

  /// The blobs of notes that `child` changed or dropped, and that lost a line by it.
  private func removals(
    from parent: ObjectID, to child: ObjectID
  ) throws(GitError) -> [ObjectID: [ObjectID]] {
    guard let old = try repository.commit(parent), let new = try repository.commit(child) else {
      throw GitError(
        .missingObject, "the ledger's history is not here whole", hint: "deed sync")
    }
    guard old.tree != new.tree else { return [:] }
    var before = try NotesTree(repository, root: old.tree)
    var after = try NotesTree(repository, root: new.tree)
    var removals: [ObjectID: [ObjectID]] = [:]
    for (object, blobs) in try before.notes(differingFrom: &after) {
      let kept = Set(try lines(in: try after.blobs(of: object), of: object))
      if !Set(try lines(in: blobs, of: object)).isSubset(of: kept) { removals[object] = blobs }
    }
    return removals
  }

  /// Puts lost lines back.
  ///
  /// Returns how many there were.
  package func restore(
    _ ledger: LedgerName, by identity: Result<Identity, GitError>
  ) throws(GitError) -> Int {
    let lock = try WriteLock(repository)
    defer { lock.release() }
    let lost = try lost(in: ledger)
    guard !lost.isEmpty else { return 0 }
    try add(lost, to: ledger, by: try identity.get(), message: "deed: put back what was removed")
    return lost.values.map(\.count).reduce(0, +)
  }
}
