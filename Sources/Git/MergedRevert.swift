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
    let (before, after) = (try entries(trees.before), try entries(trees.after))
    let (trunk, merge) = (try entries(trees.trunk), try entries(trees.merge))
    for name in Set(before.keys).union(after.keys) where before[name] != after[name] {
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

  private func entries(_ tree: ObjectID?) throws(GitError) -> [[UInt8]: TreeEntry] {
    guard let tree else { return [:] }
    guard let entries = try repository.tree(tree) else { throw repository.missing(tree, "tree") }
    return Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}
