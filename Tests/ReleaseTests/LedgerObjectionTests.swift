import Release
import Testing

/// What a server lets a push do to one note of a ledger.
@Suite struct `A ledger's update` {
  private func objections(
    from old: [[UInt8]] = [], to new: [[UInt8]], in ledger: LedgerName = .signoffs,
    on commit: ObjectID = Sample.commit
  ) -> [LedgerObjection] {
    LedgerObjection.objections(
      from: NoteText.sorted(old), to: NoteText.sorted(new), in: ledger, on: commit)
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `may add records, and need not add any`() throws {
    let one = try Sample.signoff(.approve).line
    let two = try Sample.signoff(.reject, by: Sample.minsu).line
    #expect(objections(to: [one]).isEmpty)
    #expect(objections(from: [one], to: [one, two]).isEmpty)
    #expect(objections(from: [one, two], to: [two, one]).isEmpty)
  }

  @Test func `may drop and alter nothing, not even what is no record`() throws {
    let one = try Sample.signoff(.approve).line
    let two = try Sample.signoff(.reject, by: Sample.minsu).line
    let note = Sample.commit
    #expect(objections(from: [one, two], to: [one]) == [.dropped(1, note: note)])
    #expect(objections(from: [one, two], to: []) == [.dropped(2, note: note)])
    #expect(objections(from: [one], to: [two]) == [.dropped(1, note: note)])
    #expect(objections(from: [bytes("hello")], to: [one]) == [.dropped(1, note: note)])
  }

  @Test func `may keep what is no record, where it stands already`() throws {
    let one = try Sample.signoff(.approve).line
    #expect(objections(from: [bytes("hello")], to: [bytes("hello"), one]).isEmpty)
  }

  @Test(arguments: [
    "hello", "{}", "{\"kind\":\"signoff\",\"v\":1}", "{ \"kind\":\"x\",\"v\":1}",
    "{\"kind\":\"x\",\"kind\":\"x\",\"v\":1}", "\u{FEFF}{\"kind\":\"x\",\"v\":1}",
  ])
  func `may add no line that is no record`(line: String) {
    let found = objections(to: [bytes(line)])
    guard case .malformed(_, Sample.commit) = found.first, found.count == 1 else {
      Issue.record("\(found)")
      return
    }
  }

  @Test func `may add no line that is too long`() {
    let line = bytes(
      "{\"kind\":\"x\",\"text\":\"\(String(repeating: "a", count: 1 << 18))\",\"v\":1}")
    #expect(
      objections(to: [line]) == [.malformed("longer than 256 KiB", note: Sample.commit)])
  }

  @Test func `may add no record of another commit, or of another ledger`() throws {
    let line = try Sample.signoff(.approve).line
    for (ledger, commit) in [
      (LedgerName.signoffs, Sample.otherCommit), (.checks, Sample.commit),
    ] {
      let found = objections(to: [line], in: ledger, on: commit)
      guard case .misplaced(_, commit) = found.first, found.count == 1 else {
        Issue.record("\(found)")
        continue
      }
    }
  }

  @Test func `lets pass what a later version may write`() {
    let commit = Sample.commit
    #expect(objections(to: [bytes("{\"kind\":\"oracle\",\"v\":1}")]).isEmpty)
    #expect(
      objections(to: [bytes("{\"commit\":\"\(commit)\",\"kind\":\"signoff\",\"v\":2}")]).isEmpty)
  }

  @Test func `says with what command each is mended`() {
    let note = Sample.commit
    #expect(LedgerObjection.dropped(1, note: note).mend(in: .signoffs) == .sync)
    #expect(LedgerObjection.deleted.mend(in: .checks) == .sync)
    #expect(
      LedgerObjection.malformed("", note: note).mend(in: .signoffs)
        == .other(
          command: "git notes --ref deed/signoffs edit \(note.short) to take it out, then git push")
    )
  }
}

@Suite struct `A tag on a server` {
  @Test func `needs what its policy requires, and what the server requires`() throws {
    var policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    let records = try [
      Sample.signoff(.approve), Sample.signoff(.approve, by: Sample.minsu),
    ]
    func objections(_ required: String...) -> [String] {
      Sample.releaseCase(records, policy: policy).objectionsToTag(requiring: required)
        .compactMap(\.environment)
    }
    #expect(objections().isEmpty)
    #expect(objections("production").isEmpty)
    #expect(objections("staging") == ["staging"])
    policy.tags.require = ["staging"]
    #expect(objections("staging", "production") == ["staging"])
    #expect(objections("live") == ["staging", "live"])
  }

  @Test func `is stopped by whoever says no, where nothing has to be met too`() throws {
    let policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    func objections(_ records: [Record], _ required: String...) -> [String] {
      Sample.releaseCase(records, policy: policy).objectionsToTag(requiring: required).map {
        "\($0.environment ?? "all"): \($0.why)"
      }
    }
    let reject = try Sample.signoff(.reject, by: Sample.minsu, environment: "staging")
    let rejected = "staging: signoffs 0 of 2; 김민수 rejects"
    #expect(objections([reject]) == [rejected])
    // Told once.
    #expect(objections([reject], "staging") == [rejected])
    let withdrawn = try Sample.signoff(
      .withdraw, by: Sample.minsu, environment: "staging", replacing: [reject])
    #expect(objections([reject, withdrawn]).isEmpty)
    let noGo = try Sample.record(.decision(Record.Decision(.noGo)), environment: "staging")
    #expect(objections([noGo]) == ["staging: 佐藤花子 decided no-go"])
    #expect(objections([noGo], "staging").contains("staging: 佐藤花子 decided no-go"))
    // Where only signatures count, a word without one stops nothing.
    var signed = policy
    for index in signed.environments.indices { signed.environments[index].approvals.signed = true }
    #expect(Sample.releaseCase([reject], policy: signed).objectionsToTag().isEmpty)
  }

  @Test func `is held to the default branch where no release sets a floor`() {
    var subject = Sample.releaseCase([], policy: Sample.policy { $0.approvals.required = 0 })
    #expect(subject.objectionsToTag(requiring: ["production"]).isEmpty)
    subject.floor = .branch("main", Sample.policy())
    let objections = subject.objectionsToTag(requiring: ["production"])
    #expect(objections.map(\.why) == ["signoffs 0 of 2"])
    #expect(objections.map(\.mend) == [.approve(role: nil)])
  }

  @Test func `is not let in where it cannot be told`() {
    var subject = Sample.releaseCase([], policy: Sample.policy { $0.approvals.required = 0 })
    subject.floor = .unknown("the floor is not here", mend: .sync)
    #expect(
      subject.objectionsToTag(requiring: ["production"]).map(\.why)
        == ["policy cannot be told: the floor is not here"])
    // A floor may require what this policy does not, a signature among it.
    let objections = subject.objectionsToTag()
    #expect(objections.map(\.why) == ["policy cannot be told: the floor is not here"])
    #expect(objections.map(\.environment) == [nil] && objections.map(\.mend) == [.sync])
    #expect(subject.wantsSignedTag == .unknown("the floor is not here"))
    subject.policy.tags.sign = .always
    #expect(subject.wantsSignedTag == .yes(by: "deed.toml"))
  }

  @Test func `is stopped by a reject of which nobody can tell whether it counts`() throws {
    let reject = try Sample.signoff(.reject, by: Sample.minsu)
    var subject = Sample.releaseCase([reject], policy: Sample.policy { $0.approvals.signed = true })
    let why = "whether that counts cannot be told: the key is not here"
    for (proof, objections) in [
      (Proof.unknown("the key is not here"), ["김민수 rejects, and \(why)"]),
      (.claimed("it is no key of theirs"), []),
      (.signed(["SHA256:x"]), ["signoffs 0 of 2; 김민수 rejects"]),
    ] {
      subject.proofs = Proofs(trust: .configuration, byRecord: [reject.id: proof])
      #expect(subject.objectionsToTag().map(\.why) == objections)
    }
    // Where it counts without a signature, it is told once.
    subject.policy = Sample.policy()
    subject.proofs = Proofs(byRecord: [reject.id: .unknown("the key is not here")])
    #expect(subject.objectionsToTag().map(\.why) == ["signoffs 0 of 2; 김민수 rejects"])
  }
}
