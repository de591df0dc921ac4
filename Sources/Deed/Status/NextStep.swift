import Git
import Release

/// The one next thing to do for a release.
struct NextStep {
  /// A command, ready to be typed; `nil` where nothing is left to do, or nothing but to wait.
  private(set) var command: String?
  /// What comes before the command, or who is to type it; `nil` where that is plain.
  var remark: String?
  /// Until when there is nothing to do.
  var wait: Timestamp?
  /// The environment that wants an approval, where one is next.
  private(set) var approving: String?

  /// - Parameter hasRemote: Whether there is somewhere to push to.
  init(_ subject: ReleaseCase, _ verdicts: [Verdict], hasRemote: Bool) {
    let words = StepWords(of: subject, hasRemote: hasRemote)
    guard subject.tag.isSound else {
      remark = hasRemote ? subject.movedTag : nil
      command = remark == nil ? "deed verify \(words.release)" : Self.bringing(subject)
      return
    }
    if case .absent = subject.tag, !subject.evidence.tagRecords.isEmpty {
      command = subject.restoreTag
      return
    }
    let others = subject.tagRecords.others
    if case .annotated = subject.tag, let other = others.first {
      // Nothing that would bless a tag of which nobody can tell whether it is the release.
      command =
        !hasRemote || subject.movedTag == nil
        ? "deed verify \(words.release)"
        : Self.bringing(subject)
      remark =
        subject.movedTag
        ?? "\(other.by.name) is recorded as having cut another tag of this name"
      return
    }
    if let noGo = verdicts.compactMap(\.decision).first(where: { $0.decision.choice == .noGo }) {
      command = "deed show \(words.release)"
      remark = noGo.words
      return
    }
    let found =
      if let open = verdicts.first(where: { $0.state != .met }) {
        Self.mend(open, subject)
      } else { Self.whereAllIsMet(subject, verdicts) }
    switch found {
    case .nothing: command = nil
    case .tooLate(let place):
      command = "deed verify \(words.release)"
      remark =
        "the tag was made before \(place) was met, and nothing that is recorded now changes that; "
        + "\(subject.policy.part(of: subject.release).nextCommand) names a new version"
    case .checks(let names, let place): command = words.check(names, in: place)
    case .command(let verb):
      command = "deed \(verb) \(words.release)\(verb == "cut" ? words.push : "")"
    case .mend(let mend, let place):
      command = words.command(mend, in: place)
      switch mend {
      case .wait(let until): wait = until
      case .withdraw(let person): remark = "by \(person.name)"
      case .deploy(let environment): remark = "once it runs in \(environment)"
      case .approve:
        approving = place
        remark = verdicts.first { $0.environment.utf8.elementsEqual(place.utf8) }
          .flatMap { subject.whoMayApproveNext($0) ?? subject.whoseKeyIsRevoked($0) }
      default: break
      }
    }
  }

  /// What brings the tag that was cut in the place of another.
  private static func bringing(_ subject: ReleaseCase) -> String {
    subject.evidence.isHere(.deployments) ? subject.fetchTag : "deed sync"
  }

  /// The same for whoever looks: where their own approval stands, and only the list of signers keeps it
  /// from counting, to give it again changes nothing.
  func seen(
    by person: Person?, of subject: ReleaseSubject, _ verdicts: [Verdict], _ workspace: Workspace
  ) async throws -> NextStep {
    guard let approving, let person,
      let verdict = verdicts.first(where: { $0.environment.utf8.elementsEqual(approving.utf8) }),
      verdict.asksForSignatures,
      let own = verdict.signoffs.last(where: {
        $0.signoff.decision == .approve && $0.record.by.foldedEmail == person.foldedEmail
      }), case .claimed = own.proof, !own.isStale,
      let help = try await SigningHelp(workspace, subject, of: own.record.by),
      let next = help.next(after: own.record.signature)
    else { return self }
    var step = self
    step.command = next.command ?? command
    step.remark = next.remark
    return step
  }

  private enum Found {
    case mend(Mend, environment: String)
    /// Several checks; no names for all of them.
    case checks([String], environment: String)
    /// One of deed's own verbs, on the release.
    case command(String)
    /// It had to be there before the tag, and was not.
    case tooLate(environment: String)
    case nothing
  }

  private static func mend(_ open: Verdict, _ subject: ReleaseCase) -> Found {
    // What went missing here is put back before anybody judges without it.
    if open.requirements.contains(where: { $0.id == .ledger && $0.state == .unmet }) {
      return .mend(.sync, environment: open.environment)
    }
    let late = open.late.filter { $0.state == .unmet && !$0.wasMetByRevoked }.map(\.id)
    let unmet = open.requirements.filter { $0.state != .met }
    if let first = unmet.first(where: { $0.state == .unmet }), late.contains(first.id) {
      return .tooLate(environment: open.environment)
    }
    let mends = unmet.compactMap(\.mend)
    // The environment before has to be through first; time passes by itself.
    let first =
      unmet.first { $0.id == .predecessor && !($0.mend?.isWait ?? true) }?.mend
      ?? mends.first { $0 != .sync && !$0.isWait } ?? mends.first { !$0.isWait } ?? mends.first
    switch first {
    case .check?:
      let due = unmet.compactMap(\.mend?.check)
      return .checks(
        subject.policy.naming(due, in: open.environment), environment: open.environment)
    case .approve? where subject.awaitsManifest:
      // What is recorded as shipped after an approval makes that stale.
      return .mend(.manifest(replacing: false), environment: open.environment)
    case let first?: return .mend(first, environment: open.environment)
    case nil: return .nothing
    }
  }

  /// Decisions that the tag waits for, the tag, decisions and deployments by environment, and at last
  /// what comes after the deployments.
  private static func whereAllIsMet(_ subject: ReleaseCase, _ verdicts: [Verdict]) -> Found {
    let isCut = if case .absent = subject.tag { false } else { true }
    let wanting = verdicts.filter { verdict in
      !(verdict.decision.map { $0.isInForce && $0.decision.choice == .go } ?? false)
    }
    if !isCut {
      let before = wanting.first { subject.isRequiredForTag($0.environment) }
      guard subject.hasDecisions, let place = before?.environment else { return .command("cut") }
      return .mend(.go(environment: place), environment: place)
    }
    guard subject.hasDecisions else { return .command("verify") }
    for verdict in verdicts {
      let place = verdict.environment
      if wanting.contains(where: { $0.environment.utf8.elementsEqual(place.utf8) }) {
        return .mend(.go(environment: place), environment: place)
      }
      if !subject.wasDeployed(in: place) {
        return .mend(.deploy(environment: place), environment: place)
      }
    }
    for verdict in verdicts {
      let mends = verdict.afterwards.filter { $0.state != .met }.map(\.mend)
      guard let mend = mends.first ?? nil else { continue }
      guard case .check = mend else { return .mend(mend, environment: verdict.environment) }
      return .checks(mends.compactMap(\.?.check), environment: verdict.environment)
    }
    return .command("verify")
  }

  /// For people; nothing where there is nothing to do.
  ///
  /// A command stands whole, whatever it takes, and a remark behind it is one of the shell's too.
  func lines(to width: Int) -> [String] {
    guard let command else { return wait.map { ["", "next: wait until \($0.shown)"] } ?? [] }
    let line = "next: \(command.safe)"
    guard let remark = remark?.safe else { return ["", line] }
    let whole = "\(line)  # \(remark)"
    if whole.displayWidth <= width { return ["", whole] }
    return ["", line] + remark.wrapped(to: width, after: "    # ", indent: 6)
  }
}

/// The commands that mend what is missing, as they are typed for one release.
struct StepWords {
  let release: String
  /// ` --push` where there is somewhere to push to.
  let push: String
  let isOnlyEnvironment: Bool

  init(release: String, push: String, isOnlyEnvironment: Bool) {
    self.release = GitError.quoted(release)
    self.push = push
    self.isOnlyEnvironment = isOnlyEnvironment
  }

  /// - Parameter hasRemote: Whether there is somewhere to push to.
  init(of subject: ReleaseCase, hasRemote: Bool) {
    self.init(
      release: subject.release.description, push: hasRemote ? " --push" : "",
      isOnlyEnvironment: subject.policy.environments.count == 1)
  }

  private func place(_ name: String) -> String {
    isOnlyEnvironment ? "" : " -e \(GitError.quoted(name))"
  }

  /// - Parameter names: None for all that the environment asks for.
  func check(_ names: [String], in environment: String) -> String {
    let names = names.map { " \(GitError.quoted($0))" }.joined()
    return "deed check \(release)\(names)\(place(environment))\(push)"
  }

  /// The commands that mend what is wanting, one beside each, and none twice: the checks of an
  /// environment that are due are run by one, which stands beside the last of them.
  func commands(
    for wanting: [(mend: Mend?, environment: String)], of policy: Policy
  ) -> [String?] {
    var said: Set<String> = []
    let commands = wanting.map { want -> String? in
      switch want.mend {
      case nil: return nil
      case .check?:
        let due = wanting.compactMap { other -> String? in
          guard case .check(let name, _)? = other.mend,
            other.environment.utf8.elementsEqual(want.environment.utf8)
          else { return nil }
          return name
        }
        return check(policy.naming(due, in: want.environment), in: want.environment)
      case let mend?: return command(mend, in: want.environment)
      }
    }
    // Beside the last of those that it mends.
    return commands.reversed().map { command in
      command.flatMap { said.insert($0).inserted ? $0 : nil }
    }.reversed()
  }

  /// - Parameter option: What says how it came out.
  func deploy(_ option: String, in environment: String) -> String {
    ["deed deploy \(release)\(place(environment))", option].joined(separator: " ") + push
  }

  func signoff(
    _ decision: Record.Signoff.Decision, role: String?, in environment: String
  ) -> String {
    let role = role.map { " --role \(GitError.quoted($0))" } ?? ""
    return "deed \(decision.rawValue) \(release)\(place(environment))\(role)\(push)"
  }

  /// The command; `nil` where only time mends it.
  func command(_ mend: Mend, in environment: String) -> String? {
    switch mend {
    case .sync: return "deed sync"
    case .approve(let role): return signoff(.approve, role: role, in: environment)
    case .withdraw: return signoff(.withdraw, role: nil, in: environment)
    case .walk(let environment): return "deed walk \(release)\(place(environment))\(push)"
    case .check(let name, let environment): return check([name], in: environment)
    case .manifest(let isReplacing):
      return "deed artifacts record \(release)\(isReplacing ? " --replace" : "")\(push)"
    case .go(let environment): return "deed go \(release)\(place(environment))\(push)"
    case .deploy(let environment):
      return deploy("--finished", in: environment)
    case .wait: return nil
    case .other(let text): return text
    }
  }
}

extension Policy {
  /// How checks that are due before the deployment are named: not at all where they are all that there
  /// are.
  fileprivate func naming(_ due: [String], in environment: String) -> [String] {
    let all = self.environment(environment).map { checks(of: $0, at: .before) } ?? []
    return due.count > 1 && due.count == all.count ? [] : due
  }
}

extension Mend {
  fileprivate var isWait: Bool { if case .wait = self { true } else { false } }

  /// The check that is to be run, where it is that.
  fileprivate var check: String? { if case .check(let name, _) = self { name } else { nil } }
}

extension ReleaseCase {
  /// Whether what is shipped is still to be recorded, for whichever environment.
  fileprivate var awaitsManifest: Bool {
    policy.environments.contains(where: \.asksForManifest) && evidence.isHere(.checks)
      && ManifestStanding(evidence).isEmpty
  }

  /// Whether the team decides and deploys by deed: the policy speaks of it, or somebody did.
  var hasDecisions: Bool {
    policy.environments.contains { $0.after != nil || $0.deploy != nil }
      || !evidence.deployments.isEmpty
      || evidence.records.contains { $0.kind == .decision }
  }
}

extension SignoffStanding {
  /// Whether it is an approval that counts.
  var isCounted: Bool { signoff.decision == .approve && discounted == nil }
}

extension ReleaseCase {
  /// Who is to approve beside those who have; `nil` where nobody has, or they are enough.
  func whoMayApproveNext(_ verdict: Verdict) -> String? {
    let approvers = verdict.signoffs.filter(\.isCounted).map(\.record.by)
    guard !approvers.isEmpty, verdict.approvals.counted < verdict.approvals.required,
      let rules = policy.environment(verdict.environment)
    else { return nil }
    let from = EffectiveApprovals(environment: rules, policy: policy, floor: floor.policy).from
    let isByName = from.allSatisfy { $0.allSatisfy { $0.contains("@") } }
    let open = (from.first ?? []).map { Person(name: "", email: $0) }.filter { person in
      from.dropFirst().allSatisfy { list in
        list.contains { Person(name: "", email: $0).foldedEmail == person.foldedEmail }
      } && !approvers.contains { $0.foldedEmail == person.foldedEmail }
    }.map(\.email)
    if isByName, (1...3).contains(open.count) { return "by \(open.joined(separator: " or "))" }
    return "by somebody else than \(Self.names(approvers))"
  }

  private static func names(_ people: [Person]) -> String {
    people.map(\.name).reduce(into: [String]()) { names, name in
      if !names.containsBytes(of: name) { names.append(name) }
    }.joined(separator: " and ")
  }

  /// Who is not to approve, because their key was revoked; `nil` where no approval that stands is by such a one.
  func whoseKeyIsRevoked(_ verdict: Verdict) -> String? {
    let people = verdict.signoffs.filter { standing in
      standing.signoff.decision == .approve && !standing.proof.isSigned
        && proofs.revoked.contains(standing.record.id)
    }.map(\.record.by)
    guard verdict.asksForSignatures, !people.isEmpty else { return nil }
    return "by somebody else than \(Self.names(people)), whose key is revoked"
  }
}
