package import Release

extension Repository {
  /// The commits that `tip` reaches and `base` does not, and that changed what the filter means:
  /// children before parents, history simplified as `git log -- path` does.
  ///
  /// Reads trees, and no file.
  package func topology(
    from tip: ObjectID, excluding base: ObjectID?, changing filter: PathFilter
  ) throws(GitError) -> [CommitNode] {
    let nodes = try topologyOfNotes(from: tip, excluding: base)
    let isWanted = Set(nodes.map(\.id))
    var trees = TreeComparison(self, filter)
    var isReached: Set = [tip]
    var changed: [CommitNode] = []
    for node in nodes where isReached.contains(node.id) {
      var relevant = (parents: 0, changes: 0)
      var changes = 0
      var sameParent: ObjectID?
      for parent in node.parents {
        // git counts the range's own end among what matters, and nothing else beyond it.
        let isRelevant = isWanted.contains(parent) || parent == base
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

/// Compares commits in what a filter means of their trees.
private struct TreeComparison {
  private let repository: Repository
  private let filter: PathFilter
  private let graph: CommitGraph?
  /// Neighbours in history share most of their trees, so that the latest are asked for again.
  private var contents: [ObjectID: [UInt8]] = [:]
  private var roots: [ObjectID: ObjectID] = [:]

  private static let remembered = 4096

  init(_ repository: Repository, _ filter: PathFilter) {
    self.repository = repository
    self.filter = filter
    graph = CommitGraph(objects: "\(repository.commonDirectory)/objects")
  }

  mutating func areSame(_ one: ObjectID, _ other: ObjectID) throws(GitError) -> Bool {
    let (one, other) = (try root(of: one), try root(of: other))
    return try !differ(one, other, at: filter.root)
  }

  /// Whether the commit has anything that the filter means.
  mutating func hasAny(_ commit: ObjectID) throws(GitError) -> Bool {
    try differ(root(of: commit), nil, at: filter.root)
  }

  private mutating func root(of commit: ObjectID) throws(GitError) -> ObjectID {
    if let tree = roots[commit] { return tree }
    let tree: ObjectID
    if let graph, let position = graph.position(of: commit) {
      tree = graph.tree(at: position)
    } else {
      guard let content = try repository.content(of: commit, .commit) else {
        throw repository.missing(commit, "commit")
      }
      guard let headers = CommitHeaders(content) else {
        throw GitError(.invalidObject, "commit \(commit) is malformed", hint: "git fsck")
      }
      tree = headers.tree
    }
    roots[commit] = tree
    return tree
  }

  private mutating func content(of tree: ObjectID?) throws(GitError) -> [UInt8] {
    guard let tree else { return [] }
    if let content = contents[tree] { return content }
    guard let content = try repository.content(of: tree, .tree) else {
      throw repository.missing(tree, "tree")
    }
    if contents.count >= Self.remembered { contents.removeAll(keepingCapacity: true) }
    contents[tree] = content
    return content
  }

  private mutating func differ(
    _ one: ObjectID?, _ other: ObjectID?, at place: PathFilter.Place
  ) throws(GitError) -> Bool {
    if one == other || place.isOutside { return false }
    var left = TreeCursor(try content(of: one))
    var right = TreeCursor(try content(of: other))
    guard left.isReadable, right.isReadable else {
      throw GitError(.invalidObject, "a tree is malformed", hint: "git fsck")
    }
    while left.entry != nil || right.entry != nil {
      if left.entry == right.entry {
        left.advance()
        right.advance()
        continue
      }
      let order = TreeCursor.order(left.entry, right.entry)
      let old = order <= 0 ? left.entry : nil
      let new = order >= 0 ? right.entry : nil
      if order <= 0 { left.advance() }
      if order >= 0 { right.advance() }
      guard left.isReadable, right.isReadable else {
        throw GitError(.invalidObject, "a tree is malformed", hint: "git fsck")
      }
      guard let entry = old ?? new else { continue }
      let inner = filter.enter(entry.name, from: place)
      if inner.isOutside { continue }
      if !entry.isDirectory {
        if inner.isMeant { return true }
      } else if inner.isWhole {
        return true
      } else if try differ(old?.id, new?.id, at: inner) {
        return true
      }
    }
    return false
  }
}

/// The entries of a stored tree, one after the other.
private struct TreeCursor {
  struct Entry: Equatable {
    let isDirectory: Bool
    /// Mode, name and id as they stand: the same bytes, the same entry.
    let bytes: ArraySlice<UInt8>
    let name: ArraySlice<UInt8>

    var id: ObjectID? { ObjectID(bytes: bytes.suffix(ObjectID.byteCount)) }

    static func == (left: Entry, right: Entry) -> Bool { left.bytes == right.bytes }
  }

  private(set) var entry: Entry?
  private(set) var isReadable = true
  private var rest: ArraySlice<UInt8>

  init(_ content: [UInt8]) {
    rest = content[...]
    advance()
  }

  mutating func advance() {
    guard !rest.isEmpty else {
      entry = nil
      return
    }
    guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
      let end = rest[space...].firstIndex(of: 0), rest.endIndex - end > ObjectID.byteCount
    else {
      isReadable = false
      entry = nil
      rest = []
      return
    }
    let next = end + 1 + ObjectID.byteCount
    // Directories are `40000`; all other modes have six digits.
    entry = Entry(
      isDirectory: space - rest.startIndex == 5, bytes: rest[..<next],
      name: rest[(space + 1)..<end])
    rest = rest[next...]
  }

  /// Negative where the left entry comes first, as git sorts: a directory as if it ended in a slash.
  static func order(_ left: Entry?, _ right: Entry?) -> Int {
    guard let left else { return 1 }
    guard let right else { return -1 }
    let slash = CollectionOfOne(UInt8(ascii: "/"))
    if left.isDirectory == right.isDirectory {
      if left.name == right.name { return 0 }
      let precedes =
        left.isDirectory
        ? (left.name + slash).lexicographicallyPrecedes(right.name + slash)
        : left.name.lexicographicallyPrecedes(right.name)
      return precedes ? -1 : 1
    }
    let one = left.isDirectory ? left.name + slash : left.name
    let two = right.isDirectory ? right.name + slash : right.name
    return one.lexicographicallyPrecedes(two) ? -1 : 1
  }
}
