/// Something that `verify` or `doctor` has to say.
package struct Finding: Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable, CaseIterable {
    case error
    case warning
    case info
  }

  package let severity: Severity
  /// Stable, for machines: `tag-moved`.
  package let code: String
  package let message: String
  package let record: RecordID?

  package init(_ severity: Severity, _ code: String, _ message: String, record: RecordID? = nil) {
    self.severity = severity
    self.code = code
    self.message = message
    self.record = record
  }

  /// Whether it says that something cannot be told, rather than that something is wrong.
  package var isUnknown: Bool {
    severity == .error
      && [
        "requirement-unknown", "record-unknown", "tag-not-here", "attachment-missing",
        "seal-unavailable", "artifact-unreadable", "tag-signature-unknown",
      ].contains(code)
  }

  /// Whether it tells of something that counts neither for nor against, or that nobody judged.
  package var isNeutral: Bool {
    [
      "no-refspec", "record-kind-unknown", "signoff-not-counted", "signoff-withdraw",
      "tag-record-not-proven", "signature-not-judged", "tag-signature-not-judged", "policy-altered",
    ].contains(code)
  }
}

/// What can be proven of a release from the repository alone.
package enum Verification {
  /// How far ahead of this clock a record may be before it is reported, in seconds.
  private static let clockTolerance = 300

  /// - Parameters:
  ///   - subject: The case of a release that has been cut.
  ///   - verdicts: What the gate says of it now.
  ///   - seals: What is here of the seals of the decisions that stand.
  package static func findings(
    on subject: ReleaseCase, verdicts: [Verdict], seals: [SealEvidence] = []
  ) -> [Finding] {
    var findings = tag(subject) + floor(subject) + subject.evidence.findings + records(subject)
    findings += signatures(subject)
    guard !subject.isTagMoved else {
      // What another commit lacks says nothing of the release.
      return findings + [
        Finding(
          .error, "requirement-unknown",
          "what is asked of \(subject.release) is not judged: its tag was moved")
      ]
    }
    findings += manifests(subject)
    for verdict in verdicts {
      findings += signoffs(verdict) + likenesses(verdict) + environment(verdict, subject, seals)
      findings +=
        late(verdict) + disturbed(verdict) + breakGlass(verdict, subject)
        + deployments(verdict, subject)
    }
    return findings + otherSeals(subject, seals) + changes(subject)
  }

  /// That the bar is not known, once for all that hangs on it.
  private static func floor(_ subject: ReleaseCase) -> [Finding] {
    guard case .unknown(let why, _) = subject.floor else { return [] }
    return [Finding(.error, "requirement-unknown", "policy: \(why)")]
  }

  /// What the policy asks for otherwise than its floor did.
  private static func changes(_ subject: ReleaseCase) -> [Finding] {
    guard let floor = subject.floor.policy, let name = subject.floor.name else { return [] }
    let policy = subject.policy
    let stricter =
      Gate.tightened(from: floor, to: policy) + Gate.raised(from: floor, to: policy)
    return Gate.loosened(from: floor, to: policy).map { what in
      Finding(.warning, "policy-loosened", "\(name) asked for more: \(what)")
    }
      + Gate.held(from: floor, to: policy).map { what in
        Finding(
          .warning, "policy-held", "\(name) asked for more, and that holds: \(what)")
      }
      + stricter.map { Finding(.info, "policy-tightened", "more than \(name) asked for: \($0)") }
      + Gate.altered(from: floor, to: policy).map { what in
        Finding(.info, "policy-altered", "otherwise than in \(name): \(what)")
      }
  }

  /// Where a no-go governs, and deployments before which nobody had let the release go.
  private static func deployments(_ verdict: Verdict, _ subject: ReleaseCase) -> [Finding] {
    let place = verdict.environment
    var findings: [Finding] = []
    if let standing = verdict.decision, standing.decision.choice == .noGo {
      findings.append(
        Finding(
          .warning, "decision-no-go",
          "\(place): \(standing.claim == nil ? "\(standing.record.by) decided no-go" : standing.words)"
            + ", \(standing.record.at.minute) UTC"
            + (standing.decision.comment.map { ": \($0)" } ?? "")
            + (standing.claim == nil
              ? "" : "; it counts until somebody who saw it decides otherwise, by deed go"),
          record: standing.record.id))
    }
    let here = subject.evidence.records.filter { $0.isIn(place) }
    let permissions = here.filter { record in
      guard case .decision(let decision) = record.body else { return false }
      // Where only signatures count, anybody may write of a break-glass in somebody's name.
      let isAnybodys = verdict.asksForSignatures && !subject.proofs[record].isSigned
      return decision.choice == .go || (decision.choice == .breakGlass && !isAnybodys)
    }
    for record in here where record.kind == .deployment {
      guard !permissions.contains(where: { $0.at <= record.at }) else { continue }
      findings.append(
        Finding(
          .warning, "deployment-unapproved",
          "\(place): nobody had let it go when \(record.by) recorded a deployment, "
            + "\(record.at.minute) UTC", record: record.id))
    }
    return findings
  }

  /// The tag against its own header, its record and its trailers.
  private static func tag(_ subject: ReleaseCase) -> [Finding] {
    let release = subject.release
    switch subject.tag {
    case .absent:
      let records = subject.tagRecords.others
      guard !records.isEmpty else {
        return [
          subject.evidence.doubt(about: .deployments).map { doubt in
            Finding(
              .error, "tag-not-here",
              "there is no tag \(release) here, and whether it was cut cannot be told: \(doubt)")
          } ?? Finding(.error, "tag-missing", "there is no tag \(release)")
        ]
      }
      return records.map { record in
        Finding(
          .error, "tag-not-here",
          "\(release) was cut by \(record.by), \(record.at.minute) UTC, and its tag is not here: "
            + "\(subject.fetchTag), or, where it was never pushed, ask \(record.by.name) to: "
            + "git push \(ShellWord.quoted(subject.policy.remote)) \(release)",
          record: record.id)
      }
    case .lightweight, .other:
      return subject.tagRecords.others.map { replaced($0, subject) }
        + form(of: subject.tag, release)
    case .annotated(let tag):
      let (form, record) = (form(of: subject.tag, release), tagRecord(of: tag, subject))
      guard !subject.isTagMoved else { return record + form + signature(of: tag, subject) }
      return form + record + signature(of: tag, subject) + trailers(of: tag, subject)
    }
  }

  /// What is wrong with a tag by itself, whatever the records say: a server asks that too.
  package static func form(of tag: TagFact, _ release: ReleaseVersion) -> [Finding] {
    switch tag {
    case .absent: return []
    case .lightweight:
      return [
        Finding(
          .error, "tag-lightweight",
          "\(release) is a lightweight tag: it has no tagger, no message and no proof")
      ]
    case .other(let what):
      return [Finding(.error, "tag-not-commit", "\(release) points at \(what), not at a commit")]
    case .annotated(let tag):
      var findings: [Finding] = []
      if !tag.name.utf8.elementsEqual(release.description.utf8) {
        findings.append(
          Finding(
            .error, "tag-renamed", "the tag object of \(release) says that it is \(tag.name)"))
      }
      if tag.commit == nil {
        findings.append(
          Finding(.error, "tag-not-commit", "\(release) does not point at a commit"))
      }
      return findings
    }
  }

  /// Approvals and seals that the tag names, and that no record backs any more.
  private static func trailers(of tag: AnnotatedTag, _ subject: ReleaseCase) -> [Finding] {
    guard subject.evidence.isHere(.signoffs) else { return [] }
    // Trailers are compared as they are written, which leaves nothing to misread in a name.
    func backing(_ approval: TagTrailers.Approval) -> [Record] {
      subject.evidence.records.filter { record in
        guard case .signoff(let signoff) = record.body, signoff.decision == .approve else {
          return false
        }
        return [nil, record.environment].contains { environment in
          TagTrailers.Approval(person: record.by.description, environment: environment)
            .description.utf8.elementsEqual(approval.description.utf8)
        }
      }
    }
    let trailers = TagTrailers(parsing: tag.message)
    let missing = trailers.approvals.compactMap { approval -> Finding? in
      guard backing(approval).isEmpty else { return nil }
      let place = approval.environment.map { " in \($0)" } ?? ""
      return Finding(
        .error, "approval-missing",
        "the tag names an approval by \(approval.person)\(place), and no record of it is here: "
          + "deed sync, if the ledgers are older than the tag")
    }
    return missing + renewed(trailers, at: subject.time(of: tag), backing)
      + seals(of: trailers, subject)
  }

  /// The ledgers' state, and records that no judgement may rest on.
  private static func records(_ subject: ReleaseCase) -> [Finding] {
    var findings = subject.evidence.unreadable.map { record in
      let what = "a \(record.kind.rawValue)"
      let doubt = "says what this version of deed does not know: \(record.reason)"
      if subject.isAfterTag(record.id) {
        return Finding(
          .warning, "later-unknown", "\(what) that came after the tag \(doubt)", record: record.id)
      }
      // What an environment asks for it answers itself; these may say no where nobody asks.
      let mayRefuse = [.signoff, .decision].contains(record.kind)
      return Finding(
        mayRefuse ? .error : .warning, "record-unknown", "\(what) \(doubt)", record: record.id)
    }
    let horizon = subject.now.advanced(bySeconds: clockTolerance)
    for record in subject.evidence.records where record.at > horizon {
      findings.append(
        Finding(
          .warning, "record-from-the-future",
          "a \(record.kind.rawValue) by \(record.by.name) is dated \(record.at.minute) UTC",
          record: record.id))
    }
    return findings
  }

  private static func likenesses(_ verdict: Verdict) -> [Finding] {
    verdict.likenesses.map {
      Finding(.warning, $0.code, "\(verdict.environment): \($0.message)", record: $0.record)
    }
  }

  private static func signoffs(_ verdict: Verdict) -> [Finding] {
    let place = verdict.environment
    return verdict.signoffs.map { standing in
      let role = standing.signoff.role.map { " as \($0)" } ?? ""
      let said =
        "\(place): \(standing.record.by) \(standing.signoff.decision.past)\(role)"
        + " on \(standing.record.at.minute) UTC"
        + (standing.proof.isSigned
          ? ", signed with \(standing.proof.keys.sorted().joined(separator: ", "))" : "")
      let remark = standing.discounted.map { " (does not count: \($0))" } ?? ""
      let decision = standing.signoff.decision
      return Finding(
        decision == .reject ? .warning : .info,
        decision == .approve && standing.discounted != nil
          ? "signoff-not-counted" : "signoff-\(decision.rawValue)",
        said + remark, record: standing.record.id)
    }
  }

  /// What was worked through or checked; of sign-offs and ledgers there is more to say than that.
  private static func met(_ verdict: Verdict) -> [Finding] {
    verdict.requirements.filter { requirement in
      switch requirement.id {
      case .checklist, .check, .predecessor: requirement.state == .met
      case .policy, .ledger, .manifest, .signoffs: false
      }
    }.map { requirement in
      Finding(
        .info, "requirement-met", "\(verdict.environment): \(requirement.id): \(requirement.why)")
    }
  }

  /// What a go sealed where one governs; else what the environment asks for now.
  private static func environment(
    _ verdict: Verdict, _ subject: ReleaseCase, _ seals: [SealEvidence]
  ) -> [Finding] {
    let place = verdict.environment
    let sealed = sealed(verdict, subject, seals)
    // A go out of force seals nothing. Whether the ledgers are whole is asked of them as they are.
    let isSealed = sealed != nil && verdict.decision?.isInForce ?? false
    var findings = sealed ?? []
    if !isSealed { findings += met(verdict) }
    for requirement in verdict.requirements
    where requirement.state != .met && !requirement.hangsOnPolicy && requirement.id != .policy
      && (!isSealed || requirement.id == .ledger)
    {
      // Sign-offs and checklists that nobody asked for before the tag may come after it; records
      // that are missing may not.
      let isPending =
        requirement.state == .unmet && requirement.id != .ledger
        && !subject.isRequiredForTag(place)
      let severity: Finding.Severity = isPending ? .warning : .error
      findings.append(
        Finding(
          severity, "requirement-\(requirement.state.rawValue)",
          "\(place): \(requirement.id): \(requirement.why)"))
    }
    return findings
  }
}

extension Evidence {
  /// Whether what is not in the ledger's records is not there at all: from one that has lost lines
  /// they are missing indeed.
  package func isHere(_ ledger: LedgerName) -> Bool { doubt(about: ledger) == nil }
}

extension Record.Signoff.Decision {
  /// As in "Hanako approved".
  package var past: String {
    switch self {
    case .approve: "approved"
    case .reject: "rejected"
    case .withdraw: "withdrew"
    }
  }
}
