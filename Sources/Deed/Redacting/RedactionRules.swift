import Git
import Ledger
import Release

/// A release at a commit, as records name it.
struct RecordedPlace: Hashable {
  // By bytes, as all names.
  private let name: [UInt8]
  let commit: ObjectID

  var release: String { String(decoding: name, as: UTF8.self) }

  init(_ release: String, at commit: ObjectID) {
    name = Array(release.utf8)
    self.commit = commit
  }

  init(_ record: Record) {
    self.init(record.release, at: record.commit)
  }
}

/// The rules of all releases whose records name files that redactions speak of.
struct RedactionRules {
  private let workspace: Workspace
  private let contents: LedgerContents
  private let evidence: Evidence
  private var rules: [RecordedPlace: RedactionRule] = [:]
  /// By prefix, the rule of the last release that was cut with it; `nil` where none was.
  private var floors: [[UInt8]: RedactionRule?] = [:]
  /// Releases whose commits are not here.
  private var absent: Set<RecordedPlace> = []

  /// - Parameter redactions: Those whose signatures are looked at.
  init(_ workspace: Workspace, _ contents: LedgerContents, _ redactions: [Record]) {
    self.workspace = workspace
    self.contents = contents
    let signatures = Dictionary(grouping: redactions.filter { $0.signature != nil }, by: \.id)
    evidence = Evidence(
      records: redactions.distinct,
      signatures: signatures.mapValues { $0.compactMap(\.signature) })
  }

  /// That of the release, and that of the last release which was cut, by the same prefix if
  /// there is one.
  ///
  /// A commit that is nowhere to be found must neither forbid nor allow anything: the last release
  /// alone decides then.
  func rules(of use: RecordedPlace) -> [[RedactionRule]] {
    let prefix = ReleaseVersion(recorded: use.release).map { Array($0.prefix.utf8) } ?? []
    let last = floors[prefix].flatMap(\.self).map { [$0] } ?? floors.values.compactMap(\.self)
    let own =
      rules[use] ?? RedactionRule(use.release, unknown: "its rules were not looked at")
    if last.isEmpty { return [[own]] }
    return absent.contains(use) ? [last] : [[own], last]
  }

  mutating func add(_ use: RecordedPlace) async throws {
    guard rules[use] == nil, let release = ReleaseVersion(recorded: use.release) else {
      return
    }
    try await addFloors(besides: release.prefix)
    do {
      guard try workspace.repository.header(of: use.commit) != nil else {
        absent.insert(use)
        throw Failure(
          .repository,
          "its commit \(use.commit.short) is not here: git fetch"
            + (workspace.repository.isShallow ? " --unshallow --tags" : ""))
      }
      let subject = ReleaseSubject(
        release: release, commit: use.commit, policy: try workspace.policy(at: use.commit))
      let floor = try await workspace.floor(of: subject, contents)
      rules[use] = RedactionRule(
        use.release, policy: subject.policy, floor: floor.policy,
        proofs: try await workspace.proofs(of: evidence, .absent, subject, floor))
    } catch {
      rules[use] = RedactionRule(use.release, unknown: Failure(error).message)
    }
  }

  /// Looks up the last release of each prefix that anything was cut with.
  private mutating func addFloors(besides prefix: String) async throws {
    let cut = contents.deployments.standingTags.compactMap { ReleaseVersion(recorded: $0.release) }
    for prefix in cut.map(\.prefix) + [prefix] where floors[Array(prefix.utf8)] == nil {
      floors[Array(prefix.utf8)] = .some(try await floor(below: .afterAll(of: prefix)))
    }
  }

  private func floor(below top: ReleaseVersion) async throws -> RedactionRule? {
    let floor = try await workspace.floor(below: top, contents)
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

extension Workspace {
  /// Where redactions of a file are to stand: at each release on each commit whose records name it.
  func places(of uses: [Record], _ contents: LedgerContents) async throws -> [RecordedPlace] {
    guard !uses.isEmpty else { return [try await placeOfUnnamedFile(contents)] }
    var seen: Set<RecordedPlace> = []
    return uses.map { RecordedPlace($0) }.filter { seen.insert($0).inserted }
  }

  /// Of one that no record names: at the last release that was cut, which has to let it anyway, else at
  /// what is to be released.
  private func placeOfUnnamedFile(_ contents: LedgerContents) async throws -> RecordedPlace {
    let head = try head()
    let policy = try policy(at: head)
    for prefix in policy.prefixes {
      let floor = try await floor(below: .afterAll(of: prefix), contents)
      if case .release(let release, _) = floor.policy, let commit = floor.commit {
        return RecordedPlace("\(release)", at: commit)
      }
    }
    if let candidate = try releases(at: head, prefixes: policy.prefixes).last {
      return RecordedPlace("\(candidate)", at: head)
    }
    let next = try subject(ReleaseArguments(version: nil), suggesting: true)
    return RecordedPlace("\(next.release)", at: next.commit)
  }
}

extension ReleaseVersion {
  /// Above all that can be cut.
  fileprivate static func afterAll(of prefix: String) -> ReleaseVersion {
    ReleaseVersion(
      prefix: prefix, number: SemanticVersion(major: .max, minor: 0, patch: 0))
  }
}
