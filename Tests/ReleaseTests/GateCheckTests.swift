import Release
import Testing

@Suite struct `A check` {
  private static let policy = Sample.policy {
    $0.approvals.required = 0
    $0.checks = ["tests"]
  }

  private func judged(_ records: Record...) -> Requirement? {
    requirement(.check("tests"), of: Sample.releaseCase(records, policy: Self.policy))
  }

  @Test func `is met by a pass, and by a pass with warnings`() throws {
    #expect(judged(try Sample.check(.pass))?.state == .met)
    #expect(judged(try Sample.check(.warn))?.state == .met)
    #expect(judged(try Sample.check(.warn))?.why == "passed with warnings")
  }

  @Test func `is unmet where it failed or was not run, and says what runs it`() throws {
    #expect(judged(try Sample.check(.fail))?.state == .unmet)
    #expect(judged()?.state == .unmet)
    #expect(judged()?.why == "has not been run")
    #expect(judged()?.mend == .check(name: "tests", environment: "production"))
  }

  @Test func `of the tag is of the tag that is there, once there is one`() throws {
    func judged(_ looked: ObjectID?, _ rules: CheckRules? = nil) throws -> Requirement? {
      var result = Record.CheckResult(name: "tag", outcome: .pass)
      result.tag = looked
      var policy = Sample.policy { $0.checks = ["tag"] }
      policy.checks["tag"] = rules
      var subject = Sample.releaseCase([try Sample.record(.check(result))], policy: policy)
      subject.tag = .annotated(
        AnnotatedTag(
          object: Sample.otherCommit, name: "v1.4.0", commit: Sample.commit, tagger: nil,
          message: "", isSigned: false))
      return requirement(.check("tag"), of: subject)
    }
    #expect(try judged(Sample.otherCommit)?.state == .met)
    #expect(try judged(Sample.commit)?.state == .unmet)
    #expect(try judged(nil)?.why == "has not been run since the tag was made")
    #expect(try judged(nil, .command(CommandRules(run: "true")))?.state == .met)
  }

  @Test func `of the artifacts is of the manifest that stands`() throws {
    let policy = Sample.policy { $0.checks = ["artifacts"] }
    let manifest = try Shipped.record(try Shipped.manifest(Shipped.artifact("a")))
    func judged(_ looked: [RecordID]?) throws -> Requirement? {
      var result = Record.CheckResult(name: "artifacts", outcome: .pass)
      result.manifests = looked
      let records = [manifest, try Sample.record(.check(result))]
      return requirement(.check("artifacts"), of: Sample.releaseCase(records, policy: policy))
    }
    #expect(try judged([manifest.id])?.state == .met)
    #expect(try judged(nil)?.state == .met)
    #expect(try judged([RecordID(of: [1])])?.state == .unmet)
    #expect(try judged([])?.why == "has not been run since the manifest was made")
  }

  @Test func `for the time after a deployment is of the last one`() throws {
    var rules = CommandRules(run: "true")
    rules.stage = .after
    var policy = Sample.policy { $0.checks = ["health"] }
    policy.checks["health"] = .command(rules)
    let one = try Sample.record(.deployment(Record.Run(.succeeded)))
    func judged(_ looked: [RecordID]?, _ records: Record...) throws -> Requirement? {
      var result = Record.CheckResult(name: "health", outcome: .pass)
      result.deployments = looked
      let subject = Sample.releaseCase(
        records + [try Sample.record(.check(result))], policy: policy)
      return Gate.judge(subject).first?.afterwards.first { $0.id == .check("health") }
    }
    #expect(try judged([one.id], one)?.state == .met)
    #expect(try judged(nil, one)?.state == .met)
    let again = try Sample.record(.deployment(Record.Run(.succeeded)), replacing: [one], at: 1)
    #expect(try judged([one.id], one, again)?.why == "has not been run since the last deployment")
    #expect(try judged([again.id], one, again)?.state == .met)
  }

  @Test func `counts for its own environment and name alone`() throws {
    #expect(judged(try Sample.check(.pass, environment: "staging"))?.state == .unmet)
    #expect(judged(try Sample.check(.pass, "lint"))?.state == .unmet)
    let policy = Sample.policy { $0.checks = ["caf\u{E9}"] }
    let other = Sample.releaseCase([try Sample.check(.pass, "cafe\u{301}")], policy: policy)
    #expect(requirement(.check("caf\u{E9}"), of: other)?.state == .unmet)
  }

  @Test func `is the worst of what stands`() throws {
    let fail = try Sample.check(.fail)
    let pass = try Sample.check(.pass, at: 1)
    #expect(judged(fail, pass)?.state == .unmet)
    #expect(judged(fail, try Sample.check(.pass, replacing: [fail], at: 1))?.state == .met)
    #expect(judged(pass, try Sample.check(.warn))?.why == "passed with warnings")
  }

  @Test func `is met by a waiver in force, which is shown as a waiver`() throws {
    let until = Sample.now.advanced(bySeconds: 60)
    let waiver = try Sample.waiver(.check("tests"), until: until)
    #expect(judged(try Sample.check(.fail), waiver)?.state == .met)
    #expect(
      judged(try Sample.check(.fail), waiver)?.why
        == "failed, waived until \(until.minute) UTC by Ana: known")
    #expect(
      judged(try Sample.waiver(.check("tests")))?.why == "has not been run, waived by Ana: known")
    #expect(judged(try Sample.check(.pass), waiver)?.why == "passed")
    #expect(judged(try Sample.waiver(.item("tests")))?.state == .unmet)
    #expect(judged(try Sample.waiver(.check("tests"), environment: "staging"))?.state == .unmet)
  }

  @Test func `is not met by a waiver that is over, from that very moment on`() throws {
    let waiver = try Sample.waiver(.check("tests"), until: Sample.now)
    #expect(judged(waiver)?.state == .unmet)
    #expect(judged(waiver)?.why.contains("which is over") == true)
    // Of two that stand, the one that ends first counts.
    #expect(judged(waiver, try Sample.waiver(.check("tests"), at: 1))?.state == .unmet)
  }

  @Test func `cannot be told where the ledger of checks is not known`() throws {
    var subject = Sample.releaseCase([try Sample.check(.pass)], policy: Self.policy)
    subject.evidence.ledgers[.checks] = .neverFetched(remote: "origin")
    #expect(requirement(.check("tests"), of: subject)?.state == .unknown)
    #expect(requirement(.check("tests"), of: subject)?.mend == .sync)
  }

  @Test func `wants to know the waivers only where it did not pass`() throws {
    for (outcome, state) in [(Record.CheckOutcome.pass, Answer.met), (.fail, .unknown)] {
      var subject = Sample.releaseCase([try Sample.check(outcome)], policy: Self.policy)
      subject.evidence.ledgers[.checklists] = .unreadable("a blob is missing")
      #expect(requirement(.check("tests"), of: subject)?.state == state)
      subject.evidence.ledgers[.checklists] = .readable
      subject.evidence.unreadable = [try Sample.unreadable(.waiver)]
      #expect(requirement(.check("tests"), of: subject)?.state == state)
    }
  }

  @Test(arguments: [("production" as String?, Answer.unknown), (nil, .unknown), ("staging", .met)])
  func `cannot be told beside a check that cannot be judged`(
    _ environment: String?, _ state: Answer
  ) throws {
    var subject = Sample.releaseCase([try Sample.check(.pass)], policy: Self.policy)
    subject.evidence.unreadable = [try Sample.unreadable(.check, environment: environment)]
    #expect(requirement(.check("tests"), of: subject)?.state == state)
  }
}

@Suite struct `A stage` {
  private static func policy(_ stage: Stage) -> Policy {
    var policy = Sample.policy {
      $0.approvals.required = 0
      $0.checks = ["smoke", "tag"]
      $0.checklists = ["production"]
    }
    policy.checks["smoke"] = .command(CommandRules(run: "make smoke", stage: stage))
    policy.checks["tag"] = .builtIn(settings: [:])
    return policy
  }

  private static func subject(_ records: [Record], _ stage: Stage) -> ReleaseCase {
    var subject = Sample.releaseCase(records, policy: policy(stage))
    subject.checklists["production"] = .read(
      checklist(
        item("a", id: "a"), item("b", id: "b", stage: stage),
        item("c", id: "c", stage: stage, isOptional: true)))
    return subject
  }

  private static func answered(_ item: String) throws -> Record {
    try Sample.record(.result(Record.ItemResult(item: item, outcome: .pass)))
  }

  @Test(arguments: [Stage.during, .after])
  func `after the deployment's begin asks for nothing before it`(_ stage: Stage) throws {
    let before = [try Self.answered("a"), try Sample.check(.pass, "tag")]
    let open = try #require(verdict(of: Self.subject(before, stage)))
    #expect(open.state == .met)
    #expect(open.items?.met == 1 && open.items?.asked == 1)
    #expect(!open.requirements.contains { $0.id == .check("smoke") })
    #expect(open.afterwards.map(\.id) == [.checklist("production"), .check("smoke")])
    #expect(open.afterwards.map(\.state) == [.unmet, .unmet])
    #expect(open.closed == .unmet)
    let all = before + [try Self.answered("b"), try Sample.check(.pass, "smoke")]
    #expect(verdict(of: Self.subject(all, stage))?.closed == .met)
    // Closed takes what comes before too.
    #expect(verdict(of: Self.subject(Array(all.dropFirst()), stage))?.closed == .unmet)
  }

  @Test func `before the deployment leaves nothing for afterwards`() throws {
    let judged = try #require(verdict(of: Self.subject([], .before)))
    #expect(judged.afterwards.isEmpty)
    #expect(
      judged.requirements.map(\.id) == [
        .policy, .ledger, .checklist("production"), .check("smoke"), .check("tag"), .signoffs,
      ])
    #expect(judged.items?.met == 0 && judged.items?.asked == 2)
  }

  @Test func `afterwards cannot be told where the ledgers are not known`() throws {
    var subject = Self.subject([], .after)
    subject.evidence.ledgers = [:]
    #expect(verdict(of: subject)?.afterwards.map(\.state) == [.unknown, .unknown])
    #expect(verdict(of: subject)?.items == nil)
  }

  @Test func `of a checklist whose document is not here leaves the release open`() {
    var subject = Self.subject([], .after)
    subject.checklists = [:]
    #expect(verdict(of: subject)?.afterwards.map(\.id) == [.check("smoke")])
    #expect(verdict(of: subject)?.closed != .met)
    #expect(verdict(of: subject)?.items == nil)
  }
}
