package import Release

extension Repository {
  /// Who git says is at work here.
  ///
  /// Never a guess: evidence is not written under one.
  package func committer() async throws(GitError) -> Identity {
    let command = ["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"]
    var result = try await program.read(command)
    // An address in $EMAIL is the user's word, unless the user wants configuration only.
    if result.status != 0, result.error.contains("no email was given"),
      let email = environment["EMAIL"], !email.isEmpty,
      try await configuration().flag("user.useconfigonly") != true
    {
      let named = environment.merging(["GIT_COMMITTER_EMAIL": email]) { $1 }
      result = try await GitProgram(directory: program.directory, environment: named).read(command)
    }
    guard result.status == 0 else { throw Self.identityError(result) }
    guard let identity = Identity(result.text) else {
      throw GitError(.other, "git names the committer “\(result.text)”, which cannot be read")
    }
    return identity
  }

  private static func identityError(_ result: GitProgram.Output) -> GitError {
    let name = "git config user.name \"…\""
    let email = "git config user.email \"…\""
    let complaint = result.error
    if complaint.contains("no email was given") || complaint.contains("unable to auto-detect email")
    {
      return GitError(
        .identity, "git does not know your mail address (user.email)", hint: "\(name) && \(email)")
    }
    let isNameless =
      complaint.contains("no name was given") || complaint.contains("empty ident name")
      || complaint.contains("disallowed characters")
    if isNameless {
      return GitError(
        .identity, "git does not know your name (user.name)", hint: "\(name) && \(email)")
    }
    return GitError(.program, "git cannot say who you are: \(result.complaint)")
  }

  /// Every path that git calls dirty: staged, modified, in conflict or, where `untracked` says so,
  /// untracked.
  ///
  /// - Parameter paths: Where to look, there at single files; everywhere where there are none.
  package func status(
    untracked: Bool = true, under paths: [String] = []
  ) async throws(GitError) -> [String] {
    let files = untracked ? paths.isEmpty ? "normal" : "all" : "no"
    let result = try await program.read(
      Self.untrusting + [
        "status", "--porcelain=v2", "-z", "--untracked-files=\(files)", "--no-renames",
        "--ignore-submodules=none", "--",
      ] + paths.map { ":(top,literal)\($0)" })
    guard result.status == 0 else {
      throw GitError(.other, "git status failed: \(result.complaint)")
    }
    // What it cannot look into has nothing new in it, as git has it, and no failure.
    if result.error.contains("could not open directory") {
      throw GitError(.other, "not all could be looked at: \(result.complaint)")
    }
    return try Self.paths(result.output)
  }

  /// What has git itself look at each file, and believe nobody who says that none was changed.
  package static let untrusting = [
    "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c", "core.trustctime=true",
    "-c", "core.checkStat=default",
  ]

  /// A file of the index whose changes git is told not to see.
  package struct UnseenFile: Sendable {
    package let path: String
    /// Whether it is there, or may be: one that is left out of a sparse checkout is not.
    package let isThere: Bool
    /// The command that has git look at it again.
    package let reveal: String
  }

  /// Every file that `git update-index` has marked with `--assume-unchanged` or `--skip-worktree`.
  package func unseenFiles() async throws(GitError) -> [UnseenFile] {
    let result = try await program.read(["ls-files", "-v", "-z", "--full-name"])
    guard result.status == 0 else {
      throw GitError(.other, "git ls-files failed: \(result.complaint)")
    }
    var files: [UnseenFile] = []
    for line in result.output.split(separator: 0) {
      guard let tag = line.first, line.dropFirst().first == UInt8(ascii: " ") else {
        throw GitError(.other, "git ls-files printed a line that cannot be read")
      }
      let isAssumed = tag >= UInt8(ascii: "a") && tag <= UInt8(ascii: "z")
      guard isAssumed || tag == UInt8(ascii: "S") else { continue }
      let path = String(decoding: line.dropFirst(2), as: UTF8.self)
      let isThere = isAssumed || Disk.exists("\(workDirectory ?? gitDirectory)/\(path)")
      let mark = isAssumed ? "assume-unchanged" : "skip-worktree"
      files.append(
        UnseenFile(
          path: path, isThere: isThere,
          reveal: "git update-index --no-\(mark) -- \(GitError.quoted(path))"))
    }
    return files
  }

  /// The filters of git's configuration that stand between these files and what git compares, by the
  /// bytes of their paths.
  package func filters(of paths: [String]) async throws(GitError) -> [[UInt8]: String] {
    let result = try await program.read(["check-attr", "-z", "filter", "--"] + paths)
    guard result.status == 0 else {
      throw GitError(.other, "git check-attr failed: \(result.complaint)")
    }
    let fields = result.output.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    let configuration = try await configuration()
    var filters: [[UInt8]: String] = [:]
    for start in stride(from: 0, to: fields.count - 2, by: 3) {
      let name = String(decoding: fields[start + 2], as: UTF8.self)
      // One that is not configured changes nothing.
      let isConfigured = ["clean", "process"].contains { key in
        configuration.value("filter.\(name).\(key)") != nil
      }
      if isConfigured { filters[fields[start]] = name }
    }
    return filters
  }

  /// What a checkout of a commit writes at `path`, all filters applied.
  package func checkedOut(_ path: String, of commit: ObjectID) async throws(GitError) -> [UInt8] {
    let result = try await program.read(["cat-file", "--filters", "\(commit):\(path)"])
    guard result.status == 0 else {
      throw GitError(.other, "git cat-file failed: \(result.complaint)")
    }
    return result.output
  }

  /// The bytes of a file of the work tree; `nil` where there is no regular file.
  package func fileOnDisk(at path: String) throws(GitError) -> [UInt8]? {
    try Disk.content(of: "\(workDirectory ?? gitDirectory)/\(path)")
  }

  /// Every file at or below these paths that git is told to ignore.
  package func ignored(under paths: [String]) async throws(GitError) -> [String] {
    let result = try await program.read(
      ["ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--full-name", "--"]
        + paths.map { ":(top,literal)\($0)" })
    guard result.status == 0 else {
      throw GitError(.other, "git ls-files failed: \(result.complaint)")
    }
    return result.output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func paths(_ output: [UInt8]) throws(GitError) -> [String] {
    var paths: [String] = []
    for line in output.split(separator: 0) {
      // Fields before the path: `1` has eight, `u` has ten, `?` one. There are no renames.
      let fields: Int
      switch line.first {
      case UInt8(ascii: "1"): fields = 8
      case UInt8(ascii: "u"): fields = 10
      case UInt8(ascii: "?"): fields = 1
      case UInt8(ascii: "#"), UInt8(ascii: "!"): continue
      default: throw GitError(.other, "git status printed a line that cannot be read")
      }
      let words = line.split(
        separator: UInt8(ascii: " "), maxSplits: fields, omittingEmptySubsequences: false)
      guard let path = words.last, words.count == fields + 1 else {
        throw GitError(.other, "git status printed a line that cannot be read")
      }
      paths.append(String(decoding: path, as: UTF8.self))
    }
    return paths
  }

  /// What a branch follows.
  package struct Upstream: Sendable {
    /// The remote's name; `.` for this repository.
    package let remote: String
    /// The reference here that tracks it.
    package let reference: String
    /// Its name on the remote.
    package let remoteReference: String
  }

  package func upstream(of branch: String) async throws(GitError) -> Upstream? {
    let format = "--format=%(upstream:remotename)%00%(upstream)%00%(upstream:remoteref)"
    let result = try await program.read(["for-each-ref", format, "refs/heads/\(branch)"])
    guard result.status == 0 else {
      throw GitError(.other, "cannot read the upstream of \(branch): \(result.complaint)")
    }
    let fields = result.output.prefix { $0 != UInt8(ascii: "\n") }.split(separator: 0)
    guard fields.count == 3 else { return nil }
    let texts = fields.map { String(decoding: $0, as: UTF8.self) }
    return Upstream(remote: texts[0], reference: texts[1], remoteReference: texts[2])
  }
}
