// What a go sealed, judged as of its time (`docs/gate.md`, what was sealed).

/// What is here of the seal of one decision, and of the time when it was made.
package struct SealEvidence: Sendable {
  /// The decision that carries the seal.
  package let decision: RecordID
  /// The content of the seal's list; `nil` where it is not here.
  package let list: [UInt8]?
  /// The records of the release at its commit that stood in the ledgers which the seal names.
  package var stood: Set<RecordID> = []
  /// Ledgers that the seal names as they never were: their history knows no such commit.
  package var foreign: [LedgerName] = []
  /// What the ledger of deployments said then; `nil` where that cannot be told: then it is judged by
  /// what it says now.
  package var deployments: Deployments?

  package struct Deployments: Sendable {
    package let floor: PolicyFloor
    package let contributors: Contributors
    /// Those of the release.
    package let tagRecords: [Record]
    /// Every release's deployments and rollbacks.
    package let runs: [Record]
    package let unreadableRuns: [UnreadableRecord]

    package init(
      floor: PolicyFloor, contributors: Contributors, tagRecords: [Record], runs: [Record],
      unreadableRuns: [UnreadableRecord]
    ) {
      self.floor = floor
      self.contributors = contributors
      self.tagRecords = tagRecords
      self.runs = runs
      self.unreadableRuns = unreadableRuns
    }
  }

  package init(decision: RecordID, list: [UInt8]?) {
    self.decision = decision
    self.list = list
  }
}

extension ReleaseCase {
  /// The case as whoever took a decision had it before them: what was sealed, and nothing later.
  ///
  /// All that was sealed must be here: then no ledger can hold more that bears on it, except that
  /// of deployments, which knows other releases too.
  package func asOf(_ decision: Record, sealed: SealedIDs, _ then: SealEvidence) -> ReleaseCase {
    var past = self
    // A decision from the future does not make time pass.
    past.now = min(decision.at, now)
    past.floor = then.deployments?.floor ?? floor
    past.contributors = then.deployments?.contributors ?? contributors
    past.evidence.records = evidence.records.filter { sealed.contains($0.id) }
    past.evidence.unreadable = evidence.unreadable.filter { sealed.contains($0.id) }
    past.evidence.unreadableDeployments =
      then.deployments?.unreadableRuns ?? evidence.unreadableDeployments
    past.evidence.tagRecords =
      then.deployments?.tagRecords ?? evidence.tagRecords.filter { sealed.contains($0.id) }
    past.evidence.deployments = then.deployments?.runs ?? deployments(knownTo: sealed)
    past.evidence.findings = []
    for ledger in LedgerName.ofRecords {
      let isWhole = ledger != .deployments || then.deployments != nil
      if isWhole || evidence.doubt(about: ledger) == nil {
        past.evidence.ledgers[ledger] = .readable
      }
    }
    if case .annotated(let tag) = tag, !past.evidence.tagRecords.contains(where: tag.isNamed) {
      past.tag = .absent
    }
    return past
  }

  /// The sealed deployments, and those that their writers saw: what came before them for certain.
  private func deployments(knownTo sealed: SealedIDs) -> [Record] {
    let byID = Dictionary(
      evidence.deployments.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
    var known: [RecordID: Record] = [:]
    var open = sealed.ids
    while let id = open.popLast() {
      guard let record = byID[id], known.updateValue(record, forKey: id) == nil else { continue }
      open += record.replaces
    }
    return Array(known.values)
  }
}

extension AnnotatedTag {
  package func isNamed(by record: Record) -> Bool {
    if case .tag(let object) = record.body { object == self.object } else { false }
  }
}

extension Verification {
  /// Where a go governs, what it sealed, as of its time; else `nil`.
  static func sealed(
    _ verdict: Verdict, _ subject: ReleaseCase, _ seals: [SealEvidence]
  ) -> [Finding]? {
    guard verdict.decision?.decision.choice == .go else { return nil }
    let place = verdict.environment
    return subject.evidence.standing.ofKind(.decision, environment: place).flatMap { go in
      guard case .decision(let decision) = go.body else { return [Finding]() }
      let go = Go(record: go, place: place)
      guard let seal = decision.seal else {
        return [go.finding(.error, "go-unsealed", "\(go.name) carries no seal")]
      }
      return findings(go, seal, subject, seals.first { $0.decision == go.record.id })
    }
  }

  /// A decision with a seal.
  private struct Go {
    let record: Record
    let place: String
    var word = "go"

    var name: String { "the \(word) by \(record.by), \(record.at.minute) UTC," }

    func finding(
      _ severity: Finding.Severity, _ code: String, _ message: String, record: RecordID? = nil
    ) -> Finding {
      Finding(severity, code, "\(place): \(message)", record: record ?? self.record.id)
    }
  }

  private static func findings(
    _ go: Go, _ seal: Seal, _ subject: ReleaseCase, _ then: SealEvidence?
  ) -> [Finding] {
    let (broken, sealed) = opened(go, seal, subject, then)
    guard let sealed, let then else { return broken }
    let rest = later(than: sealed, go, subject)
    guard broken.isEmpty else { return broken + rest }
    let claim = subject.claim(onDecision: go.record, in: go.place)
    let whole = go.finding(
      claim == nil ? .info : .warning, claim == nil ? "go-sealed" : "go-not-proven",
      "\(go.name) sealed \(seal.count.counted("record")), all here"
        + (claim.map { "; who gave it is not proven: \($0)" } ?? ""))
    let past = subject.asOf(go.record, sealed: sealed, then)
    return [whole] + unfounded(go, past, isFloorTold: past.floor.doubt == subject.floor.doubt)
      + rest
  }

  /// What is wrong with a seal, and the ids that it covers where they can be told.
  private static func opened(
    _ go: Go, _ seal: Seal, _ subject: ReleaseCase, _ then: SealEvidence?
  ) -> ([Finding], SealedIDs?) {
    func broken(_ what: String) -> [Finding] {
      [go.finding(.error, "seal-broken", "\(go.name) \(what)")]
    }
    guard seal.isSound else { return (broken("carries a seal that contradicts itself"), nil) }
    guard let then, let list = then.list else {
      let what = "the list of what \(go.name) sealed is not here: deed sync"
      return ([go.finding(.error, "seal-unavailable", what)], nil)
    }
    guard let sealed = SealedIDs(list: list), sealed.digest == seal.digest,
      sealed.ids.count == seal.count
    else { return (broken("sealed a list that was changed since"), nil) }
    let here = Set(subject.evidence.records.map(\.id) + subject.evidence.unreadable.map(\.id))
    var findings = sealed.ids.filter { !here.contains($0) }.map { absent($0, go, subject) }
    // Who sealed had these before them, and left them out.
    findings += then.stood.filter { !sealed.contains($0) }.sorted().flatMap { id in
      broken("left out record \(id), which stood in a ledger that its seal names")
    }
    findings += then.foreign.flatMap { ledger in
      broken("names a state of the ledger \(ledger.rawValue) that its history does not have")
    }
    return (findings, sealed)
  }

  /// The seals of all other decisions, replaced ones too: what they covered must still be here.
  static func otherSeals(_ subject: ReleaseCase, _ seals: [SealEvidence]) -> [Finding] {
    let standing = subject.evidence.standing
    return subject.evidence.records.flatMap { record -> [Finding] in
      guard case .decision(let decision) = record.body, let seal = decision.seal,
        let place = record.environment
      else { return [] }
      let isJudged =
        decision.choice == .go
        && subject.decision(in: place, standing)?.decision.choice == .go
        && standing.records.contains { $0.id == record.id }
      guard !isJudged else { return [] }
      let word = decision.choice.rawValue
      return opened(
        Go(record: record, place: place, word: word), seal, subject,
        seals.first { $0.decision == record.id }
      ).0
    }
  }

  /// What was sealed and is not here is missing only where the ledgers are.
  private static func absent(_ id: RecordID, _ go: Go, _ subject: ReleaseCase) -> Finding {
    let isCertain = LedgerName.ofRecords.allSatisfy(subject.evidence.isHere)
    return go.finding(
      .error, isCertain ? "sealed-record-missing" : "seal-unavailable",
      "record \(id), which \(go.name) sealed, is not here: deed sync", record: id)
  }

  /// What was asked for when the decision was taken, and was not met then.
  ///
  /// - Parameter isFloorTold: Whether it is the same now that keeps the floor from being known, if anything
  ///   does.
  private static func unfounded(
    _ go: Go, _ past: ReleaseCase, isFloorTold: Bool
  ) -> [Finding] {
    guard let rules = past.policy.environment(go.place) else { return [] }
    let open = Gate.judge(past, in: rules).requirements.filter { requirement in
      requirement.state != .met && !requirement.hangsOnPolicy
        && !(isFloorTold && requirement.id == .policy)
    }
    return open.map { requirement in
      go.finding(
        .error, requirement.state == .unmet ? "go-unfounded" : "requirement-unknown",
        "when \(go.name) was given: \(requirement.id): \(requirement.why)")
    }
  }

  /// What was recorded beside the seal or after it: objections are warnings.
  private static func later(
    than sealed: SealedIDs, _ go: Go, _ subject: ReleaseCase
  ) -> [Finding] {
    let standing = Set(subject.evidence.standing.records.map(\.id))
    // Whoever approved what the go sealed may have taken that back before, under whatever address of theirs:
    // no seal can tell.
    func decides(_ record: Record, _ decision: Record.Signoff.Decision) -> Bool {
      if case .signoff(let signoff) = record.body { signoff.decision == decision } else { false }
    }
    let rejects = Set(subject.evidence.records.filter { decides($0, .reject) }.map(\.id))
    func takesBack(_ record: Record) -> Bool {
      let isOfReject = !record.replaces.isEmpty && record.replaces.allSatisfy(rejects.contains)
      return decides(record, .withdraw) && !isOfReject
    }
    var seen: Set<RecordID> = [go.record.id]
    let records = subject.evidence.records.filter { record in
      record.kind != .tag && !sealed.contains(record.id) && seen.insert(record.id).inserted
        && record.environment.map { $0.utf8.elementsEqual(go.place.utf8) } ?? true
    }
    return records.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.map { record in
      let isObjection =
        (record.isObjection || takesBack(record)) && standing.contains(record.id)
      return go.finding(
        isObjection ? .warning : .info, isObjection ? "later-objection" : "later-record",
        "after the go: \(record.word) by \(record.by), \(record.at.minute) UTC", record: record.id)
    }
  }

  /// Seals that the tag names, and that no decision carries.
  ///
  /// They are not made anew from what is here: more may have been recorded since, and rightly.
  static func seals(of trailers: TagTrailers, _ subject: ReleaseCase) -> [Finding] {
    trailers.seals.compactMap { named in
      let carried = subject.evidence.records.compactMap { record -> TagTrailers.Seal? in
        guard case .decision(let decision) = record.body, let seal = decision.seal,
          seal.digest == named.digest
        else { return nil }
        return TagTrailers.Seal(environment: record.environment ?? "", seal)
      }
      let place = named.environment
      guard !carried.isEmpty else {
        return Finding(
          .error, "seal-unavailable",
          "the tag names a seal of \(place), \(named.digest.short), and no decision that carries "
            + "it is here: deed sync")
      }
      // As they are written, which leaves nothing to misread in a name.
      guard !carried.contains(where: { $0.description.utf8.elementsEqual(named.description.utf8) })
      else { return nil }
      return Finding(
        .error, "seal-broken",
        "the tag names the seal \(named.digest.short) of \(place), and the decision that carries "
          + "it says something else of it")
    }
  }

  /// What let a deployment pass the gate, and nobody has answered for yet.
  static func breakGlass(_ verdict: Verdict, _ subject: ReleaseCase) -> [Finding] {
    verdict.unnamedBreakGlass.map { record in
      let comment =
        if case .decision(let decision) = record.body { decision.comment } else { nil as String? }
      return Finding(
        .warning, "break-glass",
        "\(verdict.environment): \(record.by) broke the glass, \(record.at.minute) UTC"
          + (subject.claim(onDecision: record, in: verdict.environment).map { " (\($0))" } ?? "")
          + (comment.map { ": \($0)" } ?? "") + "; no sign-off names it yet",
        record: record.id)
    }
  }
}

extension Record {
  /// Whether it speaks against the release.
  fileprivate var isObjection: Bool {
    switch body {
    case .signoff(let signoff): signoff.decision == .reject
    case .result(let result): result.outcome == .fail
    case .check(let check): check.outcome == .fail
    case .decision(let decision): decision.choice == .noGo
    case .waiver, .manifest, .deployment, .rollback, .tag, .redaction: false
    }
  }

  /// Its kind, and what it says in a word.
  var word: String {
    switch body {
    case .signoff(let signoff): signoff.decision.rawValue
    case .result(let result):
      "\(result.outcome.rawValue) of \u{201C}\(result.text ?? result.item)\u{201D}"
    case .check(let check): "\(check.outcome.rawValue) of the check \(check.name)"
    case .decision(let decision): decision.choice.rawValue
    case .deployment(let run), .rollback(let run): "\(kind.rawValue) \(run.outcome.rawValue)"
    case .redaction(let redaction): "redaction of the file \(redaction.blob.short)"
    case .waiver, .manifest, .tag: kind.rawValue
    }
  }
}
