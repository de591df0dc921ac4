internal import Clibgit2
package import Release

extension Repository {
  /// The commit that `revision` names, in any of git's ways; `nil` when nothing has that name.
  ///
  /// Suffixes are read here and not by libgit2, which cannot step over a malformed commit.
  package func commit(named revision: String) throws(GitError) -> ObjectID? {
    guard !revision.utf8.isEmpty, !revision.utf8.contains(0) else { return nil }
    let parsed = Revision(revision)
    guard var id = try base(parsed.base) else { return nil }
    for step in parsed.steps {
      guard let next = try take(step, from: id) else { return nil }
      id = next
    }
    return try peeledToCommit(id)
  }

  private func base(_ name: String) throws(GitError) -> ObjectID? {
    if let id = ObjectID(name.lowercased()) { return try header(of: id) == nil ? nil : id }
    let name = name == "@" ? "HEAD" : name
    // Only what libgit2 takes for a reference's name is one; the order is git's.
    let candidates = [
      name, "refs/\(name)", "refs/tags/\(name)", "refs/heads/\(name)", "refs/remotes/\(name)",
      "refs/remotes/\(name)/HEAD",
    ]
    for candidate in candidates {
      if let id = try reference(candidate) { return id }
    }
    if let id = try abbreviated(name) { return id }
    return try parsedByLibrary(name)
  }

  /// The one commit, or tag of one, whose id starts with `digits`.
  private func abbreviated(_ digits: String) throws(GitError) -> ObjectID? {
    let text = digits.lowercased()
    guard (4..<ObjectID.digitCount).contains(text.utf8.count),
      text.utf8.allSatisfy({ Hexadecimal.value(of: $0) != nil })
    else { return nil }
    var prefix = git_oid()
    try git_oid_fromstrn(&prefix, text, text.utf8.count).check("cannot read \(digits)")
    var id = git_oid()
    let status = git_odb_exists_prefix(&id, database, &prefix, text.utf8.count)
    if status == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return nil
    }
    if status == GIT_EAMBIGUOUS.rawValue {
      git_error_clear()
      throw GitError(
        .ambiguous, "several objects have an id that starts with \(digits)",
        hint: "git rev-parse --disambiguate=\(text)")
    }
    try status.check("cannot look up \(digits)")
    return ObjectID(id)
  }

  /// Reflogs, `:/text`, `git describe` names and the like.
  private func parsedByLibrary(_ name: String) throws(GitError) -> ObjectID? {
    var found: OpaquePointer?
    let status = git_revparse_single(&found, handle, name)
    defer { git_object_free(found) }
    let isNoName = [GIT_ENOTFOUND, GIT_EINVALIDSPEC, GIT_EPEEL, GIT_EUNBORNBRANCH]
      .contains { $0.rawValue == status }
    if isNoName {
      git_error_clear()
      return nil
    }
    try status.check("cannot read the revision \(name)")
    return git_object_id(found).map { ObjectID($0.pointee) }
  }

  private func take(_ step: Revision.Step, from id: ObjectID) throws(GitError) -> ObjectID? {
    switch step {
    case .peel(let kind):
      var id = id
      while let header = try header(of: id) {
        if let kind, header.kind == kind { return id }
        if header.kind != .tag { return kind == nil ? id : nil }
        id = try tagged(by: id)
      }
      throw missing(id, "object")
    case .parent(let number):
      guard let commit = try peeledToCommit(id) else { return nil }
      return number == 0 ? commit : try parent(number, of: commit)
    case .ancestor(let generations):
      guard var commit = try peeledToCommit(id) else { return nil }
      for _ in 0..<generations {
        guard let next = try parent(1, of: commit) else { return nil }
        commit = next
      }
      return commit
    }
  }

  private func parent(_ number: Int, of id: ObjectID) throws(GitError) -> ObjectID? {
    guard let commit = try commit(id) else { throw missing(id, "commit") }
    guard commit.parents.indices.contains(number - 1) else { return nil }
    return commit.parents[number - 1]
  }
}

/// A revision split into a name and the steps to take from it.
struct Revision: Hashable {
  enum Step: Hashable {
    /// `^{kind}`; `nil` for `^{}`, which peels tags only.
    case peel(ObjectKind?)
    /// `^n`
    case parent(Int)
    /// `~n`
    case ancestor(Int)
  }

  private(set) var base: String
  private(set) var steps: [Step] = []

  init(_ text: String) {
    var rest = Array(text.utf8)[...]
    while let (step, start) = Self.lastStep(rest), start > rest.startIndex {
      steps.insert(step, at: 0)
      rest = rest[..<start]
    }
    base = String(decoding: rest, as: UTF8.self)
  }

  /// The step that `text` ends in, and where it starts.
  private static func lastStep(_ text: ArraySlice<UInt8>) -> (Step, Int)? {
    if text.last == UInt8(ascii: "}") {
      guard let start = text.lastIndex(of: UInt8(ascii: "^")),
        text[start...].dropFirst().first == UInt8(ascii: "{")
      else { return nil }
      let word = String(decoding: text[(start + 2)...].dropLast(), as: UTF8.self)
      if word.isEmpty { return (.peel(nil), start) }
      return ObjectKind(rawValue: word).map { (.peel($0), start) }
    }
    let digits = text.reversed().prefix { (48...57).contains($0) }.count
    let start = text.endIndex - digits - 1
    guard start >= text.startIndex else { return nil }
    let number = digits == 0 ? 1 : Int(String(decoding: text[(start + 1)...], as: UTF8.self))
    guard let number else { return nil }
    switch text[start] {
    case UInt8(ascii: "^"): return (.parent(number), start)
    case UInt8(ascii: "~"): return (.ancestor(number), start)
    default: return nil
    }
  }
}
