import ArgumentParser
import Git
import Release

struct StatusCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "status",
    abstract: "Where a release stands, and the next thing to do.",
    usage: "deed status [<version>] [--commit <rev>] [<options>]",
    discussion: """
      Without a version it shows the release at HEAD, or the one that the commits ask for. \
      Exits 0 where every environment's requirements are met, 1 where one is not, \
      somebody decided no-go, or the tag is not the one that was cut, 2 where that cannot be told.

        deed status
        deed status --package api
        deed status v1.4.0 --format json
      """)

  @OptionGroup var release: ReleaseArguments
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let chosen = try workspace.subject(release, suggesting: true, looking: true)
    try await workspace.noteUncommittedPolicy(countingAt: chosen.commit, common)
    let subject = try await workspace.gather(chosen)
    let verdicts = Gate.judge(subject)
    let hasRemote = try await workspace.remote(chosen.policy) != nil
    let next = try await NextStep(subject, verdicts, hasRemote: hasRemote)
      .seen(by: workspace.knownCommitter()?.person, of: chosen, verdicts, workspace)
    switch output.format {
    case .json:
      try context.output.print(json: StatusReport(subject, verdicts, next: next.command))
    case .text:
      let screen = StatusScreen(
        subject: subject, verdicts: verdicts,
        style: Style(hasColour: context.terminal.outputHasColour),
        width: context.terminal.outputWidth)
      let lines =
        screen.heading + screen.overview + verdicts.flatMap(screen.environment) + screen.removed
        + screen.redacted + screen.elsewhere + next.lines(to: context.terminal.outputWidth)
      context.output.print(lines.joined(separator: "\n"))
    }
    // A no-go is no requirement, nor is the tag, and each is an answer all the same.
    let isStopped =
      subject.isTagMoved || verdicts.contains { $0.decision?.decision.choice == .noGo }
    return Answer.all(verdicts.map(\.state) + (isStopped ? [.unmet] : [])).exitCode
  }
}

extension Answer {
  /// 0 yes, 1 no, 2 unknown.
  var exitCode: Int32 {
    switch self {
    case .met: 0
    case .unmet: 1
    case .unknown: 2
    }
  }
}

/// `status --format json`.
struct StatusReport: Encodable {
  struct Environment: Encodable {
    let name: String
    let verdict: Answer
    let requirements: [RequirementReport]
    /// What is to be met during the deployment and after it.
    let afterwards: [RequirementReport]
    /// Whether all is done, what comes after the deployment too.
    let closed: Answer
    let signoffs: [SignoffReport]
    /// The worst decision that stands.
    let decision: DecisionReport?
    /// Whether the release may be deployed now.
    let mayDeploy: Answer
    /// Ids of break-glass decisions for which nobody else has answered.
    let unanswered: [String]
    /// Deployments and rollbacks that stand, of whichever release; several are in dispute.
    let deployments: [RunReport]

    private enum CodingKeys: String, CodingKey {
      case name, verdict, requirements, afterwards, closed, signoffs, decision, unanswered
      case deployments
      case mayDeploy = "may_deploy"
    }
  }

  struct DecisionReport: Encodable {
    let decision: String
    let name: String
    let email: String
    let at: String
    let until: String?
    let comment: String?
    /// Whether a signature of it was verified.
    let signed: Bool
    /// Why who gave it is not proven, where that is asked for or its signature is not good.
    let claim: String?
    /// How many records it seals.
    let sealed: Int?
    /// Why it is not in force, where it is not.
    let discounted: String?
    let id: String
  }

  struct RunReport: Encodable {
    let kind: String
    let release: String
    let commit: String
    let outcome: String
    let name: String
    let email: String
    let at: String
    let id: String
  }

  struct RequirementReport: Encodable {
    let id: String
    let state: Answer
    let why: String
  }

  struct SignoffReport: Encodable {
    let name: String
    let email: String
    let decision: String
    let role: String?
    let comment: String?
    let at: String
    let stale: Bool
    /// Whether a signature of it was verified.
    let signed: Bool
    /// Why it does not count, where it does not.
    let discounted: String?
    /// How many records are dated after it.
    let later: Int
    let id: String
  }

  let v = 1
  let release: String
  let commit: String
  /// The tag object's id, or the commit's where the tag is lightweight.
  let tag: String?
  /// What was cut elsewhere, where the tag is not that.
  let moved: String?
  let environments: [Environment]
  let elsewhere: [Elsewhere]
  /// Of files of its records, and of which redactions of it speak.
  let redactions: [RedactionReport]
  let next: String?

  struct Elsewhere: Encodable {
    let name: String
    let email: String
    let decision: String
    let environment: String
    let commit: String
    let id: String
  }

  init(_ subject: ReleaseCase, _ verdicts: [Verdict], next: String?) {
    release = subject.release.description
    commit = subject.commit.description
    tag =
      switch subject.tag {
      case .absent, .other: nil
      case .annotated(let tag): tag.object.description
      case .lightweight: subject.commit.description
      }
    moved = subject.isTagMoved ? subject.movedTag : nil
    environments = verdicts.map { verdict in
      Environment(
        name: verdict.environment, verdict: verdict.state,
        requirements: verdict.requirements.map(RequirementReport.init),
        afterwards: verdict.afterwards.map(RequirementReport.init), closed: verdict.closed,
        signoffs: verdict.signoffs.map(SignoffReport.init),
        decision: verdict.decision.map(DecisionReport.init), mayDeploy: verdict.mayDeploy,
        unanswered: verdict.unnamedBreakGlass.map(\.id.description),
        deployments: subject.runs(in: verdict.environment).compactMap(RunReport.init))
    }
    elsewhere = subject.signoffsElsewhere.compactMap { record in
      guard case .signoff(let signoff) = record.body else { return nil }
      return Elsewhere(
        name: record.by.name, email: record.by.email, decision: signoff.decision.rawValue,
        environment: record.environment ?? "", commit: record.commit.description,
        id: record.id.description)
    }
    redactions = subject.evidence.redacted.map { RedactionReport($0, subject.evidence.records) }
    self.next = next
  }
}

extension StatusReport {
  struct RedactionReport: Encodable {
    let blob: String
    /// `redacted`, `void` or `unknown`.
    let state: String
    /// Why it is not in force, where it is not.
    let why: String?
    let reason: String?
    let name: String
    let email: String
    let at: String
    let id: String
    /// Ids of the release's records whose file it is.
    let records: [String]

    init(_ file: RedactedFile, _ known: [Record]) {
      blob = file.blob.description
      (state, why) =
        switch file.state {
        case .inForce: ("redacted", nil)
        case .void(let why): ("void", why)
        case .unknown(let why): ("unknown", why)
        }
      reason = if case .redaction(let body) = file.first.body { body.reason } else { nil }
      (name, email) = (file.first.by.name, file.first.by.email)
      (at, id) = (file.first.at.description, file.first.id.description)
      records = known.filter { $0.names(file.blob) }.map(\.id.description)
    }
  }
}

extension StatusReport.SignoffReport {
  init(_ standing: SignoffStanding) {
    let record = standing.record
    self.init(
      name: record.by.name, email: record.by.email, decision: standing.signoff.decision.rawValue,
      role: standing.signoff.role, comment: standing.signoff.comment, at: record.at.description,
      stale: standing.isStale, signed: standing.proof.isSigned, discounted: standing.discounted,
      later: standing.later, id: record.id.description)
  }
}

extension StatusReport.RequirementReport {
  init(_ requirement: Requirement) {
    self.init(id: requirement.id.description, state: requirement.state, why: requirement.why)
  }
}

extension StatusReport.DecisionReport {
  init(_ standing: DecisionStanding) {
    let record = standing.record
    self.init(
      decision: standing.decision.choice.rawValue, name: record.by.name, email: record.by.email,
      at: record.at.description, until: standing.decision.until?.description,
      comment: standing.decision.comment, signed: standing.proof.isSigned, claim: standing.claim,
      sealed: standing.decision.seal?.count, discounted: standing.objection,
      id: record.id.description)
  }
}

extension StatusReport.RunReport {
  init?(_ record: Record) {
    guard let run = record.run else { return nil }
    self.init(
      kind: record.kind.rawValue, release: record.release, commit: record.commit.description,
      outcome: run.outcome.rawValue, name: record.by.name, email: record.by.email,
      at: record.at.description, id: record.id.description)
  }
}
