package import Git
package import Release

/// What stood in a ledger's history and stands at its tip no more.
struct Lost {
  /// Lines, by the object in whose note they stood.
  var lines: [ObjectID: [[UInt8]]] = [:]
  /// Files, in the ledger of attachments.
  var files: Set<ObjectID> = []
  /// Whether there would be more files without the redactions that count now.
  var isLessRedacted = false

  var isEmpty: Bool { lines.isEmpty && files.isEmpty }
  var count: Int { lines.values.reduce(files.count) { $0 + $1.count } }
}

extension LedgerStore {
  /// Lines that stood anywhere in the ledger's reachable history, or in that of what was fetched,
  /// and that no reader sees any more.
  ///
  /// Records are never removed, so each is evidence of a rewritten or pruned note.
  package func lost(in ledger: LedgerName) throws(GitError) -> [ObjectID: [[UInt8]]] {
    guard ledger != .attachments else { return [:] }
    let tips = try tips(of: ledger)
    var lost: [ObjectID: [[UInt8]]] = [:]
    for (number, tip) in tips.enumerated() {
      // What was united stands in a whole tip, whatever has become of it elsewhere.
      if number > 0, memory.holds(tips[0]), try repository.isAncestor(tip, of: tips[0]) {
        continue
      }
      for (object, lines) in try self.lost(at: tip, of: ledger).lines {
        let missing = NoteText.lines(
          of: lines, missingIn: try self.lines(in: tips, on: object))
        if !missing.isEmpty { lost[object] = NoteText.sorted((lost[object] ?? []) + missing) }
      }
    }
    return lost
  }

  /// How many lines, or files, stood in the ledger's history and are not at its own tip.
  ///
  /// - Returns: Those that stand nowhere any more, and those that still stand in what was fetched, so
  ///   that every reader sees them.
  package func losses(in ledger: LedgerName) throws(GitError) -> (gone: Int, kept: Int) {
    guard ledger == .attachments else {
      let gone = try lost(in: ledger)
      var kept = 0
      for (object, lines) in try removed(from: ledger) {
        kept += NoteText.lines(of: lines, missingIn: gone[object] ?? []).count
      }
      return (gone.values.reduce(0) { $0 + $1.count }, kept)
    }
    guard let tip = try tip(of: ledger) else { return (0, 0) }
    let files = try lost(at: tip, of: ledger).files
    let gone = files.isEmpty ? files : files.subtracting(try attachedFiles())
    return (gone.count, files.count - gone.count)
  }

  /// Lines that stood in the history of the ledger's own tip and not in its tree, whether or not
  /// something that was fetched still has them.
  package func removed(from ledger: LedgerName) throws(GitError) -> [ObjectID: [[UInt8]]] {
    try tip(of: ledger).map { tip throws(GitError) in try lost(at: tip, of: ledger).lines } ?? [:]
  }

  /// What stood in the history of `tip` and is not in its tree.
  ///
  /// Only back to commits that are known to hold all of their own history: what stood before such
  /// a commit stands in it too, so what is missing now went missing after it.
  func lost(at tip: ObjectID, of ledger: LedgerName) throws(GitError) -> Lost {
    if memory.holds(tip) { return Lost() }
    let lost = try missing(among: try replaced(in: tip), from: try commit(tip).tree, ledger)
    // A redaction may turn out to count for nothing: then what it took out is lost after all.
    if lost.isEmpty, !lost.isLessRedacted { memory.remember(tip) }
    return lost
  }

  /// All blobs that were a note, or part of one, and that a later commit changed or dropped.
  private func replaced(in tip: ObjectID) throws(GitError) -> [ObjectID: Set<ObjectID>] {
    var replaced: [ObjectID: Set<ObjectID>] = [:]
    var comparison = NotesComparison(repository)
    var commits: [ObjectID: (tree: ObjectID, parents: [ObjectID])] = [:]
    func read(_ id: ObjectID) throws(GitError) -> (tree: ObjectID, parents: [ObjectID]) {
      if let known = commits[id] { return known }
      let commit = try self.commit(id)
      commits[id] = (commit.tree, commit.parents)
      return (commit.tree, commit.parents)
    }
    var waiting = [tip]
    var seen: Set<ObjectID> = [tip]
    while let id = waiting.popLast() {
      let child = try read(id)
      for parent in child.parents {
        let old = try read(parent).tree
        for (object, blobs) in try comparison.difference(from: old, to: child.tree).old {
          replaced[object, default: []].formUnion(blobs)
        }
        if !memory.holds(parent), seen.insert(parent).inserted { waiting.append(parent) }
      }
    }
    return replaced
  }

  private func missing(
    among replaced: [ObjectID: Set<ObjectID>], from tree: ObjectID, _ ledger: LedgerName
  ) throws(GitError) -> Lost {
    var lost = Lost()
    guard !replaced.isEmpty else { return lost }
    let tree = try NotesTree(repository, root: tree)
    for (object, blobs) in replaced {
      let standing = try tree.blobs(of: object)
      let others = blobs.subtracting(standing)
      guard !others.isEmpty else { continue }
      if ledger == .attachments {
        // What was taken out is not to come back.
        guard others.contains(object) else { continue }
        if redacted.files.contains(object) {
          lost.isLessRedacted = true
        } else {
          lost.files.insert(object)
        }
        continue
      }
      let lines = try self.lines(in: standing, of: object)
      var missing: [[UInt8]] = []
      for blob in others {
        let older = NoteText.lines(of: try repository.noteText(blob, of: object))
        missing += NoteText.lines(of: older, missingIn: lines)
      }
      // Lines that were never records of where they stood are taken out on purpose, in whatever clone.
      missing.removeAll { LedgerObjection.objection(to: $0, in: ledger, on: object) != nil }
      if !missing.isEmpty { lost.lines[object] = NoteText.sorted(missing) }
    }
    return lost
  }

  /// Puts back what the ledger's own history lost, and says how much that was.
  package func restore(_ ledger: LedgerName) throws(GitError) -> Int {
    guard let tip = try tip(of: ledger), try !lost(at: tip, of: ledger).isEmpty else { return 0 }
    let lock = try WriteLock(repository)
    defer { lock.release() }
    for _ in 0..<Self.attempts {
      guard let tip = try self.tip(of: ledger) else { return 0 }
      let lost = try lost(at: tip, of: ledger)
      guard !lost.isEmpty else { return 0 }
      let tree = try tree(at: tip)
      try putBack(lost, into: tree)
      let commit = try writeUnion(
        try tree.write(), of: [tip], "deed: put back what \(ledger.rawValue) had lost\n")
      guard try move(ledger, from: tip, to: commit, message: "deed: restore") else { continue }
      memory.remember(commit)
      return lost.count
    }
    throw contended(ledger)
  }

  /// Adds what was lost to a tree.
  func putBack(_ lost: Lost, into tree: NotesTree) throws(GitError) {
    _ = try add(lost.lines, to: tree)
    for file in lost.files { try tree.set(file, for: file) }
  }
}
