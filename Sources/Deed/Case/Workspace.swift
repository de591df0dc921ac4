import Configuration
import Git
import Ledger
import Release

/// The repository that a command works on, opened once.
struct Workspace {
  let context: Context
  let repository: Repository
  let ledgers: LedgerStore
  /// Whether others push to this repository, so that nothing is somewhere else.
  let isServer: Bool
  let memory = Memory()
  /// What a server holds a release to where no earlier one sets a floor.
  var baseline: Floor?
  /// What a command signs the records with that it makes; `nil` where it signs none.
  var signer: Signer?

  /// - Parameter remembers: Whether to believe what an earlier run noted about histories.
  init(_ context: Context, remembers: Bool = true, isServer: Bool = false) throws {
    self.context = context
    self.isServer = isServer
    repository = try Repository(
      discovering: context.directory, environment: context.environment)
    ledgers = LedgerStore(repository, remembers: remembers, readsFetched: !isServer)
  }

  /// The commit at HEAD.
  func head() throws -> ObjectID {
    switch try repository.head() {
    case .branch(_, let commit), .detached(let commit): return commit
    case .unborn(let branch):
      throw Failure(
        .repository, "there is no commit yet on \(branch.safe)",
        hint: "git commit   # then run this again")
    }
  }

  /// The commit that a revision names.
  func commit(_ revision: String) throws -> ObjectID {
    try self.revision(revision, prefix: policyOrDefaults().tags.prefix)
  }

  /// The rules at a commit; the defaults where it has no `deed.toml`.
  func policy(at commit: ObjectID) throws -> Policy {
    if let known = memory.policies[commit] { return known }
    let policy = try readPolicy(at: commit)
    memory.policies[commit] = policy
    return policy
  }

  private func readPolicy(at commit: ObjectID) throws -> Policy {
    guard let entry = try repository.entry(at: Policy.fileName, in: commit) else {
      return Policy()
    }
    guard entry.isFile, let bytes = try repository.file(at: Policy.fileName, in: commit) else {
      throw Failure(
        .configuration,
        "\(Policy.fileName) at \(commit.short) is no regular file, so its rules cannot be read",
        hint: "put the rules into the file itself, and commit it")
    }
    do {
      return try ConfigurationFile.policy(
        from: bytes, file: "\(Policy.fileName) at \(commit.short)")
    } catch {
      throw Failure(.configuration, error.description, hint: try mendedPolicy(insteadOf: bytes))
    }
  }

  /// What to do where the rules that cannot be read are those of HEAD, and mended in the work tree.
  private func mendedPolicy(insteadOf committed: [UInt8]) throws -> String? {
    guard repository.workDirectory != nil,
      try repository.file(at: Policy.fileName, in: head()) == committed,
      let here = try repository.fileOnDisk(at: Policy.fileName), here != committed
    else { return nil }
    do {
      _ = try ConfigurationFile.policy(from: here, file: Policy.fileName)
    } catch {
      return nil
    }
    return "\(Policy.fileName) here can be read, and is not committed; what counts is the commit: "
      + "git commit \(Policy.fileName)"
  }

  /// The remote whose ledgers are ours; `nil` where the repository has none.
  ///
  /// It is the configured one, or the only one there is; of several others, one that was fetched
  /// from.
  func remote(_ policy: Policy) async throws -> String? {
    if isServer { return nil }
    let remotes = try await repository.remotes()
    if remotes[policy.remote] != nil { return policy.remote }
    let names = remotes.keys.sorted()
    for name in names where try ledgers.wasFetched(from: name) { return name }
    return names.first
  }

  /// The remote by which a team shares its records; `nil` where there is none, or nothing says which of
  /// several it is.
  func sharedRemote(_ policy: Policy) async throws -> String? {
    if isServer { return nil }
    let remotes = try await repository.remotes()
    if remotes[policy.remote] != nil { return policy.remote }
    return remotes.count == 1 ? remotes.keys.first : nil
  }

  /// The same, or why nothing can be pushed.
  ///
  /// - Parameter instead: What works without one.
  func requireRemote(
    _ policy: Policy, to task: String = "push to", instead: String? = nil
  ) async throws -> String {
    if let remote = try await sharedRemote(policy) { return remote }
    if !isServer, try await !repository.remotes().isEmpty {
      throw Failure(
        .configuration,
        "there is no remote \u{201C}\(policy.remote.safe)\u{201D}, and more than one other",
        hint: Self.namingRemote(policy))
    }
    throw Failure(
      .repository, "this repository has no remote to \(task)",
      hint: "git remote add origin URL" + (instead.map { "   # or \($0)" } ?? ""))
  }

  /// What tells which of several remotes is the team's: the names are each clone's own, the rule everybody's.
  static func namingRemote(_ policy: Policy) -> String {
    "git remote rename REMOTE \(GitError.quoted(policy.remote))   "
      + "# or for everybody, in \(Policy.fileName): remote = \"REMOTE\""
  }

  /// Whoever git says is at work here.
  func committer() async throws -> Identity {
    try await repository.committer()
  }
}
