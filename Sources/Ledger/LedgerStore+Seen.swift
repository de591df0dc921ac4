package import Git
package import Release

// What a remote had when it was last synchronised with. The ref that it is fetched to does not tell: plain
// git moves that too, and the remote may be another one by now. So it is noted by the remote's address; the
// records themselves are here, since everything that was ever seen is in the history of our own ledger.
extension LedgerStore {
  /// Commits of each ledger that a remote had.
  func seen(on remote: String) throws(GitError) -> Tips {
    var seen = Self.readTips(seenPath(try address(of: remote)))
    guard try wasNowhereElse(remote) else { return seen }
    for ledger in LedgerName.allCases {
      // Plain git may have brought it.
      let fetched = try repository.reference(try trackingReference(ledger, remote: remote))
      if let fetched { seen[ledger, default: []].insert(fetched) }
    }
    return seen
  }

  /// Notes what a remote has now, and of what it had what it has lost: that is told until it is put back.
  ///
  /// - Parameter known: What it was known to have had before it was asked.
  func noteSeen(on remote: String, after known: Tips = [:]) throws(GitError) {
    let path = seenPath(try address(of: remote))
    let before = Self.readTips(path).merging(known) { $0.union($1) }
    var seen: Tips = [:]
    for ledger in LedgerName.allCases {
      let now = try repository.reference(try trackingReference(ledger, remote: remote))
      if let now { seen[ledger] = [now] }
      for tip in before[ledger] ?? [] where tip != now {
        // Of what is gone itself nobody can tell that it was put back.
        let isHere = try repository.header(of: tip) != nil
        let isBack = isHere ? try gone(of: ledger, from: [tip], to: now).isEmpty : false
        if !isBack { seen[ledger, default: []].insert(tip) }
      }
    }
    writeTips(seen, to: path)
  }

  /// What stood at some commits of a ledger and does not at another; but for what was taken out on
  /// purpose.
  func gone(
    of ledger: LedgerName, from old: Set<ObjectID>, to new: ObjectID?
  ) throws(GitError) -> Lost {
    var gone = Lost()
    var comparison = NotesComparison(repository)
    let now = try new.map { id throws(GitError) in try commit(id).tree }
    let standing = try NotesTree(repository, root: now)
    for tip in old where tip != new {
      // Whoever did away with their own ledger has no more to compare.
      guard try repository.header(of: tip)?.kind == .commit else { continue }
      let tree = try commit(tip).tree
      let before =
        if let now {
          try comparison.difference(from: tree, to: now).old
        } else {
          try comparison.notes(in: tree)
        }
      for (object, blobs) in before {
        let others = try standing.blobs(of: object)
        if ledger == .attachments {
          let isMissed = blobs.contains(object) && !others.contains(object)
          if isMissed, !redacted.covers(object) { gone.files.insert(object) }
          continue
        }
        let lines = NoteText.lines(
          of: try lines(in: blobs, of: object), missingIn: try self.lines(in: others, of: object)
        ).filter { LedgerObjection.objection(to: $0, in: ledger, on: object) == nil }
        if lines.isEmpty { continue }
        gone.lines[object] = NoteText.sorted((gone.lines[object] ?? []) + lines)
      }
    }
    return gone
  }

  /// Those of some tags' objects that a remote is not known to have, or to have had.
  package func unseen(_ tags: [ObjectID], on remote: String) throws(GitError) -> [ObjectID] {
    let memory = try tagMemory(of: remote)
    return tags.filter { !memory.holds($0) }
  }

  /// Notes which tags' objects a remote has.
  package func noteSeen(_ tags: [ObjectID], on remote: String) throws(GitError) {
    let memory = try tagMemory(of: remote)
    for tag in tags { memory.remember(tag) }
  }

  private func tagMemory(of remote: String) throws(GitError) -> HistoryMemory {
    HistoryMemory(repository, "tags", of: try address(of: remote), isUsed: true)
  }

  /// Where it is noted what the remote at an address had.
  func seenPath(_ address: Digest) -> String {
    "\(repository.commonDirectory)/deed/seen-\(address.short)"
  }
}
