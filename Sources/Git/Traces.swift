internal import Clibgit2
package import Release

// What git leaves behind: reflogs, objects that nothing names any more, locks.
extension Repository {
  /// Whether git notes what a reference pointed at.
  package func hasReflog(_ name: String) -> Bool {
    git_reference_has_log(handle, name) == 1
  }

  /// The references that have a reflog, as far as this work tree knows them.
  package func reflogNames() throws(GitError) -> [String] {
    var names: Set<String> = []
    for directory in Set([commonDirectory, gitDirectory]) {
      for path in try Disk.files(below: "\(directory)/logs") {
        names.insert(String(path.dropFirst("\(directory)/logs/".count)))
      }
    }
    return names.sorted()
  }

  /// Everything that a reference pointed at by its reflog, the latest first, each once; empty where it
  /// has no reflog.
  package func reflog(of name: String) throws(GitError) -> [ObjectID] {
    // Reading one that is not there would make it.
    guard hasReflog(name) else { return [] }
    var log: OpaquePointer?
    try git_reflog_read(&log, handle, name).check("cannot read the reflog of \(name)")
    defer { git_reflog_free(log) }
    var ids: [ObjectID] = []
    var seen: Set<ObjectID> = [.zero]
    for index in 0..<git_reflog_entrycount(log) {
      guard let entry = git_reflog_entry_byindex(log, index) else { continue }
      for raw in [git_reflog_entry_id_new(entry), git_reflog_entry_id_old(entry)] {
        guard let id = raw.map({ ObjectID($0.pointee) }), seen.insert(id).inserted else { continue }
        ids.append(id)
      }
    }
    return ids
  }

  /// Commits that no reference and no reflog leads to, until git removes them.
  ///
  /// git looks through all objects for them: seconds in a large repository.
  package func unreachableCommits() async throws(GitError) -> [ObjectID] {
    // It reads the index, and would ask what the repository says watches the files.
    let result = try await program.read(
      [
        "-c", "core.fsmonitor=false", "fsck", "--unreachable", "--connectivity-only",
        "--no-progress",
      ])
    let marker = Array("unreachable commit ".utf8)
    let commits = result.output.split(separator: UInt8(ascii: "\n")).compactMap { line in
      line.starts(with: marker) ? ObjectID(hexadecimal: line.dropFirst(marker.count)) : nil
    }
    // It fails where anything at all is broken, and still tells what it found.
    guard result.status == 0 || !commits.isEmpty else {
      throw GitError(
        .other, "git fsck cannot look for lost commits: \(result.complaint)", hint: "git fsck")
    }
    return commits
  }

  /// A file by which a program of git keeps others from writing.
  package struct Lock: Hashable, Sendable {
    package let path: String
    /// Seconds.
    package let age: Int
  }

  /// Locks on references, configuration and index, by path: who made one may be long gone.
  package func locks() throws(GitError) -> [Lock] {
    // A worktree has a HEAD and an index of its own.
    let names = ["HEAD.lock", "config.lock", "packed-refs.lock"].map { "\(commonDirectory)/\($0)" }
    let own = ["HEAD.lock", "index.lock"].map { "\(gitDirectory)/\($0)" }
    let paths =
      try Set(names + own)
      + Disk.files(below: "\(commonDirectory)/refs").filter { $0.hasSuffix(".lock") }
    return paths.sorted().compactMap { path in Disk.age(of: path).map { Lock(path: path, age: $0) }
    }
  }
}
