import ArgumentParser
import Git
import Ledger
import Release

/// Options of `approve`, `reject` and `withdraw`.
struct SignoffOptions: ParsableArguments {
  @OptionGroup var statement: StatementOptions

  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption

  init() {}
}

/// Records one person's word on a release in an environment.
struct Signoff {
  let decision: Record.Signoff.Decision
  let role: String?
  let options: SignoffOptions
  let common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let identity = try await workspace.committer()
    let remote = try await workspace.receiveIfAsked(
      options.recording, commit: options.statement.release.commit)
    let subject = try workspace.subject(options.statement.release)
    let environment = try workspace.environment(named: options.statement.environment, of: subject)
    let releaseCase = try await workspace.gather(subject)
    let verdict = Gate.judge(releaseCase, in: environment)
    let mine = verdict.signoffs(by: identity.person)
    try check(releaseCase, environment, identity, mine)
    let rules = EffectiveApprovals(
      environment: environment, policy: subject.policy, floor: releaseCase.floor.policy)
    let isFloorKnown = releaseCase.floor.isKnown
    let signing = try await workspace.signing(
      options.signing, options.recording, isAsked: rules.signed, isFitting: !isFloorKnown)
    var record = try workspace.record(
      .signoff(body(releaseCase, environment)), environment: environment.name, in: releaseCase,
      by: identity, replacing: mine)
    show(releaseCase, verdict, context)
    try workspace.noteUnknownVersion(releaseCase, common)
    remindOfRole(releaseCase, environment, context)
    if !options.recording.dryRun {
      record = try await signing.append(
        record, of: subject, by: identity,
        message: "deed: \(decision.rawValue) \(subject.release) in \(environment.name)")
    }
    try await workspace.shareIfAsked(
      "your sign-off", remote, options.recording, common, subject.policy)
    let isAgain = verdict.signoffs.contains { standing in
      standing.isCounted && mine.contains { $0.id == standing.record.id }
    }
    return try await report(record, workspace, subject, environment, isAgain: isAgain)
  }

  private func body(
    _ subject: ReleaseCase, _ environment: EnvironmentRules
  ) -> Record.Signoff {
    Record.Signoff(
      decision: decision, role: role, comment: options.statement.message,
      covers: subject.evidence.covers(in: environment.name))
  }

  /// Where the names stand of those who may approve, where that is not this release's own file alone.
  private func place(
    ofNames rules: EffectiveApprovals, _ environment: EnvironmentRules, _ floor: PolicyFloor
  ) -> String {
    if rules.from.count > 1 { return ", here and at the release before" }
    guard environment.approvals.from.isEmpty, let name = floor.name else { return "" }
    return " of \(name.safe)"
  }

  private func check(
    _ subject: ReleaseCase, _ environment: EnvironmentRules, _ identity: Identity,
    _ mine: [Record]
  ) throws {
    try subject.requireSoundTag(otherwise: "it cannot be signed off")
    if decision == .approve { try subject.requireUnmovedTag(toBe: "approved") }
    let rules = EffectiveApprovals(
      environment: environment, policy: subject.policy, floor: subject.floor.policy)
    // Whom a list names by their keys shows when they have signed.
    let namesKeys = rules.from.contains {
      $0.contains { $0.hasPrefix("SHA256:") || $0.hasPrefix(AllowedSigners.openPGP) }
    }
    if decision == .approve, !namesKeys, !rules.admits(identity.person) {
      throw Failure(
        .refused,
        "\(identity.person.description.safe) is not among those who may approve "
          + "\(subject.release) in \(environment.name.safe)",
        hint: "they are named by approvals.from in \(Policy.fileName)"
          + place(ofNames: rules, environment, subject.floor))
    }
    if let role, !rules.roles.isEmpty,
      !rules.roles.contains(where: { $0.utf8.elementsEqual(role.utf8) })
    {
      throw Failure.unknownName(
        "there is no role \u{201C}\(role.safe)\u{201D} in \(environment.name.safe)", role,
        among: rules.roles, otherwise: "the roles are: \(rules.roles.joined(separator: ", ").safe)")
    }
    let stands = mine.contains { record in
      if case .signoff(let signoff) = record.body { signoff.decision != .withdraw } else { false }
    }
    if decision == .withdraw, !stands {
      throw Failure(
        .refused,
        "no sign-off by \(identity.person.description.safe) stands for \(subject.release) in "
          + environment.name.safe,
        hint: "deed status \(subject.release)   # shows those that do")
    }
  }

  /// A sign-off without a role fills none: said at once, and not when the gate stays shut.
  private func remindOfRole(
    _ subject: ReleaseCase, _ environment: EnvironmentRules, _ context: Context
  ) {
    let rules = EffectiveApprovals(
      environment: environment, policy: subject.policy, floor: subject.floor.policy)
    guard decision == .approve, role == nil, !rules.roles.isEmpty, !common.quiet else { return }
    context.error.print(
      "note: \(environment.name.safe) wants the roles \(rules.roles.joined(separator: ", ").safe); "
        + "this sign-off has none (--role)")
  }

  /// What is being signed, before it is signed.
  private func show(_ subject: ReleaseCase, _ verdict: Verdict, _ context: Context) {
    guard !common.quiet else { return }
    let style = Style(hasColour: context.terminal.errorHasColour)
    let screen = StatusScreen(
      subject: subject, verdicts: [verdict], style: style, width: context.terminal.errorWidth)
    let lines = screen.heading + screen.environment(verdict) + screen.covered(verdict.environment)
    for line in lines { context.error.print(line) }
  }

  /// Says what was recorded, and what it came to: the exit code is 1 where it counts for nothing.
  ///
  /// - Parameter isAgain: Whether an approval of the same person counted before.
  private func report(
    _ record: Record, _ workspace: Workspace, _ subject: ReleaseSubject,
    _ environment: EnvironmentRules, isAgain: Bool
  ) async throws -> Int32 {
    let context = workspace.context
    let isJSON = options.output.format == .json
    if isJSON {
      try context.output.print(
        json: RecordedReport(id: record.id.description, record: try RecordLine(record)))
    }
    let done = options.recording.dryRun ? "would record" : "recorded"
    let of = decision == .withdraw ? " of" : ""
    let roleText = role.map { " as \($0.safe)" } ?? ""
    var lines = [
      "\(done) \(record.id.short): \(record.by.name.safe) \(decision.done)\(of) "
        + "\(subject.release) in \(environment.name.safe)\(roleText)"
    ]
    guard !options.recording.dryRun else {
      for line in lines where !isJSON { context.say(line) }
      return 0
    }
    let after = try await workspace.gather(subject)
    let verdict = Gate.judge(after, in: environment)
    let answer = verdict.requirements.first { $0.id == .signoffs }
    lines.append(
      "sign-offs \(answer.map { "\($0.state.rawValue): \($0.why.safe)" } ?? "not asked for")")
    if isAgain, decision == .approve, case .approve? = answer?.mend,
      let who = after.whoMayApproveNext(verdict)
    {
      lines.append("you had approved it before; what is missing is an approval \(who.safe)")
    }
    for line in lines where !isJSON { context.say(line) }
    noteUnknownFloor(after, record, verdict, context)
    guard let (why, state) = verdict.objection(to: record, decision) else { return 0 }
    guard state == .unmet else {
      context.note("note: whether it counts cannot be told: \(why.safe)")
      return 0
    }
    Failure(
      .refused, "it is recorded, and does not count: \(why.safe)",
      hint: try await mend(record, workspace, subject, after.proofs, verdict)
    ).print(in: context)
    return state.exitCode
  }

  /// What would make it count, where that is a signature.
  private func mend(
    _ record: Record, _ workspace: Workspace, _ subject: ReleaseSubject, _ proofs: Proofs,
    _ verdict: Verdict
  ) async throws -> String? {
    guard verdict.asksForSignatures,
      let standing = verdict.signoffs.first(where: { $0.record.id == record.id }),
      !standing.proof.isSigned,
      let help = try await SigningHelp(workspace, subject, of: record.by)
    else { return nil }
    if proofs.revoked.contains(record.id) { return help.afterRevocation }
    let words = StepWords(
      release: subject.release.description,
      push: options.recording.push ? " --push" : "",
      isOnlyEnvironment: subject.policy.environments.count == 1)
    return help.mend(
      record.signature, again: words.signoff(decision, role: role, in: verdict.environment))
  }

  /// A bar that is not known may ask for signatures, and for more people.
  private func noteUnknownFloor(
    _ subject: ReleaseCase, _ record: Record, _ verdict: Verdict, _ context: Context
  ) {
    guard decision == .approve, case .unknown(let why, let mend) = subject.floor,
      verdict.requirements.contains(where: \.hangsOnPolicy)
    else { return }
    let remark =
      record.signature == nil
      ? "; it is not signed, and counts for nothing if that release wants signatures" : ""
    context.note("note: \(why.safe)\(remark)")
    let words = StepWords(
      release: subject.release.description, push: "", isOnlyEnvironment: true)
    if let command = words.command(mend, in: "") { context.error.print("hint: \(command.safe)") }
  }
}

extension PolicyFloor {
  var isKnown: Bool { if case .unknown = self { false } else { true } }
}

extension Verdict {
  /// Somebody's sign-offs that stand, by time.
  fileprivate func signoffs(by person: Person) -> [Record] {
    signoffs.map(\.record).filter { $0.by.foldedEmail == person.foldedEmail }
  }

  /// Why somebody's word counts for nothing, where it does not; met is never the answer.
  fileprivate func objection(
    to record: Record, _ decision: Record.Signoff.Decision
  ) -> (why: String, state: Answer)? {
    guard let standing = signoffs.first(where: { $0.record.id == record.id }) else { return nil }
    if decision == .reject, rejections.contains(where: { $0.record.id == record.id }) { return nil }
    guard let why = standing.discounted else {
      return idle[record.id].map { ($0, .unmet) }
    }
    // Everybody may take back their own word, whether or not they may give one.
    if decision == .withdraw, standing.proof.isSigned || !asksForSignatures { return nil }
    if case .unknown = standing.proof, asksForSignatures { return (why, .unknown) }
    return (why, .unmet)
  }
}

extension Record.Signoff.Decision {
  /// As in "Hanako withdrew their sign-off": the release itself is not withdrawn.
  var done: String { self == .withdraw ? "withdrew their sign-off" : past }
}

extension Workspace {
  /// The environment that `-e` names; where it cannot be for want of rules, that is said.
  func environment(named name: String?, of subject: ReleaseSubject) throws -> EnvironmentRules {
    do {
      return try subject.policy.environment(named: name)
    } catch let failure as Failure {
      guard try lacksPolicy(subject.commit) else { throw failure }
      throw Failure(
        failure.kind, "\(failure.message): \(subject.commit.short) has no \(Policy.fileName)",
        hint: Self.bringPolicy)
    }
  }

  /// Whether the defaults count for a commit, since it says nothing.
  func lacksPolicy(_ commit: ObjectID) throws -> Bool {
    try repository.entry(at: Policy.fileName, in: commit) == nil
  }

  static let bringPolicy =
    "without \(Policy.fileName) there is production alone, and no check; bring it back, or write one "
    + "(deed init), and commit it"
}

extension Policy {
  /// The environment that `-e` names; the only one where it names none.
  func environment(named name: String?) throws -> EnvironmentRules {
    let names = environments.map(\.name).joined(separator: ", ").safe
    guard let name else {
      if let only = environments.first, environments.count == 1 { return only }
      throw Failure(
        .usage, "there are several environments: \(names)",
        hint: "say which one: "
          + environments.map { "-e \(GitError.quoted($0.name).safe)" }.joined(separator: " or "))
    }
    guard let rules = environment(name) else {
      throw Failure.unknownName(
        "there is no environment \u{201C}\(name.safe)\u{201D}", name,
        among: environments.map(\.name), otherwise: "the environments are: \(names)")
    }
    return rules
  }
}
