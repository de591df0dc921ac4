/// Which version the commits since the last release ask for.
///
/// A break asks for a new major version (a minor one while the major is 0), a feature for a minor
/// one, any other change that notes show for a patch. The first release is 0.1.0.
package enum NextVersion {
  package struct Suggestion: Hashable, Sendable {
    package let version: ReleaseVersion
    /// The oldest commit that asks for this much; `nil` where no commit had a say.
    package let commit: ObjectID?
    /// Completes "v1.4.0, since …"; quotes a subject as it stands, untrusted.
    package let reason: String
  }

  /// Why there is no version to suggest.
  package enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// No commits since this release, or none at all.
    case noCommits(since: ReleaseVersion?)
    /// There are commits, but none that notes would show.
    case onlyHousekeeping(count: Int, since: ReleaseVersion)
    /// The version asked for exists, on another branch.
    case exists(ReleaseVersion)
    /// A version exists that would come after the one asked for: `beta.1` when `alpha` is wanted.
    case behind(ReleaseVersion, existing: ReleaseVersion)
    case identifier(String, SemanticVersion.ParseError)
    case outOfNumbers

    package var description: String {
      switch self {
      case .noCommits(nil): "nothing to release: there are no commits"
      case .noCommits(let release?): "nothing to release: no commits since \(release)"
      case .onlyHousekeeping(let count, let release):
        count == 1
          ? "nothing to release: the commit since \(release) changes nothing for users"
          : "nothing to release: none of the \(count) commits since \(release) changes anything for users"
      case .exists(let version):
        "the commits ask for \(version), which exists already on another branch"
      case .behind(let version, let existing):
        "the commits ask for \(version), which would come before the existing \(existing)"
      case .identifier(let text, let error):
        "\u{201C}\(text)\u{201D} is no pre-release identifier: \(error)"
      case .outOfNumbers: "the next version's number is too large"
      }
    }
  }

  /// The version after `previous`, the nearest stable release, for the `commits` since then.
  ///
  /// A `prerelease` of `rc` makes it `1.4.0-rc.1`, then `rc.2`. It collides with none of the
  /// `existing` releases, on whatever branch, exceeds those that are `reachable` from the commit,
  /// and knows those that are `here`, on the very commit. What `previous` has `before` the commits, on a
  /// branch of its own, may hold copies of them, which ask for nothing. `keeps` says whether a merge kept
  /// what a revert took back.
  package static func next(
    after previous: ReleaseVersion?, commits: [CommitReading], before: [CommitReading] = [],
    prefix: String,
    rules: NotesRules = NotesRules(), prerelease: String? = nil, existing: [ReleaseVersion] = [],
    reachable: [ReleaseVersion] = [], here: [ReleaseVersion] = [],
    keeps: MergeKeeps = .never
  ) throws(Refusal) -> Suggestion {
    let identifiers = try prerelease.map(identifiers(of:)) ?? []
    let released = reachable + here + (previous.map { [$0] } ?? [])
    let highest = released.map(\.number).max()
    // A candidate becomes the release without a further commit.
    let isPromotion = identifiers.isEmpty && highest.map { !$0.isStable } ?? false
    if commits.isEmpty, !isPromotion { throw .noCommits(since: here.max() ?? previous) }
    let demand = Demand(commits, before: before, existing, rules, keeps)
    let level = demand?.level ?? .none
    if level == .none, let previous, !isPromotion {
      throw .onlyHousekeeping(count: commits.count, since: previous)
    }

    var core = SemanticVersion(major: 0, minor: 1, patch: 0)
    if let previous = previous?.number { core = try previous.raised(by: level) }
    if let highest {
      core = max(core, highest.isStable ? try highest.raised(by: level) : highest.core)
    }
    if let release = here.filter({ $0.number.core == core && !identifiers.isEmpty }).max() {
      throw .noCommits(since: release)
    }
    let numbers = existing.map(\.number)
    while level <= .patch, previous != nil, numbers.contains(core) {
      core = try core.raised(by: .patch)
    }
    let number = identifiers.isEmpty ? core : core.continued(identifiers, among: numbers)
    let version = ReleaseVersion(prefix: prefix, number: number)
    if let later = existing.filter({ $0.number.core == core && $0.number >= number }).max() {
      throw later.number == number ? .exists(version) : .behind(version, existing: later)
    }
    return Suggestion(
      version: version, commit: demand?.commit,
      reason: reason(demand, previous: previous, isFirst: highest == nil))
  }

  private static func identifiers(of text: String) throws(Refusal) -> [String] {
    do {
      return try SemanticVersion(parsing: "0.0.0-" + text).prerelease
    } catch {
      throw .identifier(text, error)
    }
  }

  private static func reason(_ demand: Demand?, previous: ReleaseVersion?, isFirst: Bool) -> String
  {
    if isFirst { return "it is the first release" }
    guard let demand else { return "its candidate becomes the release" }
    let subject = demand.subject.isEmpty ? "" : " \u{201C}\(demand.subject)\u{201D}"
    // Notes tell the title alone of that.
    let part = demand.part.map { ", of which \u{201C}\($0)\u{201D}" } ?? ""
    let quoted = demand.commit.short + subject + part
    return switch demand.level {
    case .major: "\(quoted) is a breaking change"
    case .minor: "\(quoted) is a feature"
    case .patch, .none: "\(quoted) is a change"
    }
  }
}

/// How much the commits of a range ask for, and which of them first asked for it.
private struct Demand {
  let level: ChangeLevel
  let commit: ObjectID
  let subject: String
  /// What it says in its body that asks for more than its title does.
  let part: String?

  /// `nil` where notes would show none of the commits.
  init?(
    _ commits: [CommitReading], before: [CommitReading], _ releases: [ReleaseVersion],
    _ rules: NotesRules, _ keeps: MergeKeeps
  ) {
    let notes = ReleaseNotes(
      release: nil, previous: nil, range: "", readings: commits, before: before,
      releases: releases, rules: rules, keeps: keeps)
    let unsaid = Dictionary(
      commits.lazy.filter { $0.unsaid > .none }.map { ($0.source.id, $0) },
      uniquingKeysWith: { one, _ in one })
    var most: (level: ChangeLevel, entry: ReleaseNotes.Entry, part: String?)?
    for entry in notes.groups.flatMap(\.entries) {
      let kind = entry.type.map(ChangeKind.init(type:)) ?? .other
      let own = ChangeLevel(kind: kind, isBreaking: entry.breaking)
      let titled = max(.patch, own)
      let body = unsaid[entry.id]
      let level = max(titled, body?.unsaid ?? .none)
      if level > most?.level ?? .none {
        most = (level, entry, level > titled ? body?.unsaidHeader : nil)
      }
    }
    guard let most else { return nil }
    self.level = most.level
    self.commit = most.entry.id
    self.subject = most.entry.subject
    self.part = most.part
  }
}

extension SemanticVersion {
  /// The stable version after this one.
  ///
  /// A pre-release whose core already grants as much leads to that core: 1.4.0-rc.1 to 1.4.0 for a
  /// feature, but to 2.0.0 for a break.
  fileprivate func raised(by level: ChangeLevel) throws(NextVersion.Refusal) -> SemanticVersion {
    let level = major == 0 && level == .major ? .minor : level
    if !isStable {
      let granted: ChangeLevel = patch > 0 ? .patch : minor > 0 || major == 0 ? .minor : .major
      if level <= granted { return core }
    }
    switch level {
    case .major: return SemanticVersion(major: try Self.successor(major), minor: 0, patch: 0)
    case .minor: return SemanticVersion(major: major, minor: try Self.successor(minor), patch: 0)
    case .patch, .none:
      return SemanticVersion(major: major, minor: minor, patch: try Self.successor(patch))
    }
  }

  private static func successor(_ number: UInt64) throws(NextVersion.Refusal) -> UInt64 {
    let (sum, overflow) = number.addingReportingOverflow(1)
    if overflow { throw .outOfNumbers }
    return sum
  }

  /// This core with the identifiers and the first number above those that exist with them.
  fileprivate func continued(
    _ identifiers: [String], among existing: [SemanticVersion]
  ) -> SemanticVersion {
    let taken = existing.compactMap { version -> UInt64? in
      guard version.core == self, version.prerelease.count == identifiers.count + 1,
        version.prerelease.starts(with: identifiers)
      else { return nil }
      return version.prerelease.last.flatMap { UInt64($0) }
    }
    let number = (taken.max() ?? 0).addingReportingOverflow(1).partialValue
    return SemanticVersion(
      major: major, minor: minor, patch: patch, prerelease: identifiers + ["\(number)"])
  }
}
