internal import Clibgit2
package import Release

extension Repository {
  /// Whether `descendant` is `ancestor` or comes after it; throws where a shallow history ends
  /// before that is clear.
  package func isAncestor(
    _ ancestor: ObjectID, of descendant: ObjectID
  ) throws(GitError) -> Bool {
    if ancestor == descendant { return true }
    var ancestry = try Ancestry(self)
    try ancestry.walk(
      from: [(descendant, .left), (ancestor, .right)], settled: .right, until: ancestor)
    let isFound = try ancestry.marks(of: ancestor).contains(.left)
    if !isFound { try checkBoundary(ancestry) { !$0.contains(.right) } }
    return isFound
  }

  /// How many commits each has that the other has not.
  package func aheadBehind(
    _ local: ObjectID, _ other: ObjectID
  ) throws(GitError) -> (ahead: Int, behind: Int) {
    if local == other { return (0, 0) }
    var ancestry = try Ancestry(self)
    try ancestry.walk(from: [(local, .left), (other, .right)], settled: [.left, .right])
    try checkBoundary(ancestry) { $0 != [.left, .right] }
    return (
      ancestry.nodes.count { $0.marks == .left }, ancestry.nodes.count { $0.marks == .right }
    )
  }

  /// All commits that `tips` reach and `excluding` do not: children before parents, the newest
  /// first where either could come, and the smaller id where even the times agree.
  ///
  /// A shallow history ends at its boundary, whose commits still name their parents.
  package func topology(
    from tips: [ObjectID], excluding: [ObjectID]
  ) throws(GitError) -> [CommitNode] {
    var ancestry = try Ancestry(self)
    try ancestry.walk(
      from: tips.map { ($0, .left) } + excluding.map { ($0, .right) }, settled: .right)
    return Self.sorted(ancestry)
  }

  private static func sorted(_ ancestry: Ancestry) -> [CommitNode] {
    sorted(ancestry) { CommitNode(id: ancestry.id(of: $0), parents: ancestry.parentIDs(of: $0)) }
  }

  /// Those commits that only the left side reaches, as `item` tells of them.
  static func sorted<Item>(_ ancestry: Ancestry, _ item: (Int) -> Item) -> [Item] {
    // Of tens of thousands of ids, hardly any is asked for where positions do.
    if let position = ancestry.position { return sorted(ancestry, by: position, item) }
    return sorted(ancestry, by: ancestry.id, item)
  }

  /// - Parameter tie: What decides where times agree: the smaller comes first.
  private static func sorted<Tie: Comparable, Item>(
    _ ancestry: Ancestry, by tie: (Int) -> Tie, _ item: (Int) -> Item
  ) -> [Item] {
    let nodes = ancestry.nodes
    var children = [Int32](repeating: 0, count: nodes.count)
    for index in nodes.indices where nodes[index].marks == .left {
      for parent in ancestry.parents(of: index) { children[Int(parent)] += 1 }
    }
    var ready = PriorityQueue<Ready<Tie>>()
    func insert(_ index: Int) {
      ready.insert(Ready(time: nodes[index].time, tie: tie(index), node: index))
    }
    for index in nodes.indices where nodes[index].marks == .left && children[index] == 0 {
      insert(index)
    }
    var sorted: [Item] = []
    while let next = ready.popFirst() {
      sorted.append(item(next.node))
      for parent in ancestry.parents(of: next.node) {
        let parent = Int(parent)
        children[parent] -= 1
        if children[parent] == 0, nodes[parent].marks == .left { insert(parent) }
      }
    }
    return sorted
  }

  /// A commit whose children have all been listed.
  private struct Ready<Tie: Comparable>: Comparable {
    let time: Int64
    let tie: Tie
    let node: Int

    static func < (left: Ready, right: Ready) -> Bool {
      left.time != right.time ? left.time < right.time : left.tie > right.tie
    }
  }

  /// The same of one commit without another, as notes want it: read for what the commits say next,
  /// and no more patient with clocks than git.
  package func topologyOfNotes(
    from tip: ObjectID, excluding base: ObjectID?
  ) throws(GitError) -> [CommitNode] {
    Self.sorted(try ancestryOfNotes(from: tip, excluding: base))
  }

  /// The numbers of the commits alone, and the places at which the walk has handed them on.
  func orderOfNotes(
    from tip: ObjectID, excluding base: ObjectID?
  ) throws(GitError) -> (Ancestry, [(node: Int, handedOn: Int32)]) {
    var ancestry = try ancestryOfNotes(from: tip, excluding: base)
    trunkEnds[CommitStretch(tip: tip, base: base)] = try ancestry.trunkEnd(from: tip)
    return (ancestry, Self.sorted(ancestry) { ($0, ancestry.nodes[$0].handedOn) })
  }

  func ancestryOfNotes(
    from tip: ObjectID, excluding base: ObjectID?
  ) throws(GitError) -> Ancestry {
    keepWalked()
    var ancestry = try Ancestry(self, trustsClocks: true)
    try ancestry.walk(
      from: [(tip, .left)] + (base.map { [($0, .right)] } ?? []), settled: .right,
      patience: Self.patience)
    return ancestry
  }

  /// Has walks keep the parents and times that they read, for many more over the same history.
  package func keepLinks() {
    if walkedLinks == nil { walkedLinks = [:] }
  }

  /// Has walks keep what they read, for what comes after them.
  @discardableResult
  func keepWalked() -> WalkedCommits {
    let kept = walked ?? WalkedCommits()
    walked = kept
    return kept
  }

  /// Those of `candidates` that are `start` or ancestors of it with no other candidate in between.
  ///
  /// Takes time for the commits that come after them, however long the history is. Throws where a
  /// shallow history ends before that is clear.
  package func nearest(
    of candidates: [ObjectID], from start: ObjectID
  ) throws(GitError) -> [ObjectID] {
    let candidates = CommitPlaces(candidates)
    walked = WalkedCommits()
    var ancestry = try Ancestry(self, dividers: candidates, trustsClocks: true)
    try ancestry.walk(from: [(start, .left)], settled: .right, patience: Self.patience)
    var found: [ObjectID] = []
    for (number, node) in ancestry.nodes.enumerated() where node.marks == .left {
      let id = ancestry.id(of: number)
      if candidates[id] != nil { found.append(id) } else if node.isBoundary { throw Self.cutOff }
    }
    return found
  }

  /// The newest commits that `start` has in common with `others`, none of them an ancestor of another.
  ///
  /// Takes time for the commits that come after them. Throws where a shallow history ends before that
  /// is clear.
  package func meetings(
    of others: [ObjectID], with start: ObjectID
  ) throws(GitError) -> [ObjectID] {
    var ancestry = try Ancestry(self, trustsClocks: true)
    try ancestry.walk(
      from: [(start, .left)] + others.map { ($0, .right) }, settled: .right, patience: Self.patience
    )
    try checkBoundary(ancestry) { $0 != [.left, .right] }
    let nodes = ancestry.nodes
    var common: Set<ObjectID> = try ancestry.marks(of: start).contains(.right) ? [start] : []
    for node in nodes.indices where nodes[node].marks == .left {
      for parent in ancestry.parents(of: node) where nodes[Int(parent)].marks.contains(.right) {
        common.insert(ancestry.id(of: Int(parent)))
      }
    }
    return try nearest(of: Array(common), from: start)
  }

  /// Enough for clocks that are wrong by some commits, as git has it, and cheap in short ranges.
  private static let patience = 64

  private static let cutOff = GitError(
    .missingObject, "this is a shallow clone, and its history ends too early to tell",
    hint: "git fetch --unshallow --tags")

  /// Throws where what lies beyond a shallow boundary might change the answer.
  private func checkBoundary(
    _ ancestry: Ancestry, _ matters: (Ancestry.Marks) -> Bool
  ) throws(GitError) {
    guard ancestry.nodes.contains(where: { $0.isBoundary && matters($0.marks) }) else { return }
    throw Self.cutOff
  }
}
