import Git
import Release

extension Preflight {
  /// Whether enough people could approve the release after this one.
  ///
  /// The list of signers that this release brings decides there, and no later release may mend it: once
  /// it names too few, none could be approved any more.
  mutating func signersOfTheNext(after release: ReleaseVersion) {
    let signed = policy.environments.filter { $0.approvals.signed && $0.approvals.required > 0 }
    // A candidate sets no bar.
    guard release.number.isStable, !signed.isEmpty, let path = policy.approvals.signers else {
      return
    }
    let danger = "no release after \(release) could be approved"
    do {
      let list = try workspace.signers(at: path, in: target, target.short)
      // Whom an authority vouches for is not written down.
      guard !list.namesAuthority else { return }
      for environment in signed {
        let may = Set(
          environment.approvals.from.map { Person(name: "", email: $0).foldedEmail })
        let people = may.isEmpty ? list.people : list.people.intersection(may)
        let wanted = environment.approvals.required
        guard people.count < wanted else { continue }
        add(
          "signers", .unmet,
          "\(environment.name.safe) wants \(wanted) signed approvals, and \(path.safe) has keys of "
            + "\(people.count): \(danger)",
          hint:
            "add a line for each person to \(path.safe), or lower approvals.required, and commit")
        return
      }
    } catch let failure as Failure {
      add("signers", .unmet, "\(failure.message): \(danger)", hint: failure.hint)
    } catch {
      add("signers", error)
    }
  }
}
