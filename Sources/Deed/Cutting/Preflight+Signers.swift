import Git
import Release

extension Preflight {
  /// Whether enough people could approve the release after this one.
  ///
  /// The list of signers that this release brings decides there, and no later release may mend it: once
  /// it names too few, none could be approved any more.
  mutating func signersOfTheNext(after subject: ReleaseCase) async {
    let signed = policy.environments.filter { $0.approvals.signed && $0.approvals.people > 0 }
    // A candidate sets no bar.
    guard subject.release.number.isStable, !signed.isEmpty else { return }
    let danger = "no release after \(subject.release) could be approved"
    guard let path = policy.approvals.signers else { return await withoutList(subject, danger) }
    do {
      let list = try workspace.signers(at: path, in: target, target.short)
      guard !list.namesAuthority else {
        return add(
          "signers", .met,
          "\(path.safe) names an authority: whether enough people could approve the next release "
            + "cannot be told here")
      }
      let grants = list.grants.filter { $0.objection(at: subject.now) == nil }
      for environment in signed {
        let rules = environment.approvals
        let count = approvers(grants, environment, subject.mailmap)
        guard count < rules.people else { continue }
        let key = rules.independent > rules.required ? "independent" : "required"
        let who = rules.from.isEmpty ? "" : " who may approve"
        let not = list.grants.lazy.compactMap { grant in
          grant.objection(at: subject.now).map { "; \(grant.names[0].safe) does not count: \($0)" }
        }.first
        return add(
          "signers", .unmet,
          "\(environment.name.safe) wants \(rules.people) signed approvals, and \(path.safe) has keys "
            + "of \(count)\(who)\(not ?? ""): \(danger)",
          hint:
            "add a line for each person\(who) to \(path.safe), each with a key of their own, or "
            + "lower approvals.\(key), and commit")
      }
    } catch let failure as Failure {
      add("signers", .unmet, "\(failure.message): \(danger)", hint: failure.hint)
    } catch {
      add("signers", error)
    }
  }

  /// Where no list is named any more, the one that git is configured with decides, on each machine its
  /// own: another list of the repository would come too late.
  private mutating func withoutList(_ subject: ReleaseCase, _ danger: String) async {
    guard let former = subject.floor.policy?.approvals.signers else { return }
    do {
      guard
        try await workspace.repository.allowedSigners(
          workspace.repository.configuration()) == nil
      else {
        return add(
          "signers", .met,
          "\(Policy.fileName) names no list of signers any more: the next release is judged by "
            + "gpg.ssh.allowedSignersFile, on each machine by its own")
      }
      add(
        "signers", .unmet,
        "only signatures count, and \(Policy.fileName) names no list of signers any more: \(danger)",
        hint: "put signers = \"\(former.safe)\" back into [approvals] of \(Policy.fileName), and "
          + "commit it")
    } catch {
      add("signers", error)
    }
  }

  /// As how many people those with a key could approve: with one key under two addresses they are one.
  private func approvers(
    _ grants: [SignerGrant], _ environment: EnvironmentRules, _ mailmap: [[UInt8]: Set<[UInt8]>]
  ) -> Int {
    let rules = EffectiveApprovals(environment: environment, policy: policy, floor: nil)
    var keys: [[UInt8]: Set<String>] = [:]
    for grant in grants {
      for person in grant.names.map({ Person(name: "", email: $0) })
      where rules.admits(person, keys: [grant.key]) {
        keys[person.foldedEmail, default: []].insert(grant.key)
      }
    }
    let people = People(keys.keys.map { People.Identity(email: $0, mapped: mailmap[$0] ?? []) })
    let ways = people.grouped(keys.keys, by: { $0 }).map { emails in
      Set(emails.flatMap { keys[$0] ?? [] })
    }
    // Each has to sign with another key.
    var holder: [String: Int] = [:]
    func assign(_ person: Int, _ tried: inout Set<String>) -> Bool {
      for key in ways[person] where tried.insert(key).inserted {
        if let other = holder[key], !assign(other, &tried) { continue }
        holder[key] = person
        return true
      }
      return false
    }
    return ways.indices.count { person in
      var tried: Set<String> = []
      return assign(person, &tried)
    }
  }
}

extension ApprovalRules {
  /// How many people it takes at least.
  fileprivate var people: Int { max(required, independent) }
}
