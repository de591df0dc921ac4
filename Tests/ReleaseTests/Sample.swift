import Release
import Testing

/// Records and cases of a made-up release, `v1.4.0` at one commit.
enum Sample {
  static let commit = id(0x14)
  static let otherCommit = id(0x15)
  static let hanako = Person(name: "佐藤花子", email: "hanako@example.org")
  static let minsu = Person(name: "김민수", email: "minsu@example.org")
  static let ana = Person(name: "Ana", email: "ana@example.org")
  static let now = Timestamp(milliseconds: 1_795_248_000_000)

  /// A manifest of three artifacts and an image.
  static let manifest = Record.Body.manifest(
    Record.ManifestSummary(
      file: Record.Attachment(
        blob: id(0x20), name: "manifest_v1.4.0.json", digest: Digest(of: [1]), size: 700),
      artifacts: 3, images: 1, size: 600_000_000))

  static func record(
    _ body: Record.Body, by person: Person = hanako, environment: String? = "production",
    replacing replaced: [Record] = [], at seconds: Int = 0, commit: ObjectID = commit,
    release: String = "v1.4.0"
  ) throws -> Record {
    try Record(
      at: now.advanced(bySeconds: seconds - 3600), by: person, commit: commit,
      release: version(release), environment: body.kind.hasEnvironment ? environment : nil,
      body: body,
      replaces: replaced.map(\.id))
  }

  static func signoff(
    _ decision: Record.Signoff.Decision, by person: Person = hanako, role: String? = nil,
    comment: String? = nil, covers: Record.Covers = Record.Covers(),
    environment: String = "production", replacing replaced: [Record] = [], at seconds: Int = 0
  ) throws -> Record {
    try record(
      .signoff(
        Record.Signoff(decision: decision, role: role, comment: comment, covers: covers)),
      by: person, environment: environment, replacing: replaced, at: seconds)
  }

  static func line(_ text: String) -> LedgerLine {
    LedgerLine(parsing: Array(text.utf8))
  }

  /// A record of a known kind, in a version or with a value that nobody knows yet.
  static func unreadable(
    _ kind: Record.Kind, release: String? = "v1.4.0", environment: String? = "production"
  ) throws -> UnreadableRecord {
    var members: [String: JSON] = [
      "commit": .string(commit.description), "kind": .string(kind.rawValue), "v": .integer(2),
    ]
    members["release"] = release.map { .string($0) }
    members["environment"] = environment.map { .string($0) }
    let line = LedgerLine(parsing: JSON.object(members).canonical)
    return try #require(
      { if case .unreadable(let record) = line { record } else { nil } }())
  }

  /// A policy of one environment, `production`.
  static func policy(_ change: (inout EnvironmentRules) -> Void = { _ in }) -> Policy {
    var production = EnvironmentRules(name: "production")
    change(&production)
    return Policy(environments: [production])
  }

  /// A case in which everything is known, and nothing stands but `records`.
  static func releaseCase(
    _ records: [Record] = [], policy: Policy = Sample.policy()
  ) -> ReleaseCase {
    let ledgers = LedgerName.ofRecords.map { ($0, LedgerState.readable) }
    return ReleaseCase(
      release: version("v1.4.0"), commit: commit, tag: .absent, policy: policy, floor: .none,
      evidence: Evidence(
        records: records, ledgers: Dictionary(uniqueKeysWithValues: ledgers)),
      now: now)
  }
}
