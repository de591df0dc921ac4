import Git
import Ledger
import Release

/// The rules of all releases whose records name files that redactions speak of.
struct RedactionRules {
  private struct Place: Hashable {
    // By bytes, as all names.
    let release: [UInt8]
    let commit: ObjectID

    init(_ record: Record) {
      release = Array(record.release.utf8)
      commit = record.commit
    }
  }

  private let workspace: Workspace
  private let contents: LedgerContents
  private let evidence: Evidence
  private var rules: [Place: RedactionRule] = [:]
  /// By prefix, the rule of the last release that was cut with it; `nil` where none was.
  private var floors: [[UInt8]: RedactionRule?] = [:]
  /// Releases whose commits are not here.
  private var absent: Set<Place> = []

  /// - Parameter redactions: Those whose signatures are looked at.
  init(_ workspace: Workspace, _ contents: LedgerContents, _ redactions: [Record]) {
    self.workspace = workspace
    self.contents = contents
    let signatures = Dictionary(grouping: redactions.filter { $0.signature != nil }, by: \.id)
    evidence = Evidence(
      records: redactions.distinct,
      signatures: signatures.mapValues { $0.compactMap(\.signature) })
  }

  /// That of the record's release, and that of the last release which was cut, by the same prefix if
  /// there is one.
  ///
  /// A commit that is nowhere to be found must neither forbid nor allow anything: the last release
  /// alone decides then.
  func rules(of use: Record) -> [[RedactionRule]] {
    let prefix = ReleaseVersion(recorded: use.release).map { Array($0.prefix.utf8) } ?? []
    let last = floors[prefix].flatMap(\.self).map { [$0] } ?? floors.values.compactMap(\.self)
    let own =
      rules[Place(use)] ?? RedactionRule(use.release, unknown: "its rules were not looked at")
    if last.isEmpty { return [[own]] }
    return absent.contains(Place(use)) ? [last] : [[own], last]
  }

  /// The rule of the release of which a record is.
  mutating func add(_ use: Record) async throws {
    guard rules[Place(use)] == nil, let release = ReleaseVersion(recorded: use.release) else {
      return
    }
    try await addFloors(besides: release.prefix)
    do {
      guard try workspace.repository.header(of: use.commit) != nil else {
        absent.insert(Place(use))
        throw Failure(
          .repository,
          "its commit \(use.commit.short) is not here: git fetch"
            + (workspace.repository.isShallow ? " --unshallow --tags" : ""))
      }
      let subject = ReleaseSubject(
        release: release, commit: use.commit, policy: try workspace.policy(at: use.commit))
      let floor = try workspace.floor(of: subject, contents)
      rules[Place(use)] = RedactionRule(
        use.release, policy: subject.policy, floor: floor.policy,
        proofs: try await workspace.proofs(of: evidence, .absent, subject, floor))
    } catch {
      rules[Place(use)] = RedactionRule(use.release, unknown: Failure(error).message)
    }
  }

  /// Looks up the last release of each prefix that anything was cut with.
  private mutating func addFloors(besides prefix: String) async throws {
    let cut = contents.deployments.standingTags.compactMap { ReleaseVersion(recorded: $0.release) }
    for prefix in cut.map(\.prefix) + [prefix] where floors[Array(prefix.utf8)] == nil {
      // Above all that can be cut.
      guard let top = ReleaseVersion(tag: "\(prefix)\(UInt64.max).0.0", prefix: prefix) else {
        continue
      }
      floors[Array(prefix.utf8)] = .some(try await floor(below: top))
    }
  }

  private func floor(below top: ReleaseVersion) async throws -> RedactionRule? {
    let floor = try workspace.floor(below: top, before: nil, contents.deployments)
    switch floor.policy {
    case .none: return nil
    case .unknown(let why, _): return RedactionRule("the last release", unknown: why)
    case .branch(_, let policy): return try await rule(top, policy, floor)
    case .release(let release, let policy): return try await rule(release, policy, floor)
    }
  }

  private func rule(
    _ release: ReleaseVersion, _ policy: Policy, _ floor: Workspace.Floor
  ) async throws -> RedactionRule? {
    guard let commit = floor.commit else { return nil }
    let subject = ReleaseSubject(release: release, commit: commit, policy: policy)
    return RedactionRule(
      "\(release)", policy: policy, floor: floor.policy,
      proofs: try await workspace.proofs(of: evidence, .absent, subject, floor))
  }
}
