internal import Release

/// What a walk wants to know of a commit.
struct CommitLink {
  let time: Int64
  let tree: ObjectID
  let parents: [ObjectID]
}

/// A walk from commits to their ancestors that marks which starts each is reached from.
///
/// Children come before parents: by depth where the commit-graph tells it, by time elsewhere. Clocks
/// may lie, so a mark that comes late is still carried on to all ancestors.
struct Ancestry {
  struct Marks: OptionSet {
    let rawValue: UInt8
    static let left = Marks(rawValue: 1)
    static let right = Marks(rawValue: 2)
  }

  /// A commit; small, because walks go through tens of thousands, of most of which nobody asks the id.
  struct Node {
    let time: Int64
    /// `UInt32.max` for a commit that is not in the graph: it can only be a descendant of those in it.
    fileprivate let generation: UInt32
    /// Its position in the graph; below zero for one that was read, where `~place` is its place among
    /// those.
    fileprivate let place: Int32
    /// Where its parents stand in `links`.
    fileprivate var range: Range<Int32> = 0..<0
    /// Its place among the commits that were handed on while the walk went; -1 where it was not.
    fileprivate(set) var handedOn: Int32 = -1
    fileprivate(set) var marks: Marks = []
    fileprivate(set) var isVisited = false
    /// History has been cut off here.
    let isBoundary: Bool
  }

  /// Which commit a walk takes next: the deepest, the newest, the latest met.
  private struct Turn: Comparable {
    let time: Int64
    let generation: UInt32
    let node: Int32

    static func < (left: Turn, right: Turn) -> Bool {
      if left.generation != right.generation { return left.generation < right.generation }
      return left.time != right.time ? left.time < right.time : left.node < right.node
    }
  }

  private(set) var nodes: [Node] = []
  // The numbers of all nodes' parents: histories have millions, too many for an array each.
  private var links: [Int32] = []
  /// Those commits that were read.
  private var told: [(id: ObjectID, link: CommitLink)] = []
  private var numbers: [ObjectID: Int] = [:]
  /// By position in the graph, the number of the node and one more; 0 where there is none.
  private var numbersInGraph: [Int32] = []
  private let repository: Repository
  private let graph: CommitGraph?
  private let boundary: Set<ObjectID>
  private var queue = PriorityQueue<Turn>()
  // Queued commits that still may change the answer.
  private var open = 0

  /// Commits whose ancestors are marked `right` when they are met.
  private let dividers: CommitPlaces?
  /// Whether commits come in the order of their times alone, as git takes them for a range.
  ///
  /// One side branch with a history of its own, which is short and therefore not deep, would else
  /// have the walk go down to that depth everywhere.
  private let trustsClocks: Bool

  /// How far the walk goes on, past commits that cannot matter if clocks are right, before it
  /// believes them: git itself goes on for 5.
  static let patience = 2_000
  private static let slack: Int64 = 86_400

  init(
    _ repository: Repository, dividers: CommitPlaces? = nil, trustsClocks: Bool = false
  ) throws(GitError) {
    self.repository = repository
    self.dividers = dividers
    self.trustsClocks = trustsClocks
    boundary = try repository.shallowBoundary()
    graph = boundary.isEmpty ? repository.commitGraph : nil
    numbersInGraph = Array(repeating: 0, count: graph?.count ?? 0)
    // Growing moves them all; what is never used is never there.
    nodes.reserveCapacity(min(numbersInGraph.count, 1 << 17))
  }

  /// The numbers of a commit's parents, as far as they were walked to.
  func parents(of node: Int) -> ArraySlice<Int32> {
    let range = nodes[node].range
    return links[Int(range.lowerBound)..<Int(range.upperBound)]
  }

  /// All that a commit names as its parents, also beyond a shallow boundary.
  func parentIDs(of node: Int) -> [ObjectID] {
    link(of: node)?.parents ?? parents(of: node).map { id(of: Int($0)) }
  }

  /// The number of one of a commit's parents, also of one beyond a shallow boundary.
  mutating func parent(_ number: Int, of node: Int) throws(GitError) -> Int {
    if nodes[node].isBoundary { return try self.number(of: parentIDs(of: node)[number]) }
    return Int(links[Int(nodes[node].range.lowerBound) + number])
  }

  /// How many parents a commit names that was walked to.
  func parentCount(of node: Int) -> Int {
    nodes[node].isBoundary ? parentIDs(of: node).count : nodes[node].range.count
  }

  func id(of node: Int) -> ObjectID {
    let place = nodes[node].place
    guard place >= 0, let graph else { return told[Int(~place)].id }
    return graph.id(at: Int(place))
  }

  /// The commit as whoever comes after the walk is told of it: most ids are looked up there, many at once
  /// and beside the walk, since nearly each look misses every cache.
  private func named(_ node: Int) -> NamedCommit {
    let place = nodes[node].place
    return place >= 0 ? .position(place) : .id(told[Int(~place)].id)
  }

  /// Its position in a graph that has all commits in the order of their ids; `nil` without such a one.
  var position: ((Int) -> Int32)? {
    guard told.isEmpty, let graph, graph.isOrderedByID else { return nil }
    return { nodes[$0].place }
  }

  /// From where a commit was walked to.
  mutating func marks(of id: ObjectID) throws(GitError) -> Marks { nodes[try number(of: id)].marks }

  /// The commit's own tree.
  func tree(of node: Int) -> ObjectID {
    let place = nodes[node].place
    guard place >= 0, let graph else { return told[Int(~place)].link.tree }
    return graph.tree(at: Int(place))
  }

  /// What was read of a commit; `nil` of one that the graph tells.
  private func link(of node: Int) -> CommitLink? {
    let place = nodes[node].place
    return place < 0 ? told[Int(~place)].link : nil
  }

  /// Walks from `starts`; commits with all of `settled` matter only for what they lead to.
  ///
  /// - Parameter goal: One of the starts, at which the walk may end when it has come there from the left.
  mutating func walk(
    from starts: [(ObjectID, Marks)], settled: Marks, patience limit: Int = patience,
    until goal: ObjectID? = nil
  ) throws(GitError) {
    for (id, marks) in starts { mark(try number(of: id), marks, settled) }
    let end = try goal.map { id throws(GitError) in try number(of: id) }
    var oldest = Int64.max
    var patience = limit
    while let next = queue.popFirst() {
      let node = Int(next.node)
      guard !nodes[node].isVisited else { continue }
      nodes[node].isVisited = true
      if nodes[node].handedOn < 0, nodes[node].marks == .left {
        nodes[node].handedOn = repository.walked?.visit(named(node)) ?? -1
      }
      if node == end, nodes[node].marks.contains(.left) { return }
      if !nodes[node].marks.isSuperset(of: settled) {
        open -= 1
        oldest = min(oldest, nodes[node].time)
        patience = limit
      }
      guard try link(node) else {
        // Anew without it: a way that graph and commits tell in turns could lead back to its start.
        repository.commitGraph = nil
        self = try Ancestry(repository, dividers: dividers, trustsClocks: trustsClocks)
        return try walk(from: starts, settled: settled, patience: limit, until: goal)
      }
      var marks = nodes[node].marks
      if let dividers, dividers[id(of: node)] != nil { marks.insert(.right) }
      for link in nodes[node].range { mark(Int(links[Int(link)]), marks, settled) }
      guard open == 0, let top = queue.first else { continue }
      // What is left in the graph is no deeper than this, and leads to nothing that was seen.
      if top.generation != .max { return }
      guard top.time < oldest - Self.slack else { continue }
      patience -= 1
      if patience == 0 { return }
    }
  }

  /// Adds marks to a commit, and to all of its ancestors that have been visited already.
  private mutating func mark(_ start: Int, _ marks: Marks, _ settled: Marks) {
    guard nodes[start].isVisited else {
      markUnvisited(start, marks, settled)
      return
    }
    var stack = [start]
    while let node = stack.popLast() {
      guard nodes[node].isVisited else {
        markUnvisited(node, marks, settled)
        continue
      }
      guard !nodes[node].marks.isSuperset(of: marks) else { continue }
      nodes[node].marks.formUnion(marks)
      stack += parents(of: node).map(Int.init)
    }
  }

  private mutating func markUnvisited(_ node: Int, _ marks: Marks, _ settled: Marks) {
    let old = nodes[node].marks
    let new = old.union(marks)
    guard new != old else { return }
    nodes[node].marks = new
    let wasOpen = !old.isEmpty && !old.isSuperset(of: settled)
    let isOpen = !new.isSuperset(of: settled)
    if isOpen != wasOpen { open += isOpen ? 1 : -1 }
    if old.isEmpty {
      let (time, generation) = (nodes[node].time, nodes[node].generation)
      queue.insert(Turn(time: time, generation: generation, node: Int32(node)))
    }
  }

  mutating func number(of id: ObjectID) throws(GitError) -> Int {
    if let number = numbers[id] { return number }
    if let graph, let position = graph.position(of: id) { return number(at: position, in: graph) }
    let (link, handedOn) = try read(id)
    var node = Node(
      time: link.time, generation: .max, place: ~Int32(told.count),
      isBoundary: boundary.contains(id))
    node.handedOn = handedOn
    numbers[id] = nodes.count
    told.append((id, link))
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func number(at position: Int, in graph: CommitGraph) -> Int {
    let known = numbersInGraph[position]
    if known > 0 { return Int(known) - 1 }
    let (time, generation) = graph.entry(at: position)
    nodes.append(
      Node(
        time: time, generation: trustsClocks ? .max : generation, place: Int32(position),
        isBoundary: false))
    numbersInGraph[position] = Int32(nodes.count)
    return nodes.count - 1
  }

  /// What a commit says, and its place where it was handed on.
  private func read(_ id: ObjectID) throws(GitError) -> (CommitLink, handedOn: Int32) {
    if let link = repository.walkedLinks?[id] { return (link, -1) }
    let known = repository.walked?[id]
    let found = if known != nil { known } else { try repository.content(of: id, .commit) }
    guard let content = found else { throw repository.missing(id, "commit") }
    guard let headers = CommitHeaders(content) else {
      throw GitError(.invalidObject, "commit \(id) is malformed", hint: "git fsck")
    }
    let link = CommitLink(
      time: IdentityLine(headers.committer).seconds ?? 0, tree: headers.tree,
      parents: headers.parents)
    repository.walkedLinks?[id] = link
    return (link, repository.walked?.meet(id, content) ?? -1)
  }

  /// Finds the parents of a commit that is being visited; says whether the graph tells what can be.
  private mutating func link(_ node: Int) throws(GitError) -> Bool {
    let start = links.count
    defer { nodes[node].range = Int32(start)..<Int32(links.count) }
    if let link = link(of: node) {
      if nodes[node].isBoundary { return true }
      for parent in link.parents { links.append(Int32(try number(of: parent))) }
    } else if let graph {
      guard graph.appendParents(of: Int(nodes[node].place), to: &links) else { return false }
      for place in start..<links.count {
        links[place] = Int32(number(at: Int(links[place]), in: graph))
      }
    }
    return true
  }
}
