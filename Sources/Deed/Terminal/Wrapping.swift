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
  ///   - indent: The columns before every line but the first.
  ///   - columns: Those that `head` takes up, colours not counted, where that is not `indent`.
  func wrapped(
    to width: Int, after head: String = "", indent: Int, head columns: Int? = nil,
    keeping kept: String? = nil
  ) -> [String] {
    let first = columns ?? indent
    let narrow = Swift.max(20, width - Swift.max(first, indent))
    var lines: [String] = []
    var line = ""
    var used = 0
    // What is kept has no place at which a line could end.
    let firm = kept.map { $0.replacing(" ", with: "\u{a0}") }
    let text = kept.map { $0.isEmpty ? self : replacing($0, with: firm ?? $0) } ?? self
    for piece in text.pieces(narrow, firm) {
      let room = Swift.max(narrow, width - (lines.isEmpty ? first : indent))
      let gap = piece.isAfterSpace && !line.isEmpty ? 1 : 0
      let columns = piece.text.displayWidth
      if used + gap + columns > room, !line.isEmpty {
        lines.append(line)
        (line, used) = (piece.text, columns)
      } else {
        line += (gap == 1 ? " " : "") + piece.text
        used += gap + columns
      }
    }
    lines.append(line)
    return lines.enumerated().map { index, line in
      // A no-break space has done its work here.
      (index == 0 ? head : String(repeating: " ", count: indent))
        + line.replacing("\u{a0}", with: " ")
    }
  }

  private struct Piece {
    var text: String
    let isAfterSpace: Bool
  }

  /// What no line break may part, none wider than `room` but what is kept whole.
  private func pieces(_ room: Int, _ kept: String?) -> [Piece] {
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

extension Substring {
  /// The parts of a word that stay whole: `kept`, and addresses of the web up to their last ASCII
  /// character.
  fileprivate func whole(_ kept: String?) -> [Range<Index>] {
    let addresses = contains("://") ? ranges(of: /[a-z+]+:\/\/[!-~]+/) : []
    return addresses + (kept.map { $0.isEmpty ? [] : ranges(of: $0) } ?? [])
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
