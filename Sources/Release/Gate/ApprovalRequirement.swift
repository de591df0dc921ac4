/// The approval rules of one environment: those at the commit and those of the floor, where both
/// hold.
package struct EffectiveApprovals: Hashable, Sendable {
  package let required: Int
  package let roles: [String]
  /// Everybody who counts is in each of these; none: anyone counts.
  package let from: [[String]]
  package let signed: Bool
  package let independent: Int

  /// The stricter of both in every rule.
  ///
  /// An environment that the floor does not have takes the strictest of those that vanished since:
  /// renaming one does not lower the bar. Where there is no such environment, all that are left take those
  /// which had to be met before a tag: neither does removing one.
  package init(environment: EnvironmentRules, policy: Policy, floor: Policy?) {
    var rules = [environment.approvals]
    if let floor { rules += Self.inherited(by: environment, of: policy, from: floor) }
    required = rules.map(\.required).max() ?? 0
    roles = rules.flatMap(\.roles).reduce(into: []) { all, role in
      if !all.contains(where: { $0.utf8.elementsEqual(role.utf8) }) { all.append(role) }
    }
    from = rules.map(\.from).filter { !$0.isEmpty }
    signed = rules.contains(where: \.signed)
    independent = rules.map(\.independent).max() ?? 0
  }

  /// What a floor asks of an environment: by its own name, and by those of others that vanished.
  static func inherited(
    by environment: EnvironmentRules, of policy: Policy, from floor: Policy
  ) -> [ApprovalRules] {
    let gone = floor.environments.filter { policy.environment($0.name) == nil }
    guard let same = floor.environment(environment.name) else { return gone.map(\.approvals) }
    let hasNew = policy.environments.contains { floor.environment($0.name) == nil }
    let left = hasNew ? [] : gone.filter { floor.requiresBeforeTag($0.name) }
    return ([same] + left).map(\.approvals)
  }

  /// Whether the rules admit this person, by raw address or by a key that they signed with.
  package func admits(_ person: Person, keys: Set<String> = []) -> Bool {
    from.allSatisfy { list in
      list.contains {
        Person(name: "", email: $0).foldedEmail == person.foldedEmail || keys.contains($0)
      }
    }
  }
}

/// Judges the sign-offs of one release in one environment (`docs/gate.md`, sign-offs).
struct ApprovalRequirement {
  let rules: EffectiveApprovals
  let standings: [SignoffStanding]
  private let subject: ReleaseCase
  private let environment: String
  private let people: People

  init(_ subject: ReleaseCase, _ standing: Standing, environment: EnvironmentRules) {
    self.subject = subject
    self.environment = environment.name
    rules = EffectiveApprovals(
      environment: environment, policy: subject.policy, floor: subject.floor.policy)
    let staleness = Staleness(standing, environment: environment.name)
    let later = Self.laterRecords(subject.evidence, environment: environment.name)
    let rules = rules
    let judged: [SignoffStanding] = Self.signoffs(subject, standing, environment.name, rules)
      .compactMap { record in
        guard case .signoff(let signoff) = record.body else { return nil }
        let stale = signoff.decision == .approve ? staleness.reason(signoff.covers) : nil
        let proof = subject.proofs[record]
        return SignoffStanding(
          record: record, signoff: signoff,
          discounted: (rules.signed ? proof.objection : nil) ?? stale
            ?? (rules.admits(record.by, keys: proof.keys)
              ? nil : "not among those who may approve"),
          proof: proof, isStale: stale != nil, later: later(record))
      }
    people = People(Self.identities(subject))
    // Where only signatures count, an unsigned word takes nothing back.
    let (counted, others) = (
      judged.filter { !rules.signed || $0.proof.isSigned },
      judged.filter { rules.signed && !$0.proof.isSigned }
    )
    standings = (Self.withoutTakenBack(counted, people) + others)
      .sorted { ($0.record.at, $0.record.id) < ($1.record.at, $1.record.id) }
  }

  /// The sign-offs that stand in an environment, by time.
  ///
  /// Where only signatures count, what is not signed replaces nothing that is: it would take no more
  /// than somebody's address to take back their word.
  private static func signoffs(
    _ subject: ReleaseCase, _ standing: Standing, _ environment: String,
    _ rules: EffectiveApprovals
  ) -> [Record] {
    var records = standing.ofKind(.signoff, environment: environment)
    if rules.signed {
      let proofs = subject.proofs
      let signed = subject.evidence.records.filter { $0.kind == .signoff && proofs[$0].isSigned }
      records = records.filter { !proofs[$0].isSigned }
      records += Standing(of: signed) { proofs[$0].keys }
        .ofKind(.signoff, environment: environment)
    }
    return records.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// Discounts approvals by somebody whose word under another address is a worse one.
  private static func withoutTakenBack(
    _ standings: [SignoffStanding], _ people: People
  ) -> [SignoffStanding] {
    var worst: [RecordID: Record.Signoff.Decision] = [:]
    for group in people.grouped(standings, by: { $0.record.by.foldedEmail }) {
      let decision = Record.Signoff.Decision.worst(of: group.map(\.signoff.decision))
      for standing in group { worst[standing.record.id] = decision }
    }
    return standings.map { standing in
      guard standing.signoff.decision == .approve, standing.discounted == nil,
        let decision = worst[standing.record.id], decision != .approve
      else { return standing }
      return SignoffStanding(
        record: standing.record, signoff: standing.signoff,
        discounted: "they \(decision.past) under another address or at the same time",
        proof: standing.proof, isStale: standing.isStale, later: standing.later)
    }
  }

  /// Counts the records that are dated after a sign-off and are not the same person's own.
  private static func laterRecords(
    _ evidence: Evidence, environment: String
  ) -> (Record) -> Int {
    let here = evidence.records.filter { record in
      record.kind != .tag
        && record.environment.map { $0.utf8.elementsEqual(environment.utf8) } ?? true
    }
    let distinct = Dictionary(here.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }).values
    return { signoff in
      distinct.count { record in
        record.at > signoff.at
          && (record.kind != .signoff || record.by.foldedEmail != signoff.by.foldedEmail)
      }
    }
  }

  /// Everybody whose identity matters: signers, contributors, whoever cut the tag.
  private static func identities(_ subject: ReleaseCase) -> [People.Identity] {
    var persons = subject.evidence.records.map(\.by) + subject.evidence.tagRecords.map(\.by)
    if case .known(let contributors) = subject.contributors { persons += contributors }
    if case .annotated(let tag) = subject.tag, let tagger = tag.tagger { persons.append(tagger) }
    // The whole mailmap: that two addresses are one person's must not hang on a third's record.
    let emails = Set(persons.map(\.foldedEmail)).union(subject.mailmap.keys)
    var keys = subject.proofs.shared
    for record in subject.evidence.records {
      keys[record.by.foldedEmail, default: []].formUnion(subject.proofs[record].keys)
    }
    if case .annotated(let tag) = subject.tag, let tagger = tag.tagger,
      let key = subject.proofs.tag.key
    {
      keys[tagger.foldedEmail, default: []].insert(key)
    }
    return emails.map { email in
      People.Identity(
        email: email, mapped: subject.mailmap[email] ?? [], keys: keys[email] ?? [])
    }
  }

  /// The approvals that count, one group a person.
  var approvers: [[SignoffStanding]] {
    let counted = standings.filter { $0.signoff.decision == .approve && $0.discounted == nil }
    return people.grouped(counted, by: { $0.record.by.foldedEmail })
  }

  func requirement() -> Requirement {
    let approvers = approvers
    let count = "\(approvers.count) of \(rules.required)"
    if let reject = rejections.first {
      return Requirement(
        id: .signoffs, state: .unmet, why: "\(count); \(reject.record.by.name) rejects",
        mend: .withdraw(by: reject.record.by))
    }
    if rules.signed, let doubt = doubtAboutSignatures() {
      return Requirement(
        id: .signoffs, state: .unknown, why: "\(count); \(doubt.why)", mend: doubt.mend)
    }
    if let doubt = doubt() {
      return Requirement(
        id: .signoffs, state: .unknown, why: "\(count); \(doubt.why)", mend: doubt.mend)
    }
    guard approvers.count >= rules.required else {
      return Requirement(
        id: .signoffs, state: .unmet, why: count + discountedRemark,
        mend: .approve(role: missingRoles(among: approvers).first))
    }
    if let missing = missingRoles(among: approvers).first {
      return Requirement(
        id: .signoffs, state: .unmet, why: "\(count); nobody approved as \(missing)",
        mend: .approve(role: missing))
    }
    if let wanting = independence(of: approvers) { return wanting }
    if case .unknown(_, let mend) = subject.floor {
      return Requirement(
        id: .signoffs, state: .unknown,
        why: "\(count) by these rules, and what the release before asked for is not known",
        mend: mend, hangsOnPolicy: true)
    }
    return Requirement(
      id: .signoffs, state: .met,
      why: count + signedRemark + (likenesses.first.map { "; \($0.message)" } ?? ""))
  }

  /// Approvals that count, and without which as much would be missing: those of a person who is
  /// counted already, and those by whoever had a hand in the release where all are to have had none.
  var idle: [RecordID: String] {
    let approvers = approvers
    var idle: [RecordID: String] = [:]
    for person in approvers {
      guard let first = person.first else { continue }
      for other in person.dropFirst() where !isForRole(other) {
        idle[other.record.id] = "it is counted once with that of \(first.record.by): one person"
      }
    }
    guard rules.independent > 0, rules.independent >= rules.required,
      let involved = involved
    else { return idle }
    let firsts = approvers.compactMap(\.first)
    let independent = Set(
      people.others(than: involved, among: firsts, by: { $0.record.by.foldedEmail })
        .map(\.record.id))
    for standing in firsts
    where !independent.contains(standing.record.id) && !isForRole(standing) {
      idle[standing.record.id] =
        "they had a hand in the release, and it wants "
        + "\(rules.independent.counted("approver")) without one"
    }
    return idle
  }

  /// Whether somebody approves in a role that is asked for: that may count whoever they are.
  private func isForRole(_ standing: SignoffStanding) -> Bool {
    guard let role = standing.signoff.role else { return false }
    return rules.roles.contains { $0.utf8.elementsEqual(role.utf8) }
  }

  /// Who among those whose approvals count may not be who they seem: for people to see.
  var likenesses: [Likeness] {
    var involved: [Person] = []
    if rules.independent > 0, case .known(let contributors) = subject.contributors {
      let approvers = approvers.compactMap(\.first)
      // Whoever is known to be one of the approvers needs no likeness.
      involved = contributors.filter { contributor in
        let email = contributor.foldedEmail
        return people.others(than: [email], among: approvers, by: { $0.record.by.foldedEmail })
          .count == approvers.count
      }
    }
    return Likeness.found(among: approvers.compactMap(\.first?.record), involved: involved)
  }

  /// Whoever rejects is heard; where only signatures count, whoever may sign off.
  var rejections: [SignoffStanding] {
    standings.filter { standing in
      standing.signoff.decision == .reject && (!rules.signed || standing.discounted == nil)
    }
  }

  /// Whether all approvals that count are signed by whom they name.
  var areApproversProven: Bool {
    let approvers = approvers
    return !approvers.isEmpty && approvers.allSatisfy { $0.contains(where: \.proof.isSigned) }
  }

  private var signedRemark: String {
    guard rules.signed else { return "" }
    return subject.proofs.trust == .release
      ? ", signed; whose keys are whose is said by this release itself, because no earlier one says it"
      : ", signed"
  }

  /// What keeps the signatures from being judged, if anything does.
  private func doubtAboutSignatures() -> (why: String, mend: Mend?)? {
    switch subject.proofs.trust {
    case .unknown(let why): return (why, nil)
    case .nobody:
      return (
        "only signatures count, and nobody says whose keys are whose: name a list by "
          + "approvals.signers in \(Policy.fileName)", nil
      )
    case .floor, .branch, .release, .configuration: break
    }
    for standing in standings {
      if case .unknown(let why) = standing.proof {
        return ("the signature of \(standing.record.by.name): \(why)", nil)
      }
    }
    return nil
  }

  /// What keeps the sign-offs from being known, if anything does.
  private func doubt() -> (why: String, mend: Mend?)? {
    if let record = subject.evidence.unreadable.first(where: { bears(on: $0) }) {
      return (record.doubt, nil)
    }
    // Manifests and waivers make sign-offs stale, so their ledgers matter too.
    for ledger in [LedgerName.signoffs, .checks, .checklists] {
      if let why = subject.evidence.doubt(about: ledger) { return (why, .sync) }
    }
    return nil
  }

  private func bears(on record: UnreadableRecord) -> Bool {
    guard [.signoff, .manifest, .waiver].contains(record.kind) else { return false }
    // A manifest speaks of all environments, whatever else it says.
    return record.kind == .manifest || record.maySpeak(of: environment)
  }

  private var discountedRemark: String {
    let discounted = standings.filter { $0.discounted != nil }
    guard let first = discounted.first, let why = first.discounted else { return "" }
    let others = discounted.count > 1 ? " (and \(discounted.count - 1) more)" : ""
    return "; \(first.record.by.name) does not count: \(why)\(others)"
  }

  /// Roles for which no approver is left when every role takes a different person.
  private func missingRoles(among approvers: [[SignoffStanding]]) -> [String] {
    var holder: [Int: Int] = [:]
    func assign(_ role: Int, _ tried: inout Set<Int>) -> Bool {
      for (person, signoffs) in approvers.enumerated() where !tried.contains(person) {
        let fits = signoffs.contains {
          $0.signoff.role?.utf8.elementsEqual(rules.roles[role].utf8) ?? false
        }
        guard fits else { continue }
        tried.insert(person)
        if let other = holder[person], !assign(other, &tried) { continue }
        holder[person] = role
        return true
      }
      return false
    }
    return rules.roles.indices.filter { role in
      var tried: Set<Int> = []
      return !assign(role, &tried)
    }.map { rules.roles[$0] }
  }

  /// The requirement where independence is wanted and not given; else `nil`.
  private func independence(of approvers: [[SignoffStanding]]) -> Requirement? {
    guard rules.independent > 0 else { return nil }
    let wanted = "it wants \(rules.independent.counted("approver")) without a hand in the release"
    guard let involved else {
      let why =
        if case .unknown(let why) = subject.contributors { why } else { "who had is not known" }
      return Requirement(id: .signoffs, state: .unknown, why: "\(wanted); \(why)")
    }
    let independent = people.others(
      than: involved, among: approvers.compactMap(\.first), by: { $0.record.by.foldedEmail })
    guard independent.count < rules.independent else { return nil }
    return Requirement(
      id: .signoffs, state: .unmet, why: "\(wanted), \(independent.count) approved",
      mend: .approve(role: nil))
  }

  /// The addresses of those who had a hand in the release; `nil` where that is not known.
  private var involved: [[UInt8]]? {
    guard case .known(let contributors) = subject.contributors else { return nil }
    var persons = subject.evidence.tagRecords.map(\.by) + contributors
    if case .annotated(let tag) = subject.tag, let tagger = tag.tagger { persons.append(tagger) }
    return persons.map(\.foldedEmail)
  }
}
