extension Policy {
  /// Whether it names the environment as one that must be met before a tag.
  func requiresBeforeTag(_ environment: String) -> Bool {
    tags.require.contains { $0.utf8.elementsEqual(environment.utf8) }
  }
}

// What must hold before a release's tag is made: asked by `cut`, and again by `verify`.
extension ReleaseCase {
  /// The environments that must be met before the tag is cut: those that this policy names, and
  /// those that the floor's names.
  ///
  /// Where such an environment of the floor is gone, all that the floor does not know take its
  /// place, or all there are: renaming one does not lower the bar.
  package var environmentsBeforeTag: [String] {
    var names = policy.tags.require
    func add(_ name: String) {
      if !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { names.append(name) }
    }
    guard let floor = floor.policy else { return names }
    for name in floor.tags.require { environments(inPlaceOf: name, of: floor).forEach(add) }
    return names
  }

  /// Those of this policy that have to be met where the floor names one; none where it has no environment.
  func environments(inPlaceOf name: String, of floor: Policy) -> [String] {
    if let same = policy.environment(name) { return [same.name] }
    let new = policy.environments.filter { floor.environment($0.name) == nil }
    return (new.isEmpty ? policy.environments : new).map(\.name)
  }

  /// Whether the environment of this name must be met before the tag is cut.
  package func isRequiredForTag(_ environment: String) -> Bool {
    environmentsBeforeTag.contains { $0.utf8.elementsEqual(environment.utf8) }
  }
}

extension ReleaseVersion {
  /// Why it cannot be cut where `highest` was released before.
  package func objection(below highest: ReleaseVersion) -> String {
    "\(self) is not above \(highest), which is among its ancestors"
  }
}

/// Whether a release's tag has to be signed.
package enum SignedTagWish: Hashable, Sendable {
  case no
  /// What wants it signed: `deed.toml of v1.0.0`.
  case yes(by: String)
  /// It cannot be told; the text says why.
  case unknown(String)
}

extension ReleaseCase {
  /// Whether the tag has to be signed, by this policy or the floor's.
  package var wantsSignedTag: SignedTagWish {
    if policy.tags.sign == .always { return .yes(by: Policy.fileName) }
    switch floor {
    case .none: return .no
    case .release(_, let policy), .branch(_, let policy):
      guard policy.tags.sign == .always else { return .no }
      return .yes(by: Policy.fileName + (floor.name.map { " of \($0)" } ?? ""))
    case .unknown(let why, _): return .unknown(why)
    }
  }
}

extension ReleaseCase {
  /// Where the release is recorded as cut, and that its tag is not there; `nil` where that is not so.
  package var tagElsewhere: String? {
    guard let record = tagRecords.first else { return nil }
    let cut = "\(release) is recorded as cut at \(record.commit.short) by \(record.by.name)"
    switch tag {
    case .absent: return "\(cut), and its tag is not here"
    case .annotated where !tagRecords.agreeing.isEmpty: return nil
    case .annotated where isCutUnknown:
      return "\(cut), and whether the tag here was cut since, deed sync tells"
    case .annotated, .lightweight, .other: return "\(cut), and its tag was moved"
    }
  }

  /// The same where a tag is there, and none of those that were cut.
  package var movedTag: String? {
    if case .absent = tag { nil } else { tagElsewhere }
  }

  /// Whether a tag is there which is none of those that were cut, as far as all of that is known here.
  package var isTagMoved: Bool { movedTag != nil && !isCutUnknown }

  /// Whether nobody here can tell who cut the release, or whether somebody did: the record may be
  /// where the ledgers come from.
  package var isCutUnknown: Bool {
    guard !evidence.isHere(.deployments) else { return false }
    switch tag {
    case .annotated: return tagRecords.agreeing.isEmpty
    case .absent: return tagRecords.first == nil
    case .lightweight, .other: return false
    }
  }

  /// What settles a moved tag: the one that was cut, as the remote has it.
  package var settleTag: String {
    evidence.isHere(.deployments) ? fetchTag + Self.ifRemoteHasIt : "deed sync"
  }

  /// Behind a command that brings a tag: the remote's own may be the one that was moved.
  package static let ifRemoteHasIt = "   # where the remote has the one that was cut"

  /// The command that puts back the tag that was cut: the object that is here still, or as the
  /// remote has it.
  package var restoreTag: String {
    keptTag.map { "git update-ref \(release.reference) \($0)" } ?? fetchTag
  }

  /// The command that brings the release's tag as the remote has it.
  package var fetchTag: String {
    let isForced = if case .absent = tag { false } else { true }
    let room = tagsInTheWay.isEmpty ? "" : "git tag -d \(tagsInTheWay.joined(separator: " ")) && "
    let remote = ShellWord.quoted(policy.remote)
    if lacksOtherTags, tagsInTheWay.isEmpty { return "git fetch --tags \(remote)" }
    return "\(room)git fetch \(isForced ? "--force " : "")\(remote) tag \(release)"
  }
}

/// One reason why a tag may not be made yet.
package struct TagObjection: Hashable, Sendable {
  // The order of the cases is that in which somebody has to see to them.
  package enum Ground: Hashable, Sendable, CaseIterable {
    /// Something that the gate asks for is missing.
    case missing
    /// Somebody says no.
    case refused
    /// The gate cannot tell.
    case doubtful
    /// The tag's own signature.
    case signature
    /// Records that stood, or that seals name, and that are not here.
    case ledgers
  }

  package let ground: Ground
  /// `nil` where it is about all of them.
  package let environment: String?
  /// A sentence without its full stop.
  package let why: String
  /// What would mend it; `nil` also where that was said already.
  package let mend: Mend?

  package init(_ ground: Ground, in environment: String? = nil, _ why: String, mend: Mend?) {
    self.ground = ground
    self.environment = environment
    self.why = why
    self.mend = mend
  }
}

extension [TagObjection] {
  /// In the order in which somebody has to see to them.
  package var inOrder: [TagObjection] {
    TagObjection.Ground.allCases.flatMap { ground in filter { $0.ground == ground } }
  }
}

extension ReleaseCase {
  /// What keeps the release from being tagged, in the order in which it is to be mended; empty where
  /// nothing does.
  ///
  /// A floor that is not known may require any of them, and the tag to be signed.
  ///
  /// - Parameter others: Environments that must be met whatever the policy says.
  package func objectionsToTag(requiring others: [String] = []) -> [TagObjection] {
    let names = environmentsBeforeTag + others
    func isRequired(_ environment: EnvironmentRules) -> Bool {
      names.contains { $0.utf8.elementsEqual(environment.name.utf8) }
    }
    let missing = names.enumerated().filter { index, name in
      policy.environment(name) == nil
        && !names[..<index].contains { $0.utf8.elementsEqual(name.utf8) }
    }.map { missingEnvironment($0.element) }
    let required = policy.environments.filter(isRequired)
    var objections = missing + unknownFloor + unreadableWords(besides: required.map(\.name))
    objections += (required.isEmpty ? [.signoffs] : LedgerName.ofRecords).compactMap(lack(of:))
    for environment in policy.environments {
      let verdict = Gate.judge(self, in: environment)
      let isRequired = isRequired(environment)
      if isRequired { objections += wanting(verdict) }
      objections += refusals(verdict, environment, isRequired: isRequired)
    }
    return objections.inOrder
  }

  private func missingEnvironment(_ name: String) -> TagObjection {
    TagObjection(
      .missing, in: name,
      "the policy at \(commit.short) has no such environment, and it must be met",
      mend: .other(command: "put [environments.\(name)] into \(Policy.fileName), and commit it"))
  }

  /// What a required environment asks for; policy and ledgers are about all of them, and told once.
  private func wanting(_ verdict: Verdict) -> [TagObjection] {
    let lacksLedgers = LedgerName.ofRecords.contains { evidence.doubt(about: $0) != nil }
    var hanging: [String] = []
    var objections: [TagObjection] = []
    for requirement in verdict.requirements
    where requirement.state != .met && ![.policy, .ledger].contains(requirement.id)
      && !requirement.hangsOnPolicy
    {
      let isUnknown = requirement.state == .unknown
      guard !(isUnknown && lacksLedgers && requirement.mend == .sync) else {
        hanging.append(requirement.id.description)
        continue
      }
      objections.append(
        TagObjection(
          isUnknown ? .doubtful : .missing, in: verdict.environment,
          "\(requirement.id) \(isUnknown ? "cannot be told: " : "")\(requirement.why)",
          mend: requirement.mend))
    }
    guard !hanging.isEmpty else { return objections }
    return objections + [
      TagObjection(
        .ledgers, in: verdict.environment,
        "cannot be told until then: \(hanging.joined(separator: ", "))", mend: nil)
    ]
  }

  private var unknownFloor: [TagObjection] {
    guard case .unknown(let why, let mend) = floor else { return [] }
    return [TagObjection(.doubtful, "policy cannot be told: \(why)", mend: mend)]
  }

  /// Who says no to the release: that stops a tag in whatever environment.
  ///
  /// So does who may have said it, where that cannot be told.
  ///
  /// - Parameter isRequired: Whether its requirements were named already, a reject among them.
  private func refusals(
    _ verdict: Verdict, _ environment: EnvironmentRules, isRequired: Bool
  ) -> [TagObjection] {
    var objections = verdict.requirements.compactMap { requirement -> TagObjection? in
      guard case .withdraw = requirement.mend, !isRequired else { return nil }
      return TagObjection(
        .refused, in: environment.name, "\(requirement.id) \(requirement.why)",
        mend: requirement.mend)
    }
    // Where a word counts without a signature, each reject was heard.
    let isHeard = !EffectiveApprovals(
      environment: environment, policy: policy, floor: floor.policy
    ).signed
    for standing in verdict.signoffs where standing.signoff.decision == .reject {
      guard !isHeard, !isRequired, case .unknown(let why) = standing.proof else { continue }
      let by = standing.record.by
      objections.append(
        TagObjection(
          .refused, in: environment.name,
          "\(by.name) rejects, and whether that counts cannot be told: \(why)",
          mend: .withdraw(by: by)))
    }
    if let standing = verdict.decision, standing.decision.choice == .noGo {
      objections.append(
        TagObjection(
          .refused, in: environment.name, standing.words,
          mend: .other(
            command: "deed go \(release) -e \(ShellWord.quoted(environment.name))   "
              + "# where somebody who saw it decides otherwise")))
    }
    return objections
  }

  /// What may be a no, and cannot be read: that is no yes, in whatever environment.
  ///
  /// A ledger that was never fetched is none: whoever cuts may be without a network, and whoever
  /// pushes learns what is in it.
  package var possibleRefusals: [TagObjection] {
    let isHere =
      switch evidence.state(of: .signoffs) {
      case .neverFetched, .behind: false
      case .readable, .unreadable, .incomplete: true
      }
    return unreadableWords(besides: []) + (isHere ? [lack(of: .signoffs)].compactMap(\.self) : [])
  }

  /// Sign-offs and decisions that cannot be judged.
  ///
  /// - Parameter named: Environments whose sign-offs were named already.
  private func unreadableWords(besides named: [String]) -> [TagObjection] {
    evidence.unreadable.filter { record in
      policy.environments.contains { environment in
        guard record.maySpeak(of: environment.name) else { return false }
        switch record.kind {
        case .decision: return true
        case .signoff: return !named.contains { $0.utf8.elementsEqual(environment.name.utf8) }
        default: return false
        }
      }
    }.map { record in
      TagObjection(
        .doubtful, in: record.environment,
        "a \(record.kind.rawValue) may say no, and that cannot be told: \(record.doubt)",
        mend: .other(command: "install a newer deed"))
    }
  }

  /// What is not here of a ledger; `nil` where all of it is.
  private func lack(of name: LedgerName) -> TagObjection? {
    let why: String
    switch evidence.state(of: name) {
    case .readable: return nil
    case .unreadable(let doubt): why = doubt
    case .incomplete(let count):
      why = "its tip lacks \(count.counted("record")) of its history"
    case .neverFetched(let remote): why = "never fetched from \(remote)"
    case .behind(let tag): why = "not all is here that stood when \(tag) was cut"
    }
    return TagObjection(.ledgers, "ledger \(name.rawValue): \(why)", mend: .sync)
  }
}
