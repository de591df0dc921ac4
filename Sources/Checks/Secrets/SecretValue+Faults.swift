// Values that are no secrets though they stand where one belongs.
extension SecretValue {
  /// Why a value keeps nothing from anybody.
  enum Fault: Hashable {
    /// Somebody meant to put another value here.
    case placeholder
    /// It says of itself that it is for no production: `django-insecure-…`.
    case development
    /// It is made of words and sequences that people choose.
    case guessable
  }

  /// - Parameters:
  ///   - isSecret: Whether the value is to be kept from others: only then `test` is no value either.
  ///   - name: What the value is given to, whose words are no secret.
  static func fault(in value: String, isSecret: Bool, name: String = "") -> Fault? {
    let text = ValueText(value)
    if text.isPlaceholder(isSecret: isSecret) { return .placeholder }
    guard isSecret else { return nil }
    if text.holds(ValueText.development) { return .development }
    if let plain = plainText(inBase64: Array(value.utf8)), plain.contains(":") {
      // The header that all signed web tokens begin with.
      if plain.hasPrefix("{\"alg\":") || plain.hasPrefix("{\"typ\":") { return .guessable }
      return fault(in: String(plain.drop { $0 != ":" }.dropFirst()), isSecret: true, name: name)
    }
    let words = ValueWords(text.small, others: SecretName.words(of: Array(name.utf8)))
    if words.isAll, words.kinds.contains(.asks) { return .placeholder }
    if let rest = text.behindPrefix, ValueText(rest).isNothing { return .placeholder }
    return text.isRepeated || text.isChosenElsewhere || isGuessable(words, text)
      ? .guessable : nil
  }

  static func isPlaceholder(_ value: String, isSecret: Bool) -> Bool {
    let fault = fault(in: value, isSecret: isSecret)
    return fault == .placeholder || fault == .development
  }

  private static func isGuessable(_ words: ValueWords, _ text: ValueText) -> Bool {
    guard words.isAll else { return false }
    // A number is one that people choose only if all of it is a sequence, and usual words with more
    // behind them may be anything.
    let isChosen = words.kinds.contains(.common) && !text.small.allSatisfy(\.isASCIIDigit)
    return isChosen || words.own == 0
  }
}

/// A value, looked at for what people write where another one belongs.
private struct ValueText {
  private let text: String
  /// Its bytes; of a piece that is repeated, that piece.
  private let bytes: [UInt8]
  /// Without capital letters.
  let small: [UInt8]
  private let count: Int
  /// Letters and digits alone.
  private let plain: String

  init(_ value: String) {
    text = value.lowercased()
    plain = text.filter { $0.isLetter || $0.isNumber }
    count = value.utf8.count
    bytes = Repetition.piece(of: Array(value.utf8))
    small = bytes.map(\.smallLetter)
  }

  private var isASCII: Bool { plain.utf8.allSatisfy { $0 < 0x80 } }

  private var hasBlank: Bool { text.contains(where: \.isWhitespace) }

  func isPlaceholder(isSecret: Bool) -> Bool {
    if hasBrackets || isElsewherePlaceholder(isSecret: isSecret) { return true }
    if Self.wholes.contains(plain) || isNote { return true }
    if plain.count > 2, plain.allSatisfy({ $0 == "x" }) { return true }
    // A webhook's address has its secret at its end.
    if text.utf8.reversed().prefix(8).elementsEqual("xxxxxxxx".utf8), text.contains("://") {
      return true
    }
    if count > 2, plain.isEmpty, Set(text).count == 1, "*.?…".contains(text.first ?? "a") {
      return true
    }
    // What has blanks, and is no secret, may well be a text for people: `Enter your name here`.
    if isSecret || !hasBlank {
      if holds(Self.phrases) || saysHere { return true }
    }
    if isSecret ? holds(Self.alone) : beginsWithYour { return true }
    return isSecret && (isReference || isFiller || isExample || saysNothing)
  }

  /// `-`, `?`, `x`, and words for what is still to come.
  private var saysNothing: Bool {
    (count < 4 && plain.count < 2)
      || ["na", "later", "pending", "missing", "unknown"].contains(plain)
  }

  /// `example`, also as a part of a key, and other languages' words for it.
  private var isExample: Bool {
    let word = "example".utf8
    return plain.utf8.indices.contains { plain.utf8[$0...].starts(with: word) }
      || (!isASCII && ["サンプル", "ダミー", "샘플", "더미"].contains(where: plain.contains))
  }

  /// `<password>`, `[key]`, `{{ key }}`, and the first of these also within a value.
  private var hasBrackets: Bool {
    // To build a pattern takes longer than to see that nothing begins it.
    if "[{_@".utf8.contains(small.first ?? 0), text.contains(where: \.isLetter),
      text.wholeMatch(of: /\[[^\[\]"',:;]*\]|\{\{.*\}\}|__[a-z_]+__|@[a-z_]+@/) != nil
    {
      return true
    }
    guard text.utf8.contains(UInt8(ascii: "<")) else { return false }
    // HTML.
    if text.contains("</") || text.contains("/>") { return false }
    // Mail addresses stand in such brackets, too.
    let inner = text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1)
    return inner.contains { part in
      guard let end = part.firstIndex(of: ">"), part.startIndex < end else { return false }
      return part[..<end].allSatisfy { $0.isLetter || $0.isNumber || " _-./".contains($0) }
    }
  }

  /// Whether a value is another one's name that nothing has put a value for: `${DB_PASSWORD}`.
  private var isReference: Bool {
    "$%".contains(text.first ?? " ")
      && text.wholeMatch(of: /\$\{[^{}]*\}|\$[a-z_][a-z0-9_]*|\$\([^()]*\)|%[a-z_]+%/) != nil
  }

  /// `TODO ask Hanako`, but not `todo-list`.
  private var isNote: Bool {
    ["TODO", "FIXME"].contains { word in
      let next = bytes.dropFirst(word.utf8.count).first
      let isSaid = bytes.starts(with: word.utf8) && next.map(" _:-".utf8.contains) == true
      return isSaid || (next == UInt8(ascii: ":") && text.hasPrefix(word.lowercased()))
    }
  }

  private static let wholes: Set<String> = [
    "todo", "tbd", "fixme", "tba", "setme", "notset", "unset", "redacted", "placeholder",
  ]
}

// Phrases.
extension ValueText {
  private static func words(_ texts: String) -> [ValueWords.Word] {
    texts.split(separator: ",").map {
      ValueWords.Word($0.split(whereSeparator: \.isWhitespace).joined(separator: " "), .asks)
    }
  }

  /// What asks for another value wherever it stands.
  fileprivate static let phrases = words(
    """
    change me, change this, change it, change your, replace me, replace this, replace it,
    replace with, replace by, replace your, insert your, insert here, enter your, enter here,
    put your, put here, add your, add here, paste your, paste here, type your, type here, set your,
    set me, provide your, use your, fill me, fill in, fill this, edit me, edit this, update me,
    update this, generate me, generate one, to be changed, to be replaced, to be filled, to be set, to be defined,
    to be provided, goes here, key here, secret here, token here, password here, value here,
    string here
    """)

  /// What is a word of a text where no secret belongs.
  fileprivate static let alone = words(
    "your, todo, fixme, tbd, tba, see vault, from vault, in vault")

  fileprivate static let development = words(
    """
    insecure, not secure, not safe, unsafe, do not use, dont use, not for production,
    for development, development only, dev only, testing only, for testing, test only, local only
    """)

  /// Whether one of the phrases stands in it, written together or apart, as words of their own.
  fileprivate func holds(_ phrases: [ValueWords.Word]) -> Bool {
    small.indices.contains { place in
      guard small[place].isASCIILetter, isBoundary(place) else { return false }
      return phrases.contains { phrase in
        phrase.length(in: small, at: place).map { isBoundary(place + $0) } ?? false
      }
    }
  }

  /// Whether a word may begin or end here: `changeMe`, `CHANGE_ME`, `change-me2`.
  private func isBoundary(_ place: Int) -> Bool {
    guard place > 0, place < bytes.count else { return true }
    let (before, after) = (bytes[place - 1], bytes[place])
    return !before.isASCIILetter || !after.isASCIILetter
      || (before.isASCIISmall && after.isASCIICapital)
  }

  /// Whether it says so, such as `insert-a-long-string-here`.
  private var saysHere: Bool {
    let verbs = ["insert", "enter", "put", "add", "paste", "type", "place", "set", "write", "fill"]
    return small.reversed().starts(with: "here".utf8.reversed())
      && verbs.contains { small.starts(with: $0.utf8) }
  }

  /// `your-address`, and as the host of a URL; not `Your order has been sent`.
  private var beginsWithYour: Bool {
    if hasBlank {
      return small.starts(with: "your ".utf8) && ValueWords(small).own == 0
    }
    return small.indices.contains { place in
      (place == 0 || "/@".utf8.contains(small[place - 1]))
        && ["your-", "your_", "your."].contains { small[place...].starts(with: $0.utf8) }
    }
  }
}

// Fillers.
extension ValueText {
  /// Whether half of it at least is one sign again and again: `xxxx-xxxx`, `ghp_xxxx`, `0000000`.
  fileprivate var isFiller: Bool {
    var filling = 0
    var rest = text[...]
    while let first = rest.first {
      let run = rest.prefix { $0 == first }
      let isFilling =
        "x*.…?#_•-".contains(first) ? run.count > 2 : first == "0" && run.count > 5
      if isFilling { filling += run.utf8.count }
      rest = rest[run.endIndex...]
    }
    let isZero = plain.count > 2 && plain.allSatisfy { $0 == "0" }
    return isZero || (count > 2 && filling * 2 >= count)
  }

  /// Whether nothing behind a key's beginning is the key: a filler, words, or two signs at most.
  fileprivate var isNothing: Bool {
    isFiller || ValueWords(small).isAll || Set(small.filter(\.isASCIIWord)).count < 3
  }

  /// What stands behind the beginning that a known kind of key has; `nil` where it has none such.
  fileprivate var behindPrefix: String? {
    let formats = bytes.first.map { KeyFormat.byFirstByte[Int($0)] } ?? []
    let prefixes = formats.filter { !$0.isWord }.map(\.prefix).filter {
      $0.count > 2 && bytes.starts(with: $0)
    }
    guard let longest = prefixes.max(by: { $0.count < $1.count }) else { return nil }
    return String(decoding: bytes[longest.count...], as: UTF8.self)
  }

  /// A short piece again and again.
  fileprivate var isRepeated: Bool {
    bytes.count < count && (bytes.count == 1 ? count > 2 : bytes.count < 5 && count > 5)
  }
}

// Japanese, Korean and Chinese, which write words without spaces.
extension ValueText {
  private func isElsewherePlaceholder(isSecret: Bool) -> Bool {
    guard !isASCII else { return false }
    if Self.tags.contains(where: plain.contains) || Self.states.contains(plain) { return true }
    if isSecret, Self.endings.contains(where: plain.hasSuffix) { return true }
    guard let request = Self.requests.first(where: plain.contains) else { return false }
    // A request that names another thing is a text for users, unless a secret belongs here.
    return isSecret || Self.objects.contains { plain == $0 + request }
  }

  private static let tags = [
    "要変更", "変更必須", "ここに入力", "변경필요", "여기에입력", "在此输入", "在此輸入",
  ]

  private static let requests = [
    "変更してください", "入力してください", "設定してください", "置き換えてください", "변경하세요", "변경해주세요", "입력하세요",
    "입력해주세요", "请修改", "請修改", "请填写", "請填寫", "请输入", "請輸入",
  ]

  /// What asks for a value, or for somebody to ask, where one is to be kept from others.
  private static let endings = [
    "を入力", "を記入", "に問い合わせ", "へ問い合わせ", "に確認", "を参照", "のキー", "の鍵", "のパスワード", "で設定", "に設定",
    "입력", "기입", "문의", "참조", "의키", "의비밀번호", "에설정",
  ]

  private static let objects = [
    "", "値を", "この値を", "ここを", "必ず", "後で", "값을", "이값을", "실제값을", "반드시", "나중에",
  ]

  private static let states: Set<String> = [
    "未設定", "未定", "仮", "要設定", "要入力", "要記入", "미정", "미설정", "입력필요", "설정필요", "待定", "未设置", "未設置",
  ]

  /// Whether it is a word that people choose, with or without a number.
  fileprivate var isChosenElsewhere: Bool {
    guard !isASCII else { return false }
    let word = plain.filter { !$0.isNumber }
    return [
      "パスワード", "秘密", "テスト", "管理者", "비밀번호", "비밀", "테스트", "관리자", "密码", "密碼",
    ].contains(word)
  }
}
