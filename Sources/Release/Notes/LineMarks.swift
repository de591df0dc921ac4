/// What a line of a commit message may be, as its first bytes tell.
///
/// Only a blank line is certain: all else is worth a closer look. Each line of a history is asked
/// half a dozen questions, and most are prose, to which all answers are no.
struct LineMarks: OptionSet {
  let rawValue: UInt8

  static let blank = LineMarks(rawValue: 1)
  /// A footer begins here, or a break is announced.
  static let footer = LineMarks(rawValue: 1 << 1)
  /// A change is named as titles do, behind a bullet too.
  static let change = LineMarks(rawValue: 1 << 2)
  /// The fence of a stretch of code, or the beginning of a comment.
  static let fence = LineMarks(rawValue: 1 << 3)
  /// GitLab's `See merge request …`.
  static let mergeRequest = LineMarks(rawValue: 1 << 4)
  /// What `git cherry-pick -x` adds.
  static let picked = LineMarks(rawValue: 1 << 5)
  /// It says what is taken back: `This reverts commit …`, `Reverts #12`.
  static let reverts = LineMarks(rawValue: 1 << 6)

  /// Who made what `git merge --squash` made part of a commit: `Author: …`.
  static let author = LineMarks(rawValue: 1 << 7)

  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// - Parameter line: Where it stands in `text`, without its end.
  init(_ text: UnsafeRawBufferPointer, _ line: Range<Int>) {
    let rest = Text(bytes: text, place: line.lowerBound, end: line.upperBound)
    var words = rest
    words.skip(while: \.isBlank)
    guard let first = words.first else {
      self = .blank
      return
    }
    let isIndented = words.place > rest.place
    var marks: LineMarks = []
    switch first {
    case UInt8(ascii: "`"), UInt8(ascii: "~"): marks = .fence
    case UInt8(ascii: "<"): if words.second == UInt8(ascii: "!") { marks = .fence }
    case UInt8(ascii: "S"): if words.second == UInt8(ascii: "e") { marks = .mergeRequest }
    case UInt8(ascii: "A"): if words.second == UInt8(ascii: "u") { marks = .author }
    case UInt8(ascii: "("): marks = .picked
    case UInt8(ascii: "T"), UInt8(ascii: "R"): marks = .reverts
    case UInt8(ascii: "b"), UInt8(ascii: "B"): if words.mayBreak { marks = .footer }
    case UInt8(ascii: "*"), UInt8(ascii: "-"):
      var item = words
      item.skip { $0.isBlank || $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "-") }
      if item.mayBreak { marks = .footer }
      if !isIndented, words.second == UInt8(ascii: " ") {
        words.place += 2
        marks.formUnion(words.marks.intersection(.change))
      }
    default: break
    }
    self = isIndented || !(first.isLetter || words.mayBeEmoji) ? marks : marks.union(words.marks)
  }

  /// What is left of a line.
  private struct Text {
    let bytes: UnsafeRawBufferPointer
    var place: Int
    let end: Int

    var first: UInt8? { place < end ? bytes[place] : nil }
    var second: UInt8? { place + 1 < end ? bytes[place + 1] : nil }

    mutating func skip(while isSkipped: (UInt8) -> Bool) {
      while place < end, isSkipped(bytes[place]) { place += 1 }
    }

    /// Whether these may be the first letters of `BREAKING CHANGE`.
    var mayBreak: Bool {
      first?.asciiLowercased == UInt8(ascii: "b") && second?.asciiLowercased == UInt8(ascii: "r")
    }

    /// Whether an emoji or such as `:boom:` may stand here, as people set them before types.
    var mayBeEmoji: Bool {
      guard let first else { return false }
      return first >= 0xE2 || (first == UInt8(ascii: ":") && second?.isLetter == true)
    }

    /// Whether an address may stand behind the blank here.
    var mayRefer: Bool {
      guard second == UInt8(ascii: "h"), place + 8 < end else { return false }
      return bytes[place + 5] == UInt8(ascii: "s") || bytes[place + 5] == UInt8(ascii: ":")
    }

    /// What follows the first word tells a footer's token and a change's type from prose.
    var marks: LineMarks {
      guard let letter = first else { return [] }
      guard letter.isLetter else { return mayBeEmoji ? .change : [] }
      var rest = self
      rest.skip(while: \.isInWord)
      guard let next = rest.first else { return [] }
      let isFooter =
        next == UInt8(ascii: ":")
        || next == UInt8(ascii: " ") && (rest.second == UInt8(ascii: "#") || rest.mayRefer)
        || next == UInt8.wideSign && rest.second == UInt8.wideSigns
      let marks: LineMarks = isFooter ? .footer : []
      // Types are in lower case there, lest each sentence with a colon be one.
      guard letter == letter.asciiLowercased else { return marks }
      rest.skip(while: \.isBlank)
      return rest.first?.mayFollowType == true ? marks.union(.change) : marks
    }
  }
}

extension UInt8 {
  /// The first two bytes of `：` and of other wide signs.
  static var wideSign: UInt8 { 0xEF }
  static var wideSigns: UInt8 { 0xBC }

  /// Whether this is of a word such as types and tokens are.
  var isInWord: Bool {
    isLetter || isDigit || self == UInt8(ascii: "-") || self == UInt8(ascii: "_")
  }

  /// Blanks of other scripts and full-width signs begin with a byte that is no ASCII.
  var mayFollowType: Bool {
    self >= 0x80 || self == UInt8(ascii: ":") || self == UInt8(ascii: "(")
      || self == UInt8(ascii: "!")
  }
}
