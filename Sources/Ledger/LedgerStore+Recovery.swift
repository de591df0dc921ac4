package import Git
package import Release

/// A commit of a ledger that only a reflog knows, or nothing at all, and that holds more than is here.
package struct ForgottenTip: Hashable, Sendable {
  package let ledger: LedgerName
  package let commit: ObjectID
  /// Lines, or files, that no reader sees.
  package let count: Int
}

extension LedgerStore {
  /// What the reflogs of a ledger, and of what was fetched of it, know and no reader sees.
  ///
  /// Another program may have moved the ref back, or written over what was not pushed.
  package func forgotten(in ledger: LedgerName) throws(GitError) -> [ForgottenTip] {
    var commits: [ObjectID] = []
    for name in [ledger.reference] + (try fetchedReferences(of: ledger)).map(\.name) {
      commits += try repository.reflog(of: name)
    }
    return try forgotten(among: commits, of: ledger)
  }

  /// Ledgers that no reference and no reflog leads to: a deleted ref takes its reflog along.
  package func forgotten() async throws(GitError) -> [ForgottenTip] {
    var commits: [LedgerName: [Commit]] = [:]
    for id in try await repository.unreachableCommits() {
      guard let commit = try repository.commit(id), let ledger = try ledger(of: commit) else {
        continue
      }
      commits[ledger, default: []].append(commit)
    }
    var forgotten: [ForgottenTip] = []
    for ledger in LedgerName.allCases {
      // The last holds for the most part what those before it hold.
      let latest = (commits[ledger] ?? []).sorted {
        ($1.commitTime, $1.parents.count, $0.id) < ($0.commitTime, $0.parents.count, $1.id)
      }
      forgotten += try self.forgotten(among: latest.map(\.id), of: ledger)
    }
    return forgotten
  }

  /// Brings back what a forgotten commit and its history hold.
  package func recover(_ tip: ForgottenTip) throws(GitError) -> Int {
    let union = try unite(tip.ledger, with: tip.commit)
    return union.gained + union.restored
  }

  private func forgotten(
    among commits: [ObjectID], of ledger: LedgerName
  ) throws(GitError) -> [ForgottenTip] {
    let tips = try tips(of: ledger)
    var standing = try notes(of: ledger, at: tips)
    var forgotten: [ForgottenTip] = []
    var seen = Set(tips)
    for id in commits where seen.insert(id).inserted {
      // Objects go in time, and a reflog may name what was never a ledger.
      guard try repository.header(of: id)?.kind == .commit else { continue }
      var isKnown = false
      for tip in tips where try repository.isAncestor(id, of: tip) { isKnown = true }
      if isKnown { continue }
      var count = 0
      for (object, lines) in try notes(of: ledger, at: [id]) {
        let missing = NoteText.lines(of: lines, missingIn: standing[object] ?? [])
        let aside = try linesSetAside(from: ledger, on: object)
        count += NoteText.lines(of: missing, missingIn: aside).count
        // Each is told of once, with the commit that brings it back.
        standing[object] = NoteText.sorted((standing[object] ?? []) + missing)
      }
      if count > 0 { forgotten.append(ForgottenTip(ledger: ledger, commit: id, count: count)) }
    }
    return forgotten
  }

  /// A ledger's lines at some of its commits; of attachments the id of each file.
  private func notes(
    of ledger: LedgerName, at tips: [ObjectID]
  ) throws(GitError) -> [ObjectID: [[UInt8]]] {
    guard ledger == .attachments else { return try lines(at: tips) }
    var files: [ObjectID: [[UInt8]]] = [:]
    var comparison = NotesComparison(repository)
    for tip in tips {
      for (object, blobs) in try comparison.notes(in: try commit(tip).tree)
      where blobs.contains(object) {
        files[object] = [object.hexadecimal]
      }
    }
    return files
  }

  /// The ledger that a commit without a name is a commit of, by what stands in its first note; `nil`
  /// where it is of none.
  private func ledger(of commit: Commit) throws(GitError) -> LedgerName? {
    guard try isNotes(commit.tree) else { return nil }
    var comparison = NotesComparison(repository)
    for (object, blobs) in try comparison.notes(in: commit.tree).sorted(by: { $0.key < $1.key }) {
      if blobs.contains(object) { return .attachments }
      for line in try lines(in: blobs, of: object) {
        if case .record(let record) = LedgerLine(parsing: line) { return record.kind.ledger }
      }
    }
    return nil
  }

  /// Whether a tree has the names that notes have: all others are trees of files.
  private func isNotes(_ tree: ObjectID) throws(GitError) -> Bool {
    try StoredTree(repository, tree).entries.allSatisfy { entry in
      let isHexadecimal = entry.name.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
      return isHexadecimal && (entry.isDirectory ? entry.name.count == 2 : entry.name.count >= 38)
    }
  }
}
