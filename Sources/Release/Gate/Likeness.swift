/// A reason to look twice at who an approver is.
///
/// It decides nothing: people of one name exist, and so do two addresses of one.
package struct Likeness: Hashable, Sendable {
  /// Stable, for machines.
  package let code: String
  /// A sentence without its full stop.
  package let message: String
  package let record: RecordID

  /// - Parameters:
  ///   - approvals: One of each person whose approval counts.
  ///   - involved: Who had a hand in the release, where approvers are wanted who had none.
  static func found(among approvals: [Record], involved: [Person]) -> [Likeness] {
    var found: [Likeness] = []
    for (index, record) in approvals.enumerated() {
      let person = record.by
      if person.isBot {
        found.append(
          Likeness(
            code: "approver-bot", message: "\(person) seems to be a program", record: record.id))
      }
      let looks = [person.email, person.name].filter(LetterForms.isMixed)
      if let text = looks.first {
        found.append(
          Likeness(
            code: "approver-disguised",
            message: "\u{201C}\(text)\u{201D} has letters in it that only look like others",
            record: record.id))
      }
      let others = approvals[..<index].map(\.by) + involved
      if let (other, why) = others.lazy.compactMap({ other in
        person.likeness(to: other).map { (other, $0) }
      }).first {
        found.append(
          Likeness(
            code: "approver-alike", message: "\(person) and \(other) may be one person: \(why)",
            record: record.id))
      }
    }
    return found
  }
}

extension Person {
  /// Why this may be the same person as another one of another address; `nil` where nothing says so.
  fileprivate func likeness(to other: Person) -> String? {
    guard foldedEmail != other.foldedEmail else { return nil }
    let (own, theirs) = (LetterForms.skeleton(email), LetterForms.skeleton(other.email))
    if own == theirs { return "their addresses look alike" }
    if Self.withoutTag(own) == Self.withoutTag(theirs) {
      return "their addresses are the same but for what follows a +"
    }
    let name = LetterForms.skeleton(self.name)
    guard !name.isEmpty, name == LetterForms.skeleton(other.name) else { return nil }
    return "they have one name"
  }

  private static func withoutTag(_ email: String) -> String {
    guard let at = email.lastIndex(of: "@") else { return email }
    return String(email[..<at].prefix { $0 != "+" } + email[at...])
  }
}

/// Letters that look alike in most fonts, of the scripts in which addresses are forged.
enum LetterForms {
  /// What a text looks like: letters by their look and without case, spaces left out.
  ///
  /// Two texts of one skeleton can hardly be told apart by eye. Texts are the same however their letters are
  /// put together of marks.
  static func skeleton(_ text: String) -> String {
    var forms = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      // Full-width forms, and what shows nothing at all.
      case 0xFF01...0xFF5E: forms.append(ascii(UInt8(scalar.value - 0xFF01 + 0x21)))
      case 0x09...0x0D, 0x20, 0xA0, 0x3000: continue
      case ..<0x80: forms.append(ascii(UInt8(scalar.value)))
      // Letters and digits of formulas, alphabet after alphabet.
      case 0x1D400...0x1D6A3:
        let place = (scalar.value - 0x1D400) % 26
        forms.append(ascii(UInt8(place) + UInt8(ascii: "a")))
      case 0x1D7CE...0x1D7FF:
        forms.append(ascii(UInt8((scalar.value - 0x1D7CE) % 10) + UInt8(ascii: "0")))
      default:
        if isInvisible(scalar) { continue }
        forms.append(alike[scalar] ?? scalar)
      }
    }
    return String(forms)
  }

  /// Whether a word with Latin letters has some in it that only look Latin.
  static func isMixed(_ text: String) -> Bool {
    text.split { $0 == " " || $0 == "@" || $0 == "." }.contains { word in
      let scalars = word.unicodeScalars
      let isLatin = scalars.contains { (0x61...0x7A).contains($0.value | 0x20) }
      return isLatin
        && scalars.contains {
          alike[$0] != nil || (0xFF01...0xFF5E).contains($0.value)
            || (0x1D400...0x1D7FF).contains($0.value)
        }
      // Emoji and some ideographs have such signs of their own.
    }
      || text.unicodeScalars.contains { scalar in
        isInvisible(scalar) && !(0xFE00...0xFE0F).contains(scalar.value)
          && !(0xE0100...0xE01EF).contains(scalar.value)
      }
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x80 && scalar.properties.isDefaultIgnorableCodePoint
  }

  private static func ascii(_ byte: UInt8) -> Unicode.Scalar {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Unicode.Scalar(byte | 0x20)
    case UInt8(ascii: "0"): "o"
    case UInt8(ascii: "1"): "l"
    default: Unicode.Scalar(byte)
    }
  }

  /// Cyrillic, Greek, Armenian and Latin letters that look like one of ASCII's.
  private static let alike: [Unicode.Scalar: Unicode.Scalar] = {
    let groups: [(Unicode.Scalar, String)] = [
      ("a", "аɑαАΑ"), ("b", "ВΒЬ"), ("c", "сϲСϹ"), ("d", "ԁ"), ("e", "еЕΕ"), ("g", "ɡց"),
      ("h", "һНΗհ"), ("i", "іιІΙı"), ("j", "јЈ"), ("k", "кκКΚ"), ("l", "ӏⅼ"), ("m", "МΜ"),
      ("n", "Νո"), ("o", "оοОΟօ"), ("p", "рρРΡ"), ("q", "ԛ"), ("s", "ѕЅ"), ("t", "тτТΤ"),
      ("u", "υս"), ("v", "νѵ"), ("w", "ԝ"), ("x", "хΧХ"), ("y", "уγУΥ"), ("z", "Ζ"),
    ]
    var alike: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (letter, others) in groups {
      for scalar in others.unicodeScalars { alike[scalar] = letter }
    }
    return alike
  }()
}
