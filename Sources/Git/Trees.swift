internal import Clibgit2
package import Release

/// One line of a tree.
package struct TreeEntry: Hashable, Sendable {
  /// The number that git writes in octal digits: `0o100644`.
  package let mode: UInt32
  package let name: [UInt8]
  package let id: ObjectID

  package static let directory: UInt32 = 0o40000
  package static let file: UInt32 = 0o100644

  package init(mode: UInt32, name: [UInt8], id: ObjectID) {
    self.mode = mode
    self.name = name
    self.id = id
  }

  package var isDirectory: Bool { mode & 0o170000 == 0o40000 }

  /// A regular or executable file: no link, no submodule.
  package var isFile: Bool { mode & 0o170000 == 0o100000 }

  package var isLink: Bool { mode & 0o170000 == 0o120000 }

  /// git sorts a directory as though its name ended in a slash.
  fileprivate var sortKey: [UInt8] { isDirectory ? name + [UInt8(ascii: "/")] : name }
}

extension Repository {
  /// A tree's entries in stored order; `nil` where the database has no such object.
  package func tree(_ id: ObjectID) throws(GitError) -> [TreeEntry]? {
    guard let content = try content(of: id, .tree) else { return nil }
    guard let entries = Self.entries(content) else {
      throw Self.malformed(id)
    }
    return entries
  }

  /// Stores a tree, its entries in git's order.
  package func writeTree(_ entries: [TreeEntry]) throws(GitError) -> ObjectID {
    var names: Set<[UInt8]> = []
    for entry in entries {
      let isName =
        !entry.name.isEmpty && !entry.name.contains(0) && !entry.name.contains(UInt8(ascii: "/"))
      guard isName, names.insert(entry.name).inserted else {
        throw GitError(
          .invalidObject,
          "a tree cannot hold “\(String(decoding: entry.name, as: UTF8.self))” (twice)")
      }
    }
    let sorted = entries.map { ($0.sortKey, $0) }
      .sorted { $0.0.lexicographicallyPrecedes($1.0) }
    var content: [UInt8] = []
    for (_, entry) in sorted {
      content += Array(String(entry.mode, radix: 8).utf8)
      content.append(UInt8(ascii: " "))
      content += entry.name
      content.append(0)
      content += entry.id.bytes
    }
    return try write(.tree, content)
  }

  /// The file at `path` in a commit; `nil` where the commit has no file there.
  package func file(at path: String, in commit: ObjectID) throws(GitError) -> [UInt8]? {
    guard let entry = try entry(at: path, in: commit), entry.isFile else { return nil }
    guard let bytes = try content(of: entry.id, .blob) else {
      throw missing(entry.id, "\(path), blob")
    }
    return bytes
  }

  /// What stands at `path` in a commit, whatever it is; `nil` where nothing does.
  package func entry(at path: String, in commit: ObjectID) throws(GitError) -> TreeEntry? {
    var tree = try root(of: commit)
    let names = path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)
    for (depth, name) in names.enumerated() {
      guard let content = try self.content(of: tree, .tree) else { throw missing(tree, "tree") }
      var cursor = TreeCursor(content)
      while !cursor.isAtEnd, !cursor.isNamed(name) { cursor.advance() }
      guard cursor.isReadable else { throw Self.malformed(tree) }
      if cursor.isAtEnd { return nil }
      guard let entry = TreeEntry(cursor) else { throw Self.malformed(tree) }
      // Of two entries with one name every program shows another.
      cursor.advance()
      while !cursor.isAtEnd, !cursor.isNamed(name) { cursor.advance() }
      guard cursor.isReadable, cursor.isAtEnd else { throw Self.malformed(tree) }
      if depth == names.count - 1 { return entry }
      guard entry.isDirectory else { return nil }
      tree = entry.id
    }
    return nil
  }

  /// The tree of a commit.
  func root(of commit: ObjectID) throws(GitError) -> ObjectID {
    guard let content = try content(of: commit, .commit) else { throw missing(commit, "commit") }
    guard let headers = CommitHeaders(content) else {
      throw GitError(.invalidObject, "commit \(commit) is malformed", hint: "git fsck")
    }
    return headers.tree
  }

  private static func entries(_ content: [UInt8]) -> [TreeEntry]? {
    var entries: [TreeEntry] = []
    var cursor = TreeCursor(content)
    while !cursor.isAtEnd {
      guard let entry = TreeEntry(cursor) else { return nil }
      entries.append(entry)
      cursor.advance()
    }
    return cursor.isReadable ? entries : nil
  }

  static func malformed(_ tree: ObjectID) -> GitError {
    GitError(.invalidObject, "tree \(tree) is malformed", hint: "git fsck")
  }
}

extension TreeEntry {
  /// The entry at which the cursor stands; `nil` where its mode is no number.
  init?(_ cursor: TreeCursor) {
    guard let mode = cursor.mode else { return nil }
    self.init(mode: mode, name: Array(cursor.name), id: cursor.id)
  }
}
