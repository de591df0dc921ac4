internal import Release

/// The headers by which tables of checks and their columns are known: `docs/checklists.md` lists them.
///
/// They are compared without case, width, white space and closing punctuation, and `・` is a `/`.
enum HeaderNames {
  static let number: Set<String> = [
    "#", "no", "nr", "№", "番号", "項番", "번호", "순번", "연번",
  ]

  /// Each makes its table one of checks.
  static let check: Set<String> = [
    "check", "checks", "checkitem", "checklistitem", "checkpoint", "tocheck", "whattocheck",
    "verify", "verification", "toverify", "whattoverify", "confirm", "toconfirm", "confirmation",
    "acceptancecriterion", "acceptancecriteria",
    "確認", "確認項目", "確認事項", "確認内容", "チェック", "チェック項目", "チェック内容",
    "点検項目", "点検内容", "検証項目", "検証内容",
    "확인", "확인항목", "확인사항", "확인내용", "점검", "점검항목", "점검사항", "점검내용", "체크", "체크항목",
    "검증항목", "검증내용",
  ]

  /// These name what is to be confirmed in a table that is one of checks for another reason.
  static let item: Set<String> = [
    "item", "items", "task", "what", "action", "step", "description", "requirement", "criterion",
    "criteria", "項目", "内容", "作業", "作業内容", "作業項目", "タスク", "説明", "要件",
    "항목", "내용", "작업", "작업내용", "작업항목", "설명", "요건",
  ]

  static let procedure: Set<String> = [
    "how", "howto", "howtocheck", "howtoverify", "howtoconfirm", "method", "procedure", "steps",
    "command", "commands", "how/command", "command/how",
    "手順", "確認手順", "確認方法", "検証方法", "検証手順", "方法", "実施方法", "コマンド", "確認コマンド", "手順/コマンド",
    "방법", "절차", "확인방법", "확인절차", "점검방법", "점검절차", "검증방법", "실행방법", "명령", "명령어", "커맨드",
  ]

  static let remark: Set<String> = [
    "remark", "remarks", "note", "notes", "comment", "comments",
    "備考", "備考欄", "注意", "注意事項", "補足", "メモ", "コメント", "비고", "참고", "메모", "주의", "주의사항",
  ]

  /// Filled in on paper: what stands there is no part of the item.
  static let mark: Set<String> = [
    "done", "ok", "result", "results", "status", "date", "by", "signature", "initials", "ok/ng",
    "結果", "確認結果", "完了", "済", "状態", "判定", "日付", "実施日", "確認日", "実施者", "確認者", "担当者印",
    "결과", "확인결과", "완료", "상태", "판정", "날짜", "일자", "실시자", "확인자", "여부",
  ]

  static func key(_ header: String) -> String {
    var key = TextForm.folded(header).filter { !$0.isWhitespace && $0 != "*" }
    // 手順・コマンド is 手順/コマンド.
    key = String(key.map { "・·".contains($0) ? "/" : $0 })
    while let last = key.last, ".:".contains(last) { key.removeLast() }
    return key
  }
}

/// What tables hold where people tick on paper.
enum TickMark {
  /// An empty box makes a table one of checks.
  static let boxes: Set<String> = ["[ ]", "[]", "☐", "□", "⬜", "⬜️", "◻", "◻️"]
  private static let ticks: Set<String> = [
    "[x]", "☑", "☑️", "☒", "■", "✓", "✔", "✔️", "✅", "❌", "✗", "✘", "-", "–", "—", "ok", "ng", "n/a",
    "○", "◯", "×", "o", "x",
  ]

  static func isMark(_ text: String) -> Bool {
    text.isEmpty || boxes.contains(text) || ticks.contains(text.lowercased())
  }
}
