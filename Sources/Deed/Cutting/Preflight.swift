import Git
import Ledger
import Release

/// One answer of the preflight.
struct PreflightCheck {
  let id: String
  let state: Answer
  /// A sentence without its full stop, true as it stands.
  let why: String
  /// The command that mends it.
  let hint: String?
}

/// Whether whoever cuts has said that the tag is to be signed.
enum CutSigning: Equatable {
  case wanted
  case refused
  /// Nothing was said: the policy says, or git's configuration.
  case left(to: TagRules.Signing)

  var choice: SigningChoice {
    switch self {
    case .wanted, .left(to: .always): .sign
    case .refused, .left(to: .never): .noSign
    case .left(to: .auto): .auto
    }
  }
}

/// Asks everything that must hold before a tag is made, and collects all answers.
///
/// What goes wrong in asking is an answer too: unknown.
struct Preflight {
  private(set) var checks: [PreflightCheck] = []
  /// Whether something was typed wrongly: trouble, and no answer.
  private(set) var isMistyped = false
  /// Whether the tag has to be signed, once that was asked.
  private(set) var tagWish = SignedTagWish.no
  /// What the remote has, once it was asked.
  var listing: Result<[String: ObjectID], GitError>?
  /// What to say though it stands in nobody's way.
  var advice: String?
  let workspace: Workspace
  let target: ObjectID
  let policy: Policy
  let remote: String?

  init(_ workspace: Workspace, target: ObjectID, policy: Policy, remote: String?) {
    self.workspace = workspace
    self.target = target
    self.policy = policy
    self.remote = remote
  }

  private var repository: Repository { workspace.repository }

  mutating func add(_ id: String, _ state: Answer, _ why: String, hint: String? = nil) {
    // As any failure it repeats no password.
    let failure = Failure(.refused, why, hint: hint)
    checks.append(PreflightCheck(id: id, state: state, why: failure.message, hint: failure.hint))
  }

  mutating func add(_ id: String, _ error: any Error) {
    let failure = Failure(error)
    add(id, failure.kind == .refused ? .unmet : .unknown, failure.message, hint: failure.hint)
  }

  mutating func version(_ version: CutPlan.Version) async throws -> ReleaseVersion? {
    do {
      let release: ReleaseVersion
      switch version {
      case .named(let name, let package):
        release = try policy.version(name, package: package)
      case .suggested(let package, let prerelease):
        release = try await suggested(policy.part(named: package), prerelease)
      }
      add("version", .met, "\(release) is a version")
      return release
    } catch let failure as Failure where failure.kind == .usage {
      isMistyped = true
      add("version", .unmet, failure.message, hint: failure.hint)
    } catch {
      add("version", error)
    }
    return nil
  }

  private mutating func suggested(
    _ part: ReleasePart, _ prerelease: String?
  ) async throws -> ReleaseVersion {
    if let begun = try await begun(part, isStable: prerelease == nil) { return begun }
    try await checkAllFetched(part)
    if remote == nil { try await workspace.mentionNoReleases(prefix: part.prefix, policy) }
    return try workspace.suggestion(
      for: target, policy, part, prerelease: prerelease, tellsBeside: true
    ).version
  }

  /// The release that an earlier run of the same command tagged here, and did not finish.
  ///
  /// Its own tag leaves no commits to ask for a version. Tags that are lightweight, or below others in the
  /// history, are none that a cut makes.
  private mutating func begun(_ part: ReleasePart, isStable: Bool) async throws -> ReleaseVersion? {
    let tags = try workspace.releaseTags(prefix: part.prefix).filter {
      $0.commit == target && $0.target != target && $0.version.number.isStable == isStable
    }
    guard let tag = tags.first, tags.count == 1,
      try workspace.history(of: target, prefix: part.prefix).reachable.last == tag.version
    else { return nil }
    let isRecorded = try workspace.ledgers.lines(of: .deployments, on: target).contains { line in
      guard case .record(let record) = LedgerLine(parsing: line) else { return false }
      return if case .tag(tag.target) = record.body { true } else { false }
    }
    guard isRecorded, let remote else { return isRecorded ? nil : tag.version }
    return try await remoteReferences(remote)[tag.version.reference] == nil ? tag.version : nil
  }

  /// The branch must be one from which releases are cut.
  mutating func branch(isCommitGiven: Bool) {
    let allowed = policy.tags.branches.joined(separator: ", ")
    let globs = policy.tags.branches.map { Glob($0) }
    do {
      if isCommitGiven {
        let branches = try branchesHolding(target).filter { name in
          globs.contains { $0.matches(name) }
        }
        guard let branch = branches.first else {
          return add(
            "branch", .unmet, "\(target.short) is on none of the branches \(allowed)",
            hint: "merge it there, or allow its branch: [tags] branches in \(Policy.fileName)")
        }
        return add("branch", .met, "\(target.short) is on \(branch)")
      }
      guard case .branch(let name, _) = try repository.head() else {
        return add(
          "branch", .unmet, "HEAD is detached: no branch says where \(target.short) belongs",
          hint: "git switch BRANCH   # or say --commit \(target.short)")
      }
      guard globs.contains(where: { $0.matches(name) }) else {
        return add(
          "branch", .unmet, "releases are cut from \(allowed), not from \(name)",
          hint: "git switch BRANCH   # one of them; or allow it: [tags] branches in "
            + Policy.fileName)
      }
      add("branch", .met, "\(name) is a branch for releases")
    } catch {
      add("branch", error)
    }
  }

  /// Names of the local and remote branches that contain a commit.
  private func branchesHolding(_ commit: ObjectID) throws -> [String] {
    var names: [String] = []
    // Another remote's main is somebody else's: a fork's branch allows nothing here.
    let tracking = "refs/remotes/\(policy.remote)/"
    for reference in try repository.references(under: "refs/heads/")
      + repository.references(under: tracking)
    {
      guard let tip = try repository.peeledToCommit(reference.target),
        try tip == commit || repository.isAncestor(commit, of: tip)
      else { continue }
      let prefix = reference.name.hasPrefix(tracking) ? tracking : "refs/heads/"
      names.append(String(reference.name.dropFirst(prefix.count)))
    }
    return names
  }

  /// Nothing uncommitted, by git's own word.
  mutating func workTree(isCommitGiven: Bool) async {
    if isCommitGiven || repository.isBare {
      let why = repository.isBare ? "a bare repository has no work tree" : "--commit was given"
      return add("clean", .met, "the work tree does not matter: \(why)")
    }
    do {
      let dirty = try await repository.status()
      guard !dirty.isEmpty else { return add("clean", .met, "the work tree is clean") }
      let named = dirty.prefix(5).joined(separator: ", ")
      let rest = dirty.count > 5 ? " and \(dirty.count - 5) more" : ""
      add("clean", .unmet, "not committed: \(named)\(rest)", hint: "git stash -u   # or commit it")
    } catch {
      add("clean", error)
    }
  }

  mutating func operation() {
    do {
      guard let operation = try repository.operationUnderWay() else {
        return add("operation", .met, "no merge or rebase is under way")
      }
      let hint =
        operation == "bisect" ? "git bisect reset" : "git \(operation) --continue   # or --abort"
      add("operation", .unmet, "a \(operation) is under way", hint: hint)
    } catch {
      add("operation", error)
    }
  }

  mutating func identity() async -> Identity? {
    do {
      let identity = try await repository.committer()
      add("identity", .met, "the tagger is \(identity.person)")
      return identity
    } catch {
      add("identity", error)
      return nil
    }
  }

  /// What the tag is signed with.
  ///
  /// A policy below its floor's, or a person, does not leave it unsigned where it has to be.
  mutating func signer(_ choice: CutSigning, for subject: ReleaseCase?) async -> Signer? {
    var choice = choice
    let wish = subject?.wantsSignedTag ?? .no
    switch (wish, choice) {
    case (.yes(let policy), .refused):
      add("signing", .unmet, "\(policy) wants the tag signed", hint: "leave out --no-sign")
      return nil
    case (.unknown(let why), .refused):
      add(
        "signing", .unknown, "whether the tag has to be signed cannot be told: \(why)",
        hint: "leave out --no-sign; or: deed sync && git fetch --tags")
      return nil
    case (.yes, _): choice = .wanted
    case (.no, _), (.unknown, _): break
    }
    do {
      let configuration = try await repository.configuration()
      tagWish = try subject.map { try settledWish($0, configuration) } ?? .no
      let signer = try await repository.tagSigner(configuration, choice.choice)
      try await signer?.requireKey()
      if signer == nil, case .unknown(let why) = tagWish {
        add(
          "signing", .unknown, "whether the tag has to be signed cannot be told: \(why)",
          hint: "deed sync && git fetch --tags   # or --sign")
        return nil
      }
      add("signing", .met, signer == nil ? "the tag is not to be signed" : "the key is there")
      return signer
    } catch {
      add("signing", error)
      return nil
    }
  }

  /// Whether the tag has to be signed, also where the ledgers were never fetched.
  ///
  /// A release before that had to be signed has its tag here then: with a history come the tags in it,
  /// unless git was told to leave them out.
  private func settledWish(
    _ subject: ReleaseCase, _ configuration: GitConfiguration
  ) throws -> SignedTagWish {
    let wish = subject.wantsSignedTag
    guard case .unknown = wish,
      case .neverFetched(let remote) = subject.evidence.state(of: .deployments),
      configuration.value("remote.\(remote).tagopt") != "--no-tags"
    else { return wish }
    let mayHaveBeenAsked = try repository.references(under: "refs/tags/").contains { tag in
      let name = String(tag.name.dropFirst("refs/tags/".count))
      guard let release = ReleaseVersion(recorded: name), release.number.isStable,
        release != subject.release, let commit = try repository.commit(of: tag)
      else { return false }
      return try workspace.policy(at: commit).tags.sign == .always
    }
    return mayHaveBeenAsked ? wish : .no
  }
}
