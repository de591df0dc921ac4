package import Release

extension Repository {
  /// Fetches exactly `refspecs` from a remote's name, URL or path, and touches no other reference.
  ///
  /// All objects come along, in a partial clone too: a record that is not here cannot be read.
  ///
  /// - Parameters:
  ///   - prune: Whether references on the right side go that the remote no longer has.
  ///   - refetch: Whether to fetch objects again that an earlier, filtered fetch left out.
  package func fetch(
    _ remote: String, _ refspecs: [String], prune: Bool = false, refetch: Bool = false
  ) async throws(GitError) {
    // Without an empty refmap a configured `+refs/notes/*` would overwrite records not yet pushed.
    let result = try await remoteProgram.run(
      [
        "fetch", "--no-tags", "--no-write-fetch-head", "--quiet", "--no-auto-maintenance",
        "--no-recurse-submodules", prune ? "--prune" : "--no-prune", "--refmap=", "--no-filter",
      ] + (refetch ? ["--refetch"] : []) + ["--", remote] + refspecs)
    if result.status != 0 { throw remoteError("fetch from", remote, result) }
  }

  /// Every remote that is configured, also one that is only pushed to.
  package func remoteNames() async throws(GitError) -> [String] {
    try await remoteLines([])
  }

  /// Everywhere a remote is fetched from or pushed to.
  package func addresses(of remote: String) async throws(GitError) -> [String] {
    var addresses = try await remoteLines(["get-url", "--push", "--all", "--", remote])
    // What is only pushed to has no other.
    guard try configuredRemotes()[remote] != nil else { return addresses }
    for address in try await remoteLines(["get-url", "--all", "--", remote])
    where !addresses.contains(address) {
      addresses.append(address)
    }
    return addresses
  }

  private func remoteLines(_ arguments: [String]) async throws(GitError) -> [String] {
    let result = try await program.read(["remote"] + arguments)
    guard result.status == 0 else {
      throw GitError(.other, "cannot tell the remotes' addresses: \(result.error)")
    }
    return result.output.split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The references that a remote has.
  ///
  /// - Parameter peels: Whether a tag object is told twice, what it leads to as `refs/tags/v1.4.0^{}`.
  package func listRemote(
    _ remote: String, _ patterns: [String], peels: Bool = false
  ) async throws(GitError) -> [String: ObjectID] {
    let result = try await remoteProgram.read(
      ["ls-remote", "--quiet"] + (peels ? [] : ["--refs"]) + ["--", remote] + patterns)
    guard result.status == 0 else { throw remoteError("read", remote, result) }
    var references: [String: ObjectID] = [:]
    for line in result.output.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      guard fields.count == 2, let id = ObjectID(hexadecimal: fields[0]) else {
        throw GitError(.other, "git ls-remote printed a line that cannot be read")
      }
      references[String(decoding: fields[1], as: UTF8.self)] = id
    }
    return references
  }

  /// git for the network, which may ask for a password where somebody sits at the terminal.
  var remoteProgram: GitProgram {
    var program = program
    program.isInteractive = Terminal.isInteractive(environment)
    return program
  }

  func remoteError(_ task: String, _ remote: String, _ result: GitProgram.Output) -> GitError {
    let refusals = [
      "Permission denied", "permission denied", "Authentication failed", "could not read Username",
      "could not read Password", "The requested URL returned error: 403", "[rejected]",
      "refusing to", "couldn't find remote ref", "invalid refspec",
    ]
    let unreachable = [
      "Could not read from remote repository", "unable to access", "not appear to be a git repos",
      "unable to connect", "Could not resolve host", "onnection", "timed out", "early EOF",
      "hung up", "does not exist", "not found", "repository not exported", "unable to look up",
      "No such", "unable to find remote helper", "no path specified", "bad URL",
    ]
    // What a push ends with, for whatever reason: the user's own hook says no word git would know.
    let isDeclined =
      result.error.contains("failed to push some refs")
      && !unreachable.contains(where: result.error.contains)
    // There are more ways for a network to fail than anybody can list, and one may try again.
    let kind: GitError.Kind =
      refusals.contains(where: result.error.contains) || isDeclined ? .refused : .network
    let name = GitProgram.Output.withoutCredentials(remote)
    return GitError(
      kind, "cannot \(task) \(name): \(result.complaint)",
      hint: kind == .network ? "git ls-remote \(GitError.quoted(name))" : nil)
  }
}
