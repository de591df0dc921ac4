import Git
import Release

/// Looks for files in the whole history of ledgers: whatever keeps one reachable counts, be it the file's
/// own note, another one's, or no note at all.
///
/// Histories that lead to none of them are remembered, of these very files; and so is what each commit
/// brought, as long as this lives.
final class FileSearch {
  private struct Step {
    let parents: [ObjectID]
    /// Those of the files that its tree holds and that of the first parent does not.
    let brought: Set<ObjectID>
    /// Whether its history goes on where nothing is here.
    let isCutOff: Bool
  }

  private struct Pair: Hashable {
    let old: ObjectID?
    let new: ObjectID
  }

  private let repository: Repository
  let files: Set<ObjectID>
  private let memory: HistoryMemory
  private let isShallow: Bool
  private var trees: TreeCache
  /// How many trees were looked through.
  private(set) var treeCount = 0
  private var steps: [ObjectID: Step] = [:]
  private var results: [ObjectID: Set<ObjectID>] = [:]
  /// Trees that hold none of the files, however deep.
  private var clean: Set<ObjectID> = []

  /// - Parameter remembers: Whether to believe what an earlier run noted.
  init(_ repository: Repository, for files: Set<ObjectID>, remembers: Bool) {
    self.repository = repository
    self.files = files
    isShallow = repository.isShallow
    trees = TreeCache(repository)
    memory = HistoryMemory(
      repository, "clean", of: Digest(of: files.sorted().flatMap(\.bytes)), isUsed: remembers)
  }

  /// Those of the files that the history of a commit leads to.
  func found(inHistoryOf tip: ObjectID) throws(GitError) -> Set<ObjectID> {
    if files.isEmpty { return [] }
    if let known = results[tip] { return known }
    var found: Set<ObjectID> = []
    var isCutOff = false
    var waiting = [tip]
    var met: Set<ObjectID> = [tip]
    while let id = waiting.popLast() {
      if memory.holds(id) { continue }
      let step = try step(id)
      found.formUnion(step.brought)
      isCutOff = isCutOff || step.isCutOff
      for parent in step.parents where met.insert(parent).inserted { waiting.append(parent) }
    }
    // What is cut off here may go on tomorrow.
    if found.isEmpty, !isCutOff { memory.remember(tip) }
    results[tip] = found
    return found
  }

  private func step(_ id: ObjectID) throws(GitError) -> Step {
    if let known = steps[id] { return known }
    let commit = try repository.ledgerCommit(id)
    var parents = commit.parents
    if isShallow {
      // Such a history ends without saying so.
      parents = []
      for parent in commit.parents where try repository.header(of: parent) != nil {
        parents.append(parent)
      }
    }
    let before = try parents.first.map { id throws(GitError) in try repository.ledgerCommit(id) }
    let step = Step(
      parents: parents, brought: try brought(by: commit.tree, after: before?.tree),
      isCutOff: parents.count < commit.parents.count)
    steps[id] = step
    return step
  }

  /// Those of the files that a tree holds.
  func found(inTree tree: ObjectID) throws(GitError) -> Set<ObjectID> {
    try brought(by: tree, after: nil)
  }

  /// Those that a tree holds, without what it has in common with another one.
  private func brought(
    by tree: ObjectID, after old: ObjectID?
  ) throws(GitError) -> Set<ObjectID> {
    var found: Set<ObjectID> = []
    // No recursion, since anybody may have made a tree as deep as they like; and each pair once, however
    // often it is in others.
    var waiting = [Pair(old: old, new: tree)]
    var met = Set(waiting)
    while let pair = waiting.popLast() {
      if pair.old == pair.new || clean.contains(pair.new) { continue }
      for entry in try newEntries(of: pair) {
        let below = Pair(old: entry.old, new: entry.new.id)
        if entry.new.isDirectory {
          if met.insert(below).inserted { waiting.append(below) }
        } else if files.contains(entry.new.id) {
          found.insert(entry.new.id)
        }
      }
    }
    // Of a comparison only that is known which has nothing to be compared with.
    if found.isEmpty { clean.formUnion(met.filter { $0.old == nil }.map(\.new)) }
    return found
  }

  /// The entries of a tree that are not the same in another; of directories, with what has their name
  /// there.
  private func newEntries(
    of pair: Pair
  ) throws(GitError) -> [(new: StoredTree.Entry, old: ObjectID?)] {
    treeCount += 1
    let new = try trees.tree(pair.new)
    guard let old = try pair.old.map({ id throws(GitError) in try trees.tree(id) }) else {
      return try new.entries.map { ($0, nil) }
    }
    var entries: [(StoredTree.Entry, ObjectID?)] = []
    var one = try old.span(at: 0)
    var other = try new.span(at: 0)
    while let span = other {
      if let first = one, new.isSame(span, as: first, in: old) {
        one = try old.span(at: first.end)
        other = try new.span(at: span.end)
        continue
      }
      let entry = new.entry(span)
      if let first = one, old.entry(first).precedes(entry) {
        one = try old.span(at: first.end)
        continue
      }
      let before = one.map(old.entry)
      let isSibling = before.map { $0.isDirectory && $0.name == entry.name } ?? false
      entries.append((entry, isSibling && entry.isDirectory ? before?.id : nil))
      other = try new.span(at: span.end)
    }
    return entries
  }
}
