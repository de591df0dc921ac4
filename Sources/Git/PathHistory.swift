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
    let nodes = try topologyOfNotes(from: tip, excluding: base)
    var line = FirstParents(nodes)
    var trees = FilteredTrees(self, filter)
    var isReached: Set = [tip]
    var changed: [CommitNode] = []
    for (place, node) in nodes.enumerated() where isReached.contains(node.id) {
      // Where a merge has what its first parent has, nothing else of it is looked at.
      try trees.readAhead(line.unread(from: place))
      var relevant = (parents: 0, changes: 0)
      var changes = 0
      var sameParent: ObjectID?
      for parent in node.parents {
        // git counts the range's own end among what matters, and nothing else beyond it.
        let isRelevant = line.has(parent) || parent == base
        let isSame = try trees.areSame(node.id, parent)
        if isRelevant { relevant.parents += 1 }
        if isSame, isRelevant {
          sameParent = parent
          break
        }
        if !isSame {
          changes += 1
          if isRelevant { relevant.changes += 1 }
        }
      }
      if let sameParent {
        isReached.insert(sameParent)
        continue
      }
      let isChanged: Bool
      if node.parents.isEmpty {
        isChanged = try trees.hasAny(node.id)
      } else {
        isChanged = relevant.parents > 0 ? relevant.changes > 0 : changes > 0
      }
      if isChanged { changed.append(node) }
      isReached.formUnion(node.parents)
    }
    return changed
  }
}

/// The lines that first parents make through a history.
private struct FirstParents {
  private let nodes: [CommitNode]
  private let places: [ObjectID: Int]
  private var isRead: [Bool]

  init(_ nodes: [CommitNode]) {
    self.nodes = nodes
    places = Dictionary(
      uniqueKeysWithValues: nodes.indices.lazy.map { place in (nodes[place].id, place) })
    isRead = Array(repeating: false, count: nodes.count)
  }

  func has(_ id: ObjectID) -> Bool { places[id] != nil }

  /// The commit at a place and its first parents, down to one that was among those of another; each once.
  mutating func unread(from place: Int) -> [ObjectID] {
    var line: [ObjectID] = []
    var next: Int? = place
    while let place = next, !isRead[place] {
      isRead[place] = true
      line.append(nodes[place].id)
      next = nodes[place].parents.first.flatMap { places[$0] }
    }
    return line
  }
}

/// What a filter means of the trees of commits.
private struct FilteredTrees {
  private let repository: Repository
  private let filter: PathFilter
  private let graph: CommitGraph?
  private var roots: [ObjectID: ObjectID] = [:]
  private var extracts: TreeExtracts

  init(_ repository: Repository, _ filter: PathFilter) {
    self.repository = repository
    self.filter = filter
    graph = repository.commitGraph
    extracts = TreeExtracts(filter, repository.packReader)
  }

  /// Reads the trees of these commits on all processors; what is out of the ordinary is left.
  mutating func readAhead(_ commits: [ObjectID]) throws(GitError) {
    let size = 256
    guard commits.count > size else { return }
    let processors = Processors.countForMemory
    guard processors > 1 else { return }
    var trees: [ObjectID] = []
    trees.reserveCapacity(commits.count)
    for commit in commits { trees.append(try root(of: commit)) }
    let parts = (trees.count + size - 1) / size
    let (packs, filter) = (repository.packs, filter)
    let next = Atomic<Int>(0)
    let read = Mutex<[ObjectID: [UInt8]]>([:])
    let wanted = trees
    DispatchQueue.concurrentPerform(iterations: min(processors, parts)) { _ in
      guard let reader = PackReader(packs) else { return }
      var extracts = TreeExtracts(filter, reader)
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < parts else { return }
        var found: [(ObjectID, [UInt8])] = []
        for tree in wanted[(part * size)..<min((part + 1) * size, wanted.count)] {
          // What is wrong with a tree is said where it is compared.
          let extract = try? extracts.extract(tree) { (id: ObjectID) throws(GitError) in
            try reader.tree(id)
          }
          if let extract { found.append((tree, extract)) }
        }
        read.withLock { read in for (tree, extract) in found { read[tree] = extract } }
      }
    }
    extracts.know(read.withLock { $0 })
  }

  mutating func areSame(_ one: ObjectID, _ other: ObjectID) throws(GitError) -> Bool {
    let (one, other) = (try root(of: one), try root(of: other))
    if one == other { return true }
    return try extract(one) == extract(other)
  }

  /// Whether the commit has anything that the filter means.
  mutating func hasAny(_ commit: ObjectID) throws(GitError) -> Bool {
    try !extract(root(of: commit)).isEmpty
  }

  private mutating func extract(_ tree: ObjectID) throws(GitError) -> [UInt8] {
    let repository = repository
    return try extracts.extract(tree) { (tree: ObjectID) throws(GitError) -> [UInt8] in
      guard let content = try repository.content(of: tree, .tree) else {
        throw repository.missing(tree, "tree")
      }
      return content
    }
  }

  private mutating func root(of commit: ObjectID) throws(GitError) -> ObjectID {
    if let graph, let position = graph.position(of: commit) { return graph.tree(at: position) }
    if let tree = roots[commit] { return tree }
    let known = repository.walked?[commit]
    let found = if known != nil { known } else { try repository.content(of: commit, .commit) }
    guard let content = found else { throw repository.missing(commit, "commit") }
    guard let headers = CommitHeaders(content) else {
      throw GitError(.invalidObject, "commit \(commit) is malformed", hint: "git fsck")
    }
    roots[commit] = headers.tree
    return headers.tree
  }
}

extension PackReader {
  fileprivate func tree(_ id: ObjectID) throws(GitError) -> [UInt8] {
    guard let object = object(id), object.kind == .tree else {
      throw GitError(.missingObject, "\(id) is in no pack, or no tree")
    }
    return object.bytes
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

  /// Takes over what others have found of whole trees.
  mutating func know(_ extracts: [ObjectID: [UInt8]]) {
    known.reserveCapacity(extracts.count)
    for (tree, extract) in extracts { known[Key(tree: tree, place: 0)] = extract }
  }

  /// What is meant of a whole tree.
  mutating func extract(
    _ tree: ObjectID, _ read: (ObjectID) throws(GitError) -> [UInt8]
  ) throws(GitError) -> [UInt8] {
    try extract(tree, at: 0, read)
  }

  /// What is meant of a tree: the same bytes, the same files; none, no file.
  ///
  /// Files and directories that are meant as a whole stand in it as the tree has them, others by
  /// what is meant of them in turn; a digest once it gets long.
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
        let inner = enter(cursor.name, from: place)
        if places[inner].isWhole || places[inner].isMeant && !cursor.isDirectory {
          extract += cursor.bytes
        } else if cursor.isDirectory, !places[inner].isOutside {
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
    guard cursor.isReadable else {
      throw GitError(.invalidObject, "tree \(tree) is malformed", hint: "git fsck")
    }
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
