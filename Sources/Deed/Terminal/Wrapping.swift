extension String {
  /// The text in lines of at most `width` columns: the first after `head`, the others indented to
  /// where it begins.
  ///
  /// Japanese and Chinese text breaks between any two characters, but not before a full stop or
  /// after an opening bracket; Korean breaks at spaces. What fits nowhere is cut.
  ///
  /// `kept`, such as a path, and addresses of the web stay whole, so that they can be copied, even
  /// where they go over the edge.
  ///
  /// - Parameters:
  ///   - width: The columns; `Int.max` for a single line.
  ///   - indent: The columns before every line but the first.
  ///   - columns: Those that `head` takes up, colours not counted, where that is not `indent`.
  func wrapped(
    to width: Int, after head: String = "", indent: Int, head columns: Int? = nil,
    keeping kept: [String] = []
  ) -> [String] {
    // What is kept has no place at which a line could end.
    let kept = kept.filter { !$0.isEmpty }
    let text = kept.reduce(self) { $0.replacing($1, with: $1.firm) }
    guard width < .max else { return [head + text.plain] }
    let first = columns ?? indent
    let narrow = Swift.max(20, width - Swift.max(first, indent))
    var lines: [String] = []
    var line = ""
    var used = 0
    for piece in text.pieces(narrow, kept.map(\.firm)) {
      let room = Swift.max(narrow, width - (lines.isEmpty ? first : indent))
      let gap = piece.isAfterSpace && !line.isEmpty ? 1 : 0
      let columns = piece.text.displayWidth
      if used + gap + columns > room, !line.isEmpty {
        lines.append(line.withoutBlanksAtItsEnd)
        (line, used) = (piece.text, columns)
      } else {
        line += (gap == 1 ? " " : "") + piece.text
        used += gap + columns
      }
    }
    lines.append(line)
    return lines.enumerated().map { index, line in
      (index == 0 ? head : String(repeating: " ", count: indent))
        + line.plain
    }
  }

  /// What stands for spaces, and for no-break spaces, in what is kept: no characters have these
  /// numbers, so no text that may be shown holds them.
  private static let (space, noBreakSpace) = ("\u{e0fff}", "\u{e0ffe}")

  private var firm: String {
    replacing(" ", with: Self.space).replacing("\u{a0}", with: Self.noBreakSpace)
  }

  private var withoutBlanksAtItsEnd: String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }

  /// A line without what kept it whole; elsewhere a no-break space has done its work here.
  private var plain: String {
    replacing("\u{a0}", with: " ").replacing(Self.space, with: " ")
      .replacing(Self.noBreakSpace, with: "\u{a0}")
  }

  /// The words in a shell's quotation marks, as `GitError.quoted` writes them.
  var quotedWords: [String] {
    var words: [String] = []
    var rest = self[...]
    while let open = rest.firstIndex(of: "'") {
      // Not the one of “the file's name”.
      let isOpening = open == startIndex || " (:=".contains(self[index(before: open)])
      guard isOpening, let word = rest[open...].prefixMatch(of: /'[^']*'(?:\\''[^']*')*/) else {
        rest = rest[index(after: open)...]
        continue
      }
      words.append(String(word.output))
      rest = rest[word.range.upperBound...]
    }
    return words
  }

  private struct Piece {
    var text: String
    let isAfterSpace: Bool
  }

  /// What no line break may part, none wider than `room` but what is kept whole.
  private func pieces(_ room: Int, _ kept: [String]) -> [Piece] {
    var pieces: [Piece] = []
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      var piece = Piece(text: "", isAfterSpace: !pieces.isEmpty)
      let whole = word.whole(kept)
      for (index, character) in zip(word.indices, word) {
        let isFull = piece.text.displayWidth + String(character).displayWidth > room
        let breaks = piece.text.last.map { $0.mayPart(from: character) } ?? false
        let isInside = whole.contains { $0.lowerBound < index && index < $0.upperBound }
        if !piece.text.isEmpty, !isInside, breaks || isFull {
          pieces.append(piece)
          piece = Piece(text: "", isAfterSpace: false)
        }
        piece.text.append(character)
      }
      pieces.append(piece)
    }
    return pieces
  }
}

extension String {
  /// A hint in lines of `width` columns, the others indented to where the first begins after `head`.
  ///
  /// A command is there to be pasted: it is never wrapped, and has a line of its own where it does not
  /// fit behind the words that lead to it.
  func wrappedHint(to width: Int, after head: String) -> [String] {
    if isCommand { return [head + self] }
    let indent = head.displayWidth
    // A file's name may be anything, and is to be copied.
    let kept = quotedWords
    func wrapped(_ text: String, _ head: String) -> [String] {
      text.wrapped(to: width, after: head, indent: indent, keeping: kept + ["\u{a0}"])
    }
    let plain = kept.reduce(self) { text, word in
      text.replacing(word, with: String(repeating: "_", count: word.count))
    }
    guard "\(head)\(self)".displayWidth > width, let colon = plain.firstRange(of: ": ") else {
      return wrapped(self, head)
    }
    let count = plain.distance(from: plain.startIndex, to: colon.lowerBound)
    let rest = String(dropFirst(count + 2))
    let margin = String(repeating: " ", count: indent)
    return wrapped("\(prefix(count)):", head)
      + (rest.isCommand ? [margin + rest] : wrapped(rest, margin))
  }

  private var isCommand: Bool {
    let programs = [
      "git", "deed", "chmod", "sed", "ls", "alembic", "openssl", "gitleaks", "sudo", "rm", "mkdir",
      "gpg", "ssh-add",
    ]
    return programs.contains { hasPrefix("\($0) ") }
  }
}

extension Substring {
  /// The parts of a word that stay whole: `kept`, and addresses of the web up to their last ASCII
  /// character.
  fileprivate func whole(_ kept: [String]) -> [Range<Index>] {
    let addresses = contains("://") ? ranges(of: /[a-z+]+:\/\/[!-~]+/) : []
    return addresses + kept.flatMap { ranges(of: $0) }
  }
}

extension Character {
  private static let closing = Set(
    "、。，．・：；？！）」』】〉》〕］｝ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]}\u{201D}\u{2019},.;:!?")
  private static let opening = Set("（「『【〈《〔［｛([{\u{201C}\u{2018}")

  /// Whether a line may break between this character and the next one.
  fileprivate func mayPart(from next: Character) -> Bool {
    guard isIdeographic || next.isIdeographic else { return false }
    return !Self.closing.contains(next) && !Self.opening.contains(self)
  }

  /// Written without spaces between words: wide, and not Hangul.
  private var isIdeographic: Bool {
    guard let scalar = unicodeScalars.first, String(self).displayWidth == 2 else { return false }
    return !(0x1100...0x11ff).contains(scalar.value) && !(0xac00...0xd7a3).contains(scalar.value)
  }
}
