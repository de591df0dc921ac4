// What came only after the tag, of what had to be there before it (`docs/gate.md`, after the cut).

/// The records that were there when a tag was made, by what it says itself.
struct TagMoment: Sendable {
  /// Those that were there.
  fileprivate let records: [Record]
  fileprivate let now: Timestamp
  /// Why that cannot be told; then none is taken for there.
  let doubt: String?

  /// How far ahead of this clock a tag may be dated and still be believed, in seconds.
  private static let tolerance: Int64 = 300

  /// What a seal of the environment in the tag names stood before it, and what is not in there came
  /// later, whatever its date.
  ///
  /// Without one, there are only the tagger's word and the records' own.
  init(_ tag: AnnotatedTag, _ subject: ReleaseCase, _ environment: String) {
    let known = subject.evidence.records
    if let named = subject.recordsNamedByTag(in: environment) {
      records = known.filter { named.contains($0.id) }
      now = subject.now
      doubt = nil
      return
    }
    doubt = Self.doubt(about: tag, subject.now)
    guard let time = subject.time(of: tag), doubt == nil else {
      records = []
      now = subject.now
      return
    }
    records = known.filter { !$0.isLater(than: time) }
    now = min(subject.now, Timestamp(milliseconds: time * 1000 + 999))
  }

  private static func doubt(about tag: AnnotatedTag, _ now: Timestamp) -> String? {
    guard let time = tag.time, time >= 0 else { return "the tag does not say when it was made" }
    return time > now.milliseconds / 1000 + tolerance ? "the tag is dated in the future" : nil
  }
}

extension ReleaseCase {
  /// When the tag was made, in seconds, by whoever made it; `nil` where they do not say.
  ///
  /// Of one that deed cut its record says it too: git may have been told another date.
  func time(of tag: AnnotatedTag) -> Int64? {
    guard let time = tag.time, !TagTrailers(parsing: tag.message).isEmpty else { return tag.time }
    let cuts = (evidence.records + evidence.tagRecords).filter { record in
      if case .tag(tag.object) = record.body { record.commit == commit } else { false }
    }
    return max(time, cuts.map { $0.at.milliseconds / 1000 }.min() ?? time)
  }
}

extension ReleaseCase {
  /// What stood for an environment by the ledgers that the tag names; `nil` where it names none.
  func recordsNamedByTag(in environment: String) -> Set<RecordID>? {
    let seals = tagSeals.filter { $0.environment?.utf8.elementsEqual(environment.utf8) ?? true }
    return seals.isEmpty ? nil : seals.reduce(into: []) { $0.formUnion($1.records) }
  }
}

extension ReleaseCase {
  /// The same where nobody can have made the tag up: where the floor wants tags signed, by the signature of
  /// somebody whose word counts.
  func recordsProvenByTag(in environment: String) -> Set<RecordID>? {
    tagIsProof ? recordsNamedByTag(in: environment) : nil
  }

  /// Whether a record came after the tag: in no state of a ledger that this names did it stand.
  ///
  /// One that names no sign-offs may leave out what it likes.
  func isAfterTag(_ record: RecordID) -> Bool {
    tagIsProof && tagSeals.contains { $0.environment == nil && $0.namesSignoffs }
      && !tagSeals.contains { $0.records.contains(record) }
  }

  /// The manifests of what was released: those that the tag names where it names any, whatever came later in
  /// their place.
  package var releasedManifests: ManifestStanding {
    guard !isTagNew, case .annotated(let tag) = tag,
      !TagTrailers(parsing: tag.message).manifests.isEmpty
    else { return ManifestStanding(evidence) }
    return manifestsOfTag
  }

  /// Those on which the tag rests, or all where it does not tell: they stand whatever came later.
  var manifestsOfTag: ManifestStanding {
    ManifestStanding(evidence.without(.manifest, where: isAfterTag))
  }

  private var tagIsProof: Bool {
    proofs.tag.key != nil || floor.policy?.tags.sign != .always
  }
}

extension Record {
  /// Whether it is dated after a moment in seconds; what the clocks of two machines say, and no proof.
  fileprivate func isLater(than time: Int64) -> Bool { at.milliseconds / 1000 > time }
}

/// Records of the release at its commit that stood in the states of ledgers which its tag names.
package struct TagSeal: Sendable {
  /// `nil` for what speaks of all of them.
  package let environment: String?
  package let records: Set<RecordID>
  /// Whether a state of the sign-offs is among those that the tag names.
  let namesSignoffs: Bool

  package init(environment: String?, records: Set<RecordID>, namesSignoffs: Bool) {
    self.environment = environment
    self.records = records
    self.namesSignoffs = namesSignoffs
  }
}

/// A requirement of an environment that had to be met before the tag, and was not when it was made.
package struct LateRequirement: Sendable {
  package let id: Requirement.ID
  /// How it stands now.
  package let state: Answer
  /// What was wanting then.
  package let then: String
  /// Approvals that count now and came after the tag, by time.
  package let approvals: [Record]
  /// Why it cannot be told how it stood then, where it cannot.
  package let doubt: String?
  /// Whether it was met then by signatures whose keys were revoked since: others may approve in their place.
  package let wasMetByRevoked: Bool
}

extension Gate {
  /// What the gate says of a release that was cut, for those who ask what was met before its tag.
  ///
  /// Whoever comes by later with what nobody can judge, with another manifest or a waiver, makes no release of
  /// less: what was met by the ledgers that the tag names stays so, and what came is told. A reject, a
  /// withdrawal and a failed check are words that can be judged, and count.
  package static func judgeAfterCut(
    _ subject: ReleaseCase, in environment: EnvironmentRules
  ) -> Verdict {
    var verdict = judge(subject, in: environment)
    guard !subject.isTagNew, verdict.state != .met,
      let named = subject.recordsProvenByTag(in: environment.name)
    else { return verdict }
    var undisturbed = subject
    undisturbed.evidence.unreadable.removeAll { !named.contains($0.id) }
    undisturbed.evidence.records.removeAll { record in
      [.manifest, .waiver].contains(record.kind) && !named.contains(record.id)
    }
    let without = judge(undisturbed, in: environment).requirements
    guard subject.isRequiredForTag(environment.name) else {
      // Nobody asked for it, and nobody can take from it what can be told.
      verdict.requirements = verdict.requirements.compactMap { now in
        now.state == .unknown ? without.first { $0.id == now.id } : now
      }
      return verdict
    }
    var then = subject
    then.evidence.keep(named)
    let before = judge(then, in: environment).requirements
    // Without what came, a manifest may not even be asked for.
    func isMet(_ id: Requirement.ID, in requirements: [Requirement]) -> Bool {
      requirements.first { $0.id == id }?.state ?? .met == .met
    }
    verdict.disturbed = verdict.requirements.filter { now in
      now.state != .met && isMet(now.id, in: before) && isMet(now.id, in: without)
    }
    let disturbed = Set(verdict.disturbed.map(\.id))
    verdict.requirements = verdict.requirements.compactMap { now in
      disturbed.contains(now.id) ? before.first { $0.id == now.id } : now
    }
    return verdict
  }

  /// What of an environment's requirements was not met when the tag was made, where all had to be.
  ///
  /// A server that guards would have kept the tag out; what is recorded afterwards does not change
  /// that the tag was made without.
  static func late(
    _ subject: ReleaseCase, _ environment: EnvironmentRules, _ requirements: [Requirement],
    _ approvers: [[SignoffStanding]]
  ) -> [LateRequirement] {
    guard !subject.isTagNew, case .annotated(let tag) = subject.tag,
      subject.isRequiredForTag(environment.name)
    else { return [] }
    let moment = TagMoment(tag, subject, environment.name)
    var past = subject
    past.evidence.records = moment.records
    past.evidence.deployments.removeAll { $0.at > moment.now }
    past.now = moment.now
    // What was checked of the candidate counted then.
    past.isTagNew = true
    let then = judge(past, in: environment).requirements
    let known = Set(moment.records.map(\.id))
    let wasApproved = wasApprovedByRevoked(past, environment)
    return requirements.compactMap { requirement in
      switch requirement.id {
      // The bar and the ledgers are what they are now.
      case .policy, .ledger: return nil
      case .checklist, .check, .signoffs, .predecessor, .manifest: break
      }
      guard let before = then.first(where: { $0.id == requirement.id }), before.state == .unmet
      else { return nil }
      let approvals = approvers.flatMap(\.self).map(\.record).filter { !known.contains($0.id) }
      return LateRequirement(
        id: requirement.id, state: requirement.state, then: before.why,
        approvals: requirement.id == .signoffs ? approvals : [], doubt: moment.doubt,
        wasMetByRevoked: requirement.id == .signoffs && wasApproved)
    }
  }

  private static func wasApprovedByRevoked(
    _ past: ReleaseCase, _ environment: EnvironmentRules
  ) -> Bool {
    guard !past.proofs.revoked.isEmpty else { return false }
    var past = past
    past.proofs = past.proofs.takingRevoked
    return judge(past, in: environment).requirements
      .contains { $0.id == .signoffs && $0.state == .met }
  }
}

// What `verify` says of it.
extension Verification {
  /// Requirements that were met when the tag was made, and by what came since would not be.
  static func disturbed(_ verdict: Verdict) -> [Finding] {
    verdict.disturbed.map { now in
      Finding(
        .warning, "changed-after-cut",
        "\(verdict.environment): \(now.id) was met when the tag was made; by what came after it: \(now.why)"
      )
    }
  }

  /// Requirements that are met by now, and were not when the tag was made.
  static func late(_ verdict: Verdict) -> [Finding] {
    verdict.late.filter { $0.state == .met }.map { late in
      let isApproval = late.id == .signoffs
      return Finding(
        .warning, isApproval ? "approved-after-cut" : "met-after-cut",
        "\(verdict.environment): \(late.words)", record: late.approvals.first?.id)
    }
  }

  /// Approvals that the tag names, and of which only such are here as came after it.
  static func renewed(
    _ trailers: TagTrailers, at time: Int64?, _ backing: (TagTrailers.Approval) -> [Record]
  ) -> [Finding] {
    guard let time else { return [] }
    return trailers.approvals.compactMap { approval in
      let records = backing(approval)
      guard let first = records.first, records.allSatisfy({ $0.isLater(than: time) }) else {
        return nil
      }
      let place = approval.environment.map { " in \($0)" } ?? ""
      return Finding(
        .warning, "approval-renewed",
        "the tag names an approval by \(approval.person)\(place), and the one that is here is of "
          + "\(first.at.minute) UTC, after the tag: what stood then is not here", record: first.id)
    }
  }
}

extension LateRequirement {
  /// A sentence without its full stop.
  package var words: String {
    let isApproval = id == .signoffs
    if let doubt {
      return "whether \(isApproval ? "it was approved" : "\(id) was met") before the cut cannot be "
        + "told: \(doubt)"
    }
    guard isApproval else { return "\(id) was met after the cut; when the tag was made: \(then)" }
    let since = approvals.map { "\($0.by) on \($0.at.minute) UTC" }.joined(separator: ", ")
    return "approved after the cut; when the tag was made, sign-offs were \(then)"
      + (since.isEmpty ? "" : "; since then approved \(since)")
  }
}
