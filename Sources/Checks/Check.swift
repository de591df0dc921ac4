package import Git
package import Release

/// Something that the program confirms by itself about a release.
package protocol Check {
  /// What the report calls it: `Git tag`.
  var title: String { get }

  /// Everything that it has to say; what does not apply is a pass that says so.
  func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding]
}

/// What a check looks at: one release at one commit, and the machine that it is run on.
package struct CheckSubject {
  package let repository: Repository
  package let release: ReleaseVersion
  package let commit: ObjectID
  package let tag: TagFact
  /// The tag records of the release that stand.
  package let tagRecords: [Record]
  /// Whose tag is compared too; `nil`: nobody's.
  package let remote: String?
  /// What stands of the release's manifests; `nil` where the environment asks for none.
  package var manifests: ManifestStanding?
  /// Why nobody here can tell who cut the tag that is there, or whether its name is free; `nil` where
  /// the records tell.
  package var tagDoubt: CheckTrouble?
  /// A release before this one that it is not above, so that it cannot be cut; `nil` where none is.
  package var above: () throws(CheckTrouble) -> ReleaseVersion? = { () in nil }
  /// The command that proposes a version.
  package var nextCommand = "deed next"
  /// The command that brings the release's tag, or puts back the one that was cut.
  package var restoreTag = "git fetch --tags"
  /// Who looks on while large files are read.
  package var watch = ReadingWatch()
  /// What commands have said of the settings already.
  package var secretAnswers = SecretAnswers()
  /// Where the release is to run.
  package let environment: String
  /// Whether the web may be asked.
  package let isOnline: Bool
  package let now: Timestamp
  private let findPrevious: () throws(CheckTrouble) -> PreviousRelease?

  package init(
    repository: Repository, release: ReleaseVersion, commit: ObjectID, tag: TagFact,
    tagRecords: [Record] = [], remote: String? = nil, environment: String = "production",
    isOnline: Bool = false, now: Timestamp,
    previous: @escaping () throws(CheckTrouble) -> PreviousRelease? = { () in nil }
  ) {
    self.repository = repository
    self.release = release
    self.commit = commit
    self.tag = tag
    self.tagRecords = tagRecords
    self.remote = remote
    self.environment = environment
    self.isOnline = isOnline
    self.now = now
    findPrevious = previous
  }
}

/// The release before the one that is looked at.
package struct PreviousRelease: Sendable {
  package let release: ReleaseVersion
  package let commit: ObjectID
  /// As it had it.
  package let policy: Policy

  package init(release: ReleaseVersion, commit: ObjectID, policy: Policy = Policy()) {
    self.release = release
    self.commit = commit
    self.policy = policy
  }
}

extension CheckSubject {
  /// The release before; `nil` where this is the first.
  ///
  /// Walks the history: ask once.
  func previous() throws(CheckTrouble) -> PreviousRelease? { try findPrevious() }

  /// When the release was cut; of a candidate, now.
  var moment: Timestamp { tagRecords.map(\.at).min() ?? now }

  var sortedTagRecords: TagRecords { TagRecords(tagRecords, of: tag, at: commit) }

  /// The file at `path` in the release; `nil` where it has none.
  func file(at path: String) throws(CheckTrouble) -> [UInt8]? {
    do throws(GitError) {
      return try repository.file(at: path, in: commit)
    } catch {
      throw CheckTrouble(error)
    }
  }

  /// Why there is no file at `path` in the release: nothing is, or something else, as a link.
  func lack(of path: String) throws(CheckTrouble) -> String {
    guard let (place, what) = try obstacle(at: path) else {
      return "\(release) has no file \(path)"
    }
    let isThere = place.utf8.elementsEqual(path.utf8)
    return "\(place) is \(what) in \(release), "
      + (isThere ? "and no file" : "which itself has no file \(path)")
  }

  /// A link or submodule at `path` or above it: what is behind it is no part of the release.
  func obstacle(at path: String) throws(CheckTrouble) -> (place: String, what: String)? {
    var place = ""
    for name in path.split(separator: "/") {
      place += place.isEmpty ? "\(name)" : "/\(name)"
      guard let entry = try entry(at: place), !entry.isFile else { return nil }
      if !entry.isDirectory { return (place, entry.isLink ? "a link" : "a submodule") }
    }
    return nil
  }

  /// What stands at `path` in the release, or in another commit; `nil` where nothing does.
  func entry(at path: String, in other: ObjectID? = nil) throws(CheckTrouble) -> TreeEntry? {
    do throws(GitError) {
      return try repository.entry(at: path, in: other ?? commit)
    } catch {
      throw CheckTrouble(error)
    }
  }

  /// A file's bytes, which must be here.
  func content(of id: ObjectID) throws(CheckTrouble) -> [UInt8] {
    do throws(GitError) {
      guard let object = try repository.object(id) else { throw repository.missing(id, "blob") }
      return object.bytes
    } catch {
      throw CheckTrouble(error)
    }
  }
}

/// One thing that a check found.
package struct CheckFinding: Hashable, Sendable {
  package let outcome: Record.CheckOutcome
  /// Stable, for machines: `tag-moved`.
  package let code: String
  /// A sentence without its full stop; never a secret's value.
  package let message: String
  /// From the root of the repository.
  package let path: String?
  /// From 1.
  package let line: Int?
  /// The edit or the command that mends it; `nil` where nothing is to be mended.
  package private(set) var hint: String?

  /// - Parameter hint: `nil` for what `Remedy` says of the code.
  package init(
    _ outcome: Record.CheckOutcome, _ code: String, _ message: String, path: String? = nil,
    line: Int? = nil, hint: String? = nil
  ) {
    self.outcome = outcome
    self.code = code
    self.message = message
    self.path = path
    self.line = line
    self.hint = hint
  }

  /// The same, saying what mends it.
  package func hinted(on subject: CheckSubject) -> CheckFinding {
    var finding = self
    finding.hint = outcome == .pass ? nil : hint ?? Remedy.text(for: self, on: subject)
    return finding
  }
}

/// Why a check cannot tell: no outcome, and never a pass.
package struct CheckTrouble: Error, Hashable {
  package let message: String
  package let hint: String?
  /// What it could tell all the same.
  package let findings: [CheckFinding]

  package init(_ message: String, hint: String? = nil, findings: [CheckFinding] = []) {
    self.message = message
    self.hint = hint
    self.findings = findings
  }

  package init(_ error: GitError) {
    self.init(error.message, hint: error.hint)
  }

  /// Somebody ended it before it could tell.
  package static let stopped = CheckTrouble("it was stopped")
  /// Somebody ended all before its turn came.
  package static let notRun = CheckTrouble("it was not run")
}

/// How a check came out.
package struct CheckReport: Sendable {
  /// As the policy has it.
  package let name: String
  package let title: String
  package let findings: [CheckFinding]
  /// Why it could not tell, where it could not.
  package let trouble: CheckTrouble?
  package let milliseconds: Int
  /// How its command ended, and what it printed, where it is one.
  package let command: CommandRunner.Ending?

  package init(
    name: String, title: String, findings: [CheckFinding], trouble: CheckTrouble? = nil,
    milliseconds: Int = 0, command: CommandRunner.Ending? = nil
  ) {
    self.name = name
    self.title = title
    self.findings = findings
    self.trouble = trouble
    self.milliseconds = milliseconds
    self.command = command
  }

  /// The worst of its findings; `nil` where it could not tell, or has found nothing to say.
  package func outcome(strict: Bool) -> Record.CheckOutcome? {
    guard trouble == nil, let worst = Record.CheckOutcome.worst(of: findings.map(\.outcome)) else {
      return nil
    }
    return strict && worst == .warn ? .fail : worst
  }

  package var counts: Record.CheckResult.Findings {
    func count(_ outcome: Record.CheckOutcome) -> Int {
      findings.count { $0.outcome == outcome }
    }
    return Record.CheckResult.Findings(fail: count(.fail), pass: count(.pass), warn: count(.warn))
  }
}

extension CheckReport {
  /// Runs a check; what keeps it from telling is in the report.
  package static func of(
    _ check: any Check, named name: String, on subject: CheckSubject
  ) async -> CheckReport {
    let clock = ContinuousClock()
    let start = clock.now
    var findings: [CheckFinding] = []
    var trouble: CheckTrouble?
    do throws(CheckTrouble) {
      findings = try await check.run(on: subject).map { $0.hinted(on: subject) }
      if findings.isEmpty { trouble = CheckTrouble("it found nothing to say") }
    } catch {
      findings = error.findings.map { $0.hinted(on: subject) }
      trouble = error
    }
    return CheckReport(
      name: name, title: check.title, findings: findings, trouble: trouble,
      milliseconds: Int((clock.now - start) / .milliseconds(1)))
  }
}
