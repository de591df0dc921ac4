package import Release

extension Repository {
  /// Whether a merge kept what a revert on one of its branches took back, as its first parent has it.
  ///
  /// Where the revert removed files or put them back, those decide, and whether they are there; else
  /// the files that it changed. Reads trees, and no file.
  ///
  /// - Throws: `GitError` where a commit or a tree is missing or malformed.
  package func keeps(
    _ merge: HistoryCommit, against revert: HistoryCommit
  ) throws(GitError) -> Bool {
    guard revert.parents.count == 1, let trunk = merge.parents.first else { return false }
    var comparison = RevertComparison(self)
    try comparison.compare(
      RevertComparison.Trees(
        before: root(of: revert.parents[0]), after: root(of: revert.id), trunk: root(of: trunk),
        merge: root(of: merge.id)))
    return comparison.isKept
  }
}

/// What a revert changed, and what a merge made of that.
private struct RevertComparison {
  /// The same directory in four commits; `nil` where there is none.
  struct Trees {
    let before: ObjectID?
    let after: ObjectID?
    let trunk: ObjectID?
    let merge: ObjectID?
  }

  let repository: Repository
  /// Of each file that it removed or put back, whether the merge has as the trunk does.
  private var moved: [Bool] = []
  private var changed: [Bool] = []

  init(_ repository: Repository) { self.repository = repository }

  var isKept: Bool {
    let deciding = moved.isEmpty ? changed : moved
    return !deciding.isEmpty && deciding.allSatisfy(\.self)
  }

  mutating func compare(_ trees: Trees) throws(GitError) {
    let (before, after) = try difference(trees.before, trees.after)
    let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
    guard !names.isEmpty else { return }
    let (trunk, merge) = (try entries(trees.trunk, names), try entries(trees.merge, names))
    for name in names {
      let (old, new, here, there) = (before[name], after[name], trunk[name], merge[name])
      // A directory is as empty where there is none: what is beside such a file is not asked.
      let sides = [old, new, here, there]
      if [old, new].contains(where: { $0?.isDirectory == true }),
        sides.allSatisfy({ $0?.isDirectory ?? true })
      {
        try compare(Trees(before: old?.id, after: new?.id, trunk: here?.id, merge: there?.id))
      } else if old == nil || new == nil {
        moved.append((here == nil) == (there == nil) && (here == nil) != (new == nil))
      } else {
        // Where the trunk has it no more, it may have it by another name.
        changed.append(here != nil && here == there && here != new)
      }
    }
  }

  private typealias Entries = [[UInt8]: TreeEntry]

  /// What one of two trees has, and the other not in the same place of the same order; hardly any of all
  /// that they have, which is passed over as it stands.
  private func difference(
    _ before: ObjectID?, _ after: ObjectID?
  ) throws(GitError) -> (Entries, Entries) {
    var (old, new) = (TreeCursor(try content(before)), TreeCursor(try content(after)))
    var entries: (old: Entries, new: Entries) = ([:], [:])
    while !old.isAtEnd || !new.isAtEnd {
      if !old.isAtEnd, !new.isAtEnd, old.skipCommon(with: &new) { continue }
      let isOldFirst =
        new.isAtEnd || !old.isAtEnd && !new.name.lexicographicallyPrecedes(old.name)
      let isNewFirst =
        old.isAtEnd || !new.isAtEnd && !old.name.lexicographicallyPrecedes(new.name)
      if isOldFirst { try take(&old, of: before, to: &entries.old) }
      if isNewFirst { try take(&new, of: after, to: &entries.new) }
    }
    try check(old, of: before)
    try check(new, of: after)
    return entries
  }

  private func take(
    _ cursor: inout TreeCursor, of tree: ObjectID?, to entries: inout Entries
  ) throws(GitError) {
    guard let entry = TreeEntry(cursor) else { throw Repository.malformed(tree ?? .zero) }
    if entries[entry.name] == nil { entries[entry.name] = entry }
    cursor.advance()
  }

  private func check(_ cursor: TreeCursor, of tree: ObjectID?) throws(GitError) {
    if let tree, !cursor.isReadable { throw Repository.malformed(tree) }
  }

  /// What a tree has of these names.
  private func entries(
    _ tree: ObjectID?, _ names: Set<[UInt8]>
  ) throws(GitError) -> Entries {
    var cursor = TreeCursor(try content(tree))
    var entries: Entries = [:]
    var isLength = [Bool](repeating: false, count: 1 + (names.lazy.map(\.count).max() ?? 0))
    for name in names { isLength[name.count] = true }
    while !cursor.isAtEnd {
      // Most names are seen to be others by their lengths.
      let length = cursor.name.count
      if length < isLength.count, isLength[length], names.contains(Array(cursor.name)) {
        try take(&cursor, of: tree, to: &entries)
      } else {
        cursor.advance()
      }
    }
    try check(cursor, of: tree)
    return entries
  }

  private func content(_ tree: ObjectID?) throws(GitError) -> [UInt8] {
    guard let tree else { return [] }
    guard let content = try repository.content(of: tree, .tree) else {
      throw repository.missing(tree, "tree")
    }
    return content
  }
}
