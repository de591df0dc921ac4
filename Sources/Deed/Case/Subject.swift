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

  init() {}
}

/// A release and the commit it is, with the rules at that commit.
struct ReleaseSubject {
  let release: ReleaseVersion
  let commit: ObjectID
  let policy: Policy
}

extension Workspace {
  /// The release that the arguments name.
  ///
  /// With a tag, a version means the tag's commit; without, HEAD or `--commit`. Without a version,
  /// it is the one release that is at the commit, if there is just one.
  ///
  /// - Parameter suggesting: Whether to take the version that the commits ask for where no release
  ///   is at the commit.
  func subject(_ arguments: ReleaseArguments, suggesting: Bool = false) throws -> ReleaseSubject {
    guard let name = arguments.version else {
      let commit = try arguments.commit.map(commit) ?? head()
      let policy = try policy(at: commit)
      return ReleaseSubject(
        release: try releaseAt(commit, policy, suggesting: suggesting), commit: commit,
        policy: policy)
    }
    let commit = try self.commit(of: name, arguments.commit)
    let policy = try policy(at: commit)
    // A release from before the prefix was written down is named by today's.
    if ReleaseVersion(tag: name, prefix: policy.tags.prefix) == nil,
      let release = ReleaseVersion(tag: name, prefix: try policyOrDefaults().tags.prefix)
    {
      return ReleaseSubject(release: release, commit: commit, policy: policy)
    }
    return ReleaseSubject(
      release: try version(name, prefix: policy.tags.prefix), commit: commit, policy: policy)
  }

  /// The version that a person typed, or why it is none.
  func version(_ name: String, prefix: String) throws -> ReleaseVersion {
    do throws(SemanticVersion.ParseError) {
      return try ReleaseVersion(parsing: name, prefix: prefix)
    } catch {
      throw Failure(
        .usage, "\u{201C}\(name.safe)\u{201D} is not a version: \(error.description.safe)",
        hint: "versions look like \(prefix.safe)1.4.0 or \(prefix.safe)1.4.0-rc.1")
    }
  }

  private func commit(of name: String, _ revision: String?) throws -> ObjectID {
    let chosen = try revision.map(commit)
    guard let target = try repository.reference("refs/tags/\(name)"),
      let tagged = try repository.peeledToCommit(target)
    else { return try chosen ?? head() }
    if let chosen, chosen != tagged {
      throw Failure(
        .usage, "\(name.safe) is at \(tagged.short), not at \(chosen.short)",
        hint: "leave out --commit, or choose another version")
    }
    return tagged
  }

  /// The releases at a commit: those with a tag there, and candidates that have records there.
  func releases(at commit: ObjectID, prefix: String) throws -> [ReleaseVersion] {
    var releases = Set(
      try releaseTags(prefix: prefix).filter { $0.commit == commit }.map(\.version))
    for ledger in LedgerName.ofRecords {
      for line in try ledgers.lines(of: ledger, on: commit) {
        guard case .record(let record) = LedgerLine(parsing: line), record.commit == commit,
          let release = ReleaseVersion(tag: record.release, prefix: prefix)
        else { continue }
        releases.insert(release)
      }
    }
    return releases.sorted()
  }

  private func releaseAt(
    _ commit: ObjectID, _ policy: Policy, suggesting: Bool
  ) throws -> ReleaseVersion {
    let releases = try releases(at: commit, prefix: policy.tags.prefix)
    if let only = releases.first, releases.count == 1 { return only }
    // A candidate that became the release: who looks at it means the release.
    let cut = try releaseTags(prefix: policy.tags.prefix).filter { $0.commit == commit }
    let stable = cut.filter(\.version.number.isStable)
    if suggesting, let only = stable.first, stable.count == 1 { return only.version }
    if releases.count > 1 {
      throw Failure(
        .usage,
        "\(releases.count) releases are at \(commit.short): "
          + releases.map(\.description).joined(separator: ", "),
        hint: "say which one")
    }
    if suggesting {
      return try suggestion(for: commit, policy, prerelease: nil).version
    }
    throw Failure(
      .usage, "no release is at \(commit.short) yet",
      hint: hint(for: commit, policy))
  }

  /// Which version to name where none is there yet.
  private func hint(for commit: ObjectID, _ policy: Policy) -> String {
    do {
      let next = try suggestion(for: commit, policy, prerelease: nil).version
      return "say \(next.description.safe), which the commits ask for"
    } catch {
      // The commits may ask for none; whoever records something may want one all the same.
      return "name the version, such as \(policy.tags.prefix.safe)1.4.0"
    }
  }
}
