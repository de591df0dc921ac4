internal import Release

/// What is in square brackets, and whether somebody is to put a value in its place.
struct BracketWords {
  private let text: String
  private let words: [String]

  /// Whether it is written in capital letters, as `OK` and `P1` are.
  private let isLabel: Bool

  init(_ inner: some StringProtocol) {
    isLabel = inner.allSatisfy { $0.isASCII && !$0.isLowercase }
    text = TextForm.folded(inner)
    words = text.split { !$0.isLetter && !$0.isNumber && !"-'".contains($0) }.map(String.init)
  }

  /// - Parameter isAlone: Whether it is all that stands in a line or cell, or behind a colon there.
  func isPlaceholder(isAlone: Bool) -> Bool {
    guard text.contains(where: \.isLetter), text.first != "^" else { return false }
    guard !Self.days.contains(text) else { return false }
    return isForm || isRequest || namesValue || (isAlone && !isMark)
  }

  /// Whether it is a form: `YYYY-MM-DD`, `hh:mm`, `x.y.z`.
  private var isForm: Bool {
    text.wholeMatch(of: /v?[ymdhs]{1,4}(?:[-\/.: t]+[ymdhs]{1,4})+|v?x(?:\.[xyz0-9]+)+/) != nil
  }

  /// Whether it asks for something: `insert the number`, `your team`, `担当者を記入`.
  private var isRequest: Bool {
    let first = words.first ?? ""
    let asks = [
      "insert", "enter", "fill", "your", "specify", "provide", "choose", "tbd", "tba", "todo",
      "placeholder", "xxx",
    ]
    return asks.contains(first) || Self.requests.contains(where: text.hasSuffix)
  }

  private static let requests = [
    "記入", "を入力", "ここに入力", "してください", "기재", "기입", "을 입력", "를 입력", "하세요", "해주세요",
  ]

  /// Whether it names a person by the role, or a date, a number, an address or the like: in English by
  /// its last word, or the one before `of`, `for`, `to`.
  private var namesValue: Bool {
    if words.count == 1, let word = words.first, Self.alone.contains(word) { return true }
    if Self.endings.contains(where: text.hasSuffix) { return true }
    // A sentence of its own, such as `ask the data owner`.
    guard words.count < 7, !words.dropFirst().contains("the") || words.contains("of") else {
      return false
    }
    let place = words.firstIndex { ["of", "for", "to"].contains($0) } ?? words.count
    let head = words[..<place]
    guard let last = head.last else { return false }
    return Self.heads.contains(last) || head.suffix(2).elementsEqual(["on", "call"])
  }

  /// Roles of people, and what people, dates and machines are reached or known by.
  private static let heads: Set<String> = [
    "engineer", "lead", "leader", "owner", "manager", "contact", "person", "operator", "approver",
    "reviewer", "developer", "administrator", "admin", "director", "officer", "member", "responder",
    "commander", "coordinator", "representative", "assignee", "author", "on-call", "oncall", "name",
    "names", "date", "number", "phone", "telephone", "mobile", "email", "e-mail", "mail", "address",
    "url", "hostname",
  ]

  /// What may be said of things in a text, and is no text by itself.
  private static let alone: Set<String> = [
    "service", "host", "server", "channel", "version", "team", "time", "account", "port", "region",
    "link", "company", "department", "location", "value", "duration", "ticket", "insert", "day",
  ]

  private static let endings = [
    "氏名", "名前", "名", "担当者", "責任者", "承認者", "担当", "連絡先", "番号", "日付", "日時", "年月日", "日", "時刻", "メール",
    "アドレス",
    "住所", "部署", "이름", "성명", "담당자", "담당자명", "담당", "책임자", "승인자", "연락처", "번호", "날짜", "일자", "일시",
    "이메일", "메일", "주소", "부서", "회사명", "서비스명",
  ]

  /// Kinds of days, and no dates.
  private static let days: Set<String> = [
    "平日", "休日", "祝日", "終日", "毎日", "当日", "翌日", "本日", "初日", "土日",
  ]

  /// Whether it only marks what it stands at: a state, a weight or a label in capital letters.
  private var isMark: Bool {
    isLabel || words.allSatisfy { Self.marks.contains($0) || $0.allSatisfy(\.isNumber) }
  }

  private static let marks: Set<String> = [
    "x", "ok", "done", "yes", "no", "open", "closed", "pass", "passed", "fail", "failed", "skip",
    "skipped", "pending", "optional", "required", "mandatory", "automatic", "automated", "manual",
    "high", "medium", "low", "normal", "priority", "severity", "critical", "urgent", "major",
    "minor", "blocker", "important", "note", "info", "warning", "caution", "danger", "tip", "new",
    "deprecated", "draft", "beta", "internal", "external", "public", "private", "confidential",
    "all", "none", "any", "n", "a", "on", "off", "enabled", "disabled", "up", "down", "toc", "not",
    "applicable", "sic", "高", "中", "低", "優先度", "優先度高", "優先度中", "優先度低", "済", "完了", "未完了", "未",
    "必須", "任意", "重要", "緊急", "注意", "警告", "参考", "補足", "有", "無", "なし", "あり", "同上", "自動", "手動",
    "済み", "対象外", "높음", "보통", "낮음", "중요", "긴급", "필수", "선택", "완료", "미완료", "주의", "경고", "참고",
    "없음", "있음", "자동", "수동", "해당없음",
  ]
}
