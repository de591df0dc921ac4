import Git
import Release

/// The one next thing to do for a release.
struct NextStep {
  /// A command, ready to be typed; `nil` where nothing is left to do, or nothing but to wait.
  let command: String?
  /// Until when there is nothing to do.
  var wait: Timestamp?

  /// - Parameter hasRemote: Whether there is somewhere to push to.
  init(_ subject: ReleaseCase, _ verdicts: [Verdict], hasRemote: Bool) {
    let words = StepWords(
      release: subject.release.description, push: hasRemote ? " --push" : "",
      isOnlyEnvironment: verdicts.count == 1)
    guard subject.tag.isSound else {
      command = "deed verify \(words.release)"
      return
    }
    guard let open = verdicts.first(where: { $0.state != .met }) else {
      command = Self.whereAllIsMet(subject, verdicts, words)
      return
    }
    // What went missing here is put back before anybody judges without it.
    if open.requirements.contains(where: { $0.id == .ledger && $0.state == .unmet }) {
      command = "deed sync"
      return
    }
    let mends = open.requirements.filter { $0.state != .met }.compactMap(\.mend)
    for case .wait(let until) in mends { wait = until }
    // Approving with --push fetches first, so that it also brings what was never fetched.
    let mend = mends.first { $0 != .sync && !$0.isWait } ?? mends.first { !$0.isWait }
    if mend == .sync, subject.lacksLedgers, open.approvals.counted < open.approvals.required {
      command = words.command(.approve(role: nil), in: open.environment)
    } else {
      command = mend.flatMap { words.command($0, in: open.environment) }
    }
    if command != nil { wait = nil }
  }

  /// The tag first, then a decision and a deployment by environment where the team has such.
  private static func whereAllIsMet(
    _ subject: ReleaseCase, _ verdicts: [Verdict], _ words: StepWords
  ) -> String? {
    if case .absent = subject.tag { return "deed cut \(words.release)\(words.push)" }
    guard subject.hasDecisions else { return "deed verify \(words.release)" }
    for verdict in verdicts {
      let place = verdict.environment
      guard let decision = verdict.decision, decision.isInForce, decision.decision.choice == .go
      else { return words.command(.go(environment: place), in: place) }
      guard subject.isRunning(in: place) else {
        return words.command(.deploy(environment: place), in: place)
      }
      if let open = verdict.afterwards.first(where: { $0.state != .met }), let mend = open.mend {
        return words.command(mend, in: place)
      }
    }
    return "deed verify \(words.release)"
  }
}

/// The commands that mend what is missing, as they are typed for one release.
struct StepWords {
  let release: String
  /// ` --push` where there is somewhere to push to.
  let push: String
  let isOnlyEnvironment: Bool

  /// The command; `nil` where only time mends it.
  func command(_ mend: Mend, in environment: String) -> String? {
    func place(_ name: String) -> String {
      isOnlyEnvironment ? "" : " -e \(GitError.quoted(name))"
    }
    switch mend {
    case .sync: return "deed sync"
    case .approve(let role):
      let role = role.map { " --role \(GitError.quoted($0))" } ?? ""
      return "deed approve \(release)\(place(environment))\(role)\(push)"
    case .withdraw: return "deed show \(release)"
    case .walk(let environment): return "deed walk \(release)\(place(environment))\(push)"
    case .check(let name, let environment):
      return "deed check \(release) \(GitError.quoted(name))\(place(environment))\(push)"
    case .go(let environment): return "deed go \(release)\(place(environment))\(push)"
    case .deploy(let environment):
      return "deed deploy \(release)\(place(environment)) --finished\(push)"
    case .wait: return nil
    case .other(let text): return text
    }
  }
}

extension Mend {
  fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
}

extension ReleaseCase {
  /// Whether the team decides and deploys by deed: the policy speaks of it, or somebody did.
  var hasDecisions: Bool {
    policy.environments.contains { $0.after != nil || $0.deploy != nil }
      || !evidence.deployments.isEmpty
      || evidence.records.contains { $0.kind == .decision }
  }
}

extension NextStep {
  /// For people; nothing where there is nothing to do.
  var lines: [String] {
    if let command { return ["", "next: \(command.safe)"] }
    return wait.map { ["", "next: wait until \($0.shown)"] } ?? []
  }
}
