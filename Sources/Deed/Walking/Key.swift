import Release

/// What a person pressed.
enum Key: Hashable {
  case character(Unicode.Scalar)
  case enter
  case backspace
  /// Escape by itself.
  case escape
  /// Ctrl-C.
  case interrupt
  /// Ctrl-D.
  case endOfInput
  /// Ctrl-U: away with the line.
  case clear
  /// Ctrl-L.
  case redraw
}

extension Unicode.Scalar {
  /// The letter that is meant: an input method's full-width one, or a capital, is the plain one.
  var command: Character? {
    properties.isWhitespace ? " " : TextForm.folded(String(self)).first
  }
}

/// A terminal's bytes, read as keys: UTF-8, with escape sequences (arrows, function keys, pasted
/// colours) left out whole, so that none of their letters counts as a key.
struct KeyDecoder {
  private enum State: Equatable {
    case plain
    case escape
    /// After `ESC [`, until a final byte.
    case sequence
    /// The one byte after `ESC O`, or after the Linux console's `ESC [ [`.
    case last
    /// After `ESC ]` and its like, until BEL or `ESC \`.
    case text
  }

  private var state = State.plain
  private var bytes: [UInt8] = []
  private var missing = 0

  /// Whether an escape has come and nothing after it: it may be the key, or a sequence's beginning.
  var awaitsMore: Bool { state == .escape }

  /// Nothing has followed the escape for a while, so it was the key.
  mutating func pause() -> Key? {
    guard awaitsMore else { return nil }
    state = .plain
    return .escape
  }

  mutating func read(_ byte: UInt8) -> Key? {
    switch state {
    case .plain: return readPlain(byte)
    case .escape: state = Self.after(escape: byte)
    case .sequence:
      if byte == UInt8(ascii: "[") {
        state = .last
      } else if (0x40...0x7e).contains(byte) {
        state = .plain
      }
    case .last: state = .plain
    case .text:
      if byte == 0x07 { state = .plain } else if byte == 0x1b { state = .last }
    }
    return nil
  }

  private static func after(escape byte: UInt8) -> State {
    switch byte {
    case 0x1b: .escape
    case UInt8(ascii: "["): .sequence
    case UInt8(ascii: "O"): .last
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"): .text
    // Alt and a letter is no letter.
    default: .plain
    }
  }

  private mutating func readPlain(_ byte: UInt8) -> Key? {
    if missing > 0 {
      if byte & 0xc0 == 0x80 {
        bytes.append(byte)
        missing -= 1
        return missing == 0 ? finish() : nil
      }
      missing = 0
    }
    switch byte {
    case 0x03: return .interrupt
    case 0x04: return .endOfInput
    case 0x08, 0x7f: return .backspace
    case 0x0a, 0x0d: return .enter
    case 0x0c: return .redraw
    case 0x15: return .clear
    case 0x1b:
      state = .escape
      return nil
    case 0x09: return .character(" ")
    case 0x20..<0x7f: return .character(Unicode.Scalar(byte))
    case 0xc2..<0xe0: (bytes, missing) = ([byte], 1)
    case 0xe0..<0xf0: (bytes, missing) = ([byte], 2)
    case 0xf0..<0xf5: (bytes, missing) = ([byte], 3)
    default: break
    }
    return nil
  }

  private func finish() -> Key? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    return text.unicodeScalars.first.map(Key.character)
  }
}
