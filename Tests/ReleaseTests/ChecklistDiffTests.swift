import Release
import Testing

@Suite struct `Between two versions of a checklist` {
  private func summary(_ diff: ChecklistDiff) -> [String] {
    diff.added.map { "+\($0.text)" } + diff.removed.map { "-\($0.text)" }
      + diff.reworded.map { "\($0.old.text)>\($0.new.text)" }
      + diff.altered.map { "~\($0.new.text)" }
  }

  @Test func `nothing changed where nothing did, wherever it moved`() {
    let old = checklist(item("a", "1"), item("b", "2"))
    #expect(ChecklistDiff(from: old, to: old).isEmpty)
    #expect(ChecklistDiff(from: old, to: checklist(item("b", "1"), item("a", "2"))).isEmpty)
  }

  @Test func `items are added and removed`() {
    let diff = ChecklistDiff(
      from: checklist(item("keep", "1"), item("old thing", "2")),
      to: checklist(item("new matter", "1"), item("keep", "2"), item("another", "3")))
    #expect(summary(diff) == ["+new matter", "+another", "-old thing"])
  }

  @Test func `a text much like one before is that one, reworded`() {
    let diff = ChecklistDiff(
      from: checklist(item("TLS を確認する", "1"), item("Back up the database", "2"), item("x", "3")),
      to: checklist(
        item("first", "1"), item("x", "2"), item("TLS を必ず確認する", "3"),
        item("Back up the databases", "4", in: "2. Data")))
    #expect(
      summary(diff) == [
        "+first", "TLS を確認する>TLS を必ず確認する", "Back up the database>Back up the databases",
      ])
  }

  @Test func `another text in the same place is the one before, reworded`() {
    let diff = ChecklistDiff(
      from: checklist(item("a", "1"), item("Old words", "2"), item("c", "3")),
      to: checklist(item("a", "1"), item("완전히 다른", "2"), item("c", "3")))
    #expect(summary(diff) == ["Old words>완전히 다른"])
  }

  @Test func `a renamed heading rewords its items and loses none`() {
    let old = (0..<2000).map { item("Item \($0)", "1.\($0)", in: "1. Old") }
    let new = (0..<2000).map { item("Item \($0)", "1.\($0)", in: "1. New") }
    let diff = ChecklistDiff(
      from: Checklist(name: "c", path: "c", items: old),
      to: Checklist(name: "c", path: "c", items: new))
    #expect(diff.reworded.count == 2000 && diff.added.isEmpty && diff.removed.isEmpty)
  }

  @Test func `what an item asks may change without its words`() {
    let diff = ChecklistDiff(
      from: checklist(item("a", id: "a"), item("b", id: "b"), item("c", id: "c")),
      to: checklist(
        item("a", id: "a", isOptional: true), item("B!", id: "b"), item("c", id: "c", stage: .after)
      ))
    #expect(summary(diff) == ["b>B!", "~a", "~c"])
  }

  @Test func `the result does not hang on chance`() {
    let old = checklist(
      item("same text a", "1"), item("same text b", "2"), item("same text c", "3"))
    let new = checklist(item("same text d", "1"), item("same text e", "2"))
    let first = ChecklistDiff(from: old, to: new)
    for _ in 0..<20 { #expect(ChecklistDiff(from: old, to: new) == first) }
    #expect(
      summary(first) == ["-same text c", "same text a>same text d", "same text b>same text e"])
  }
}

@Suite struct `Words for an item` {
  private let items = checklist(
    item("TLS verified", "1.1", id: "tls"), item("Back up `db`", "1.2"),
    item("Back up files", "2.1", in: "2. データ"), item("デバッグ ﾛｸﾞ", "2.12", in: "2. データ"),
    item("TLS 検証", "3", in: "Other")
  ).items

  private func found(_ word: String) -> [String] {
    switch ItemSearch(word, in: items) {
    case .one(let item): [item.text]
    case .none: []
    case .several(let items): items.map(\.text)
    }
  }

  @Test func `are an id or its beginning`() {
    #expect(found("tls") == ["TLS verified"])
    let id = items[1].id.text
    #expect(found(id) == ["Back up `db`"])
    #expect(found(String(id.prefix(6)).uppercased()) == ["Back up `db`"])
    #expect(found(String(id.prefix(3))).isEmpty)
  }

  @Test func `are a number or its end`() {
    #expect(found("2.1") == ["Back up files"])
    #expect(found("２．１") == ["Back up files"])
    #expect(found("12") == ["デバッグ ﾛｸﾞ"])
    #expect(found("3") == ["TLS 検証"])
    #expect(found("1") == ["TLS verified", "Back up files"])
  }

  @Test func `are part of a text, whatever its case and width`() {
    #expect(found("back UP") == ["Back up `db`", "Back up files"])
    #expect(found("ﾃﾞﾊﾞｯｸﾞ　ログ") == ["デバッグ ﾛｸﾞ"])
    #expect(found("ｔｌｓ　検証") == ["TLS 検証"])
    #expect(found("nothing").isEmpty)
    #expect(found(" ").isEmpty)
  }

  @Test func `are a section's number or heading`() {
    #expect(ItemSearch.items(ofSection: "2", in: items).map(\.number) == ["2.1", "2.12"])
    #expect(ItemSearch.items(ofSection: "ﾃﾞｰﾀ", in: items).map(\.number) == ["2.1", "2.12"])
    #expect(ItemSearch.items(ofSection: "9", in: items).isEmpty)
  }
}
