package import Git
package import Release

// What was written here and sent to nobody can be taken back: no seal, clone or server knows of it.
extension LedgerStore {
  /// Lines of the ledger here that no remote has, as far as was fetched, nor had when it was last asked.
  ///
  /// - Parameter remote: The one that is asked for; `nil` for all.
  package func unsent(
    in ledger: LedgerName, on remote: String? = nil
  ) throws(GitError) -> [ObjectID: [[UInt8]]] {
    guard let tip = try tip(of: ledger) else { return [:] }
    let sent = try sentTips(of: ledger, on: remote)
    var unsent = try gone(of: ledger, from: [tip], to: sent.first).lines
    if sent.contains(tip) { return [:] }
    for other in sent.dropFirst() {
      for (object, lines) in unsent {
        let own = NoteText.lines(of: lines, missingIn: try self.lines(in: [other], on: object))
        unsent[object] = own.isEmpty ? nil : own
      }
    }
    return unsent
  }

  /// Whether a commit of the ledger is in what some remote has.
  package func isSent(_ commit: ObjectID, of ledger: LedgerName) throws(GitError) -> Bool {
    for tip in try sentTips(of: ledger) where try repository.isAncestor(commit, of: tip) {
      return true
    }
    return false
  }

  /// Tips that a remote has or had, and that are here.
  ///
  /// - Parameter remote: The one that is asked for; `nil` for all.
  private func sentTips(
    of ledger: LedgerName, on remote: String? = nil
  ) throws(GitError) -> [ObjectID] {
    var sent: [ObjectID]
    let remotes: [String]
    if let remote {
      let fetched = try repository.reference(trackingReference(ledger, remote: remote))
      (sent, remotes) = (fetched.map { [$0] } ?? [], [remote])
    } else {
      sent = try fetchedTips(of: ledger)
      remotes = try repository.configuredRemotes().keys.sorted()
    }
    for remote in remotes {
      for id in try (seen(on: remote)[ledger] ?? []).sorted() where !sent.contains(id) {
        if try repository.header(of: id) != nil { sent.append(id) }
      }
    }
    return sent
  }

  /// Takes unsent lines out of a ledger and its history, and keeps them beside it.
  ///
  /// The ledger goes on from the newest state without them: what seals rest on before that stays. Where
  /// it has been united since, it goes on from what remotes have. Nothing which is pushed leads to them.
  package func takeBack(
    _ notes: [ObjectID: [[UInt8]]], from ledger: LedgerName, by identity: Identity
  ) throws(GitError) {
    // What its history lost would be lost for good with that history.
    _ = try restore(ledger)
    let sent = try sentTips(of: ledger)
    let lock = try WriteLock(repository)
    defer { lock.release() }
    let message = "deed: take back what was sent to nobody"
    try update(Self.setAsideReference(ledger), by: identity, message: message) {
      tree throws(GitError) in try self.add(notes, to: tree)
    }
    for _ in 0..<Self.attempts {
      guard let tip = try tip(of: ledger) else { return }
      let tree = try self.tree(at: tip)
      guard try remove(notes, from: tree) > 0 else { return }
      var parents = try last(without: notes, before: tip).map { [$0] } ?? []
      if parents.isEmpty {
        for id in sent where try repository.isAncestor(id, of: tip) {
          // What a remote had once may have them.
          if try remove(notes, from: self.tree(at: id)) == 0 { parents.append(id) }
        }
        parents = try heads(of: Set(parents))
      }
      let root = try tree.write()
      let rest: ObjectID?
      if parents.isEmpty, try root == self.tree(at: nil).write() {
        rest = nil
      } else if let only = parents.first, parents.count == 1, try commit(only).tree == root {
        rest = only
      } else {
        rest = try repository.writeCommit(
          tree: root, parents: parents, author: identity, committer: identity,
          message: message + "\n")
      }
      if try move(ledger, from: tip, to: rest, message: message) { return }
    }
    throw contended(ledger)
  }

  /// The newest state of a ledger that has none of these lines; `nil` where it has been united since.
  private func last(
    without notes: [ObjectID: [[UInt8]]], before tip: ObjectID
  ) throws(GitError) -> ObjectID? {
    var next: ObjectID? = tip
    while let id = next {
      if try remove(notes, from: self.tree(at: id)) == 0 { return id }
      let parents = try commit(id).parents
      next = parents.count == 1 ? parents[0] : nil
    }
    return nil
  }

  /// Takes lines out of notes, and says how many there were.
  func remove(
    _ notes: [ObjectID: [[UInt8]]], from tree: NotesTree
  ) throws(GitError) -> Int {
    var count = 0
    for (object, lines) in notes {
      let standing = try self.lines(in: try tree.blobs(of: object), of: object)
      let rest = NoteText.lines(of: standing, missingIn: NoteText.sorted(lines))
      guard rest.count < standing.count else { continue }
      count += standing.count - rest.count
      if rest.isEmpty {
        try tree.remove(object)
      } else {
        try tree.set(try repository.write(.blob, NoteText.joining(rest)), for: object)
      }
    }
    return count
  }
}
