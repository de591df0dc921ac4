package import Git
package import Release

/// What uniting a ledger with another tip came to.
package struct Union: Hashable, Sendable {
  /// Lines, or files, that were new here.
  package var gained = 0
  /// Lines, or files, that either history had lost: they stand in the union.
  package var restored = 0
  /// Files that were taken out, and that our history led to until now.
  package var redacted = 0
}

extension LedgerStore {
  /// Takes over every line of `other`, and every line that ever stood in its history or ours.
  ///
  /// By bytes and without a base, always through the trees: a fast-forward can delete, and so can
  /// git's three-way `cat_sort_uniq`. The result has both tips as parents, so that pushing it is a
  /// fast-forward; and it depends on the two tips alone, so that two clones which unite them at
  /// the same time, each for itself, make the same commit.
  package func unite(_ ledger: LedgerName, with other: ObjectID) throws(GitError) -> Union {
    // One that is not here at all is missing, and may still be fetched.
    if let kind = try repository.header(of: other)?.kind, kind != .commit {
      throw GitError(.invalidObject, "\(other.short) is no commit, so it cannot be a ledger")
    }
    // Walked before others are kept waiting.
    let theirs = Tip(id: other, commit: try commit(other), lost: try lost(at: other, of: ledger))
    if let mine = try tip(of: ledger) { _ = try lost(at: mine, of: ledger) }
    let lock = try WriteLock(repository)
    defer { lock.release() }
    for _ in 0..<Self.attempts {
      let mine = try tip(of: ledger)
      if mine == other { return Union() }
      let (commit, union) = try united(ledger, mine, theirs)
      if commit == mine { return union }
      guard try move(ledger, from: mine, to: commit, message: "deed: unite") else { continue }
      memory.remember(commit)
      return union
    }
    throw contended(ledger)
  }

  /// Unites every ledger with what was fetched of it, asking no network.
  package func uniteFetched() throws(GitError) {
    for ledger in LedgerName.allCases {
      for tip in try fetchedTips(of: ledger) { _ = try unite(ledger, with: tip) }
    }
  }

  private struct Tip {
    let id: ObjectID
    let commit: Commit
    let lost: Lost
  }

  /// The commit to stand on: ours or theirs where one of them holds everything and contains the
  /// other, else one that joins them.
  private func united(
    _ ledger: LedgerName, _ own: ObjectID?, _ theirs: Tip
  ) throws(GitError) -> (ObjectID, Union) {
    if ledger == .attachments,
      let union = try unitedWithoutRedacted(own, with: theirs.id)
    {
      return union
    }
    guard let own else { return try takenOver(ledger, theirs) }
    let mine = Tip(id: own, commit: try commit(own), lost: try lost(at: own, of: ledger))
    let isBehind = try repository.isAncestor(own, of: theirs.id)
    let isAhead = isBehind ? false : try repository.isAncestor(theirs.id, of: own)
    // Nothing of one history can be missing from a tip that holds it, and holds its own whole.
    if isAhead, mine.lost.isEmpty { return (own, Union()) }
    let trees = (
      mine: try NotesTree(repository, root: mine.commit.tree),
      theirs: try NotesTree(repository, root: theirs.commit.tree)
    )
    var comparison = NotesComparison(repository)
    let difference = try comparison.difference(from: mine.commit.tree, to: theirs.commit.tree)
    let differing = Set(difference.old.keys).union(difference.new.keys)
    var union = Union()
    if isBehind, theirs.lost.isEmpty, ledger != .attachments {
      for object in differing {
        let notes = (try trees.mine.blobs(of: object), try trees.theirs.blobs(of: object))
        union.gained += try gained(notes, of: object)
      }
      return (theirs.id, union)
    }
    let result = try NotesTree(repository, root: mine.commit.tree)
    try result.reconcile(with: trees.theirs) { ours, other in
      // The later one where that is clear, else any, as long as everybody takes the same.
      if isBehind { return other }
      if isAhead { return ours }
      return (ours.id, ours.mode) < (other.id, other.mode) ? other : ours
    }
    for object in differing {
      let notes = (try trees.mine.blobs(of: object), try trees.theirs.blobs(of: object))
      union.gained += try join(notes, of: object, into: result, ledger)
    }
    union.restored = try restore([mine.lost, theirs.lost], to: result)
    let tree = try result.write()
    if isBehind, tree == theirs.commit.tree { return (theirs.id, union) }
    if isAhead, tree == mine.commit.tree { return (own, union) }
    let tips = [own, theirs.id].sorted()
    return (try writeUnion(tree, of: tips, "deed: unite \(ledger.rawValue)\n"), union)
  }

  /// Theirs, where there is nothing of ours.
  private func takenOver(
    _ ledger: LedgerName, _ theirs: Tip
  ) throws(GitError) -> (ObjectID, Union) {
    var union = Union()
    var comparison = NotesComparison(repository)
    let result = try NotesTree(repository, root: theirs.commit.tree)
    for (object, blobs) in try comparison.notes(in: theirs.commit.tree) {
      if ledger != .attachments {
        union.gained += try lines(in: blobs, of: object).count
      } else if blobs.contains(object) {
        union.gained += 1
      } else {
        try result.remove(object)
      }
    }
    union.restored = try restore([theirs.lost], to: result)
    let tree = try result.write()
    if tree == theirs.commit.tree { return (theirs.id, union) }
    let message = "deed: unite \(ledger.rawValue)\n"
    return (try writeUnion(tree, of: [theirs.id], message), union)
  }

  private func gained(
    _ notes: (mine: [ObjectID], theirs: [ObjectID]), of object: ObjectID
  ) throws(GitError) -> Int {
    let theirs = try lines(in: notes.theirs, of: object)
    return NoteText.lines(of: theirs, missingIn: try lines(in: notes.mine, of: object)).count
  }

  /// Makes one note of two that differ; says how many lines of theirs were new.
  private func join(
    _ notes: (mine: [ObjectID], theirs: [ObjectID]), of object: ObjectID, into tree: NotesTree,
    _ ledger: LedgerName
  ) throws(GitError) -> Int {
    if ledger == .attachments {
      // A file's note is the file itself; whatever else claims to be it is not.
      if notes.mine.contains(object) || notes.theirs.contains(object) {
        try tree.set(object, for: object)
        return notes.mine.contains(object) ? 0 : 1
      }
      try tree.remove(object)
      return 0
    }
    if notes.theirs.isEmpty { return 0 }
    // Read even where it is taken as it is, so that nothing is built on what is not here.
    let gained = try gained(notes, of: object)
    if notes.mine.isEmpty, let only = notes.theirs.first, Set(notes.theirs).count == 1 {
      try tree.set(only, for: object)
    } else {
      let lines = try lines(in: notes.mine + notes.theirs, of: object)
      try tree.set(try repository.write(.blob, NoteText.joining(lines)), for: object)
    }
    return gained
  }

  /// Puts back what either history lost, and says how much that was; some of it may stand here.
  private func restore(_ losses: [Lost], to tree: NotesTree) throws(GitError) -> Int {
    var all = Lost()
    for lost in losses {
      all.lines.merge(lost.lines) { $0 + $1 }
      all.files.formUnion(lost.files)
    }
    try putBack(all, into: tree)
    return all.files.count + all.lines.values.reduce(0) { $0 + NoteText.sorted($1).count }
  }

  /// Who made a union: nobody, for nobody says anything by it.
  private static let nobody = Person(name: "deed", email: "deed@localhost")

  /// A commit whose id follows from its tree and parents, whoever makes it and whenever.
  func writeUnion(
    _ tree: ObjectID, of parents: [ObjectID], _ message: String
  ) throws(GitError) -> ObjectID {
    var seconds: Int64 = 0
    for parent in parents { seconds = max(seconds, try commit(parent).commitTime) }
    // A parent's clock may say anything; git reads no later times than these.
    let identity = Identity(
      person: Self.nobody, seconds: min(seconds, 253_402_300_799), offsetMinutes: 0)
    return try repository.writeCommit(
      tree: tree, parents: parents, author: identity, committer: identity, message: message)
  }
}
