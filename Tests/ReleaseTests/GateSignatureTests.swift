import Release
import Testing

/// A case in which only signatures count, `production` wants two, and these keys made these records.
private func subject(
  _ records: [(Record, Proof)], trust: Proofs.Trust = .configuration,
  shared: [[UInt8]: Set<String>] = [:],
  _ change: (inout ApprovalRules) -> Void = { _ in }
) -> ReleaseCase {
  var subject = Sample.releaseCase(
    records.map(\.0),
    policy: Sample.policy {
      $0.approvals.signed = true
      change(&$0.approvals)
    })
  subject.proofs = Proofs(
    trust: trust, shared: shared,
    byRecord: Dictionary(uniqueKeysWithValues: records.map { ($0.0.id, $0.1) }))
  return subject
}

private func signoffs(_ subject: ReleaseCase) -> Requirement? {
  Gate.judge(subject).first?.requirements.first { $0.id == .signoffs }
}

private func state(_ subject: ReleaseCase) -> Answer? { signoffs(subject)?.state }

@Suite struct `Where only signatures count` {
  private let hanako = Proof.signed(["SHA256:h"])
  private let minsu = Proof.signed(["SHA256:m"])

  @Test func `two signed approvals are met, and the names are proven`() throws {
    let subject = subject([
      (try Sample.signoff(.approve), hanako),
      (try Sample.signoff(.approve, by: Sample.minsu), minsu),
    ])
    #expect(state(subject) == .met)
    #expect(signoffs(subject)?.why == "2 of 2, signed")
    #expect(Gate.judge(subject).areApproversProven)
  }

  @Test(arguments: [Proof.claimed(nil), .claimed("its signature is not one of minsu@example.org")])
  func `an approval without a good signature counts for nothing`(_ proof: Proof) throws {
    let subject = subject([
      (try Sample.signoff(.approve), hanako),
      (try Sample.signoff(.approve, by: Sample.minsu), proof),
    ])
    #expect(state(subject) == .unmet)
    #expect(signoffs(subject)?.why.contains("김민수 does not count: ") == true)
    #expect(!Gate.judge(subject).areApproversProven || state(subject) == .unmet)
  }

  @Test func `a reject without a signature holds nothing back, and a signed one does`() throws {
    let approvals = [
      (try Sample.signoff(.approve), hanako),
      (try Sample.signoff(.approve, by: Sample.minsu), minsu),
    ]
    let reject = try Sample.signoff(.reject, by: Sample.ana)
    #expect(state(subject(approvals + [(reject, .claimed(nil))])) == .met)
    #expect(state(subject(approvals + [(reject, .signed(["SHA256:a"]))])) == .unmet)
    // Of somebody who may not sign off, not even that.
    let named = subject(approvals + [(reject, .signed(["SHA256:a"]))]) {
      $0.from = [Sample.hanako.email, Sample.minsu.email]
    }
    #expect(state(named) == .met)
  }

  @Test func `what is not signed takes back nothing that is`() throws {
    let approval = try Sample.signoff(.approve)
    let other = (try Sample.signoff(.approve, by: Sample.minsu), minsu)
    let withdrawal = try Sample.signoff(.withdraw, replacing: [approval])
    #expect(state(subject([(approval, hanako), other, (withdrawal, .claimed(nil))])) == .met)
    #expect(state(subject([(approval, hanako), other, (withdrawal, hanako)])) == .unmet)
    // A reject neither.
    let reject = try Sample.signoff(.reject)
    let approved = try Sample.signoff(.approve, replacing: [reject])
    #expect(state(subject([(reject, hanako), other, (approved, .claimed(nil))])) == .unmet)
  }

  @Test func `whoever signs with one key under two addresses is one person`() throws {
    let alias = Person(name: "H", email: "h@elsewhere.example")
    let records = [
      (try Sample.signoff(.approve), hanako), (try Sample.signoff(.approve, by: alias), hanako),
    ]
    #expect(state(subject(records)) == .unmet)
    #expect(state(subject([records[0], (records[1].0, .signed(["SHA256:x"]))])) == .met)
    // Which is also so where signatures are not asked for.
    #expect(state(subject(records) { $0.signed = false }) == .unmet)
    // Whoever has a key that the list gives to both may sign as either.
    let both = Set(["SHA256:both"])
    let listed = subject(
      [records[0], (records[1].0, .signed(["SHA256:x"]))],
      shared: [Sample.hanako.foldedEmail: both, alias.foldedEmail: both])
    #expect(state(listed) == .unmet)
  }

  @Test func `one key takes back what it signed under another address`() throws {
    let approval = try Sample.signoff(.approve)
    let alias = Person(name: "H", email: "h@elsewhere.example")
    let withdrawal = try Sample.signoff(.withdraw, by: alias, replacing: [approval])
    let subject = subject([(approval, hanako), (withdrawal, hanako)])
    #expect(Gate.judge(subject).first?.signoffs.map(\.record.id) == [withdrawal.id])
  }

  @Test func `a key may be named among those who may approve`() throws {
    let records = [
      (try Sample.signoff(.approve), hanako),
      (try Sample.signoff(.approve, by: Sample.minsu), minsu),
    ]
    #expect(state(subject(records) { $0.from = ["SHA256:h", Sample.minsu.email] }) == .met)
    #expect(state(subject(records) { $0.from = ["SHA256:x", Sample.minsu.email] }) == .unmet)
  }

  @Test func `without a list of signers nothing can be told`() throws {
    let records = [(try Sample.signoff(.approve), Proof.unknown("nobody says whose key it is"))]
    for trust in [Proofs.Trust.nobody, .unknown("it is gone")] {
      #expect(state(subject(records, trust: trust) { $0.required = 1 }) == .unknown)
    }
    #expect(state(subject([], trust: .nobody)) == .unknown)
    // One that cannot be judged may be an objection.
    let both = [
      (try Sample.signoff(.approve), hanako),
      (try Sample.signoff(.approve, by: Sample.minsu), minsu),
      (try Sample.signoff(.approve, by: Sample.ana), Proof.unknown("no ssh-keygen")),
    ]
    #expect(state(subject(both)) == .unknown)
  }

  @Test func `a list that is the release's own is said to be`() throws {
    let records = [(try Sample.signoff(.approve), hanako)]
    let own = subject(records, trust: .release) { $0.required = 1 }
    #expect(state(own) == .met)
    #expect(signoffs(own)?.why.contains("by this release itself") == true)
  }
}

@Suite struct `A record's signature` {
  @Test func `is no part of its id, and is over the line without it`() throws {
    let record = try Sample.signoff(.approve)
    #expect(record.payload == record.line)
    let signed = try record.signed(Record.Signature(format: "ssh", value: "a\nb\n"))
    #expect(signed.id == record.id)
    #expect(signed.line != record.line)
    #expect(signed.payload == record.line)
    #expect(signed.signature == Record.Signature(format: "ssh", value: "a\nb\n"))
    let again = try signed.signed(Record.Signature(format: "ssh", value: "c"))
    #expect(again.payload == record.line)
  }
}
