/// Telephone numbers as they are written in Japan, Korea, the United States, Germany and abroad.
enum TelephoneNumber {
  /// - Parameter text: Folded, so that its digits and signs are ASCII.
  static func isGiven(in text: String) -> Bool {
    var numbers = Numbers(text)
    return numbers.candidates().contains(where: \.isTelephone)
  }

  /// Digits, the signs between them, and what is said of them.
  fileprivate struct Candidate {
    var text: String
    /// Whether a word such as `Tel.` stands before it.
    var isLabelled: Bool

    var groups: [Substring] { text.split { !$0.isASCIIDigit } }

    /// A date, an address of a machine, a version: what has digits and signs, too.
    var isSomethingElse: Bool {
      let groups = groups
      let lengths = groups.map(\.count)
      let isYear = { (group: Substring) in
        group.count == 4 && (group.hasPrefix("19") || group.hasPrefix("20"))
      }
      switch lengths.count {
      case 1: return lengths[0] == 8 && isYear(groups[0].prefix(4))
      case 2: return isYear(groups[0]) && (isYear(groups[1]) || lengths[1] <= 2)
      case 3:
        return (isYear(groups[0]) && lengths[1] <= 2 && lengths[2] <= 2)
          || (lengths[0] <= 2 && lengths[1] <= 2 && (isYear(groups[2]) || lengths[2] == 2))
          || (lengths[0] == 1 && text.contains("."))
      case 4 where text.allSatisfy { $0.isASCIIDigit || $0 == "." }:
        return groups.allSatisfy { group in
          group.count <= 3 && (Int(group) ?? 256) < 256 && (group.count == 1 || group.first != "0")
        }
      default: return false
      }
    }

    var isTelephone: Bool {
      let groups = groups
      let digits = groups.joined()
      guard digits.count <= 17, Set(digits).count > 1, groups.count <= 6 else { return false }
      if isLabelled, digits.count > 3 { return true }
      if text.hasPrefix("+") { return digits.count > 7 && digits.first != "0" }
      if digits.hasPrefix("00") { return digits.count > 10 }
      // The trunk: 03-1234-5678, 02-123-4567, 0171 1234567.
      if digits.hasPrefix("0") {
        return (9...12).contains(digits.count) && groups.allSatisfy { $0.count > 1 }
      }
      return isAmerican(groups) || isKoreanService(groups)
    }

    /// Whether it is one such as (212) 555-0123 and 1-800-555-0123.
    private func isAmerican(_ groups: [Substring]) -> Bool {
      let area = groups.first == "1" ? groups.dropFirst() : groups[...]
      return area.map(\.count) == [3, 3, 4] && (area.first?.first ?? "0") > "1"
        && text.contains { "-.()".contains($0) }
    }

    /// Whether it is one such as 1588-1234; not 1600-1800, which are hours.
    private func isKoreanService(_ groups: [Substring]) -> Bool {
      guard groups.map(\.count) == [4, 4], text.contains("-"),
        ["15", "16", "18"].contains(where: groups[0].hasPrefix)
      else { return false }
      let areHours = groups.allSatisfy { group in
        (Int(group.prefix(2)) ?? 24) < 25 && (Int(group.suffix(2)) ?? 60) < 60
      }
      return !areHours
    }
  }

  /// The numbers of a text.
  fileprivate struct Numbers {
    private let text: [Character]
    private var place = 0

    init(_ text: String) {
      self.text = text.map { Self.dashes.contains($0) ? "-" : $0 }
    }

    private static let dashes: Set<Character> = [
      "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}",
      "\u{30fc}",
    ]

    /// Those that stand with nothing but a blank between them are one, but for dates and the like.
    mutating func candidates() -> [Candidate] {
      var found: [Candidate] = []
      var end: Int?
      while let (range, word) = next() {
        let label = label(before: range.lowerBound)
        let candidate = Candidate(text: word, isLabelled: label)
        guard !candidate.isSomethingElse else {
          end = nil
          continue
        }
        let gap = end.map { text[$0..<range.lowerBound] }
        if !label, gap?.allSatisfy({ " /-".contains($0) }) == true, var last = found.popLast() {
          last.text += " " + word
          found.append(last)
        } else {
          found.append(candidate)
        }
        end = range.upperBound
      }
      return found.filter { !$0.isSomethingElse }
    }

    /// The next run of digits and signs without blanks that no letter touches.
    private mutating func next() -> (Range<Int>, String)? {
      while place < text.count {
        guard Self.isPart(text[place]) else {
          place += 1
          continue
        }
        let start = place
        while place < text.count, Self.isPart(text[place]) { place += 1 }
        let isTouched =
          (start > 0 && touches(text[start - 1], at: start))
          || isContinued(at: place)
        let word = String(text[start..<place])
        if !isTouched, word.contains(where: \.isASCIIDigit) {
          return (start..<place, Self.trimmed(word))
        }
      }
      return nil
    }

    private func isContinued(at place: Int) -> Bool {
      guard place < text.count, Self.isAttached(text[place]) else { return false }
      return text[place] != ":" || (place + 1 < text.count && text[place + 1].isASCIIDigit)
    }

    private static func isPart(_ character: Character) -> Bool {
      character.isASCIIDigit || "+()-./".contains(character)
    }

    private static func isAttached(_ character: Character) -> Bool {
      (character.isASCII && character.isLetter) || "_:#@%$€£¥〒=&*^~".contains(character)
    }

    /// Whether what stands before a number makes it a part of something else: `v1.2`, `#12`, `9:30`.
    private func touches(_ character: Character, at start: Int) -> Bool {
      guard Self.isAttached(character) else { return false }
      if character == ":" {
        return start > 1 && text[start - 2].isASCIIDigit
      }
      return !label(before: start)
    }

    /// Full stops and brackets that belong to the sentence.
    private static func trimmed(_ word: String) -> String {
      var word = word[...]
      while let last = word.last, "-./(".contains(last) { word.removeLast() }
      while let first = word.first, "-./)".contains(first) { word.removeFirst() }
      return String(word)
    }

    private func label(before start: Int) -> Bool {
      var end = start
      while end > 0, " :.(".contains(text[end - 1]) { end -= 1 }
      let word = text[max(0, end - 12)..<end].reversed().prefix { $0.isLetter || !$0.isASCII }
      let said = String(word.reversed())
      return TelephoneNumber.labels.contains { label in
        label.first?.isASCII == true ? said == label : said.hasSuffix(label)
      }
    }
  }

  private static let labels = [
    "tel", "phone", "telephone", "telefon", "fon", "handy", "mobile", "mobil", "cell", "hotline",
    "pager", "ext", "電話", "電話番号", "携帯", "内線", "直通", "代表", "☎", "📞", "전화", "전화번호", "휴대폰",
    "휴대전화", "핸드폰", "내선", "대표번호",
  ]
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
