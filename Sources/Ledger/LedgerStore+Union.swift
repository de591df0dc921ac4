package import Git
package import Release

/// What uniting a ledger with another tip came to.
package struct Union: Sendable {
  /// Lines that were new here.
  package var gained = 0
  /// Lines of the other tip's history that its tip no longer has: put back here.
  package var restored = 0
}

extension LedgerStore {
  /// Takes over every line of `other`, and every line that ever stood in its history or ours.
  ///
  /// By bytes and without a base, always through the trees: a fast-forward can delete, and so can
  /// git's three-way `cat_sort_uniq`. The result has both tips as parents, so that pushing it is a
  /// fast-forward.
  ///
  /// - Parameter identity: Who commits the union, where one is needed: a reader who has nothing of
  ///   their own needs no name.
  package func unite(
    _ ledger: LedgerName, with other: ObjectID, by identity: Result<Identity, GitError>
  ) throws(GitError) -> Union {
    try check(other)
    let lock = try WriteLock(repository)
    defer { lock.release() }
    while true {
      let mine = try tip(of: ledger)
      if mine == other { return Union() }
      let (tree, union) = try united(ledger, mine, other)
      let commit = try commit(ledger, tree: tree, mine: mine, other: other, by: identity)
      guard commit != mine else { return union }
      if try move(ledger, from: mine, to: commit, message: "deed: unite") { return union }
    }
  }

  private func check(_ tip: ObjectID) throws(GitError) {
    guard let kind = try repository.header(of: tip)?.kind, kind == .commit else {
      throw GitError(
        .invalidObject, "\(tip.short) is no commit, so it cannot be a ledger")
    }
  }

  /// The tree of both tips with all that either history lost.
  private func united(
    _ ledger: LedgerName, _ mine: ObjectID?, _ other: ObjectID
  ) throws(GitError) -> (ObjectID, Union) {
    var union = Union()
    var theirs = try self.tree(at: other)
    // Starting from theirs where there is nothing of ours leaves every object as it is.
    var tree = try mine.map { tip throws(GitError) in try self.tree(at: tip) } ?? theirs
    if mine == nil {
      for (object, blobs) in try theirs.notes() {
        union.gained += ledger == .attachments ? 1 : try lines(in: blobs, of: object).count
      }
    }
    if ledger == .attachments {
      for (object, blobs) in try theirs.notes(differingFrom: &tree) {
        // A file's note is the file itself; whatever else claims to be it is not.
        guard blobs.contains(object) else { continue }
        try tree.set(object, for: object)
        union.gained += 1
      }
    } else {
      for (object, blobs) in try theirs.notes(differingFrom: &tree) {
        union.gained += try gain(try lines(in: blobs, of: object), of: object, in: &tree)
      }
      for (object, lines) in try lost(in: theirs, since: [other] + (mine.map { [$0] } ?? [])) {
        union.restored += try gain(lines, of: object, in: &tree)
      }
    }
    tree.adoptOthers(of: theirs)
    return (try tree.write(), union)
  }

  /// Adds the lines that are missing, and says how many those were.
  private func gain(
    _ lines: [[UInt8]], of object: ObjectID, in tree: inout NotesTree
  ) throws(GitError) -> Int {
    let standing = Set(try self.lines(in: try tree.blobs(of: object), of: object))
    let missing = Set(lines).subtracting(standing)
    if !missing.isEmpty { _ = try add([object: Array(missing)], to: &tree) }
    return missing.count
  }

  /// The commit to stand on: ours or theirs where one of them holds everything and contains the
  /// other, else one that joins them.
  private func commit(
    _ ledger: LedgerName, tree: ObjectID, mine: ObjectID?, other: ObjectID,
    by identity: Result<Identity, GitError>
  ) throws(GitError) -> ObjectID {
    if let theirs = try repository.commit(other), theirs.tree == tree {
      guard let mine else { return other }
      if try repository.isAncestor(mine, of: other) { return other }
    }
    if let mine, let ours = try repository.commit(mine), ours.tree == tree,
      try repository.isAncestor(other, of: mine)
    {
      return mine
    }
    return try repository.writeCommit(
      tree: tree, parents: (mine.map { [$0] } ?? []) + [other], author: try identity.get(),
      committer: try identity.get(), message: "deed: unite \(ledger.rawValue)\n")
  }
}
