internal import Clibgit2
package import Release

/// Where `HEAD` stands.
package enum Head: Hashable, Sendable {
  /// On the branch `name` (without `refs/heads/`).
  case branch(name: String, commit: ObjectID)
  case detached(ObjectID)
  /// On a branch without a commit yet.
  case unborn(branch: String)

  /// The commit that is checked out; `nil` where there is none yet.
  package var commit: ObjectID? {
    switch self {
    case .branch(_, let commit), .detached(let commit): commit
    case .unborn: nil
    }
  }
}

extension Repository {
  package var isBare: Bool { git_repository_is_bare(handle) == 1 }

  /// Whether history has been cut short; told by the file that all worktrees share.
  package var isShallow: Bool {
    // A file that is there and cannot be read may cut history anywhere.
    (try? !shallowBoundary().isEmpty) ?? true
  }

  /// Whether objects may be left on a remote until they are asked for.
  package var isPartial: Bool {
    var configuration: OpaquePointer?
    guard git_repository_config_snapshot(&configuration, handle) == 0 else { return false }
    defer { git_config_free(configuration) }
    var iterator: OpaquePointer?
    let names = #"^(remote\..*\.promisor|extensions\.partialclone)$"#
    guard git_config_iterator_glob_new(&iterator, configuration, names) == 0 else { return false }
    defer { git_config_iterator_free(iterator) }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator) == 0 {
      guard let name = entry?.pointee.name else { continue }
      if String(cString: name) == "extensions.partialclone" { return true }
      var isPromisor: Int32 = 0
      let status = git_config_parse_bool(&isPromisor, entry?.pointee.value)
      if status == 0, isPromisor != 0 { return true }
    }
    git_error_clear()
    return false
  }

  /// The commits at which a shallow history ends.
  func shallowBoundary() throws(GitError) -> Set<ObjectID> {
    guard let content = try Disk.content(of: "\(commonDirectory)/shallow") else { return [] }
    return Set(content.split(separator: UInt8(ascii: "\n")).compactMap(ObjectID.init(hexadecimal:)))
  }

  package func head() throws(GitError) -> Head {
    var reference: OpaquePointer?
    defer { git_reference_free(reference) }
    try git_reference_lookup(&reference, handle, "HEAD").check("cannot read HEAD")
    guard let target = git_reference_symbolic_target(reference) else {
      guard let id = git_reference_target(reference) else {
        throw GitError(.other, "HEAD points at nothing")
      }
      return .detached(ObjectID(id.pointee))
    }
    let name = String(cString: target)
    let branch = name.hasPrefix("refs/heads/") ? String(name.dropFirst(11)) : name
    guard let commit = try self.reference(name) else { return .unborn(branch: branch) }
    return .branch(name: branch, commit: commit)
  }

  /// What git is in the midst of, in git's own word; `nil` if nothing.
  package func operationUnderWay() throws(GitError) -> String? {
    let status = git_repository_state(handle)
    try status.check("cannot tell what is under way")
    switch UInt32(status) {
    case GIT_REPOSITORY_STATE_NONE.rawValue: return try sequenceUnderWay()
    case GIT_REPOSITORY_STATE_MERGE.rawValue: return "merge"
    case GIT_REPOSITORY_STATE_REVERT.rawValue, GIT_REPOSITORY_STATE_REVERT_SEQUENCE.rawValue:
      return "revert"
    case GIT_REPOSITORY_STATE_CHERRYPICK.rawValue,
      GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE.rawValue:
      return "cherry-pick"
    case GIT_REPOSITORY_STATE_BISECT.rawValue: return "bisect"
    case GIT_REPOSITORY_STATE_REBASE.rawValue, GIT_REPOSITORY_STATE_REBASE_INTERACTIVE.rawValue,
      GIT_REPOSITORY_STATE_REBASE_MERGE.rawValue,
      GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE.rawValue:
      return "rebase"
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX.rawValue: return "am"
    default: return "operation"
    }
  }

  /// Between two commits of a sequence only its to-do list is left, which libgit2 does not look at.
  private func sequenceUnderWay() throws(GitError) -> String? {
    guard let list = try Disk.content(of: "\(gitDirectory)/sequencer/todo") else { return nil }
    return list.starts(with: "revert".utf8) ? "revert" : "cherry-pick"
  }
}
