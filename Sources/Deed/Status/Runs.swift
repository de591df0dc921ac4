import Release

extension ReleaseCase {
  /// The deployments and rollbacks of an environment that stand, of whichever release of the same
  /// package, by time.
  func runs(in environment: String) -> [Record] {
    // Those of another environment replace none of these.
    Standing(of: allRuns(in: environment)).records.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// Those that nobody can judge, and of which nobody who deployed there since knew.
  func openRuns(in environment: String) -> [UnreadableRecord] {
    let replaced = Set(allRuns(in: environment).flatMap(\.replaces))
    return unreadableRuns(in: environment).filter { !replaced.contains($0.id) }
  }

  private func allRuns(in environment: String) -> [Record] {
    evidence.deployments.filter { $0.isIn(environment) && isOfSamePackage($0.release) }
  }

  /// Whether this release at this commit was ever deployed there.
  func wasDeployed(in environment: String) -> Bool {
    evidence.records.contains { record in
      record.kind == .deployment && record.run?.outcome == .succeeded
        && record.isIn(environment)
    }
  }

  /// Why a check of the stage says nothing of what runs there; `nil` where a deployment of this
  /// release at this commit stands there, and no other one, and has begun or, for what comes after it,
  /// succeeded.
  func early(for stage: Stage, in environment: String) -> Early? {
    guard stage != .before else { return nil }
    if stands(in: environment, as: stage == .during ? nil : .succeeded) { return nil }
    if let why = evidence.doubt(about: .deployments) { return .unknown(why, hint: "deed sync") }
    let record = openRuns(in: environment).first { $0.commit == commit }
    return record.map { .unknown($0.doubt, hint: "install a newer deed") } ?? .known
  }

  /// Why it is too early for a check that is about a deployment.
  enum Early {
    case known
    /// It cannot be told whether there was one.
    case unknown(String, hint: String)
  }

  /// Whether nothing but this release at this commit runs there.
  func isRunning(in environment: String) -> Bool { stands(in: environment, as: .succeeded) }

  /// Whether what stands there is of nothing but this release at this commit, and came out so.
  private func stands(in environment: String, as outcome: Record.RunOutcome?) -> Bool {
    let runs = runs(in: environment)
    return !runs.isEmpty
      && runs.allSatisfy { record in
        record.commit == commit && record.release.utf8.elementsEqual(release.description.utf8)
          && (outcome == nil || record.run?.outcome == outcome)
      }
  }
}

extension Record {
  /// A deployment or rollback in a phrase: `v1.4.0 deployed, 2026-11-21 08:00 UTC by Hanako`.
  ///
  /// - Parameter here: A commit; of another one it is said which.
  func runLine(elsewhereThan here: ObjectID? = nil) -> String {
    guard let run else { return "" }
    let release =
      here.map { $0 == commit ? self.release : "\(self.release) at \(commit.short)" }
      ?? self.release
    let isRollback = kind == .rollback
    let what =
      switch run.outcome {
      case .succeeded: isRollback ? "rolled back to \(release)" : "\(release) deployed"
      case .started:
        isRollback ? "a rollback to \(release) began" : "a deployment of \(release) began"
      case .failed:
        isRollback ? "a rollback to \(release) failed" : "a deployment of \(release) failed"
      }
    return "\(what), \(at.shown) by \(by.name)"
  }

  /// A decision in a phrase: `go by Hanako, 2026-11-21 08:00 UTC; seals 12 records`.
  var decisionLine: String {
    guard case .decision(let decision) = body else { return "" }
    var text = "\(decision.choice.rawValue) by \(by.name), \(at.shown)"
    if let until = decision.until { text += ", until \(until.shown)" }
    if let seal = decision.seal { text += "; seals \(seal.count.counted("record"))" }
    if decision.isOffline { text += "; without asking the remote" }
    return text
  }
}
