import Git
import Ledger
import Release
import TestSupport
import Testing

/// Files that are taken out of the ledger of attachments.
///
/// Whose word counts is not asked here: each redaction that is known does.
@Suite struct RedactionTests {
  @Test func `what is taken out is in no history, and all else is as it was`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    try test.redact(secret, on: commit)
    let store = try test.redactingStore()
    #expect(try store.dropRedacted() == 1)
    #expect(try test.attachedFiles() == ["\(kept)"])
    #expect(try !test.leads(to: secret))
    #expect(try test.count(LedgerName.attachments.reference) == 1)
    #expect(try store.dropRedacted() == 0)
    // Nor does it come in again by the front door.
    _ = try store.attach(Array("secret".utf8), by: writer)
    #expect(try test.attachedFiles() == ["\(kept)"])
    try test.fsck()
  }

  @Test func `a file that was the only one leaves an empty ledger`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let secret = try test.attach("secret")
    try test.redact(secret, on: commit)
    #expect(try test.redactingStore().dropRedacted() == 1)
    #expect(try test.attachedFiles().isEmpty)
    let more = try test.attach("more")
    #expect(try test.attachedFiles() == ["\(more)"])
  }

  @Test func `what another note, or no note at all, leads to goes with it`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.blob(Array("secret".utf8)), try test.blob(Array("kept".utf8)))
    try test.writeLedger(
      [
        kept.description: ("100644", kept), commit.description: ("100644", secret),
        "README": ("100644", secret), "LICENSE": ("100644", kept),
        "docs/deep/er": ("100644", secret), "other/file": ("100644", kept),
      ], of: .attachments)
    try test.redact(secret, on: commit)
    #expect(try test.redactingStore().dropRedacted() == 1)
    #expect(try !test.leads(to: secret))
    #expect(
      try test.git("ls-tree", "-r", "--name-only", LedgerName.attachments.reference).split(
        separator: "\n")
        == [kept.description[...], "LICENSE", "other/file"].sorted())
  }

  @Test func `what a history had lost stays when that history goes`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    try test.git("notes", "--ref", "deed/attachments", "remove", "\(kept)")
    try test.redact(secret, on: commit)
    try test.redactingStore().dropRedacted()
    #expect(try test.attachedFiles() == ["\(kept)"])
  }

  @Test func `recovery brings nothing back that was taken out`() async throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    let old = try test.id(LedgerName.attachments.reference)
    try test.redact(secret, on: commit)
    let store = try test.redactingStore()
    try store.dropRedacted()
    #expect(try store.forgotten(in: .attachments).isEmpty)
    #expect(try store.losses(in: .attachments) == (0, 0))
    let tip = try #require(try store.forgotten(at: old))
    #expect(try store.recover(tip) == 0)
    try test.git("notes", "--ref", "deed/attachments", "remove", "\(kept)")
    for tip in try store.forgotten(in: .attachments) { _ = try store.recover(tip) }
    _ = try store.restore(.attachments)
    #expect(try test.attachedFiles() == ["\(kept)"])
    #expect(try !test.leads(to: secret))
  }
}
