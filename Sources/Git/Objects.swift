internal import Clibgit2
package import Release

/// The four kinds of object, by git's own names.
package enum ObjectKind: String, Sendable {
  case commit
  case tree
  case blob
  case tag

  init?(_ type: git_object_t) {
    switch type {
    case GIT_OBJECT_COMMIT: self = .commit
    case GIT_OBJECT_TREE: self = .tree
    case GIT_OBJECT_BLOB: self = .blob
    case GIT_OBJECT_TAG: self = .tag
    default: return nil
    }
  }

  var type: git_object_t {
    switch self {
    case .commit: GIT_OBJECT_COMMIT
    case .tree: GIT_OBJECT_TREE
    case .blob: GIT_OBJECT_BLOB
    case .tag: GIT_OBJECT_TAG
    }
  }
}

/// An object as it is stored.
package struct GitObject: Hashable, Sendable {
  package let kind: ObjectKind
  package let bytes: [UInt8]

  package init(kind: ObjectKind, bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }
}

extension Repository {
  /// An object; `nil` where the database has none.
  ///
  /// Nothing is fetched, even in a partial clone.
  package func object(_ id: ObjectID) throws(GitError) -> GitObject? {
    if let object = packReader?.object(id) { return object }
    var found: OpaquePointer?
    var raw = id.raw
    let status = git_odb_read(&found, database, &raw)
    if status == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return nil
    }
    try status.check("cannot read object \(id)")
    defer { git_odb_object_free(found) }
    guard let kind = ObjectKind(git_odb_object_type(found)) else {
      throw GitError(.invalidObject, "object \(id) is of no known kind", hint: "git fsck")
    }
    let content = UnsafeRawBufferPointer(
      start: git_odb_object_data(found), count: git_odb_object_size(found))
    return GitObject(kind: kind, bytes: [UInt8](content))
  }

  /// An object's kind and size, without reading it; `nil` where the database has none.
  package func header(
    of id: ObjectID
  ) throws(GitError) -> (kind: ObjectKind, size: Int)? {
    var size = 0
    var type = GIT_OBJECT_INVALID
    var raw = id.raw
    let status = git_odb_read_header(&size, &type, database, &raw)
    if status == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return nil
    }
    try status.check("cannot read object \(id)")
    guard let kind = ObjectKind(type) else {
      throw GitError(.invalidObject, "object \(id) is of no known kind", hint: "git fsck")
    }
    return (kind, size)
  }

  /// An object's kind; `nil` where the database has none.
  func kind(of id: ObjectID) throws(GitError) -> ObjectKind? {
    if let kind = packReader?.kind(of: id) { return kind }
    return try header(of: id)?.kind
  }

  /// The id that an object has, or would have if it were stored.
  package func id(of kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
    var id = git_oid()
    let status = bytes.withUnsafeBytes {
      git_odb_hash(&id, $0.baseAddress, $0.count, kind.type)
    }
    try status.check("cannot digest a \(kind.rawValue)")
    return ObjectID(id)
  }

  /// Stores an object, and has it on the disk when it returns.
  package func write(_ kind: ObjectKind, _ bytes: [UInt8]) throws(GitError) -> ObjectID {
    var id = git_oid()
    let status = bytes.withUnsafeBytes {
      git_odb_write(&id, database, $0.baseAddress, $0.count, kind.type)
    }
    try status.check("cannot write a \(kind.rawValue)")
    return ObjectID(id)
  }

  /// A commit; `nil` where the database has no such object.
  package func commit(_ id: ObjectID) throws(GitError) -> Commit? {
    guard let content = try content(of: id, .commit) else { return nil }
    guard let commit = Commit(id: id, parsing: content) else {
      throw GitError(.invalidObject, "commit \(id) is malformed", hint: "git fsck")
    }
    return commit
  }

  /// Stores a commit, its message ended by a line feed, as git would have it.
  package func writeCommit(
    tree: ObjectID, parents: [ObjectID], author: Identity, committer: Identity, message: String
  ) throws(GitError) -> ObjectID {
    try author.validate()
    try committer.validate()
    var text = "tree \(tree)\n"
    for parent in parents { text += "parent \(parent)\n" }
    text += "author \(author)\ncommitter \(committer)\n\n\(message)"
    if !message.utf8.isEmpty, message.utf8.last != UInt8(ascii: "\n") { text += "\n" }
    return try write(.commit, Array(text.utf8))
  }

  /// The commit that `id` is, or that it tags however often; `nil` where that is no commit.
  package func peeledToCommit(_ id: ObjectID) throws(GitError) -> ObjectID? {
    if let known = peeledTags[id] { return known }
    let tag = id
    var id = id
    while true {
      guard let kind = try kind(of: id) else { throw missing(id, "object") }
      switch kind {
      case .commit:
        if id != tag { peeledTags[tag] = id }
        return id
      case .tree, .blob: return nil
      case .tag: id = try tagged(by: id)
      }
    }
  }

  /// What a tag leads to in the end, and any other object itself; `nil` where that is not here.
  package func peeled(_ id: ObjectID) throws(GitError) -> (id: ObjectID, kind: ObjectKind)? {
    var id = id
    while let kind = try kind(of: id) {
      guard kind == .tag else { return (id, kind) }
      id = try tagged(by: id)
    }
    return nil
  }

  /// What a tag object points at.
  func tagged(by id: ObjectID) throws(GitError) -> ObjectID {
    guard let content = try content(of: id, .tag) else { throw missing(id, "tag") }
    var rest = content[...]
    guard let line = CommitHeaders.line(&rest),
      let target = CommitHeaders.id(line, after: "object ")
    else {
      throw GitError(.invalidObject, "tag \(id) is malformed", hint: "git fsck")
    }
    return target
  }

  /// An object's bytes, which must be of `kind`; `nil` where the database has none.
  func content(of id: ObjectID, _ kind: ObjectKind) throws(GitError) -> [UInt8]? {
    guard let object = try object(id) else { return nil }
    guard object.kind == kind else {
      throw GitError(.invalidObject, "\(id) is a \(object.kind.rawValue), not a \(kind.rawValue)")
    }
    return object.bytes
  }

  /// The error for an object that must be there and is not.
  package func missing(_ id: ObjectID, _ what: String) -> GitError {
    let (reason, hint) =
      if isPartial {
        // Whatever is judged next may lack another one.
        (
          " (this is a partial clone)",
          "git fetch --refetch --no-filter   # gets all that was left out\n"
            + "git cat-file -e \(id)   # gets this alone"
        )
      } else if isShallow {
        (" (this is a shallow clone)", "git fetch --unshallow --tags")
      } else if what == "commit", let remotes = try? configuredRemotes(), !remotes.isEmpty {
        // A record or a tag may speak of one that was never fetched.
        ("", "git fetch --tags   # where that does not bring it: git fsck")
      } else {
        ("", "git fsck")
      }
    return GitError(.missingObject, "\(what) \(id) is not here\(reason)", hint: hint)
  }
}
