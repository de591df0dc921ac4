import ArgumentParser
import Git
import Release

struct VerifyCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove a release from the repository alone, without a network.",
    usage: "deed verify [<version>|--all] [-e <name>] [--strict] [<options>]",
    discussion: """
      Checks the tag against its record, every record against its commit, and the sign-offs against \
      the rules. Exits 0 where nothing is wrong, 1 where something is, 2 where evidence is not here \
      (deed sync fetches it).

        deed verify v1.4.0
        deed verify v1.4.0 --artifacts /srv/models/v1.4.0
        deed verify --all --strict
      """)

  @Argument(help: "The release, such as v1.4.0. May be left out where only one is at HEAD.")
  var version: String?

  @Flag(help: "Verify every release.")
  var all = false

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Judge only this environment.", valueName: "name"))
  var environment: String?

  @Option(
    help: ArgumentHelp(
      "Compare the files in this directory with the manifest, too.", valueName: "dir"))
  var artifacts: String?

  @OptionGroup var part: PackageOption

  @Flag(help: "Let warnings fail too.")
  var strict = false

  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private struct Verified {
    let release: ReleaseVersion
    let commit: ObjectID
    let findings: [Finding]
    var lacksLedgers = false
    /// What brings the tag that was cut, or would tell which bar it is held to, or gives approvals anew.
    var mend: String?
    /// Whether everybody whose approval counts signed it.
    var isProven = false
    var approvals = (proven: 0, unproven: 0)
    var decisions = (proven: 0, unproven: 0)
  }

  func validate() throws {
    if all, version != nil { throw ValidationError("--all and a version exclude each other") }
    if all, artifacts != nil { throw ValidationError("--all and --artifacts exclude each other") }
  }

  func run(in context: Context) async throws -> Int32 {
    // An auditor believes what is there, and no earlier look at it.
    let workspace = try Workspace(context, remembers: false)
    // Where one cannot be read, the release is told of that asks for it.
    do { try workspace.repository.holdTags() } catch {}
    let single = try all ? nil : subject(workspace)
    let policy = try single?.policy ?? workspace.policyOrDefaults()
    let contents = try LedgerContents(
      workspace.ledgers, remote: try await workspace.remote(policy))
    let seals = SealReader(workspace)
    var verified: [Verified] = []
    if let single {
      try requireKnown(single, contents, workspace)
      verified.append(try await verify(single, contents, workspace, seals))
    } else {
      let known = try ReleasesKnownToDeed(workspace, contents, prefixes: policy.prefixes)
      let prefix = try part.package.map { try policy.part(named: $0).prefix }
      for (release, commit) in known.releases where prefix.map({ $0 == release.prefix }) ?? true {
        verified.append(try await verify(release, at: commit, contents, workspace, seals))
      }
      if verified.isEmpty { try requireLedger(contents, workspace) }
      if known.others > 0, !common.quiet {
        context.error.print(
          "note: \(known.others.counted("other release tag")) here, which deed did not cut")
      }
    }
    switch output.format {
    case .json: try context.output.print(json: report(verified))
    case .text: show(verified, isShallow: workspace.repository.isShallow, context)
    }
    return exitCode(of: verified)
  }

  private func subject(_ workspace: Workspace) throws -> ReleaseSubject {
    try workspace.subject(ReleaseArguments(version: version, package: part.package), looking: true)
  }

  /// A name of which nothing is known was mistyped, or is of somewhere else: what the gate says of
  /// HEAD under it helps nobody.
  private func requireKnown(
    _ subject: ReleaseSubject, _ contents: LedgerContents, _ workspace: Workspace
  ) throws {
    let name = subject.release.description
    guard case .absent = try workspace.tagFact(subject.release),
      // What is not here may be recorded all the same.
      contents.states.values.allSatisfy({ $0.doubt == nil }),
      !contents.signoffs.contains(where: { $0.release.utf8.elementsEqual(name.utf8) })
    else { return }
    let evidence = LedgerReading(contents, commit: subject.commit).evidence(of: subject.release)
    guard evidence.records.isEmpty, evidence.unreadable.isEmpty, evidence.tagRecords.isEmpty,
      evidence.findings.isEmpty
    else { return }
    throw Failure(
      .repository, "there is no release \(name.safe) here: no tag, and no record of it",
      hint: "git fetch --tags && deed sync   # if it is somewhere else; deed verify --all tells of "
        + "those that are here")
  }

  /// That there is no release yet is no answer where their ledger was never fetched, or is gone.
  private func requireLedger(_ contents: LedgerContents, _ workspace: Workspace) throws {
    let unknown = "which releases there are cannot be told"
    if let doubt = contents.states[.deployments]?.doubt {
      throw Failure(
        .repository, "\(unknown): \(doubt)",
        hint: workspace.repository.isShallow
          ? "git fetch --unshallow --tags && deed sync" : "git fetch --tags && deed sync")
    }
    if let gone = try workspace.vanished().first(where: { $0.ledger == .deployments }) {
      throw Failure(.repository, "\(unknown): \(gone.words.what)", hint: gone.words.hint)
    }
  }

  /// One of all releases; what keeps it from being judged is a finding, and no end of the run.
  private func verify(
    _ release: ReleaseVersion, at commit: ObjectID, _ contents: LedgerContents,
    _ workspace: Workspace, _ seals: SealReader
  ) async throws -> Verified {
    do {
      if let why = try await workspace.lineage(contents).refusal(ofUntagged: release) {
        // Anybody may write a record, and it is there for good.
        let finding = Finding(
          .warning, "release-passed-over", "it is taken for no release: \(why)")
        return Verified(release: release, commit: commit, findings: [finding])
      }
      let subject = ReleaseSubject(
        release: release, commit: commit, policy: try workspace.policy(at: commit))
      return try await verify(subject, contents, workspace, seals)
    } catch {
      let failure = Failure(error)
      let finding = Finding(
        .error, "requirement-unknown",
        failure.hint.map { "\(failure.message): \($0)" } ?? failure.message)
      return Verified(release: release, commit: commit, findings: [finding])
    }
  }

  private func verify(
    _ subject: ReleaseSubject, _ contents: LedgerContents, _ workspace: Workspace,
    _ seals: SealReader
  ) async throws -> Verified {
    let gathered = try await workspace.gather(subject, from: contents)
    let environments =
      try environment.map { [try subject.policy.environment(named: $0)] }
      ?? subject.policy.environments
    let verdicts = environments.map { Gate.judgeAfterCut(gathered, in: $0) }
    let findings = Verification.findings(
      on: gathered, verdicts: verdicts, seals: try seals.seals(of: gathered))
    return Verified(
      release: subject.release, commit: subject.commit,
      findings: findings + (try await shipped(gathered, workspace)),
      lacksLedgers: gathered.lacksLedgers || gathered.isBehindTag,
      mend: try await mend(of: gathered, verdicts, workspace),
      isProven: verdicts.areApproversProven, approvals: verdicts.approvalsByProof,
      decisions: verdicts.decisionsByProof)
  }

  private func mend(
    of subject: ReleaseCase, _ verdicts: [Verdict], _ workspace: Workspace
  ) async throws -> String? {
    if subject.isTagMoved {
      return try await workspace.remote(subject.policy) == nil ? nil : subject.settleTag
    }
    if case .absent = subject.tag, !subject.evidence.tagRecords.isEmpty {
      return subject.restoreTag
    }
    if case .unknown(_, let mend) = subject.floor {
      return mend == .sync ? nil : StepWords(of: subject, hasRemote: false).command(mend, in: "")
    }
    for verdict in verdicts {
      guard let others = subject.whoseKeyIsRevoked(verdict),
        verdict.requirements.contains(where: { $0.id == .signoffs && $0.state == .unmet })
      else { continue }
      let hasRemote = try await workspace.remote(subject.policy) != nil
      return StepWords(of: subject, hasRemote: hasRemote)
        .signoff(.approve, role: nil, in: verdict.environment) + "   # \(others)"
    }
    return nil
  }

  /// The files that somebody wants to be compared with what was recorded.
  private func shipped(
    _ subject: ReleaseCase, _ workspace: Workspace
  ) async throws -> [Finding] {
    guard let artifacts else { return [] }
    let manifests = subject.releasedManifests
    guard manifests.manifests.count == manifests.entries.count, !manifests.isEmpty,
      subject.evidence.doubt(about: .checks) == nil
    else {
      let isUnknown =
        subject.evidence.doubt(about: .checks) != nil
        || manifests.entries.contains { if case .missing = $0.fact { true } else { false } }
      return [
        Finding(
          .error, isUnknown ? "artifact-unreadable" : "manifest-missing",
          "no manifest is here that \(artifacts) could be compared with")
      ]
    }
    do {
      return try await workspace.verification(
        of: manifests, subject, in: artifacts, quiet: common.quiet
      ).findings(in: artifacts)
    } catch let failure as Failure where Interruption.signal != nil {
      // All else that was found is told.
      return [Finding(.error, "artifact-unreadable", failure.message)]
    }
  }

  /// What is wrong goes before what cannot be told.
  private func exitCode(of verified: [Verified]) -> Int32 {
    let codes = verified.map { exitCode($0.findings) }
    return codes.contains(1) ? 1 : codes.max() ?? 0
  }

  private func exitCode(_ findings: [Finding]) -> Int32 {
    if findings.contains(where: { $0.severity == .error && !$0.isUnknown }) { return 1 }
    if findings.contains(where: \.isUnknown) { return 2 }
    return strict && findings.contains { $0.severity == .warning } ? 1 : 0
  }

  private func isProven(_ verified: [Verified]) -> Bool {
    !verified.isEmpty && verified.allSatisfy(\.isProven)
  }

  /// What the signatures prove of those who approved, and of those who decided.
  private func proof(_ verified: [Verified]) -> String {
    guard isProven(verified) else { return "who signed is not proven" }
    let decisions = verified.map(\.decisions).reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    let approvals = verified.map(\.approvals).reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    let (proven, unproven) = (approvals.0 + decisions.0, approvals.1 + decisions.1)
    guard unproven > 0 else { return "who signed is proven by their keys" }
    let all =
      decisions.0 + decisions.1 > 0
      ? "\(proven + unproven) approvals and decisions" : (proven + unproven).counted("approval")
    // Every go counts, whoever gave it.
    let what =
      decisions.1 > 0
      ? "who approved is proven by their keys, who decided is not"
      : "who signed what counts is proven by their keys"
    return "\(what): of \(all) \(proven) proven, \(unproven) not"
  }

  private func show(_ verified: [Verified], isShallow: Bool, _ context: Context) {
    let style = Style(hasColour: context.terminal.outputHasColour)
    for item in verified {
      context.output.print(
        "\(style.bold(item.release.description.safe)) at \(item.commit.short)")
      for finding in item.findings where !common.quiet || finding.severity != .info {
        let record = finding.record.map { " [\($0.short)]" } ?? ""
        context.say(
          finding.message.safe + record, after: "  \(style.mark(finding)) ", indent: 4)
      }
    }
    let warnings = verified.flatMap(\.findings).filter { $0.severity == .warning }.count
    let verdict =
      switch exitCode(of: verified) {
      case 0: "consistent\(warnings == 0 ? "" : ", with \(warnings.counted("warning"))")"
      case 1: "not as it should be"
      default: "cannot be told: evidence is missing, or cannot be judged"
      }
    context.say(
      verified.isEmpty
        ? "there is no release yet"
        : "\(verdict); \(proof(verified))")
    guard !common.quiet else { return }
    for mend in Set(verified.compactMap(\.mend)).sorted() {
      context.error.print("hint: \(mend.safe)")
    }
    if verified.contains(where: \.lacksLedgers) {
      context.error.print(
        isShallow
          ? "hint: git fetch --unshallow --tags && deed sync   # then verify again"
          : "hint: deed sync   # fetches what is recorded; then verify again")
    }
  }

  private struct Report: Encodable {
    struct Release: Encodable {
      let release: String
      let commit: String
      let state: Answer
      /// Approvals that no key proves; they count only where none has to.
      let unproven: Int
      let findings: [Entry]
    }

    struct Entry: Encodable {
      let severity: String
      let code: String
      let message: String
      let record: String?
      /// Whether it says that something cannot be told, rather than that it is wrong.
      let unknown: Bool
    }

    let v = 1
    let ok: Bool
    /// Whether the names on the sign-offs are proven by signatures.
    let proven: Bool
    let releases: [Release]
  }

  private func report(_ verified: [Verified]) -> Report {
    Report(
      ok: verified.allSatisfy { exitCode($0.findings) == 0 }, proven: isProven(verified),
      releases: verified.map { item in
        Report.Release(
          release: item.release.description, commit: item.commit.description,
          state: state(of: item), unproven: item.approvals.unproven,
          findings: item.findings.map { finding in
            Report.Entry(
              severity: finding.severity.rawValue, code: finding.code, message: finding.message,
              record: finding.record?.description, unknown: finding.isUnknown)
          })
      })
  }

  private func state(of verified: Verified) -> Answer {
    switch exitCode(verified.findings) {
    case 0: .met
    case 1: .unmet
    default: .unknown
    }
  }
}
