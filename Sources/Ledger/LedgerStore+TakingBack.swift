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

  /// Takes lines out of a ledger and its history, and keeps them beside it.
  ///
  /// The ledger goes on from the newest states that never had them. Nothing which is pushed leads to them.
  package func takeBack(
    _ notes: [ObjectID: [[UInt8]]], from ledger: LedgerName, by identity: Identity
  ) throws(GitError) {
    // What its history lost would be lost for good with that history.
    _ = try restore(ledger)
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
      let parents = try remainder(of: tip, without: notes).tips
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

  /// The states of a ledger's history that go where lines are taken out of it.
  package func states(
    of ledger: LedgerName, with notes: [ObjectID: [[UInt8]]]
  ) throws(GitError) -> Set<ObjectID> {
    guard let tip = try tip(of: ledger) else { return [] }
    return try remainder(of: tip, without: notes).gone
  }

  /// What is left of a history without some lines: its newest states that never had them, and beside them
  /// those that had.
  private func remainder(
    of tip: ObjectID, without notes: [ObjectID: [[UInt8]]]
  ) throws(GitError) -> (tips: [ObjectID], gone: Set<ObjectID>) {
    var gone: Set<ObjectID> = []
    var tips: Set<ObjectID> = []
    var known: [[ObjectID]: Bool] = [:]
    for node in try repository.topology(from: [tip], excluding: []).reversed() {
      // What lost them later leads to them all the same.
      var isGone = node.parents.contains(where: gone.contains)
      if !isGone { isGone = try has(notes, in: tree(at: node.id), &known) }
      if isGone {
        gone.insert(node.id)
      } else {
        tips.subtract(node.parents)
        tips.insert(node.id)
      }
    }
    return (tips.sorted(), gone)
  }

  /// Whether a tree has any of these lines.
  ///
  /// - Parameter known: What was found in notes: most states have the same ones.
  private func has(
    _ notes: [ObjectID: [[UInt8]]], in tree: NotesTree, _ known: inout [[ObjectID]: Bool]
  ) throws(GitError) -> Bool {
    for (object, lines) in notes {
      let blobs = try tree.blobs(of: object)
      if blobs.isEmpty { continue }
      let key = [object] + blobs
      if let answer = known[key] {
        if answer { return true }
        continue
      }
      let standing = try self.lines(in: blobs, of: object)
      let answer = lines.contains(where: standing.contains)
      known[key] = answer
      if answer { return true }
    }
    return false
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
