import Git
import Release
import TestSupport

@testable import Checks

extension TestRepository {
  /// When a release is looked at, unless a test says otherwise: a day after its clock began.
  static let later = Timestamp(seconds: epoch + 86_400)

  /// What a check finds at HEAD, the release being v1.1.0 and the one before it v1.0.0 where there
  /// is such a tag.
  func findings(
    of check: any Check, environment: String = "production", now: Timestamp = later,
    path tools: String? = nil, remote: String? = nil
  ) async throws -> [CheckFinding] {
    try await check.run(
      on: subject(environment: environment, now: now, path: tools, remote: remote))
  }

  func subject(
    environment: String = "production", now: Timestamp = later, path tools: String? = nil,
    remote: String? = nil, formerly policy: Policy = Policy()
  ) throws -> CheckSubject {
    var variables = self.environment
    if let tools { variables["PATH"] = "\(tools):\(variables["PATH"] ?? "")" }
    let repository = try Repository(discovering: path, environment: variables)
    let former = try repository.commit(named: "v1.0.0")
    let release = try ReleaseVersion(parsing: "v1.1.0", prefix: "v")
    let previous = try former.map {
      PreviousRelease(
        release: try ReleaseVersion(parsing: "v1.0.0", prefix: "v"), commit: $0, policy: policy)
    }
    return CheckSubject(
      repository: repository, release: release, commit: try id("HEAD"), tag: .absent,
      remote: remote, environment: environment, now: now, previous: { () in previous })
  }
}

extension [CheckFinding] {
  /// What is wrong, as `code path:line`.
  var faults: [String] {
    filter { $0.outcome != .pass }.map { finding in
      let mark = finding.outcome == .warn ? "? " : ""
      let place = finding.path.map { " \($0)" } ?? ""
      return "\(mark)\(finding.code)\(place)\(finding.line.map { ":\($0)" } ?? "")"
    }
  }

  var codes: [String] { map(\.code) }
}

/// The check of the migrations under `db`.
func migrations(_ settings: [String: CheckSetting] = [:], tool: String = "alembic")
  -> MigrationsCheck
{
  MigrationsCheck(
    CheckSettings(["tool": .text(tool), "paths": .texts(["db"])].merging(settings) { $1 }))
}
