/// Judges what an environment asks of the one before it (`docs/gate.md`, the environment before).
struct PredecessorRequirement {
  private let subject: ReleaseCase
  private let standing: Standing
  /// The environment that must have it first.
  private let place: String
  /// How long it must have run there, in seconds.
  private let soak: Int
  /// What was done to that environment, by id: of every release of the same package.
  private let runs: [RecordID: Record]

  init(_ subject: ReleaseCase, _ standing: Standing, after place: String, soak: Int?) {
    self.subject = subject
    self.standing = standing
    self.place = place
    self.soak = max(0, soak ?? 0)
    let known = (subject.evidence.deployments + subject.evidence.records).filter { record in
      record.run != nil && record.isIn(place) && subject.isOfSamePackage(record.release)
    }
    runs = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
  }

  func requirement() -> Requirement {
    guard subject.policy.environment(place) != nil else {
      return answer(.unknown, "the policy has no such environment")
    }
    if let doubt = doubt() { return answer(.unknown, doubt.why, mend: doubt.mend) }
    return decision() ?? deployment(after: subject.decision(in: place, standing)?.record)
  }

  private func doubt() -> Doubt? {
    if let doubt = subject.doubt(aboutDecisionsIn: place) { return doubt }
    if let why = subject.evidence.doubt(about: .deployments) { return Doubt(why: why, mend: .sync) }
    let settled = succeeded.map(ancestors)
    let unreadable = subject.unreadableRuns(in: place).first { record in
      !settled.contains { $0.contains(record.id) }
    }
    return unreadable.map { Doubt(why: $0.doubt, mend: .deploy(environment: place)) }
  }

  /// What is wrong with the decision there; `nil` where it is a go.
  private func decision() -> Requirement? {
    let mend = Mend.go(environment: place)
    guard let governing = subject.decision(in: place, standing) else {
      return answer(.unmet, "no go yet", mend: mend)
    }
    let by = governing.record.by.name
    switch governing.decision.choice {
    case .noGo: return answer(.unmet, governing.words, mend: mend)
    case .breakGlass: return answer(.unmet, "a break-glass by \(by) is no go", mend: mend)
    case .go:
      return governing.objection.map { why in
        answer(.unmet, "the go by \(by) does not count: \(why)", mend: mend)
      }
    }
  }

  /// Any deployment serves since which nothing went wrong, so that to repeat one loses nothing.
  private func deployment(after go: Record?) -> Requirement {
    let succeeded = succeeded
    guard !succeeded.isEmpty else { return notDeployed() }
    let setbacks = runs.values.filter(isSetback).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    let replaced = Set(runs.values.flatMap(\.replaces))
    // One that nothing came after leaves nothing to look for.
    if let standing = setbacks.last(where: { !replaced.contains($0.id) }) {
      return setBack(by: standing)
    }
    let before = setbacks.map(\.id) + subject.unreadableRuns(in: place).map(\.id)
    let holding = succeeded.first { deployment in
      guard !before.isEmpty else { return true }
      let earlier = ancestors(of: deployment)
      return before.allSatisfy(earlier.contains)
    }
    guard let holding else {
      return setbacks.last.map(setBack) ?? answer(.unmet, "not deployed")
    }
    let deployed = "deployed \(holding.at.minute) UTC"
    // From the later of the two, so that one clock that is behind does not shorten it.
    let end = max(holding.at, go?.at ?? holding.at).advanced(bySeconds: soak)
    // Without a soak no clock is asked: the one that dated the record may be ahead.
    guard soak == 0 || end <= subject.now else {
      return answer(
        .unmet, "\(deployed), soaks until \(end.minute) UTC", mend: .wait(until: end))
    }
    return answer(.met, deployed)
  }

  private func setBack(by record: Record) -> Requirement {
    answer(
      .unmet, "\(word(for: record)) since, by \(record.by.name)", mend: .deploy(environment: place))
  }

  private func notDeployed() -> Requirement {
    let last = own.last { $0.kind == .deployment }
    let why = last.map { "\(word(for: $0)), \($0.at.minute) UTC by \($0.by.name)" }
    return answer(.unmet, why ?? "not deployed yet", mend: .deploy(environment: place))
  }

  /// The deployments of this release at this commit that succeeded, by time.
  private var succeeded: [Record] {
    own.filter { $0.kind == .deployment && $0.run?.outcome == .succeeded }
  }

  /// The records of this release at this commit, by time.
  private var own: [Record] {
    runs.values.filter(isOwn).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  private func isOwn(_ record: Record) -> Bool {
    record.commit == subject.commit
      && record.release.utf8.elementsEqual(subject.release.description.utf8)
  }

  /// Whether a deployment counts for nothing unless it came after this: a failure, another release
  /// put back in its place, or something under way with this one.
  private func isSetback(_ record: Record) -> Bool {
    guard let run = record.run else { return false }
    if run.outcome == .failed { return true }
    return isOwn(record) ? run.outcome == .started : record.kind == .rollback
  }

  /// What the writer of a record knew of, by `replaces` alone: no clock says what came first.
  private func ancestors(of record: Record) -> Set<RecordID> {
    var known: Set<RecordID> = []
    var open = record.replaces
    while let id = open.popLast() {
      guard known.insert(id).inserted else { continue }
      open += runs[id]?.replaces ?? []
    }
    return known
  }

  private func word(for record: Record) -> String {
    let isRollback = record.kind == .rollback
    switch record.run?.outcome {
    case .failed:
      return (isRollback ? "a rollback to" : "a deployment of") + " \(record.release) failed"
    case .started where isOwn(record):
      return "a \(isRollback ? "rollback" : "deployment") is under way"
    case .started, .succeeded, nil: return "rolled back to \(record.release)"
    }
  }

  private func answer(_ state: Answer, _ why: String, mend: Mend? = nil) -> Requirement {
    Requirement(id: .predecessor, state: state, why: "\(place): \(why)", mend: mend)
  }
}

extension ReleaseCase {
  /// Deployments and rollbacks that cannot be judged, and that may be of this environment and package.
  package func unreadableRuns(in environment: String) -> [UnreadableRecord] {
    let all = evidence.unreadableDeployments + evidence.unreadable
    return Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }).values
      .filter { record in
        [.deployment, .rollback].contains(record.kind) && record.maySpeak(of: environment)
          && record.release.map(isOfSamePackage) ?? true
      }.sorted { $0.id < $1.id }
  }

  /// Whether a release of this recorded name is one of what this one is a release of: the whole
  /// repository, or the same package.
  package func isOfSamePackage(_ name: String) -> Bool {
    ReleaseVersion.prefix(ofRecorded: name).utf8
      .elementsEqual(ReleaseVersion.prefix(ofRecorded: release.description).utf8)
  }
}

extension Record {
  /// What was done to an environment, where the record speaks of that.
  package var run: Run? {
    switch body {
    case .deployment(let run), .rollback(let run): run
    default: nil
    }
  }
}
