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
  /// What the reflogs of a ledger, and of what was fetched of it, know and no reader sees; or what deed
  /// noted of where it was.
  ///
  /// Another program may have moved the ref back or deleted it, or written over what was not pushed.
  package func forgotten(in ledger: LedgerName) throws(GitError) -> [ForgottenTip] {
    var commits: [ObjectID] = []
    for name in [ledger.reference] + (try fetchedReferences(of: ledger)).map(\.name) {
      commits += try repository.reflog(of: name)
    }
    commits += try remembered(ledger).sorted()
    return try forgotten(among: commits, of: ledger)
  }

  /// Commits of ledgers that no reference and no reflog leads to: a deleted ref takes its reflog along.
  ///
  /// Who made them nobody knows: whatever was ever fetched, or pushed to a branch, lies there too.
  package func forgotten() async throws(GitError) -> [ForgottenTip] {
    var commits: [LedgerName: [ObjectID]] = [:]
    for id in try await repository.unreachableCommits() {
      guard let ledger = try ledger(of: id) else { continue }
      commits[ledger, default: []].append(id)
    }
    var forgotten: [ForgottenTip] = []
    for ledger in LedgerName.allCases {
      forgotten += try self.forgotten(among: commits[ledger] ?? [], of: ledger)
    }
    return forgotten
  }

  /// What one commit holds that no reader sees; `nil` where it is no commit of a ledger.
  package func forgotten(at id: ObjectID) throws(GitError) -> ForgottenTip? {
    guard let ledger = try ledger(of: id) else { return nil }
    return try forgotten(among: [id], of: ledger).first
      ?? ForgottenTip(ledger: ledger, commit: id, count: 0)
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
    var known: Set<ObjectID> = []
    for node in try repository.topology(from: tips, excluding: []) { known.insert(node.id) }
    var others: Set<ObjectID> = []
    for id in commits where !known.contains(id) {
      // Objects go in time, and a reflog may name what was never a ledger.
      if try repository.header(of: id)?.kind == .commit { others.insert(id) }
    }
    var forgotten: [ForgottenTip] = []
    for id in try heads(of: others) {
      let count = try missing(at: id, of: ledger).values.reduce(0) { $0 + $1.count }
      if count > 0 { forgotten.append(ForgottenTip(ledger: ledger, commit: id, count: count)) }
    }
    return forgotten
  }

  /// Lines, or files, that stand at a commit and that no reader sees; but for what was set aside.
  func missing(
    at id: ObjectID, of ledger: LedgerName
  ) throws(GitError) -> [ObjectID: [[UInt8]]] {
    let standing = try notes(of: ledger, at: try tips(of: ledger))
    let aside = try repository.reference(Self.setAsideReference(ledger))
    let kept = try notes(of: ledger, at: aside.map { [$0] } ?? [])
    var missing: [ObjectID: [[UInt8]]] = [:]
    for (object, lines) in try notes(of: ledger, at: [id]) {
      let seen = NoteText.sorted((standing[object] ?? []) + (kept[object] ?? []))
      let own = NoteText.lines(of: lines, missingIn: seen).filter {
        ledger == .attachments
          || LedgerObjection.objection(to: $0, in: ledger, on: object) == nil
      }
      if !own.isEmpty { missing[object] = own }
    }
    return missing
  }

  /// Those that no other one has in its history.
  func heads(of commits: Set<ObjectID>) throws(GitError) -> [ObjectID] {
    var heads = commits
    for node in try repository.topology(from: commits.sorted(), excluding: []) {
      for parent in node.parents { heads.remove(parent) }
    }
    return heads.sorted()
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
      where blobs.contains(object) && !redacted.covers(object) {
        files[object] = [object.hexadecimal]
      }
    }
    return files
  }

  /// The ledger that a commit without a name is a commit of, by what stands in its first note; `nil`
  /// where it is of none.
  private func ledger(of id: ObjectID) throws(GitError) -> LedgerName? {
    guard let commit = try repository.commit(id), try isNotes(commit.tree) else { return nil }
    // Anybody may have made it: a small tree can unfold into more than any memory holds.
    var comparison = NotesComparison(repository, placeLimit: 100_000)
    let notes: [ObjectID: [ObjectID]]
    do throws(GitError) {
      notes = try comparison.notes(in: commit.tree)
    } catch {
      guard error.kind == .invalidObject || error.kind == .missingObject else { throw error }
      return nil
    }
    for (object, blobs) in notes.sorted(by: { $0.key < $1.key }) {
      if blobs.contains(object) { return .attachments }
      for blob in blobs where try repository.header(of: blob) != nil {
        for line in try lines(in: [blob], of: object) {
          if case .record(let record) = LedgerLine(parsing: line) { return record.kind.ledger }
        }
      }
    }
    return nil
  }

  /// Whether a tree has the names that notes have: all others are trees of files.
  func isNotes(_ tree: ObjectID) throws(GitError) -> Bool {
    try StoredTree(repository, tree).entries.allSatisfy { entry in
      let isHexadecimal = entry.name.allSatisfy { byte in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      }
      return isHexadecimal && (entry.isDirectory ? entry.name.count == 2 : entry.name.count >= 38)
    }
  }
}
