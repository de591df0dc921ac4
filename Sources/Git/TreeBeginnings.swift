internal import Release

/// The beginnings of trees in packs, as far as some names can stand in them.
///
/// A tree in a pack is told by a neighbour in history, and mostly begins as that does. Where all that
/// is asked stands in what both begin with, the tree is not put together: that would copy tens of
/// thousands of bytes, thousands of times.
struct TreeBeginnings {
  private struct Beginning {
    /// Whole entries.
    let entries: [UInt8]
    /// How many bytes of the tree told that these are all; `nil` where it took the tree's end.
    let told: Int?
    /// Of the tree.
    let size: Int
  }

  /// So many bytes are kept.
  private static let limit = 16 << 20

  private let reader: PackReader
  private let names: [[UInt8]]
  private var known: [PackPlace: Beginning] = [:]
  private var size = 0
  /// Trees that were asked for, and those that had to be put together for it.
  private var (asked, read) = (0, 0)
  /// Where most have to be, as names at the end of large trees make it, this costs more than it saves.
  private var isWorthwhile: Bool { read < 64 || read * 4 < asked }

  /// - Parameter names: Those that are looked for.
  init(_ reader: PackReader, names: [[UInt8]]) {
    self.reader = reader
    self.names = names
  }

  /// The first entries of a tree, among them all that have one of the names; `nil` for anything out of
  /// the ordinary.
  mutating func entries(of tree: ObjectID) -> [UInt8]? {
    guard isWorthwhile, let start = reader.place(of: tree) else { return nil }
    asked += 1
    // Down to a tree that is known, or that begins as no other does, and up again.
    var line: [(place: PackPlace, shared: Int, baseSize: Int, size: Int)] = []
    var place = start
    while known[place] == nil, line.count < PackReader.deepest,
      let shared = reader.beginning(at: place)
    {
      line.append((place, shared.count, shared.baseSize, shared.size))
      place = shared.of
    }
    guard var beginning = known[place] ?? found(at: place) else { return nil }
    known[place] = beginning
    while let next = line.popLast() {
      // What is told by a tree of another size is told by another tree.
      guard beginning.size == next.baseSize else { return nil }
      if let told = beginning.told, told <= next.shared {
        // A search that ended in these bytes ends there in whatever begins with them.
        beginning = Beginning(entries: beginning.entries, told: told, size: next.size)
      } else {
        guard let own = found(at: next.place) else { return nil }
        beginning = own
      }
      known[next.place] = beginning
    }
    return beginning.entries
  }

  private mutating func found(at place: PackPlace) -> Beginning? {
    read += 1
    guard let tree = reader.object(at: place), tree.kind == .tree else { return nil }
    var cursor = TreeCursor(tree.bytes)
    while !cursor.isAtEnd, !cursor.isLast(of: names) { cursor.advance() }
    guard cursor.isReadable else { return nil }
    size += cursor.isAtEnd ? tree.bytes.count : cursor.end
    if size > Self.limit {
      known = [:]
      size = 0
    }
    if cursor.isAtEnd { return Beginning(entries: tree.bytes, told: nil, size: tree.bytes.count) }
    // Of one that only says that no more follow, its name is enough.
    let isOne = names.contains { cursor.isNamed($0) }
    return Beginning(
      entries: Array(tree.bytes[..<(isOne ? cursor.end : cursor.start)]),
      told: isOne ? cursor.end : cursor.name.endIndex, size: tree.bytes.count)
  }
}
