package import Git
package import Release

/// The tree of a notes ref, read in any fan-out and written in git's own.
///
/// libgit2's notes are not used: they lose concurrent writes, do not fan out and miss notes that
/// stand beside a subtree. Only what is asked for is read; what is not touched stays as it is.
package struct NotesTree {
  private let repository: Repository
  private var root: Node

  /// - Parameter root: A tree; `nil` for a notes ref that does not exist yet.
  package init(_ repository: Repository, root: ObjectID?) throws(GitError) {
    self.repository = repository
    self.root =
      try root.map { id throws(GitError) in try Node(reading: id, depth: 0, repository) }
      ?? Node(depth: 0)
  }

  /// The blobs that together are the note of `object`: several where it stands flat and fanned out.
  package mutating func blobs(of object: ObjectID) throws(GitError) -> [ObjectID] {
    try root.blobs(of: object, object.bytes, repository)
  }

  /// Makes `blob` the one note of `object`.
  package mutating func set(_ blob: ObjectID, for object: ObjectID) throws(GitError) {
    try root.set(blob, for: object, object.bytes, repository)
  }

  /// Every note, by object.
  package mutating func notes() throws(GitError) -> [ObjectID: [ObjectID]] {
    var all: [ObjectID: [ObjectID]] = [:]
    try root.collect(into: &all, repository)
    return all
  }

  /// The notes that are not the same in `other`; subtrees that are equal in both are not read.
  package mutating func notes(
    differingFrom other: inout NotesTree
  ) throws(GitError) -> [ObjectID: [ObjectID]] {
    var mine: [ObjectID: [ObjectID]] = [:]
    var theirs: [ObjectID: [ObjectID]] = [:]
    try root.collectDifferences(from: &other.root, into: &mine, and: &theirs, repository)
    return mine.filter { theirs[$0.key].map(Set.init) != Set($0.value) }
  }

  /// Adds the entries of `other` that are no notes and whose names are free here: a README in a
  /// notes ref is somebody's, and is kept.
  package mutating func adoptOthers(of other: NotesTree) {
    let names = Set(root.others.map(\.name))
    root.others += other.root.others.filter { !names.contains($0.name) }
  }

  /// Writes what changed, and returns the root.
  package mutating func write() throws(GitError) -> ObjectID {
    try root.write(repository)
  }
}

/// One level of the tree: two hexadecimal digits of the object's id each.
private struct Node {
  let depth: Int
  /// The bytes of the id that the path to here spells.
  private let prefix: [UInt8]
  var notes: [ObjectID: [ObjectID]] = [:]
  var subtrees: [UInt8: Branch] = [:]
  var others: [TreeEntry] = []
  private var isTouched = false

  indirect enum Branch {
    case stored(ObjectID)
    case loaded(Node)
  }

  init(depth: Int, prefix: [UInt8] = []) {
    self.depth = depth
    self.prefix = prefix
  }

  /// Two digits a level name a subtree, the remaining digits a note; all else is not ours.
  init(reading id: ObjectID, depth: Int, prefix: [UInt8] = [], _ repository: Repository)
    throws(GitError)
  {
    self.init(depth: depth, prefix: prefix)
    guard let entries = try repository.tree(id) else {
      throw GitError(
        .missingObject, "a tree of the ledger (\(id)) is missing",
        hint: "deed sync")
    }
    for entry in entries {
      let digits = Hexadecimal.decode(entry.name)
      if entry.isFile, let digits, let object = ObjectID(bytes: prefix + digits) {
        notes[object, default: []].append(entry.id)
      } else if entry.isDirectory, let digits, digits.count == 1, depth < ObjectID.byteCount - 1 {
        subtrees[digits[0]] = .stored(entry.id)
      } else {
        others.append(entry)
      }
    }
  }

  private func load(_ byte: UInt8, _ repository: Repository) throws(GitError) -> Node? {
    switch subtrees[byte] {
    case nil: return nil
    case .loaded(let node): return node
    case .stored(let id):
      return try Node(reading: id, depth: depth + 1, prefix: prefix + [byte], repository)
    }
  }

  mutating func blobs(
    of object: ObjectID, _ bytes: [UInt8], _ repository: Repository
  ) throws(GitError) -> [ObjectID] {
    var found = notes[object] ?? []
    if var node = try load(bytes[depth], repository) {
      found += try node.blobs(of: object, bytes, repository)
      subtrees[bytes[depth]] = .loaded(node)
    }
    return found
  }

  mutating func set(
    _ blob: ObjectID, for object: ObjectID, _ bytes: [UInt8], _ repository: Repository
  ) throws(GitError) {
    isTouched = true
    if var node = try load(bytes[depth], repository) {
      notes[object] = nil
      try node.set(blob, for: object, bytes, repository)
      subtrees[bytes[depth]] = .loaded(node)
    } else {
      notes[object] = [blob]
    }
    try adjustFanOut(repository)
  }

  /// git's rule: a level fans out once every leading digit has two notes or a subtree, and one
  /// that does not is flat.
  private mutating func adjustFanOut(_ repository: Repository) throws(GitError) {
    guard depth < ObjectID.byteCount - 1 else { return }
    var weight = [Int](repeating: 0, count: 16)
    for object in notes.keys { weight[Int(object.bytes[depth] >> 4)] += 1 }
    for byte in subtrees.keys { weight[Int(byte >> 4)] += 2 }
    if weight.allSatisfy({ $0 >= 2 }) {
      try fanOut(repository)
    } else {
      try flatten(repository)
    }
  }

  private mutating func fanOut(_ repository: Repository) throws(GitError) {
    // A file of two hexadecimal digits, which is no note, keeps its name.
    let taken = Set(others.compactMap { Hexadecimal.decode($0.name) }.filter { $0.count == 1 })
    for (object, blobs) in notes {
      let byte = object.bytes[depth]
      if taken.contains([byte]) { continue }
      var node = try load(byte, repository) ?? Node(depth: depth + 1, prefix: prefix + [byte])
      node.notes[object, default: []] += blobs
      node.isTouched = true
      subtrees[byte] = .loaded(node)
      notes[object] = nil
    }
    for (byte, branch) in subtrees {
      guard case .loaded(var node) = branch, node.isTouched else { continue }
      try node.adjustFanOut(repository)
      subtrees[byte] = .loaded(node)
    }
  }

  private mutating func flatten(_ repository: Repository) throws(GitError) {
    for byte in subtrees.keys {
      guard var node = try load(byte, repository) else { continue }
      var inner: [ObjectID: [ObjectID]] = [:]
      try node.collect(into: &inner, repository)
      notes.merge(inner) { $0 + $1 }
      let rest = node.withoutNotes()
      subtrees[byte] = rest.map { .loaded($0) }
    }
  }

  /// What remains of a subtree whose notes have moved: entries that are no notes.
  private func withoutNotes() -> Node? {
    var copy = self
    copy.notes = [:]
    copy.isTouched = true
    copy.subtrees = subtrees.compactMapValues { branch in
      if case .loaded(let node) = branch { node.withoutNotes().map { .loaded($0) } } else { nil }
    }
    return copy.others.isEmpty && copy.subtrees.isEmpty ? nil : copy
  }

  mutating func collect(
    into all: inout [ObjectID: [ObjectID]], _ repository: Repository
  ) throws(GitError) {
    all.merge(notes) { $0 + $1 }
    for byte in subtrees.keys {
      guard var node = try load(byte, repository) else { continue }
      try node.collect(into: &all, repository)
      subtrees[byte] = .loaded(node)
    }
  }

  mutating func collectDifferences(
    from other: inout Node, into mine: inout [ObjectID: [ObjectID]],
    and theirs: inout [ObjectID: [ObjectID]], _ repository: Repository
  ) throws(GitError) {
    mine.merge(notes) { $0 + $1 }
    theirs.merge(other.notes) { $0 + $1 }
    for byte in Set(subtrees.keys).union(other.subtrees.keys) {
      if case .stored(let left) = subtrees[byte], case .stored(let right) = other.subtrees[byte],
        left == right
      {
        continue
      }
      let left = try load(byte, repository)
      let right = try other.load(byte, repository)
      var (one, another) = (left ?? Node(depth: depth + 1), right ?? Node(depth: depth + 1))
      try one.collectDifferences(from: &another, into: &mine, and: &theirs, repository)
    }
  }

  mutating func write(_ repository: Repository) throws(GitError) -> ObjectID {
    var entries = others
    for (object, blobs) in notes {
      let blob = try Self.joined(blobs, of: object, repository)
      let name = object.hexadecimal.dropFirst(2 * depth)
      entries.append(TreeEntry(mode: 0o100644, name: Array(name), id: blob))
    }
    for (byte, branch) in subtrees {
      let id: ObjectID
      switch branch {
      case .stored(let stored): id = stored
      case .loaded(var node): id = try node.write(repository)
      }
      entries.append(TreeEntry(mode: 0o40000, name: Hexadecimal.encode([byte]), id: id))
    }
    return try repository.writeTree(entries)
  }

  /// One blob for a note that stood in several places: a file's own blob, or all their lines.
  private static func joined(
    _ blobs: [ObjectID], of object: ObjectID, _ repository: Repository
  ) throws(GitError) -> ObjectID {
    let distinct = Set(blobs)
    if let only = distinct.first, distinct.count == 1 { return only }
    if distinct.contains(object) { return object }
    var lines: [[UInt8]] = []
    for blob in distinct.sorted() {
      lines += NoteText.lines(of: try repository.noteText(blob, of: object))
    }
    return try repository.write(.blob, NoteText.joining(lines))
  }
}

extension Repository {
  /// A note's text.
  ///
  /// A missing blob is an error: "could not be read" is never "is not there".
  func noteText(_ blob: ObjectID, of object: ObjectID) throws(GitError) -> [UInt8] {
    guard let note = try self.object(blob) else {
      throw GitError(
        .missingObject, "the note of \(object.short) names a blob (\(blob.short)) that is not here",
        hint: "deed sync")
    }
    return note.bytes
  }
}
