internal import Dispatch
package import Release
internal import Synchronization

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
    try RevertComparison.isKept(
      merge, revert,
      TreeSource(
        root: { commit throws(GitError) in try self.root(of: commit) },
        content: { tree throws(GitError) in
          guard let content = try self.content(of: tree, .tree) else {
            throw self.missing(tree, "tree")
          }
          return content
        }))
  }

  /// The same of many, on all processors; `nil` for one that has to be asked for by itself, since it
  /// takes more than packs to answer, or cannot be answered.
  package func keep(_ questions: [MergeKeeps.Question]) -> [Bool?] {
    // Neighbours share most of their trees, so that each thread takes many of them.
    let size = max(4, questions.count / (Processors.countForMemory * 2))
    let parts = (questions.count + size - 1) / size
    let answers = Mutex<[Bool?]>(Array(repeating: nil, count: questions.count))
    guard parts > 1, Processors.count > 1 else { return answers.withLock { $0 } }
    let packs = packs
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(Processors.countForMemory, parts)) { _ in
      // Few are shared: fresh memory for many would take longer than to put some together again.
      guard let reader = PackReader(packs, keeping: 1 << 22) else { return }
      let source = TreeSource(root: reader.root, content: reader.tree)
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < parts else { return }
        for place in (part * size)..<min((part + 1) * size, questions.count) {
          let (merge, revert) = questions[place]
          let answer = try? RevertComparison.isKept(merge, revert, source)
          answers.withLock { $0[place] = answer }
        }
      }
    }
    return answers.withLock { $0 }
  }
}

/// Where a comparison has trees from.
private struct TreeSource {
  /// The tree of a commit.
  let root: (ObjectID) throws(GitError) -> ObjectID
  let content: (ObjectID) throws(GitError) -> [UInt8]
}

/// What a revert changed, and what a merge made of that.
private struct RevertComparison {
  /// The same directory in four commits; `nil` where there is none.
  private struct Trees {
    let before: ObjectID?
    let after: ObjectID?
    let trunk: ObjectID?
    let merge: ObjectID?
  }

  private let source: TreeSource
  /// Of each file that it removed or put back, whether the merge has as the trunk does.
  private var moved: [Bool] = []
  private var changed: [Bool] = []

  static func isKept(
    _ merge: HistoryCommit, _ revert: HistoryCommit, _ source: TreeSource
  ) throws(GitError) -> Bool {
    guard revert.parents.count == 1, let trunk = merge.parents.first else { return false }
    var comparison = RevertComparison(source)
    try comparison.compare(
      Trees(
        before: source.root(revert.parents[0]), after: source.root(revert.id),
        trunk: source.root(trunk), merge: source.root(merge.id)))
    return comparison.isKept
  }

  private init(_ source: TreeSource) { self.source = source }

  private var isKept: Bool {
    let deciding = moved.isEmpty ? changed : moved
    return !deciding.isEmpty && deciding.allSatisfy(\.self)
  }

  private mutating func compare(_ trees: Trees) throws(GitError) {
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
    return try source.content(tree)
  }
}
