/// A value as the words that it is made of: those that people put where a secret belongs, and the
/// rest, which is its own.
struct ValueWords {
  struct Kind: OptionSet {
    let rawValue: UInt8

    /// Asks for another value: `replace-with`, `your`, `xxxx`.
    static let asks = Kind(rawValue: 1)
    /// What people choose as a password: `admin`, `qwerty`, `1234`.
    static let common = Kind(rawValue: 2)
    /// What goes with such words: `my`, `api`, `key`.
    static let usual = Kind(rawValue: 4)
  }

  /// What words there are, in the reading that leaves least.
  private(set) var kinds: Kind = []
  /// Letters and digits in such words and in sequences such as `1234`, `qwerty` and `aaa`.
  private(set) var covered = 0
  /// All other letters, digits and signs; of a sign repeated, one.
  private(set) var own = 0

  /// Whether nothing is left to guess but a few characters: less than a fifth of it, or two.
  var isAll: Bool { covered > 2 && own <= min(6, max(2, covered / 4)) }

  /// Longer values are made of something else, or of one piece many times.
  private static let longest = 512

  /// - Parameters:
  ///   - text: In small letters.
  ///   - others: More words that are as usual as `key`, such as those of the setting's name.
  ///   - isDisguised: Whether `p@ssw0rd` is such a word, too.
  init(_ text: [UInt8], others: [String] = [], isDisguised: Bool = true) {
    let bytes = Repetition.piece(of: text)
    guard bytes.count <= Self.longest else {
      own = bytes.count
      return
    }
    let extra = others.filter { $0.utf8.count > 2 }.map { Word($0, .usual) }
    // The reading of each beginning of the value that leaves least, from the shortest on.
    var readings: [Reading?] = [Reading(own: 0, covered: 0, kinds: [])]
    readings += [Reading?](repeating: nil, count: bytes.count)
    func offer(_ reading: Reading, at end: Int) {
      if let other = readings[end], other.own <= reading.own { return }
      readings[end] = reading
    }
    for place in bytes.indices {
      guard let before = readings[place] else { continue }
      for (length, kind) in Self.sequences(in: bytes, at: place) {
        offer(before.and(length, kind), at: place + length)
      }
      for word in Self.words[Int(bytes[place])] + extra {
        guard let length = word.length(in: bytes, at: place, isDisguised: isDisguised) else {
          continue
        }
        offer(before.and(word.letters, word.kind), at: place + length)
      }
      if let length = Self.numberLength(in: bytes, at: place) {
        offer(before.and(0, []), at: place + length)
      }
      let isFree =
        Self.parts.contains(bytes[place])
        || (place > 0 && bytes[place] == bytes[place - 1] && !bytes[place].isASCIIWord)
      offer(before.and(0, [], own: isFree ? 0 : 1), at: place + 1)
    }
    guard let whole = readings[bytes.count] else { return }
    (own, covered, kinds) = (whole.own, whole.covered, whole.kinds)
  }

  private struct Reading {
    let own: Int
    let covered: Int
    let kinds: Kind

    func and(_ letters: Int, _ kind: Kind, own more: Int = 0) -> Reading {
      Reading(own: own + more, covered: covered + letters, kinds: kinds.union(kind))
    }
  }

  /// Signs that stand between words.
  static let parts = Set("-_. :/,;+@".utf8)

  /// A year, a count or a day behind a word: up to four digits, or eight from `19` or `20` on.
  private static func numberLength(in bytes: [UInt8], at place: Int) -> Int? {
    guard place == 0 || !bytes[place - 1].isASCIIDigit else { return nil }
    let digits = bytes[place...].prefix { $0.isASCIIDigit }.count
    guard digits > 0 else { return nil }
    let isDay = digits == 8 && ["19", "20"].contains { bytes[place...].starts(with: $0.utf8) }
    return digits <= 4 || isDay ? digits : nil
  }
}

// Sequences.
extension ValueWords {
  private static let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm"].flatMap
  {
    [Array($0.utf8), Array($0.utf8.reversed())]
  }

  /// Runs from here on that count up or down, repeat one sign, or follow a keyboard's row; the
  /// longest, and shorter ones where a word may begin with their end.
  private static func sequences(in bytes: [UInt8], at place: Int) -> [(Int, Kind)] {
    guard bytes[place].isASCIIWord || bytes[place] == UInt8(ascii: "*") else { return [] }
    var found: [(Int, Kind)] = []
    for step in [-1, 0, 1] {
      var end = place + 1
      while end < bytes.count, follows(bytes[end], bytes[end - 1], step) { end += 1 }
      guard end - place > 2 else { continue }
      let isFiller = step == 0 && (bytes[place] == UInt8(ascii: "x") || !bytes[place].isASCIIWord)
      for length in max(3, end - place - 2)...(end - place) {
        found.append((length, isFiller ? .asks : .common))
      }
    }
    for row in rows {
      guard let start = row.firstIndex(of: bytes[place]) else { continue }
      let length = zip(row[start...], bytes[place...]).prefix { $0 == $1 }.count
      if length > 3 { found.append((length, .common)) }
    }
    return found
  }

  private static func follows(_ byte: UInt8, _ previous: UInt8, _ step: Int) -> Bool {
    if Int(byte) == Int(previous) + step { return byte.isASCIIWord || step == 0 }
    // After 9 comes 0.
    return (previous, byte, step) == (UInt8(ascii: "9"), UInt8(ascii: "0"), 1)
      || (previous, byte, step) == (UInt8(ascii: "0"), UInt8(ascii: "9"), -1)
  }
}

// Words.
extension ValueWords {
  struct Word {
    let bytes: [UInt8]
    let kind: Kind
    /// Without the spaces.
    let letters: Int
    /// Whether it is still itself when signs stand for its letters.
    var isLong: Bool { letters > 2 }

    /// - Parameter text: Of several words, between which signs may stand, or nothing.
    init(_ text: some StringProtocol, _ kind: Kind) {
      bytes = Array(text.utf8)
      self.kind = kind
      letters = bytes.count { $0 != 0x20 }
    }

    /// How many bytes of `value` it takes up from `start` on; `nil` where it does not stand there.
    func length(in value: [UInt8], at start: Int, isDisguised: Bool = false) -> Int? {
      var place = start
      for byte in bytes {
        if byte == 0x20 {
          while place < value.count, ValueWords.parts.contains(value[place]) { place += 1 }
        } else {
          guard place < value.count,
            value[place] == byte
              || isDisguised && isLong && ValueWords.standsFor(byte, value[place])
          else { return nil }
          place += 1
        }
      }
      return place - start
    }
  }

  /// Whether a sign is one that people put in the place of this letter: `p@ssw0rd`.
  private static func standsFor(_ letter: UInt8, _ sign: UInt8) -> Bool {
    standIns[Int(sign)].contains(letter)
  }

  /// By a sign, the letters in whose place people put it.
  private static let standIns: [[UInt8]] = {
    var letters = [[UInt8]](repeating: [], count: 256)
    for (sign, meant) in [
      ("0", "o"), ("1", "il"), ("3", "e"), ("4", "a"), ("5", "s"), ("7", "t"), ("@", "a"),
      ("$", "s"), ("!", "i"),
    ] {
      letters[Int(sign.utf8.first ?? 0)] = Array(meant.utf8)
    }
    return letters
  }()

  /// By the byte with which they may begin.
  private static let words: [[Word]] = {
    var words = [[Word]](repeating: [], count: 256)
    for (text, kind) in [(asking, Kind.asks), (chosen, .common), (besides, .usual)] {
      for word in text.split(separator: ",").map({ Word($0.trimmed, kind) }) {
        words[Int(word.bytes[0])].append(word)
        for sign in 0..<256 where standsFor(word.bytes[0], UInt8(sign)) { words[sign].append(word) }
      }
    }
    return words
  }()

  private static let asking = """
    change me, change this, change it, change your, change, replace me, replace this, replace with,
    replace, insert, enter, put, add, paste, provide, fill me, fill in, fill, edit me, set me,
    set this, to be changed, to be replaced, to be filled, to be set, goes here, here, please, your,
    todo, tbd, tba, fixme, placeholder, redacted, not set, unset, undefined, null, none, nil,
    example, sample, dummy, fake, mock, foo, bar, baz, lorem ipsum
    """

  private static let chosen = """
    password, passwd, passwort, passphrase, passcode, pass, pwd, pw, secret, secrets, test, tests,
    testing, tester, admin, administrator, root, toor, letmein, welcome, default, guest, demo, temp,
    temporary, hunter, hello, login, qazwsx, 1qaz2wsx, 1q2w3e4r, 1q2w3e, iloveyou, sunshine,
    trustno, changeit, hackme, god, sesame, deadbeef,
    cafebabe, feedface, coffee
    """

  private static let besides = """
    a, an, the, this, that, is, it, its, in, on, of, or, to, and, for, with, from, as, at, by, be, i,
    me, my, our, we, you, very, super, top, ultra, so, not, no, yes, really, some, any, one, two,
    three, long, longer, short, random, secure, strong, safe, simple, easy, good, best, new, old,
    real, own, only, use, using, used, must, should, will, least, chars, characters, string, text,
    value, data, api, app, application, key, keys, apikey, token, tokens, jwt, session, cookie, hash,
    salt, auth, access, signing, encryption, encrypt, master, private, db, database, sql, pg,
    postgres, postgresql, mysql, mariadb, mongo, mongodb, redis, rabbitmq, rabbit, elastic, minio,
    mail, smtp, user, users, username, name, account, client, server, service, web, site, project,
    company, prod, production, staging, stage, stg, dev, develop, developer, development, local,
    localhost, env, environment, config, url, host, address, email, id, number, min, world, ci, cd
    """
}

extension StringProtocol {
  fileprivate var trimmed: String {
    split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension UInt8 {
  var isASCIIWord: Bool { isASCIILetter || isASCIIDigit }
}

/// One piece, many times.
enum Repetition {
  /// The shortest piece that the bytes are repetitions of, the last of which may be cut off; all of
  /// them where there is no such piece.
  static func piece(of bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix(period(of: bytes))) }

  /// That piece's length, found in one pass: by how much of the beginning each place repeats.
  static func period(of bytes: [UInt8]) -> Int {
    guard bytes.count > 1 else { return bytes.count }
    var borders = [Int](repeating: 0, count: bytes.count)
    var border = 0
    for place in 1..<bytes.count {
      while border > 0, bytes[place] != bytes[border] { border = borders[border - 1] }
      if bytes[place] == bytes[border] { border += 1 }
      borders[place] = border
    }
    let period = bytes.count - border
    return period * 2 <= bytes.count ? period : bytes.count
  }
}
