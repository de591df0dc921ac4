import Git
import Release

/// Compares the notes of two stored trees, whatever their fan-out, reading only where they differ.
struct NotesComparison {
  /// Notes of either side that are not the same on the other.
  ///
  /// A note that stands in several places is here with those places only that differ.
  struct Difference {
    fileprivate(set) var old: [ObjectID: [ObjectID]] = [:]
    fileprivate(set) var new: [ObjectID: [ObjectID]] = [:]
    /// The first entry of the new side that is no note and not the same on the old one, by name.
    fileprivate(set) var stranger: [UInt8]?
  }

  private enum Side {
    case old
    case new
  }

  private var trees: TreeCache
  private let placeLimit: Int
  private var places = 0

  /// - Parameter placeLimit: How many subtrees and notes are looked at: twenty small trees, each full
  ///   of the next, unfold into more than any memory holds.
  init(_ repository: Repository, placeLimit: Int = 4_000_000) {
    trees = TreeCache(repository)
    self.placeLimit = placeLimit
  }

  /// Every note of a tree, by object.
  mutating func notes(in tree: ObjectID) throws(GitError) -> [ObjectID: [ObjectID]] {
    var difference = Difference()
    try take(tree, below: [], as: .old, into: &difference)
    return difference.old
  }

  /// The files of a tree of attachments: the note of each is itself.
  mutating func files(in tree: ObjectID) throws(GitError) -> Set<ObjectID> {
    Set(try notes(in: tree).filter { $0.value.contains($0.key) }.keys)
  }

  /// All of a tree, as what came.
  mutating func difference(to new: ObjectID) throws(GitError) -> Difference {
    var difference = Difference()
    try take(new, below: [], as: .new, into: &difference)
    return difference
  }

  mutating func difference(from old: ObjectID, to new: ObjectID) throws(GitError) -> Difference {
    var difference = Difference()
    try compare(old, new, below: [], into: &difference)
    for (object, blobs) in difference.old {
      guard let others = difference.new[object], Set(blobs) == Set(others) else { continue }
      difference.old[object] = nil
      difference.new[object] = nil
    }
    return difference
  }

  private mutating func visit() throws(GitError) {
    places += 1
    guard places <= placeLimit else {
      throw GitError(
        .invalidObject, "a ledger's trees unfold into more than \(placeLimit) notes")
    }
  }

  private mutating func compare(
    _ old: ObjectID, _ new: ObjectID, below prefix: [UInt8], into difference: inout Difference
  ) throws(GitError) {
    guard old != new else { return }
    try visit()
    let (left, right) = (try trees.tree(old), try trees.tree(new))
    var one = try left.span(at: 0)
    var other = try right.span(at: 0)
    while one != nil || other != nil {
      if let first = one, let second = other, left.isSame(first, as: second, in: right) {
        one = try left.span(at: first.end)
        other = try right.span(at: second.end)
        continue
      }
      let before = one.map(left.entry)
      let after = other.map(right.entry)
      if let span = one, let before, after.map({ before.precedes($0) }) ?? true {
        try take(before, below: prefix, as: .old, into: &difference)
        one = try left.span(at: span.end)
      } else if let span = other, let after, before.map({ after.precedes($0) }) ?? true {
        try take(after, below: prefix, as: .new, into: &difference)
        other = try right.span(at: span.end)
      } else if let span = one, let last = other, let before, let after {
        if case .subtree(let byte) = before.place(below: prefix), after.isDirectory {
          try compare(before.id, after.id, below: prefix + [byte], into: &difference)
        } else {
          try take(before, below: prefix, as: .old, into: &difference)
          try take(after, below: prefix, as: .new, into: &difference)
        }
        one = try left.span(at: span.end)
        other = try right.span(at: last.end)
      }
    }
  }

  private mutating func take(
    _ entry: StoredTree.Entry, below prefix: [UInt8], as side: Side,
    into difference: inout Difference
  ) throws(GitError) {
    switch entry.place(below: prefix) {
    case nil:
      try visit()
      if side == .new, difference.stranger == nil { difference.stranger = Array(entry.name) }
    case .subtree(let byte):
      try take(entry.id, below: prefix + [byte], as: side, into: &difference)
    case .note(let object):
      try visit()
      switch side {
      case .old: difference.old[object, default: []].append(entry.id)
      case .new: difference.new[object, default: []].append(entry.id)
      }
    }
  }

  private mutating func take(
    _ tree: ObjectID, below prefix: [UInt8], as side: Side, into difference: inout Difference
  ) throws(GitError) {
    try visit()
    // The same few trees may stand in each other thousands of times.
    let tree = try trees.tree(tree)
    var offset = 0
    while let span = try tree.span(at: offset) {
      try take(tree.entry(span), below: prefix, as: side, into: &difference)
      offset = span.end
    }
  }
}
