internal import Release

/// What holds for the lines of a section, a list or an item unless something nearer says otherwise.
struct Settings {
  var stage: Stage?
  var environment: String?
  var isOptional = false
  var isRun = false
  var mode: Annotation.Mode?

  /// With what an annotation adds.
  func merged(with annotation: Annotation) -> Settings {
    var settings = self
    settings.stage = annotation.stage ?? stage
    settings.environment = annotation.environment ?? environment
    settings.isOptional = annotation.isOptional || isOptional
    settings.isRun = annotation.isRun || isRun
    settings.mode = annotation.mode ?? mode
    return settings
  }
}

/// A heading, or a paragraph that serves as one, and what holds below it.
struct Section {
  /// A paragraph's: below every heading's.
  static let paragraphLevel = 7

  let title: String
  let level: Int
  let line: Int
  /// The number with which its title begins.
  let number: String?
  /// Index of the section around it; `nil` for the document itself.
  let parent: Int?
  /// What holds without the annotations of its own.
  let inherited: Settings
  /// What its own annotations say.
  var own: Annotation?

  var settings: Settings { own.map { inherited.merged(with: $0) } ?? inherited }

  /// The document itself, before and above all headings.
  static let document = Section(
    title: "", level: 0, line: 1, number: nil, parent: nil, inherited: Settings())
}

extension Block {
  /// The title, where the block is a heading or a paragraph of bold text and otherwise only
  /// punctuation, symbols or emoji.
  var sectionTitle: String? {
    switch kind {
    case .heading: inlines.line
    case .paragraph where inlines.hasOnlySymbolsBesideBold: inlines.boldText
    default: nil
    }
  }

  /// A paragraph's bold beginning, where other words follow: it may be meant as a section.
  var boldBeginning: String? {
    guard kind == .paragraph, let first = inlines.first, first.isStrong,
      !inlines.contains(where: { $0.kind == .softBreak || $0.kind == .hardBreak })
    else { return nil }
    let bold = inlines.boldText
    let rest = inlines.filter { !$0.isStrong && !$0.isComment }.line
    let isLabel =
      bold.hasSuffix(":") || bold.hasSuffix("：") || rest.hasPrefix(":") || rest.hasPrefix("：")
    return isLabel || sectionTitle != nil ? nil : bold
  }
}

extension [Inline] {
  fileprivate var boldText: String { filter { $0.isStrong }.line }

  /// Which line after the first, if any, would be a section if it stood alone.
  var swallowedSection: Int? {
    let lines = split(omittingEmptySubsequences: false) {
      $0.kind == .softBreak || $0.kind == .hardBreak
    }
    return lines.indices.dropFirst().first {
      Array(lines[$0]).hasOnlySymbolsBesideBold && lines[$0].first?.isStrong == true
    }
  }

  fileprivate var hasOnlySymbolsBesideBold: Bool {
    guard !boldText.isEmpty else { return false }
    return allSatisfy { inline in
      if inline.isStrong || inline.isComment { return true }
      switch inline.kind {
      case .text: return inline.text.unicodeScalars.allSatisfy(\.isSymbolic)
      case .softBreak, .hardBreak: return true
      case .code, .html, .linkStart, .linkEnd: return false
      }
    }
  }
}

extension Unicode.Scalar {
  /// Whether it says nothing in words: punctuation, a symbol, an emoji or a space.
  var isSymbolic: Bool {
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol, .spaceSeparator, .format, .control:
      true
    // Variation selectors and keycaps belong to emoji.
    case .nonspacingMark, .enclosingMark:
      properties.isVariationSelector || value == 0x20e3
    default: false
    }
  }
}

/// The number with which a title begins.
enum LeadingNumber {
  /// Words that may stand before it.
  private static let words = [
    "phase", "step", "part", "section", "chapter", "フェーズ", "ステップ", "第", "단계", "제",
  ]

  /// The number: `3.1` of "3.1 Keys", `2` of "Phase 2: Cut-over".
  ///
  /// "第2章 確認", "二、確認" and "② 確認" begin with a `2` too, and a dash belongs to a number where a
  /// point ends it.
  static func of(_ title: String) -> String? {
    var rest = TextForm.folded(title)[...]
    rest = rest.drop { character in character.unicodeScalars.allSatisfy(\.isSymbolic) }
    var isAnnounced = false
    for word in words where rest.hasPrefix(word) {
      rest = rest.dropFirst(word.count).drop(while: \.isWhitespace)
      isAnnounced = true
      break
    }
    if let enclosed = rest.first?.enclosedNumber { return String(enclosed) }
    if let number = ideographic(rest, isAnnounced: isAnnounced) { return String(number) }
    var numbers = rest.prefix { $0.isASCIIDigit || $0 == "." || $0 == "-" }
    // "3.- Claves"
    while numbers.hasSuffix(".-") { numbers = numbers.dropLast() }
    // "2026-11-21", "1-2 hours" and "24h" begin with a number that numbers nothing.
    let isRange = numbers.contains("-") && !numbers.hasSuffix(".")
    let isDate = numbers.contains("-") && numbers.split(separator: "-").contains { $0.count > 2 }
    guard let first = numbers.first, first.isASCIIDigit, !isRange, !isDate else { return nil }
    let next = rest.dropFirst(numbers.count).first
    guard numbers.hasSuffix(".") || next.map(Self.endsNumber) ?? true else { return nil }
    return numbers.split(separator: ".").joined(separator: ".")
  }

  private static let ideographs = Array("一二三四五六七八九")

  /// The number of "二、確認" or "第十二章": 1 to 99.
  ///
  /// - Parameter isAnnounced: Whether a word before it says that a number follows; else only what
  ///   ends nothing but numbers may stand behind it, for 一般 is a word.
  private static func ideographic(_ text: Substring, isAnnounced: Bool) -> Int? {
    let numerals = text.prefix { $0 == "十" || ideographs.contains($0) }
    guard !numerals.isEmpty, let next = text.dropFirst(numerals.count).first,
      isAnnounced ? endsNumber(next) : ":)].,、。．：）】".contains(next)
    else { return nil }
    func digit(_ part: Substring) -> Int? {
      part.count > 1 ? nil : part.first.map { (ideographs.firstIndex(of: $0) ?? -1) + 1 } ?? 0
    }
    let parts = numerals.split(separator: "十", omittingEmptySubsequences: false)
    guard parts.count < 3, let first = digit(parts[0]), let last = digit(parts[parts.count - 1])
    else { return nil }
    return parts.count == 1 ? first : max(first, 1) * 10 + last
  }

  private static func endsNumber(_ character: Character) -> Bool {
    character.isWhitespace || ":)].,、。．：）】章節部段장절부단".contains(character)
  }
}

extension Character {
  /// The number that ②, ⑵, ⒉, ❷ or Ⅱ is.
  fileprivate var enclosedNumber: Int? {
    guard let scalar = unicodeScalars.first, unicodeScalars.count == 1,
      (0x2160...0x217f).contains(scalar.value) || (0x2460...0x249b).contains(scalar.value)
        || (0x2776...0x2793).contains(scalar.value) || (0x3251...0x325f).contains(scalar.value),
      let value = scalar.properties.numericValue
    else { return nil }
    return Int(value)
  }

  var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
