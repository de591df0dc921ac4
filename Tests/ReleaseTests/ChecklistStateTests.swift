import Release
import Testing

@Suite struct `A checklist's state` {
  private let items = checklist(
    item("a", "1.1", id: "a"), item("b", "1.2", id: "b"),
    item("c", "2.1", in: "2. After", id: "c", stage: .after),
    item("d", "2.2", in: "2. After", id: "d", isOptional: true))

  private func states(_ records: Record..., at minute: Int = 100) -> ItemStates {
    ItemStates(standing: Standing(of: records), environment: "production", now: moment(minute))
  }

  private func state(_ records: Record..., at minute: Int = 100) -> ItemState {
    ItemStates(standing: Standing(of: records), environment: "production", now: moment(minute))
      .state(of: items.items[0])
  }

  @Test func `is open until somebody answers here`() throws {
    #expect(state().outcome == .open)
    #expect(
      try state(record(1, .result(Record.ItemResult(item: "b", outcome: .pass)))).outcome == .open)
    let elsewhere = try record(
      1, .result(Record.ItemResult(item: "a", outcome: .pass)), environment: "staging")
    #expect(state(elsewhere).outcome == .open)
    let here = try record(1, .result(Record.ItemResult(item: "a", outcome: .pass)))
    let passed = state(here, elsewhere)
    #expect(passed.outcome == .pass && passed.isMet)
    #expect(passed.record == here.id && passed.at == here.at && passed.by == here.by)
  }

  @Test func `is the worst of what stands, whichever came last`() throws {
    let fail = try record(1, .result(Record.ItemResult(item: "a", outcome: .fail)))
    let pass = try record(2, .result(Record.ItemResult(item: "a", outcome: .pass)))
    #expect(state(fail, pass).outcome == .fail)
    #expect(!state(fail, pass).isMet)
    let settled = try record(
      3, .result(Record.ItemResult(item: "a", outcome: .pass)), replacing: [fail, pass])
    #expect(state(fail, pass, settled).isMet)
  }

  @Test func `is met by "not applicable" only with a reason`() throws {
    let bare = try record(1, .result(Record.ItemResult(item: "a", outcome: .na)))
    #expect(state(bare).outcome == .na && !state(bare).isMet)
    let reasoned = try #require(try commented(bare, "no such service"))
    #expect(state(reasoned).outcome == .na && state(reasoned).isMet)
    #expect(!state(reasoned, bare).isMet)
    #expect(!state(try #require(try commented(bare, " \u{3000}"))).isMet)
  }

  @Test func `is waived until the waiver ends`() throws {
    let fail = try record(1, .result(Record.ItemResult(item: "a", outcome: .fail)))
    let waiver = try record(2, .waiver(Record.Waiver(.item("a"), reason: "x", until: moment(50))))
    #expect(state(fail, waiver, at: 49).outcome == .waived)
    #expect(state(fail, waiver, at: 49).isMet)
    #expect(state(fail, waiver, at: 50).outcome == .fail)
    #expect(state(waiver, at: 50).outcome == .open)
    #expect(!state(waiver, at: 50).isMet)
    let endless = try record(3, .waiver(Record.Waiver(.item("a"), reason: "x", until: nil)))
    #expect(state(endless).outcome == .waived)
    // Of two that stand, the one that ends first counts.
    #expect(state(endless, waiver, at: 50).outcome == .open)
    let check = try record(4, .waiver(Record.Waiver(.check("a"), reason: "x", until: nil)))
    #expect(state(check).outcome == .open)
    let pass = try record(5, .result(Record.ItemResult(item: "a", outcome: .pass)))
    #expect(state(pass, endless).outcome == .pass)
  }

  @Test func `says which result a waiver outweighs`() throws {
    let fail = try record(1, .result(Record.ItemResult(item: "a", outcome: .fail)))
    let waiver = try record(2, .waiver(Record.Waiver(.item("a"), reason: "x", until: moment(50))))
    let pass = try record(3, .result(Record.ItemResult(item: "a", outcome: .pass)))
    let overruled = try #require(state(fail, waiver, at: 49).overruled)
    #expect(overruled.outcome == .fail && overruled.record == fail.id && overruled.by == fail.by)
    #expect(state(waiver, at: 49).overruled == nil)
    #expect(state(fail, waiver, at: 50).overruled == nil)
    #expect(state(pass, waiver, at: 49).overruled == nil)
    let endless = try record(2, .waiver(Record.Waiver(.item("a"), reason: "x", until: nil)))
    #expect(
      requirement(.read(items), [fail, endless]).why
        == "1 of 2 items met; open: 1.2; failed but waived: 1.1")
    let other = try record(1, .result(Record.ItemResult(item: "b", outcome: .pass)))
    let met = requirement(.read(items), [fail, endless, other])
    #expect(met.state == .met)
    #expect(met.why == "2 of 2 items met, 1 of them by a waiver; failed but waived: 1.1")
  }

  @Test func `of an item that shares its id is never met`() throws {
    let twins = checklist(item("a", id: "a"), item("b", id: "a"))
    let pass = try record(1, .result(Record.ItemResult(item: "a", outcome: .pass)))
    #expect(states(pass).state(of: twins.items[0]).isMet == false)
  }

  @Test func `adds up by section, optional items apart`() throws {
    let states = states(
      try record(1, .result(Record.ItemResult(item: "a", outcome: .pass))),
      try record(1, .result(Record.ItemResult(item: "c", outcome: .fail))))
    let progress = ChecklistProgress(of: items.items.map { ($0, states.state(of: $0)) })
    #expect(progress.sections.map(\.path) == [["1. Part"], ["2. After"]])
    #expect(progress.sections.map(\.count.total) == [2, 1])
    #expect(progress.sections.map(\.count.met) == [1, 0])
    #expect(progress.sections.map(\.count.optional) == [0, 1])
    #expect(progress.all[.fail] == 1 && progress.all[.open] == 1 && progress.all[.waived] == 0)
  }

  private func requirement(
    _ fact: ChecklistFact, _ records: [Record] = [], unreadable: [UnreadableRecord] = [],
    environment: String = "production"
  ) -> Requirement {
    judged(fact, records, unreadable: unreadable, environment: environment).requirement()
  }

  private func judged(
    _ fact: ChecklistFact, _ records: [Record] = [], unreadable: [UnreadableRecord] = [],
    environment: String = "production"
  ) -> ChecklistRequirement {
    ChecklistRequirement(
      name: "production", fact: fact, environment: environment,
      environments: ["staging", "production"], standing: Standing(of: records),
      unreadable: unreadable, now: moment(100))
  }

  @Test
  func
    `is met when every item asked for before the deployment is, and afterwards when the others are`()
    throws
  {
    let passed = try ["a", "b"].map {
      try record(1, .result(Record.ItemResult(item: $0, outcome: .pass)))
    }
    let one = requirement(.read(items), [passed[0]])
    #expect(one.state == .unmet)
    #expect(one.why == "1 of 2 items met; open: 1.2")
    #expect(requirement(.read(items), passed).state == .met)
    #expect(judged(.read(items), passed).requirementAfterwards()?.state == .unmet)
    let waiver = try record(1, .waiver(Record.Waiver(.item("c"), reason: "x", until: nil)))
    let closed = judged(.read(items), passed + [waiver]).requirementAfterwards()
    #expect(closed?.state == .met)
    #expect(closed?.why == "1 of 1 items met, 1 of them by a waiver")
    #expect(closed?.id == .checklist("production"))
  }

  @Test func `names what is not met by number or id, the gravest first`() throws {
    let list = Checklist(
      name: "production", path: "docs/production.md",
      items: [
        item("a", "1.1", id: "a"), item("b", "1.2", id: "b"), item("c", "1.3", id: "c"),
        item("d", "1.4", id: "twice"), item("e", "1.5", id: "twice"), item("f", id: "f"),
        item("g", "1.6", id: "g"), item("h", "1.7", id: "h"), item("i", "1.8", id: "i"),
        item("j"),
      ])
    let records = [
      try record(1, .result(Record.ItemResult(item: "a", outcome: .na))),
      try record(2, .result(Record.ItemResult(item: "b", outcome: .fail))),
      try record(3, .waiver(Record.Waiver(.item("c"), reason: "x", until: moment(50)))),
      try record(4, .result(Record.ItemResult(item: "twice", outcome: .pass))),
    ]
    #expect(
      requirement(.read(list), records).why == "0 of 10 items met; failed: 1.2; "
        + "same id: 1.4, 1.5; n/a without a reason: 1.1; waiver ended: 1.3; "
        + "open: f, 1.6, 1.7 and 2 more")
    let four = checklist(item("a", "1"), item("b", "2"), item("c", "3"), item("d", "4"))
    #expect(requirement(.read(four)).why == "0 of 4 items met; open: 1, 2, 3, 4")
    let bare = checklist(item("a"))
    #expect(requirement(.read(bare)).why == "0 of 1 items met; open: \(bare.items[0].id.short)")
  }

  @Test func `is not met by a document that says nothing`() {
    #expect(requirement(.missing(path: "a.md")).state == .unmet)
    let mend = Mend.other(command: "deed checklist --lint")
    let hopeless: [ChecklistFact] = [
      .missing(path: "a.md"), .invalid("a.md: not UTF-8"), .read(checklist()),
    ]
    for fact in hopeless { #expect(requirement(fact).mend == mend) }
    #expect(requirement(.invalid("a.md is not UTF-8 at byte 3")).state == .unmet)
    #expect(requirement(.unreadable("its blob is missing")).state == .unknown)
    #expect(requirement(.read(checklist())).state == .unmet)
    let elsewhere = checklist(item("a", environment: "staging"))
    #expect(requirement(.read(elsewhere)).state == .unmet)
    #expect(requirement(.read(checklist(item("a", stage: .after)))).state == .met)
  }

  @Test func `asks everywhere for an item of an environment that nobody knows`() {
    let list = checklist(item("a", environment: "stagin"))
    #expect(requirement(.read(list)).state == .unmet)
    #expect(requirement(.read(list), environment: "staging").state == .unmet)
    #expect(list.unknownEnvironments(among: ["staging"]).map(\.code) == [.unknownEnvironment])
    #expect(list.unknownEnvironments(among: ["stagin"]).isEmpty)
  }

  @Test func `is unknown where a record about it cannot be judged`() throws {
    let passed = try ["a", "b"].map {
      try record(1, .result(Record.ItemResult(item: $0, outcome: .pass)))
    }
    func unreadable(_ kind: Record.Kind, _ environment: String?) -> [UnreadableRecord] {
      let line =
        #"{"at":"2026-01-01T00:00:00.000Z","body":{},"commit":"\#(id(1))","environment":"E","kind":"\#(kind.rawValue)","v":2}"#
      let text =
        environment.map { line.replacing("\"E\"", with: "\"\($0)\"") }
        ?? line.replacing(#""environment":"E","#, with: "")
      guard case .unreadable(let record) = LedgerLine(parsing: Array(text.utf8)) else { return [] }
      return [record]
    }
    #expect(unreadable(.result, nil).count == 1)
    for (kind, environment, state) in [
      (Record.Kind.result, "production", Answer.unknown), (.waiver, nil, .unknown),
      (.result, "staging", .met), (.signoff, "production", .met),
    ] {
      #expect(
        requirement(.read(items), passed, unreadable: unreadable(kind, environment)).state == state)
    }
  }
}
