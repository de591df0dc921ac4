package import Git
package import Release

/// The tree of a notes ref, read in any fan-out and written in git's own.
///
/// libgit2's notes are not used: they lose concurrent writes, do not fan out and miss notes that
/// stand beside a subtree. Only what is asked for is read; what is not touched stays as it is.
package final class NotesTree {
  private let root: Node

  /// - Parameter root: A tree; `nil` for a notes ref that does not exist yet.
  package init(_ repository: Repository, root: ObjectID?) throws(GitError) {
    self.root = try Node(repository, reading: root, depth: 0, prefix: [])
  }

  /// The blobs that together are the note of `object`: several where it stands flat and fanned out.
  package func blobs(of object: ObjectID) throws(GitError) -> [ObjectID] {
    try root.blobs(of: object, object.bytes)
  }

  /// Makes `blob` the one note of `object`.
  package func set(_ blob: ObjectID, for object: ObjectID) throws(GitError) {
    try root.set(blob, for: object, object.bytes)
  }

  /// Removes the note of `object`, wherever it stands.
  package func remove(_ object: ObjectID) throws(GitError) {
    try root.set(nil, for: object, object.bytes)
  }

  /// Takes over the entries of `other` that are no notes, and gives every subtree that is another
  /// there the layout in which git would write it, so that two sides come to one tree.
  ///
  /// - Parameter choose: Which of two entries with one name stays.
  package func reconcile(
    with other: NotesTree, choosing choose: (TreeEntry, TreeEntry) -> TreeEntry
  ) throws(GitError) {
    try root.reconcile(with: other.root, choose)
  }

  /// Removes those entries that are no notes of which `isUnwanted` holds.
  func removeOthers(
    where isUnwanted: (TreeEntry) throws(GitError) -> Bool
  ) throws(GitError) {
    try root.removeOthers(where: isUnwanted)
  }

  /// Writes what changed, and returns the root.
  package func write() throws(GitError) -> ObjectID {
    try root.write()
  }
}

/// One level of the tree: two hexadecimal digits of the object's id each.
private final class Node {
  enum Branch {
    case stored(ObjectID)
    case loaded(Node)
  }

  private let repository: Repository
  private let depth: Int
  /// The bytes of the id that the path to here spells.
  private let prefix: [UInt8]
  /// What this was read from.
  private let stored: ObjectID?
  private var isTouched = false
  private var notes: [ObjectID: [ObjectID]] = [:]
  private var subtrees: [UInt8: Branch] = [:]
  /// Entries that are no notes, by name: a README in a notes ref is somebody's, and is kept.
  private var others: [[UInt8]: TreeEntry] = [:]

  /// Two digits a level name a subtree, the remaining digits a note; all else is not ours.
  init(
    _ repository: Repository, reading stored: ObjectID?, depth: Int, prefix: [UInt8]
  ) throws(GitError) {
    self.repository = repository
    self.depth = depth
    self.prefix = prefix
    self.stored = stored
    guard let stored else { return }
    for entry in try StoredTree(repository, stored).entries {
      switch entry.place(below: prefix) {
      case .note(let object): notes[object, default: []].append(entry.id)
      case .subtree(let byte): subtrees[byte] = .stored(entry.id)
      case nil: others[Array(entry.name)] = TreeEntry(entry)
      }
    }
  }

  private func name(of object: ObjectID) -> [UInt8] {
    Array(object.hexadecimal.dropFirst(2 * depth))
  }

  private func loaded(_ byte: UInt8) throws(GitError) -> Node? {
    switch subtrees[byte] {
    case nil: return nil
    case .loaded(let node): return node
    case .stored(let id):
      let node = try Node(repository, reading: id, depth: depth + 1, prefix: prefix + [byte])
      subtrees[byte] = .loaded(node)
      return node
    }
  }

  private func child(_ byte: UInt8) throws(GitError) -> Node {
    if let node = try loaded(byte) { return node }
    let node = try Node(repository, reading: nil, depth: depth + 1, prefix: prefix + [byte])
    subtrees[byte] = .loaded(node)
    return node
  }

  func blobs(of object: ObjectID, _ bytes: [UInt8]) throws(GitError) -> [ObjectID] {
    (notes[object] ?? []) + (try loaded(bytes[depth])?.blobs(of: object, bytes) ?? [])
  }

  func set(_ blob: ObjectID?, for object: ObjectID, _ bytes: [UInt8]) throws(GitError) {
    isTouched = true
    notes[object] = nil
    if let node = try loaded(bytes[depth]) {
      try node.set(blob, for: object, bytes)
    } else if let blob {
      notes[object] = [blob]
    }
  }

  func reconcile(
    with other: Node, _ choose: (TreeEntry, TreeEntry) -> TreeEntry
  ) throws(GitError) {
    isTouched = true
    others.merge(other.others) { $0 == $1 ? $0 : choose($0, $1) }
    for byte in Set(subtrees.keys).union(other.subtrees.keys) {
      if case .stored(let left) = subtrees[byte], case .stored(let right) = other.subtrees[byte],
        left == right
      {
        continue
      }
      guard let theirs = try other.loaded(byte) else {
        try loaded(byte)?.touchAll()
        continue
      }
      let mine = try child(byte)
      try mine.reconcile(with: theirs, choose)
      if mine.isEmpty { subtrees[byte] = nil }
    }
  }

  func removeOthers(
    where isUnwanted: (TreeEntry) throws(GitError) -> Bool
  ) throws(GitError) {
    isTouched = true
    for (name, entry) in others where try isUnwanted(entry) { others[name] = nil }
    for byte in Array(subtrees.keys) { try loaded(byte)?.removeOthers(where: isUnwanted) }
  }

  private var isEmpty: Bool { notes.isEmpty && subtrees.isEmpty && others.isEmpty }

  private func touchAll() throws(GitError) {
    isTouched = true
    for byte in subtrees.keys { try loaded(byte)?.touchAll() }
  }
}

// Writing
extension Node {
  func write() throws(GitError) -> ObjectID {
    if !isTouched, let stored { return stored }
    try settle()
    var entries = Array(others.values)
    for (object, blobs) in notes {
      let blob = try joined(blobs, of: object)
      entries.append(TreeEntry(mode: TreeEntry.file, name: name(of: object), id: blob))
    }
    for (byte, branch) in subtrees {
      let id: ObjectID
      switch branch {
      case .stored(let stored): id = stored
      case .loaded(let node):
        id = try node.write()
        if node.isEmpty { continue }
      }
      entries.append(
        TreeEntry(mode: TreeEntry.directory, name: Hexadecimal.encode([byte]), id: id))
    }
    return try repository.writeTree(entries)
  }

  /// git's rule: a level fans out once every leading digit has two notes or a subtree, and one
  /// that does not is flat.
  ///
  /// Where an entry that is no note has the name, a note stands a level
  /// further down or up, where every reader finds it too.
  private func settle() throws(GitError) {
    guard depth < ObjectID.byteCount - 1 else { return }
    var weight = [Int](repeating: 0, count: 16)
    for object in notes.keys { weight[Int(object.bytes[depth] >> 4)] += 1 }
    for (byte, branch) in subtrees { weight[Int(byte >> 4)] += branch.weight }
    let fansOut = weight.allSatisfy { $0 >= 2 }
    for byte in subtrees.keys where !fansOut || isTaken([byte]) { try pullUp(byte) }
    for object in notes.keys {
      let byte = object.bytes[depth]
      let isInTheWay = others[name(of: object)] != nil
      guard fansOut ? !isTaken([byte]) : isInTheWay else { continue }
      let node = try child(byte)
      node.notes[object, default: []] += notes[object] ?? []
      node.isTouched = true
      notes[object] = nil
    }
  }

  private func isTaken(_ bytes: [UInt8]) -> Bool { others[Hexadecimal.encode(bytes)] != nil }

  private func pullUp(_ byte: UInt8) throws(GitError) {
    guard let node = try loaded(byte) else { return }
    node.isTouched = true
    for inner in node.subtrees.keys { try node.pullUp(inner) }
    notes.merge(node.notes) { $0 + $1 }
    node.notes = [:]
    if node.isEmpty { subtrees[byte] = nil }
  }

  /// One blob for a note that stood in several places: a file's own blob, or all their lines.
  private func joined(_ blobs: [ObjectID], of object: ObjectID) throws(GitError) -> ObjectID {
    let distinct = Set(blobs)
    if let only = distinct.first, distinct.count == 1 { return only }
    if distinct.contains(object) { return object }
    var lines: [[UInt8]] = []
    for blob in distinct { lines += NoteText.lines(of: try repository.noteText(blob, of: object)) }
    return try repository.write(.blob, NoteText.joining(lines))
  }
}

extension Node.Branch {
  /// The notes below, as far as git's rule asks: none, one, or more.
  fileprivate var weight: Int {
    switch self {
    case .stored: 2
    case .loaded(let node): node.weight
    }
  }
}

extension Node {
  fileprivate var weight: Int {
    subtrees.values.reduce(min(notes.count, 2)) { $0 >= 2 ? 2 : min($0 + $1.weight, 2) }
  }
}

extension Repository {
  /// How many bytes of a note are read: far more than all records of one commit.
  private static let noteLimit = 64 << 20

  /// A note's text.
  ///
  /// A missing blob is an error: "could not be read" is never "is not there".
  func noteText(_ blob: ObjectID, of object: ObjectID) throws(GitError) -> [UInt8] {
    // Anybody who may push a ledger may push a note that no memory holds.
    if let header = try header(of: blob), header.size > Self.noteLimit {
      throw GitError(
        .invalidObject,
        "the note of \(object.short) is \(header.size) bytes long (\(blob.short)): too long to read"
      )
    }
    guard let note = try self.object(blob) else {
      throw GitError(
        .missingObject, "the note of \(object.short) names a blob (\(blob.short)) that is not here",
        hint: "deed sync")
    }
    guard note.kind == .blob else {
      throw GitError(
        .invalidObject,
        "the note of \(object.short) is a \(note.kind.rawValue) (\(blob.short)), not a blob",
        hint: "git fsck")
    }
    return note.bytes
  }
}
