import Git
import Release

/// A tree object as it is stored, walked without taking it apart: a ledger's history is thousands
/// of trees, of which each differs from the next in one entry.
struct StoredTree {
  struct Entry {
    let mode: UInt32
    let name: ArraySlice<UInt8>
    let id: ObjectID

    var isDirectory: Bool { mode & 0o170000 == 0o40000 }
    /// A regular or executable file, as git takes either for a note: no link, no submodule.
    var isFile: Bool { mode & 0o170000 == 0o100000 }
  }

  /// What an entry of a notes tree is, if it belongs to a note at all.
  enum Place {
    case note(ObjectID)
    case subtree(UInt8)
  }

  let bytes: [UInt8]
  /// A flat tree of a million notes is that long.
  private static let limit = 128 << 20

  init(_ repository: Repository, _ id: ObjectID) throws(GitError) {
    if let header = try repository.header(of: id), header.size > Self.limit {
      throw GitError(
        .invalidObject,
        "a tree of the ledger (\(id.short)) is \(header.size) bytes long: too long to read")
    }
    guard let object = try repository.object(id) else {
      throw GitError(
        .missingObject, "a tree of the ledger (\(id.short)) is not here", hint: "deed sync")
    }
    guard object.kind == .tree else {
      throw GitError(
        .invalidObject, "\(id.short) is a \(object.kind.rawValue), not a tree of the ledger",
        hint: "git fsck")
    }
    bytes = object.bytes
  }

  var entries: [Entry] {
    get throws(GitError) {
      var entries: [Entry] = []
      var offset = 0
      while let span = try span(at: offset) {
        entries.append(entry(span))
        offset = span.end
      }
      return entries
    }
  }

  /// Where one entry lies: `mode name NUL id`.
  struct Span {
    let start: Int
    let name: Int
    let id: Int
    let end: Int
  }

  /// The entry that begins at `offset`; `nil` at the end.
  func span(at offset: Int) throws(GitError) -> Span? {
    guard offset < bytes.count else { return nil }
    var name = offset
    while name < bytes.count, bytes[name] != UInt8(ascii: " ") { name += 1 }
    var end = name
    while end < bytes.count, bytes[end] != 0 { end += 1 }
    guard name > offset, end > name + 1, end + ObjectID.byteCount < bytes.count else {
      throw GitError(.invalidObject, "a tree of the ledger is malformed", hint: "git fsck")
    }
    return Span(start: offset, name: name + 1, id: end + 1, end: end + 1 + ObjectID.byteCount)
  }

  /// Whether an entry is the same in another tree.
  func isSame(_ span: Span, as other: Span, in tree: StoredTree) -> Bool {
    guard span.end - span.start == other.end - other.start else { return false }
    return bytes[span.start..<span.end] == tree.bytes[other.start..<other.end]
  }

  func entry(_ span: Span) -> Entry {
    let mode = bytes[span.start..<(span.name - 1)].reduce(UInt32(0)) {
      $0 << 3 | UInt32($1 & 7)
    }
    return Entry(
      mode: mode, name: bytes[span.name..<(span.id - 1)],
      id: ObjectID(bytes: bytes[span.id..<span.end]) ?? .zero)
  }
}

/// The trees that were read last: in a history each is compared twice, with the one before and with
/// the one after.
struct TreeCache {
  private static let capacity = 256
  private static let byteCapacity = 64 << 20

  private let repository: Repository
  private var trees: [ObjectID: StoredTree] = [:]
  private var bytes = 0

  init(_ repository: Repository) {
    self.repository = repository
  }

  mutating func tree(_ id: ObjectID) throws(GitError) -> StoredTree {
    if let tree = trees[id] { return tree }
    if trees.count >= Self.capacity || bytes >= Self.byteCapacity {
      trees.removeAll(keepingCapacity: true)
      bytes = 0
    }
    let tree = try StoredTree(repository, id)
    trees[id] = tree
    bytes += tree.bytes.count
    return tree
  }
}

extension StoredTree.Entry {
  /// git's order of a tree's entries: a directory sorts as though its name ended in a slash.
  func precedes(_ other: Self) -> Bool {
    if name.elementsEqual(other.name) { return !isDirectory && other.isDirectory }
    let slash = UInt8(ascii: "/")
    return (name + (isDirectory ? [slash] : []))
      .lexicographicallyPrecedes(other.name + (other.isDirectory ? [slash] : []))
  }

  /// Two digits a level name a subtree, the remaining digits a note.
  func place(below prefix: [UInt8]) -> StoredTree.Place? {
    if isDirectory, name.count == 2, prefix.count < ObjectID.byteCount - 1 {
      return Hexadecimal.decode(name).map { .subtree($0[0]) }
    }
    guard isFile, name.count == 2 * (ObjectID.byteCount - prefix.count) else { return nil }
    return Hexadecimal.decode(name).flatMap { ObjectID(bytes: prefix + $0) }.map { .note($0) }
  }
}

extension TreeEntry {
  init(_ entry: StoredTree.Entry) {
    self.init(mode: entry.mode, name: Array(entry.name), id: entry.id)
  }
}
