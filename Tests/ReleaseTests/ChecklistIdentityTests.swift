import Release
import Testing

@Suite struct `An item's identity` {
  @Test func `is the digest of the canonical JSON of what it says and where`() {
    let list = checklist(
      item("TLS  verified `curl`", in: "2. Security"),
      item("TLS verified `curl`", in: "2. Security"))
    let line = #"["production",["2. Security"],"TLS verified `curl`","#
    #expect(list.items[0].id.text == Digest(of: Array((line + "1]").utf8)).description)
    #expect(list.items[1].id.text == Digest(of: Array((line + "2]").utf8)).description)
    #expect(list.items[0].id.short == String(list.items[0].id.text.prefix(12)))
  }

  @Test func `stays for ever: these are its test vectors`() {
    let vectors: [([String], String, String)] = [
      ([], "a", "1048c5b8cad202776c4da20cd095ea8197b6a8a0ff3cc88ce94965503070443e"),
      (
        ["本番", "2. 確認"], "TLS が有効",
        "926e3f65287c643602223fc86918fcda0df61ce2302c36f8c79f713c625050b9"
      ),
      (
        ["배포 전"], "키: ____ \"`x`\"",
        "8781c74e2ce6ff873c7a70ef391a4d68cb5b97a1fe2f65a493294274aa52416b"
      ),
    ]
    for (section, text, digest) in vectors {
      #expect(ItemID(checklist: "production", section: section, text: text, n: 1).text == digest)
    }
  }

  @Test func `does not depend on the Unicode form or on white space`() {
    let composed = ItemID(checklist: "c", section: ["が"], text: "é 한 ガ", n: 1)
    let decomposed = ItemID(
      checklist: "c", section: ["か\u{3099}"],
      text: " e\u{301}\u{a0}\u{1112}\u{1161}\u{11ab}\u{3000}カ\u{3099}\n", n: 1)
    #expect(composed == decomposed)
  }

  @Test func `tells apart what only looks alike`() {
    let ids = ["a", "A", "ａ", "а"].map { ItemID(checklist: "c", section: [], text: $0, n: 1) }
    #expect(Set(ids).count == 4)
    #expect(
      ItemID(checklist: "c", section: ["a", "b"], text: "x", n: 1)
        != ItemID(checklist: "c", section: ["a\",\"b"], text: "x", n: 1))
    #expect(ItemID("e\u{301}") != ItemID("\u{e9}"))
  }

  @Test(arguments: ["smoke", "smoke-1.a_b", "確認1", "확인", "é"])
  func `may be given by the document`(_ id: String) {
    #expect(ItemID.objection(to: id) == nil)
    #expect(checklist(item("a", id: id)).items[0].id == ItemID(id))
  }

  @Test(arguments: [
    "", "1", "2.3", "-a", "a b", "a/b", "a\u{202e}", String(repeating: "a", count: 65),
    String(repeating: "a", count: 64),
  ])
  func `may not be given as what could be mistaken`(_ id: String) {
    #expect(ItemID.objection(to: id) != nil)
  }

  @Test func `that two share counts for neither, in one checklist or in several`() {
    let one = checklist(item("a", id: "x"), item("b", id: "x"), item("c", id: "y"))
    #expect(one.items.map(\.flags) == [[.duplicateID], [.duplicateID], []])
    #expect(one.problems.map(\.code) == [.duplicateID, .duplicateID])
    let both = Checklist.flaggingSharedIDs(
      checklist(item("a", id: "x")).items
        + Checklist(name: "other", path: "b", items: [item("b", id: "x")]).items)
    #expect(both.map(\.flags) == [[.duplicateID], [.duplicateID]])
  }
}
