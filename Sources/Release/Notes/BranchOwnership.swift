/// Which merge brought each commit of a range into the history.
///
/// The line of first parents is the trunk and belongs to nobody. The merges on it, oldest first,
/// take from their other parents what nobody has taken yet, and divide it up among the merges of
/// that branch in the same way. So a branch that had the trunk merged into it does not own the
/// trunk. Takes time linear in the number of commits.
struct BranchOwnership {
  /// By place in the range, the place of the innermost merge that brought the commit in.
  ///
  /// Where children come before parents it is always the lesser of the two.
  private(set) var owners: [Int?]
  private var isTaken: [Bool]

  init(_ range: CommitRange) {
    self.owners = Array(repeating: nil, count: range.outlines.count)
    self.isTaken = Array(repeating: false, count: range.outlines.count)
    for start in range.indices where !isTaken[start] {
      take(from: start, of: range.outlines)
    }
  }

  private mutating func take(from start: Int, of outlines: [CommitOutline]) {
    var pending: [(place: Int, owner: Int?)] = [(start, nil)]
    while let (place, owner) = pending.popLast() {
      var next: Int? = place
      var last = place - 1
      while let current = next, !isTaken[current], current > last {
        isTaken[current] = true
        owners[current] = owner
        last = current
        // The oldest merge is pushed last, and so is the first to divide up its branches.
        for branch in outlines[current].branches.reversed() where branch > current {
          pending.append((branch, current))
        }
        next = outlines[current].trunk
      }
    }
  }
}
