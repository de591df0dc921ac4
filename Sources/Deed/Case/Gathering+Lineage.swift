import Git
import Ledger
import Release

// Whether the rules that decide over a release came to their place as those before them ask.
extension Workspace {
  /// What sets the bar for a release, where nobody has put it there past those whom the bar before it
  /// asks for.
  ///
  /// A release lets in no signers of its own. Neither do two: one that nobody approved, and the next by
  /// its list. A server's hook lets the first one's tag not in; this is for those without.
  func trustedFloor(of subject: ReleaseSubject, _ contents: LedgerContents) async throws -> Floor {
    let floor = try floor(of: subject, contents)
    guard !isServer, case .release(let release, _) = floor.policy, let commit = floor.commit else {
      return floor
    }
    let bars = try bars(upTo: release, at: commit, counted(contents.deployments))
    for index in bars.indices.dropLast()
    where bars[index].rules.trust != bars[index + 1].rules.trust {
      let bar = bars[index]
      guard let before = try before(bar, among: bars[(index + 1)...]),
        bar.rules.trust != before.rules.trust
      else { continue }
      guard let why = try await objection(to: bar, by: before, contents) else { continue }
      return Floor(
        policy: .unknown(
          "the floor: who may approve is said otherwise by \(bar.release) than by "
            + "\(before.release), which \(why)",
          mend: .other(command: "deed verify \(bar.release)")), commit: nil)
    }
    return floor
  }

  /// The highest lower release from which one came; of one that came from none, the highest lower one.
  ///
  /// A lower one of another branch, as a backport is, had no say in it.
  private func before(_ bar: Bar, among lower: ArraySlice<Bar>) throws -> Bar? {
    try lower.first { other in
      try other.commit == bar.commit || repository.isAncestor(other.commit, of: bar.commit)
    } ?? lower.first
  }

  /// A release that set the bar for those after it.
  private struct Bar {
    let release: ReleaseVersion
    let commit: ObjectID
    let rules: BarRules
  }

  /// What the policy at a commit says of those after it.
  struct BarRules {
    let policy: Policy
    fileprivate let trust: Trust
  }

  /// What a policy says of who may approve, and of what a tag needs.
  fileprivate struct Trust: Hashable {
    let tags: TagRules
    let approvals: [String: ApprovalRules]
    /// What the list of signers is at that commit.
    let list: ObjectID?
  }

  /// A release, and all lower ones of the same prefix whose tags are here as they were cut, the highest
  /// first; those of which the rules cannot be read asked for nothing.
  private func bars(
    upTo highest: ReleaseVersion, at commit: ObjectID, _ deployments: DeploymentLines
  ) throws -> [Bar] {
    let cut = Dictionary(
      grouping: deployments.standingTags.compactMap { record in
        ReleaseVersion(tag: record.release, prefix: highest.prefix).map { ($0, record) }
      }.filter { $0.0.number.isStable && $0.0 < highest }, by: \.0)
    var bars = try [barRules(at: commit)].compactMap(\.self)
      .map { Bar(release: highest, commit: commit, rules: $0) }
    for release in cut.keys.sorted(by: >) {
      guard try repository.reference(release.reference) != nil,
        let commit = try self.commit(of: release, cut[release, default: []].map(\.1)),
        let rules = try barRules(at: commit), rules.policy.names(release)
      else { continue }
      bars.append(Bar(release: release, commit: commit, rules: rules))
    }
    return bars
  }

  /// The rules at a commit, read once; `nil` where they cannot be.
  private func barRules(at commit: ObjectID) throws -> BarRules? {
    if let known = memory.barRules[commit] { return known }
    let policy: Policy
    do {
      policy = try self.policy(at: commit)
    } catch {
      memory.barRules[commit] = .some(nil)
      return nil
    }
    let approvals = Dictionary(
      policy.environments.map { ($0.name, $0.approvals) }, uniquingKeysWith: { one, _ in one })
    let list = try policy.approvals.signers.flatMap { try repository.entry(at: $0, in: commit)?.id }
    let rules = BarRules(
      policy: policy, trust: Trust(tags: policy.tags, approvals: approvals, list: list))
    memory.barRules[commit] = rules
    return rules
  }

  /// Why a release was not let in by the signers of the one before; `nil` where it was, or nobody had to.
  ///
  /// A key that was good once counts here even where it is revoked by now, or else the keys of whoever
  /// leaves would take all later releases with them.
  private func objection(
    to bar: Bar, by before: Bar, _ contents: LedgerContents
  ) async throws -> String? {
    let pair = "\(bar.release) \(bar.commit) \(before.release) \(before.commit)"
    if let known = memory.objections[pair] { return known }
    let why = try await whyNot(bar, by: before, contents)
    memory.objections[pair] = .some(why)
    return why
  }

  private func whyNot(
    _ bar: Bar, by before: Bar, _ contents: LedgerContents
  ) async throws -> String? {
    let policy = before.rules.policy
    let asking = policy.tags.require.compactMap(policy.environment)
      .filter { $0.approvals.signed && $0.approvals.required > 0 }
    guard let path = policy.approvals.signers, !asking.isEmpty else { return nil }
    if let doubt = contents.states[.signoffs]?.doubt {
      return "may not have let that in: \(doubt)"
    }
    let signoffs = contents.signoffs.filter { record in
      record.commit == bar.commit
        && record.release.utf8.elementsEqual(bar.release.description.utf8)
    }
    let signers = try signers(at: path, in: before.commit, "\(before.release)")
    let check = try SignatureCheck(
      repository, try await repository.configuration(), signers: signers, at: context.now())
    let signed = try await Self.signed(signoffs, check)
    for environment in asking {
      let rules = EffectiveApprovals(environment: environment, policy: policy, floor: nil)
      let places = bar.rules.policy.environments(inPlaceOf: environment, of: policy)
      let standing = places.flatMap { place in
        Standing(of: signed.map(\.record)).ofKind(.signoff, environment: place)
      }
      let approvals = signed.filter { one in
        guard case .signoff(let signoff) = one.record.body, signoff.decision == .approve else {
          return false
        }
        return standing.contains { $0.id == one.record.id }
          && rules.admits(one.record.by, keys: one.keys)
      }
      let people = People(
        approvals.map { People.Identity(email: $0.record.by.foldedEmail, keys: $0.keys) })
      let count = people.grouped(approvals, by: { $0.record.by.foldedEmail }).count
      if count < rules.required {
        let command = places.first.map { place in
          "; where it is right, more of them may: deed approve "
            + "\(GitError.quoted(bar.release.description)) -e \(GitError.quoted(place))"
        }
        return "wants \(rules.required) of its signers for \(environment.name.safe), and "
          + "\(count) approved it\(command ?? "")"
      }
    }
    return nil
  }

  /// The sign-offs with a signature that was good once, and by which keys as far as they still are.
  private static func signed(
    _ signoffs: [Record], _ check: SignatureCheck
  ) async throws -> [(record: Record, keys: Set<String>)] {
    let signed = signoffs.compactMap { record in record.signature.map { (record, $0) } }
    let answers = try await check.answers(
      signed.map { record, signature in
        SignatureCheck.Question(
          format: signature.format, signature: signature.value, payload: record.payload,
          person: record.by, namespace: "deed")
      })
    return zip(signed, answers).compactMap { one, answer in
      switch answer {
      case .good(let key): (one.0, [key])
      case .bad(.expired, _), .bad(.revoked, _): (one.0, [])
      case .bad, .unknown: nil
      }
    }
  }
}

extension Policy {
  /// The names under which an earlier policy's environment is to be looked for: its own, or where it is
  /// gone those that came since, since it may have been renamed.
  fileprivate func environments(
    inPlaceOf environment: EnvironmentRules, of earlier: Policy
  ) -> [String] {
    if self.environment(environment.name) != nil { return [environment.name] }
    return environments.map(\.name).filter { earlier.environment($0) == nil }
  }
}
