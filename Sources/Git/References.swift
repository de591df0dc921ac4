internal import Clibgit2
internal import Glibc
package import Release

/// A reference as it stands.
package struct Reference: Hashable, Sendable {
  package let name: String
  /// What it points at, symbolic ones resolved, tags not peeled.
  package let target: ObjectID
  /// What its tag leads to, where the packed references say it.
  let peeled: ObjectID?
}

extension Repository {
  /// What a reference points at, symbolic ones resolved, tags not peeled; `nil` if there is none.
  package func reference(_ name: String) throws(GitError) -> ObjectID? {
    if !pending.isEmpty, let target = pending[Array(name.utf8)] { return target }
    if let heldTags, name.utf8.starts(with: Self.tags.utf8) {
      return heldTags[Array(name.utf8)]?.target
    }
    var id = git_oid()
    let status = git_reference_name_to_id(&id, handle, name)
    if status == GIT_ENOTFOUND.rawValue || status == GIT_EINVALIDSPEC.rawValue {
      git_error_clear()
      return nil
    }
    try status.check("cannot read \(name)")
    return ObjectID(id)
  }

  /// All references whose names start with `prefix`, sorted by the bytes of their names.
  package func references(
    under prefix: String
  ) throws(GitError) -> [Reference] {
    var found: [Reference]
    if let heldTags, prefix.utf8.starts(with: Self.tags.utf8) {
      found = heldTags.filter { $0.key.starts(with: prefix.utf8) }.map(\.value)
    } else if let stored = try storedReferences(under: prefix) {
      found = stored
    } else {
      found = try listed(under: prefix)
      try checkLoose(prefix, found.map(\.name))
    }
    if !pending.isEmpty {
      found.removeAll { pending.keys.contains(Array($0.name.utf8)) }
      for (name, target) in pending where name.starts(with: prefix.utf8) {
        guard let target else { continue }
        found.append(
          Reference(name: String(decoding: name, as: UTF8.self), target: target, peeled: nil))
      }
    }
    found.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    return found
  }

  private static let tags = "refs/tags/"

  /// Reads all tags, so that every answer from here on is of this moment.
  ///
  /// For those who only look, and ask for each of hundreds of tags hundreds of times.
  package func holdTags() throws(GitError) {
    let tags = try references(under: Self.tags)
    heldTags = Dictionary(
      tags.map { (Array($0.name.utf8), $0) }, uniquingKeysWith: { one, _ in one })
  }

  /// References as libgit2 lists them, those that are broken left out.
  private func listed(under prefix: String) throws(GitError) -> [Reference] {
    var iterator: OpaquePointer?
    try git_reference_iterator_glob_new(&iterator, handle, "\(prefix)*")
      .check("cannot list \(prefix)")
    defer { git_reference_iterator_free(iterator) }
    var found: [Reference] = []
    while true {
      var reference: OpaquePointer?
      let status = git_reference_next(&reference, iterator)
      if status == GIT_ITEROVER.rawValue { return found }
      try status.check("cannot list \(prefix)")
      defer { git_reference_free(reference) }
      guard let raw = git_reference_name(reference) else { continue }
      let name = String(cString: raw)
      if let target = git_reference_target(reference) {
        let peeled = git_reference_target_peel(reference).map { ObjectID($0.pointee) }
        found.append(Reference(name: name, target: ObjectID(target.pointee), peeled: peeled))
      } else if let target = try self.reference(name) {
        found.append(Reference(name: name, target: target, peeled: nil))
      }
    }
  }

  /// libgit2 passes silently over a loose reference that it cannot read.
  private func checkLoose(_ prefix: String, _ found: [String]) throws(GitError) {
    let end = prefix.lastIndex(of: "/") ?? prefix.startIndex
    let paths = try Disk.files(below: "\(commonDirectory)/\(prefix[..<end])")
    guard !paths.isEmpty else { return }
    let found = Set(found)
    for path in paths {
      let name = String(path.dropFirst(commonDirectory.count + 1))
      if name.hasPrefix(prefix), !found.contains(name), !name.hasSuffix(".lock") {
        _ = try reference(name)
      }
    }
  }

  /// The commit that a reference leads to through its tags; `nil` where it ends in something else.
  package func commit(of reference: Reference) throws(GitError) -> ObjectID? {
    let end = reference.peeled ?? reference.target
    if commitGraph?.position(of: end) != nil { return end }
    return try peeledToCommit(end)
  }

  /// Moves a reference if it still is at `expected` (`nil`: does not exist); `false` if it is not.
  package func updateReference(
    _ name: String, from expected: ObjectID?, to new: ObjectID, message: String
  ) throws(GitError) -> Bool {
    // The zero id with force is libgit2's only creation that cannot be won by two writers.
    var old = (expected ?? .zero).raw
    var target = new.raw
    let status = retryingLocks {
      var reference: OpaquePointer?
      defer { git_reference_free(reference) }
      return git_reference_create_matching(&reference, handle, name, &target, 1, &old, message)
    }
    return try outcome(status, name, "cannot write \(name)")
  }

  /// Deletes a reference if it still is at `expected`; `false` if it is not.
  package func deleteReference(
    _ name: String, expected: ObjectID
  ) throws(GitError) -> Bool {
    let status = retryingLocks {
      var reference: OpaquePointer?
      defer { git_reference_free(reference) }
      let status = git_reference_lookup(&reference, handle, name)
      guard status == 0 else { return status }
      guard let id = git_reference_target(reference), ObjectID(id.pointee) == expected else {
        return GIT_EMODIFIED.rawValue
      }
      return git_reference_delete(reference)
    }
    return try outcome(status, name, "cannot delete \(name)")
  }

  /// Waits a second for other writers, who hold a lock for milliseconds.
  private func retryingLocks(_ body: () -> Int32) -> Int32 {
    for _ in 0..<100 {
      let status = body()
      if status != GIT_ELOCKED.rawValue { return status }
      usleep(10_000)
    }
    return body()
  }

  private func outcome(
    _ status: Int32, _ name: String, _ task: String
  ) throws(GitError) -> Bool {
    switch status {
    case GIT_EMODIFIED.rawValue, GIT_ENOTFOUND.rawValue:
      git_error_clear()
      return false
    case GIT_ELOCKED.rawValue:
      git_error_clear()
      throw locked(name)
    default:
      try status.check(task)
      return true
    }
  }

  private func locked(_ name: String) -> GitError {
    let candidates = [
      "\(commonDirectory)/\(name).lock", "\(gitDirectory)/\(name).lock",
      "\(commonDirectory)/packed-refs.lock",
    ]
    guard let lock = candidates.first(where: Disk.exists) else {
      return GitError(.locked, "\(name) was locked by another program; try again")
    }
    let age = Disk.age(of: lock).map { ", \($0) s old," } ?? ""
    return GitError(
      .locked,
      "\(name) is locked: \(lock)\(age) belongs to another git, or was left behind by a crash",
      hint: "rm \(GitError.quoted(lock))   # only where no other git is running")
  }
}
