import ArgumentParser
import Git
import Ledger
import Release

/// Which release a command is about, as its arguments say it.
struct ReleaseArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The release, such as v1.4.0. May be left out where only one is at HEAD.",
      valueName: "version"))
  var version: String?

  @Option(
    help: ArgumentHelp("The candidate's commit, instead of HEAD.", valueName: "rev"))
  var commit: String?

  @OptionGroup var part: PackageOption

  init() {}

  init(version: String?, commit: String? = nil, package: String? = nil) {
    self.init()
    self.version = version
    self.commit = commit
    part = PackageOption()
    part.package = package
  }
}

/// A release and the commit it is, with the rules at that commit.
struct ReleaseSubject {
  let release: ReleaseVersion
  let commit: ObjectID
  let policy: Policy
}

extension ReleaseCase {
  /// Whether there is anything by this name, or may be: else it was mistyped, or is of somewhere else.
  var isKnown: Bool {
    guard case .absent = tag, evidence.ledgers.values.allSatisfy({ $0.doubt == nil }) else {
      return true
    }
    return !evidence.records.isEmpty || !evidence.unreadable.isEmpty
      || !(evidence.tagRecords + evidence.voidTagRecords).isEmpty || !evidence.findings.isEmpty
      || !signoffsElsewhere.isEmpty
  }
}

extension Failure {
  /// - Parameter other: What helps besides.
  static func noRelease(_ release: ReleaseVersion, otherwise other: String? = nil) -> Failure {
    let lines = ["git fetch --tags && deed sync   # if it is somewhere else", other]
    return Failure(
      .repository,
      "there is no release \(release.description.safe) here: no tag, and no record of it",
      hint: lines.compactMap(\.self).joined(separator: "\n"))
  }
}

extension Workspace {
  /// The release that the arguments name.
  ///
  /// With a tag, a version means the tag's commit; without, HEAD or `--commit`. Without a version,
  /// it is the one release that is at the commit, if there is just one.
  ///
  /// - Parameters:
  ///   - suggesting: Whether to take the version that the commits ask for where no release is at the
  ///     commit.
  ///   - looking: Whether a release whose tag is not here is taken where it is recorded to have been
  ///     cut; whoever writes says which commit they mean.
  func subject(
    _ arguments: ReleaseArguments, suggesting: Bool = false, looking: Bool = false
  ) throws -> ReleaseSubject {
    let package = arguments.part.package
    guard let typed = arguments.version else {
      let commit = try arguments.commit.map(commit) ?? head()
      let policy = try policy(at: commit)
      return ReleaseSubject(
        release: try releaseAt(commit, policy, package: package, suggesting: suggesting),
        commit: commit, policy: policy)
    }
    let name = try package.map { try today($0, arguments.commit, typed) } ?? typed
    let commit = try self.commit(of: name, arguments.commit, looking: looking)
    let policy = try policy(at: commit)
    // A release from before the prefix was written down is named by today's.
    let release = try policy.release(named: name) ?? policyOrDefaults().release(named: name)
    return ReleaseSubject(
      release: try release ?? policy.version(name), commit: commit, policy: policy)
  }

  /// The full name of a package's version, as the rules have it now.
  private func today(_ package: String, _ revision: String?, _ typed: String) throws -> String {
    try policy(at: revision.map(commit) ?? head()).version(typed, package: package).description
  }

  private func commit(
    of name: String, _ revision: String?, looking: Bool
  ) throws -> ObjectID {
    let chosen = try revision.map(commit)
    guard let target = try repository.reference("refs/tags/\(name)"),
      let tagged = try repository.peeledToCommit(target)
    else { return try chosen ?? recordedCommit(of: name, looking: looking) ?? head() }
    if let chosen, chosen != tagged {
      throw Failure(
        .usage, "\(name.safe) is at \(tagged.short), not at \(chosen.short)",
        hint: "leave out --commit, or choose another version")
    }
    return tagged
  }

  /// Where a release was cut by its record; `nil` where none says that it was.
  private func recordedCommit(of name: String, looking: Bool) throws -> ObjectID? {
    let lines = try counted(DeploymentLines(try ledgers.lines(of: .deployments)))
    let records = lines.standingTags.filter { $0.release.utf8.elementsEqual(name.utf8) }
    let commits = Set(records.map(\.commit))
    guard let record = records.first else { return nil }
    if commits.count == 1, try repository.header(of: record.commit) != nil {
      if looking { return record.commit }
      if case .branch(_, record.commit) = try repository.head() { return record.commit }
      if case .detached(record.commit) = try repository.head() { return record.commit }
    }
    let release = ReleaseVersion(recorded: name)
    let remote = try policyOrDefaults().remote
    let fetch =
      try release.map { try fetching($0, from: remote, withOthers: lacksTags(of: lines)) }
      ?? "git fetch --tags"
    let places = commits.sorted().map(\.short).joined(separator: " and at ")
    throw Failure(
      .repository,
      "\(name.safe) is recorded as cut at \(places) by \(record.by.name.safe), and its tag is not "
        + "here",
      hint: repository.isShallow
        ? fetch
        : "\(fetch); where it was never pushed, \(unpushedWays(name, on: remote))")
  }

  /// The releases at a commit: those with a tag there, and candidates that have records there.
  ///
  /// - Parameter prefixes: What their names begin with.
  func releases(at commit: ObjectID, prefixes: [String]) throws -> [ReleaseVersion] {
    var releases = Set(
      try releaseTags(prefixes: prefixes).filter { $0.commit == commit }.map(\.version))
    for ledger in LedgerName.ofRecords {
      for line in try ledgers.lines(of: ledger, on: commit) {
        guard case .record(let record) = LedgerLine(parsing: line), record.commit == commit,
          let release = prefixes.lazy.compactMap({
            ReleaseVersion(tag: record.release, prefix: $0)
          }).first
        else { continue }
        releases.insert(release)
      }
    }
    return releases.sorted()
  }

  private func releaseAt(
    _ commit: ObjectID, _ policy: Policy, package: String?, suggesting: Bool
  ) throws -> ReleaseVersion {
    let part = try policy.part(named: package)
    let prefixes = package == nil ? policy.prefixes : [part.prefix]
    let releases = try releases(at: commit, prefixes: prefixes)
    if let only = releases.first, releases.count == 1 { return only }
    // A candidate that became the release: who looks at it means the release.
    let cut = try releaseTags(prefixes: prefixes).filter { $0.commit == commit }
    let stable = cut.filter(\.version.number.isStable)
    if suggesting, let only = stable.first, stable.count == 1,
      releases.allSatisfy({ $0.prefix == only.version.prefix })
    {
      return only.version
    }
    if releases.count > 1 {
      throw Failure(
        .usage,
        "\(releases.count) releases are at \(commit.short): "
          + releases.map(\.description).joined(separator: ", "),
        hint: "say which one")
    }
    guard package != nil || policy.packages.isEmpty else { throw noRelease(at: commit, policy) }
    if suggesting {
      return try suggestion(for: commit, policy, part, prerelease: nil).version
    }
    throw Failure(
      .usage, "no release\(package.map { " of \($0.safe)" } ?? "") is at \(commit.short) yet",
      hint: hint(for: commit, policy, part))
  }

  /// Where there are packages, nobody but a person can say which of them is to be released.
  private func noRelease(at commit: ObjectID, _ policy: Policy) -> Failure {
    Failure(
      .usage,
      "no release is at \(commit.short) yet, and there are packages: \(policy.packageNames)",
      hint: "say --package NAME, or a version: \(policy.exampleVersions)")
  }

  /// Which version to name where none is there yet.
  private func hint(for commit: ObjectID, _ policy: Policy, _ part: ReleasePart) -> String {
    do {
      let next = try suggestion(for: commit, policy, part, prerelease: nil).version
      return "say \(next.description.safe), which the commits ask for"
    } catch {
      // The commits may ask for none; whoever records something may want one all the same.
      return "name the version, such as \(part.prefix.safe)1.4.0"
    }
  }
}
