import Release
import Testing

@Suite struct `The floor` {
  private static func effective(
    _ change: (inout ApprovalRules) -> Void, floor floorChange: (inout ApprovalRules) -> Void
  ) -> EffectiveApprovals {
    let policy = Sample.policy { change(&$0.approvals) }
    return EffectiveApprovals(
      environment: policy.environments[0], policy: policy,
      floor: Sample.policy { floorChange(&$0.approvals) })
  }

  @Test func `holds in every rule where it is the stricter`() {
    for isFloor in [true, false] {
      let strict: (inout ApprovalRules) -> Void = {
        $0.required = 3
        $0.roles = ["engineer"]
        $0.from = ["hanako@example.org"]
        $0.signed = true
        $0.independent = 2
      }
      let lax: (inout ApprovalRules) -> Void = { $0.required = 0 }
      let rules =
        isFloor
        ? Self.effective(lax, floor: strict) : Self.effective(strict, floor: lax)
      #expect(rules.required == 3)
      #expect(rules.roles == ["engineer"])
      #expect(rules.from == [["hanako@example.org"]])
      #expect(rules.signed)
      #expect(rules.independent == 2)
    }
  }

  @Test func `adds roles to roles, and lists of people to lists`() {
    let rules = Self.effective(
      {
        $0.roles = ["caf\u{E9}", "reviewer"]
        $0.from = ["hanako@example.org", "minsu@example.org"]
      },
      floor: {
        $0.roles = ["reviewer", "cafe\u{301}"]
        $0.from = ["HANAKO@example.org"]
      })
    #expect(
      rules.roles.map { Array($0.utf8) }
        == ["caf\u{E9}", "reviewer", "cafe\u{301}"].map { Array($0.utf8) })
    #expect(rules.admits(Sample.hanako))
    #expect(!rules.admits(Sample.minsu))
  }

  @Test func `of a renamed environment is the strictest of those that vanished`() {
    var floor = Policy(environments: ["staging", "live", "edge"].map(EnvironmentRules.init(name:)))
    floor.environments[0].approvals.required = 9
    floor.environments[1].approvals.required = 3
    floor.environments[2].approvals.roles = ["operator"]
    var policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    policy.environments[1].approvals.required = 1
    let production = EffectiveApprovals(
      environment: policy.environments[1], policy: policy, floor: floor)
    #expect(production.required == 3)
    #expect(production.roles == ["operator"])
    let staging = EffectiveApprovals(
      environment: policy.environments[0], policy: policy, floor: floor)
    #expect(staging.required == 9)
    // Beside all the old ones, a new environment has its own rules.
    floor.environments.removeLast(2)
    let added = EffectiveApprovals(
      environment: policy.environments[1], policy: policy, floor: floor)
    #expect(added.required == 1)
  }

  @Test func `holds for an environment spelt with other code points as for a renamed one`() {
    var floor = Policy(environments: [EnvironmentRules(name: "caf\u{E9}")])
    floor.environments[0].approvals.required = 5
    var policy = Policy(environments: [EnvironmentRules(name: "cafe\u{301}")])
    policy.environments[0].approvals.required = 0
    let rules = EffectiveApprovals(
      environment: policy.environments[0], policy: policy, floor: floor)
    #expect(rules.required == 5)
    #expect(Gate.loosened(from: floor, to: policy) == ["environment caf\u{E9}"])
  }

  @Test func `decides what the gate asks for`() throws {
    var subject = Sample.releaseCase(
      [try Sample.signoff(.approve)], policy: Sample.policy { $0.approvals.required = 1 })
    #expect(Gate.judge(subject)[0].state == .met)
    subject.floor = .release(version("v1.3.0"), Sample.policy())
    #expect(Gate.judge(subject)[0].state == .unmet)
    #expect(Gate.judge(subject)[0].approvals.required == 2)
    subject.floor = .unknown("shallow", mend: .sync)
    #expect(Gate.judge(subject)[0].state == .unknown)
  }

  @Test func `that asked for more than approvals is named`() {
    var floor = Sample.policy {
      $0.checklists = ["a", "b"]
      $0.checks = ["tests"]
    }
    floor.environments.append(EnvironmentRules(name: "staging"))
    var subject = Sample.releaseCase(policy: Sample.policy { $0.checklists = ["b"] })
    #expect(
      Gate.loosened(from: floor, to: subject.policy)
        == ["environment staging", "checklist a in production", "check tests in production"])
    subject.floor = .release(version("v1.3.0"), floor)
    let policy = Gate.judge(subject)[0].requirements.first { $0.id == .policy }
    #expect(policy?.state == .met)
    #expect(policy?.why.contains("check tests in production") == true)
  }

  /// Staging before production for a day, and a check before the deployment.
  private static func ordered(
    after: String? = "staging", soak: Int? = 86_400, check stage: Stage = .before,
    section: Stage? = nil
  ) -> Policy {
    var policy = Sample.stagingFirst(soak: soak) { $0.after = after }
    policy.checks["smoke"] = .command(CommandRules(run: "make smoke", stage: stage))
    policy.checklists["list"] = ChecklistSource(
      path: "a.md", stages: section.map { ["5.": $0] } ?? [:])
    return policy
  }

  @Test func `that asked for another order, a longer soak or an earlier stage is named`() {
    let floor = Self.ordered()
    for (policy, what) in [
      (Self.ordered(after: nil), ["staging before production"]),
      (Self.ordered(after: "edge"), ["staging before production"]),
      (Self.ordered(soak: nil), ["a soak of 1d before production"]),
      (Self.ordered(soak: 86_399), ["a soak of 1d before production"]),
      (Self.ordered(check: .during), ["check smoke before the deployment"]),
      (Self.ordered(section: .after), ["section 5. of checklist list before the deployment"]),
    ] {
      #expect(Gate.loosened(from: floor, to: policy) == what)
      let stricter = Gate.tightened(from: policy, to: floor)
      #expect(stricter == what)
    }
    #expect(Gate.loosened(from: floor, to: floor).isEmpty)
    #expect(Gate.loosened(from: floor, to: Self.ordered(soak: 86_401)).isEmpty)
    #expect(
      Gate.tightened(from: floor, to: Self.ordered(soak: 86_401))
        == ["a soak of 86401s before production"])
    #expect(
      Gate.loosened(from: Self.ordered(check: .during), to: Self.ordered(check: .after))
        == ["check smoke during the deployment"])
    var subject = Sample.releaseCase(policy: Self.ordered(soak: 60))
    subject.floor = .release(version("v1.3.0"), floor)
    #expect(
      requirement(.policy, of: subject)?.why
        == "approvals at least as in v1.3.0; no longer asked for: a soak of 1d before production")
  }

  @Test func `that asked for more of an environment that is renamed or removed is named as well`() {
    var floor = Sample.policy {
      $0.approvals.required = 3
      $0.approvals.roles = ["reviewer"]
      $0.approvals.from = ["a@x", "b@x"]
    }
    var policy = Policy(environments: [EnvironmentRules(name: "live")])
    policy.environments[0].approvals.required = 1
    let held = [
      "3 approvals in live (not 1)", "the role reviewer in live",
      "approvals in live by a@x, b@x alone",
    ]
    #expect(Gate.held(from: floor, to: policy) == held)
    #expect(Gate.raised(from: floor, to: policy) == [])
    // Beside one that stays: where it had to be met before a tag.
    floor.environments += policy.environments
    #expect(Gate.held(from: floor, to: policy) == [])
    floor.tags.require = ["production"]
    #expect(Gate.held(from: floor, to: policy) == held + ["production before the tag"])
  }

  @Test func `that asked for more of approvals and tags holds, and is named`() throws {
    var floor = Sample.policy {
      $0.approvals.required = 3
      $0.approvals.roles = ["reviewer"]
      $0.approvals.from = ["a@x", "b@x"]
      $0.approvals.signed = true
      $0.approvals.independent = 1
    }
    floor.tags.require = ["production"]
    floor.tags.sign = .always
    floor.approvals.signers = ".deed/signers"
    floor.checks["tests"] = .command(CommandRules(run: "make test"))
    var policy = Sample.policy {
      $0.approvals.required = 1
      $0.approvals.from = ["b@x", "c@x"]
    }
    policy.checks["tests"] = .command(CommandRules(run: "true", stage: .after))
    let held = [
      "3 approvals in production (not 1)", "the role reviewer in production",
      "approvals in production by a@x, b@x alone", "signed sign-offs in production",
      "1 approver in production without a hand in the release (not 0)", "production before the tag",
      "tags that are signed", "the list of signers .deed/signers",
    ]
    #expect(Gate.held(from: floor, to: policy) == held)
    #expect(Gate.raised(from: policy, to: floor) == held)
    #expect(
      Gate.loosened(from: floor, to: policy)
        == ["check tests before the deployment"])
    #expect(Gate.altered(from: floor, to: policy) == ["check tests"])
    #expect(Gate.held(from: floor, to: floor) + Gate.altered(from: floor, to: floor) == [])
    var subject = Sample.releaseCase(policy: policy)
    subject.floor = .release(version("v1.3.0"), floor)
    func codes() -> [String: Int] {
      Dictionary(
        Verification.findings(on: subject, verdicts: []).map { ($0.code, 1) }, uniquingKeysWith: +)
    }
    #expect(codes()["policy-held"] == held.count)
    #expect(codes()["policy-loosened"] == 1 && codes()["policy-altered"] == 1)
    // What is only otherwise is not said to be good.
    #expect(
      Verification.findings(on: subject, verdicts: [])
        .allSatisfy { $0.severity != .info || $0.isNeutral || $0.code != "policy-altered" })
    (subject.policy, subject.floor) = (floor, .release(version("v1.3.0"), policy))
    #expect(codes()["policy-tightened"] == held.count + 1)
    #expect(
      requirement(.policy, of: subject)?.why.contains("; new: check tests") == true)
  }

  @Test(arguments: [
    (0, "0s"), (59, "59s"), (60, "1m"), (5400, "90m"), (86_400, "1d"), (1_209_600, "2w"),
    (90_000, "25h"), (-60, "-1m"),
  ])
  func `spells a length of time as the file does`(_ seconds: Int, _ text: String) {
    #expect(Span.text(seconds) == text)
    if seconds >= 0 { #expect(Span.seconds(text) == seconds) }
  }
}
