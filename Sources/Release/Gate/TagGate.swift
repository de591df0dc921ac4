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
    for name in floor.tags.require {
      if policy.environment(name) != nil {
        add(name)
        continue
      }
      let new = policy.environments.filter { floor.environment($0.name) == nil }
      for environment in new.isEmpty ? policy.environments : new { add(environment.name) }
    }
    return names
  }

  /// Whether the environment of this name must be met before the tag is cut.
  package func isRequiredForTag(_ environment: String) -> Bool {
    environmentsBeforeTag.contains { $0.utf8.elementsEqual(environment.utf8) }
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
    guard let record = evidence.tagRecords.first else { return nil }
    let cut = "\(release) is recorded as cut at \(record.commit.short) by \(record.by.name)"
    switch tag {
    case .absent: return "\(cut), and its tag is not here"
    case .annotated(let tag):
      let isRight = evidence.tagRecords.contains { record in
        if case .tag(tag.object) = record.body { record.commit == commit } else { false }
      }
      return isRight ? nil : "\(cut), and its tag was moved"
    case .lightweight, .other: return "\(cut), and its tag was moved"
    }
  }

  /// The command that brings the release's tag as the remote has it.
  package var fetchTag: String {
    let isForced = if case .absent = tag { false } else { true }
    return "git fetch \(isForced ? "--force " : "")\(policy.remote) tag \(release)"
  }
}

/// One reason why a tag may not be made yet.
package struct TagObjection: Hashable, Sendable {
  /// `nil` where it is about all of them.
  package let environment: String?
  /// A sentence without its full stop.
  package let why: String
  /// What would mend it.
  package let mend: Mend?
}

extension ReleaseCase {
  /// What keeps the release from being tagged, environment by environment; empty where nothing does.
  ///
  /// A floor that is not known may require any of them, and the tag to be signed.
  ///
  /// - Parameter others: Environments that must be met whatever the policy says.
  package func objectionsToTag(requiring others: [String] = []) -> [TagObjection] {
    var names = environmentsBeforeTag
    for name in others where !names.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
      names.append(name)
    }
    let unmet = names.flatMap { name -> [TagObjection] in
      guard let environment = policy.environment(name) else {
        return [
          TagObjection(
            environment: name,
            why: "the policy at \(commit.short) has no such environment, and it must be met",
            mend: .other(command: "git commit \(Policy.fileName) with [environments.\(name)] in it")
          )
        ]
      }
      return Gate.judge(self, in: environment).requirements.filter { $0.state != .met }.map {
        TagObjection(
          environment: name,
          why: "\($0.id) \($0.state == .unknown ? "cannot be told: " : "")\($0.why)", mend: $0.mend)
      }
    }
    return (unmet.isEmpty ? unknownFloor : []) + unmet
      + policy.environments.flatMap { environment in
        let isRequired = names.contains { $0.utf8.elementsEqual(environment.name.utf8) }
        return refusals(in: environment, isRequired: isRequired)
      }
  }

  private var unknownFloor: [TagObjection] {
    guard case .unknown(let why, let mend) = floor else { return [] }
    return [TagObjection(environment: nil, why: "policy cannot be told: \(why)", mend: mend)]
  }

  /// Who says no to the release: that stops a tag in whatever environment.
  ///
  /// So does who may have said it, where that cannot be told.
  ///
  /// - Parameter isRequired: Whether its requirements were named already, a reject among them.
  private func refusals(
    in environment: EnvironmentRules, isRequired: Bool
  ) -> [TagObjection] {
    let verdict = Gate.judge(self, in: environment)
    var objections = verdict.requirements.compactMap { requirement -> TagObjection? in
      guard case .withdraw = requirement.mend, !isRequired else { return nil }
      return TagObjection(
        environment: environment.name, why: "\(requirement.id) \(requirement.why)",
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
          environment: environment.name,
          why: "\(by.name) rejects, and whether that counts cannot be told: \(why)",
          mend: .withdraw(by: by)))
    }
    if let standing = verdict.decision, standing.decision.choice == .noGo {
      objections.append(
        TagObjection(
          environment: environment.name, why: "\(standing.record.by.name) decided no-go",
          mend: .other(command: "deed go \(release), where somebody who saw it decides otherwise")))
    }
    return objections
  }
}
