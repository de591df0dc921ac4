internal import Dispatch
internal import Glibc
package import Release
internal import Synchronization

extension Repository {
  /// The commits that `tip` reaches and `base` does not, and that changed what the filter means:
  /// children before parents, history simplified as `git log -- path` does.
  ///
  /// Reads trees, and no file.
  package func topology(
    from tip: ObjectID, excluding base: ObjectID?, changing filter: PathFilter
  ) throws(GitError) -> [CommitNode] {
    var ancestry = try ancestryOfNotes(from: tip, excluding: base)
    let end = try base.map { base throws(GitError) in try ancestry.number(of: base) }
    let order = Self.sorted(ancestry) { $0 }
    trunkEnds[CommitStretch(tip: tip, base: base)] = try ancestry.trunkEnd(from: tip)
    var line = FirstParents(ancestry)
    var trees = FilteredTrees(self, filter)
    var isReached = [Bool](repeating: false, count: ancestry.nodes.count)
    if let tip = order.first { isReached[tip] = true }
    var changed: [CommitNode] = []
    for node in order where isReached[node] {
      // Where a merge has what its first parent has, nothing else of it is looked at.
      try trees.readAhead(line.unread(from: node, in: ancestry), in: ancestry)
      var relevant = (parents: 0, changes: 0)
      var changes = 0
      var parents: [Int] = []
      var isSameAsParent = false
      for place in 0..<ancestry.parentCount(of: node) {
        let parent = try ancestry.parent(place, of: node)
        // git counts the range's own end among what matters, and nothing else beyond it.
        let isRelevant = ancestry.isInRange(parent) || parent == end
        let isSame = try trees.areSame(node, parent, in: ancestry)
        if isRelevant { relevant.parents += 1 }
        if isSame, isRelevant {
          parents = [parent]
          isSameAsParent = true
          break
        }
        parents.append(parent)
        if !isSame {
          changes += 1
          if isRelevant { relevant.changes += 1 }
        }
      }
      for parent in parents where ancestry.isInRange(parent) { isReached[parent] = true }
      if isSameAsParent { continue }
      let isChanged: Bool
      if parents.isEmpty {
        isChanged = try trees.hasAny(node, in: ancestry)
      } else {
        isChanged = relevant.parents > 0 ? relevant.changes > 0 : changes > 0
      }
      if isChanged {
        changed.append(CommitNode(id: ancestry.id(of: node), parents: ancestry.parentIDs(of: node)))
      }
    }
    return changed
  }

  /// Where the line of first parents from `tip` comes to what `base` reaches, or to its own end.
  package func trunkEnd(
    from tip: ObjectID, excluding base: ObjectID
  ) throws(GitError) -> ObjectID {
    if let known = trunkEnds[CommitStretch(tip: tip, base: base)] { return known }
    var ancestry = try ancestryOfNotes(from: tip, excluding: base)
    return try ancestry.trunkEnd(from: tip)
  }
}

/// What one commit reaches and another does not.
struct CommitStretch: Hashable {
  let tip: ObjectID
  let base: ObjectID?
}

extension Ancestry {
  /// Whether only the left side reaches a commit.
  fileprivate func isInRange(_ node: Int) -> Bool { nodes[node].marks == .left }

  /// Where the line of first parents from `tip` comes to what the right side reaches, or to its own end.
  mutating func trunkEnd(from tip: ObjectID) throws(GitError) -> ObjectID {
    var node = try number(of: tip)
    for _ in nodes {
      guard isInRange(node), let parent = parents(of: node).first else { break }
      node = Int(parent)
    }
    return isInRange(node) ? parentIDs(of: node).first ?? id(of: node) : id(of: node)
  }
}

/// The lines that first parents make through a history.
private struct FirstParents {
  private var isRead: [Bool]

  init(_ ancestry: Ancestry) { isRead = Array(repeating: false, count: ancestry.nodes.count) }

  /// A commit and its first parents, down to one that was among those of another; each once.
  mutating func unread(from node: Int, in ancestry: Ancestry) -> [Int] {
    var line: [Int] = []
    var next: Int? = node
    while let node = next, ancestry.isInRange(node), !isRead[node] {
      isRead[node] = true
      line.append(node)
      next = ancestry.parents(of: node).first.map(Int.init)
    }
    return line
  }
}

/// What a filter means of the trees of commits.
private struct FilteredTrees {
  private let repository: Repository
  private let filter: PathFilter
  private var extracts: TreeExtracts
  /// By the numbers of commits.
  private var known: [[UInt8]?] = []

  init(_ repository: Repository, _ filter: PathFilter) {
    self.repository = repository
    self.filter = filter
    extracts = TreeExtracts(filter, repository.packReader)
  }

  /// Reads the trees of these commits on all processors; what is out of the ordinary is left.
  mutating func readAhead(_ commits: [Int], in ancestry: Ancestry) throws(GitError) {
    let size = 256
    guard commits.count > size else { return }
    let processors = Processors.countForMemory
    guard processors > 1 else { return }
    let trees = commits.map(ancestry.tree)
    let parts = (trees.count + size - 1) / size
    let (packs, filter) = (repository.packs, filter)
    let next = Atomic<Int>(0)
    let read = Mutex<[[[UInt8]?]]>(Array(repeating: [], count: parts))
    DispatchQueue.concurrentPerform(iterations: min(processors, parts)) { _ in
      guard let reader = PackReader(packs) else { return }
      var extracts = TreeExtracts(filter, reader)
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < parts else { return }
        let found = trees[(part * size)..<min((part + 1) * size, trees.count)].map { tree in
          // What is wrong with a tree is said where it is compared.
          try? extracts.extract(tree) { (id: ObjectID) throws(GitError) in try reader.tree(id) }
        }
        read.withLock { $0[part] = found }
      }
    }
    for (commit, extract) in zip(commits, read.withLock { $0.joined() }) {
      if let extract { know(extract, of: commit) }
    }
  }

  mutating func areSame(
    _ one: Int, _ other: Int, in ancestry: Ancestry
  ) throws(GitError) -> Bool {
    if ancestry.tree(of: one) == ancestry.tree(of: other) { return true }
    return try extract(one, ancestry) == extract(other, ancestry)
  }

  /// Whether the commit has anything that the filter means.
  mutating func hasAny(_ commit: Int, in ancestry: Ancestry) throws(GitError) -> Bool {
    try !extract(commit, ancestry).isEmpty
  }

  private mutating func extract(
    _ commit: Int, _ ancestry: Ancestry
  ) throws(GitError) -> [UInt8] {
    if commit < known.count, let extract = known[commit] { return extract }
    let repository = repository
    let extract = try extracts.extract(ancestry.tree(of: commit)) {
      (tree: ObjectID) throws(GitError) -> [UInt8] in
      guard let content = try repository.content(of: tree, .tree) else {
        throw repository.missing(tree, "tree")
      }
      return content
    }
    know(extract, of: commit)
    return extract
  }

  private mutating func know(_ extract: [UInt8], of commit: Int) {
    if commit >= known.count {
      known += repeatElement(nil, count: commit + 1 - known.count)
    }
    known[commit] = extract
  }
}

extension PackReader {
  /// The bytes of a tree; throws where libgit2 is to be asked.
  func tree(_ id: ObjectID) throws(GitError) -> [UInt8] {
    guard let object = object(id), object.kind == .tree else {
      throw GitError(.missingObject, "\(id) is in no pack, or no tree")
    }
    return object.bytes
  }

  /// The tree of a commit; throws where libgit2 is to be asked.
  func root(of commit: ObjectID) throws(GitError) -> ObjectID {
    guard let object = object(commit), object.kind == .commit,
      let headers = CommitHeaders(object.bytes)
    else {
      throw GitError(.missingObject, "\(commit) is in no pack, or no commit")
    }
    return headers.tree
  }
}

/// What a filter means of trees.
private struct TreeExtracts {
  /// A tree, and how far the filter's patterns lead to it.
  private struct Key: Hashable {
    let tree: ObjectID
    let place: Int
  }

  private let filter: PathFilter
  /// Of whole trees, where only some names matter.
  private var beginnings: TreeBeginnings?
  /// Neighbours in history share most of their trees.
  private var known: [Key: [UInt8]] = [:]
  private var places: [PathFilter.Place]
  private var numbers: [PathFilter.Place: Int] = [:]
  /// By place, what its entries lead to.
  private var steps: [[ArraySlice<UInt8>: Int]] = [[:]]

  init(_ filter: PathFilter, _ reader: PackReader?) {
    self.filter = filter
    places = [filter.root]
    numbers = [filter.root: 0]
    if let reader, let names = filter.names(at: filter.root) {
      beginnings = TreeBeginnings(reader, names: names)
    }
  }

  /// What is meant of a whole tree.
  mutating func extract(
    _ tree: ObjectID, _ read: (ObjectID) throws(GitError) -> [UInt8]
  ) throws(GitError) -> [UInt8] {
    try extract(tree, at: 0, read)
  }

  /// What is meant of a tree: the same bytes, the same files; none, no file.
  ///
  /// Files and directories that are meant as a whole stand in it as git takes what the tree has, others
  /// by what is meant of them in turn; a digest once it gets long. Modes that git takes for one are so
  /// here; but where only such a mode changes inside a directory that is meant as a whole, this has
  /// another id, and git, which looks inside, says that nothing changed (2.39).
  private mutating func extract(
    _ tree: ObjectID, at place: Int, _ read: (ObjectID) throws(GitError) -> [UInt8]
  ) throws(GitError) -> [UInt8] {
    let key = Key(tree: tree, place: place)
    if let known = known[key] { return known }
    let first = place == 0 ? beginnings?.entries(of: tree) : nil
    let content = if let first { first } else { try read(tree) }
    var cursor = TreeCursor(content)
    var extract: [UInt8] = []
    let names = filter.names(at: places[place])
    while !cursor.isAtEnd {
      if Self.isAmong(names, cursor) {
        guard let mode = cursor.mode else { throw Repository.malformed(tree) }
        let isDirectory = mode == TreeEntry.directory
        let inner = enter(cursor.name, from: place)
        if places[inner].isWhole || places[inner].isMeant && !isDirectory {
          // No `d`: the first byte of a mode is another.
          extract.append(UInt8(truncatingIfNeeded: mode >> 8))
          extract.append(UInt8(truncatingIfNeeded: mode))
          extract += cursor.nameAndID
        } else if isDirectory, !places[inner].isOutside {
          let below = try self.extract(cursor.id, at: inner, read)
          if !below.isEmpty {
            extract.append(UInt8(ascii: "d"))
            extract += cursor.name
            extract += [0, UInt8(below.count)]
            extract += below
          }
        }
      }
      if let names, cursor.isLast(of: names) { break }
      cursor.advance()
    }
    guard cursor.isReadable else { throw Repository.malformed(tree) }
    if extract.count > Self.longest { extract = Digest(of: extract).bytes }
    known[key] = extract
    return extract
  }

  private static func isAmong(_ names: [[UInt8]]?, _ cursor: TreeCursor) -> Bool {
    guard let names else { return true }
    for name in names where cursor.isNamed(name) { return true }
    return false
  }

  private mutating func enter(_ name: ArraySlice<UInt8>, from place: Int) -> Int {
    if let step = steps[place][name] { return step }
    let inner = filter.enter(name, from: places[place])
    let number = numbers[inner, default: places.count]
    if number == places.count {
      places.append(inner)
      steps.append([:])
      numbers[inner] = number
    }
    // Copied, lest a name hold on to its whole tree.
    steps[place][Array(name)[...]] = number
    return number
  }

  private static let longest = 100
}
