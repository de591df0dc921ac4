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
        == .other(command: "deed doctor --recover && deed sync"))
  }
}
