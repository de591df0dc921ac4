package import Release

/// Who did something and when, as a commit or a tag says it.
package struct Identity: Hashable, Sendable {
  package let person: Person
  /// Seconds since 1970, UTC.
  package let seconds: Int64
  /// Minutes east of UTC.
  package let offsetMinutes: Int

  package init(person: Person, seconds: Int64, offsetMinutes: Int) {
    self.person = person
    self.seconds = seconds
    self.offsetMinutes = offsetMinutes
  }

  /// An identity as git writes it; `nil` where name, address or time is not to be found.
  package init?(_ text: some StringProtocol) {
    let line = IdentityLine(Array(text.utf8)[...])
    guard line.isComplete, let seconds = line.seconds else { return nil }
    self.init(
      person: line.person { String(decoding: $0, as: UTF8.self) }, seconds: seconds,
      offsetMinutes: line.offsetMinutes)
  }
}

extension Identity: CustomStringConvertible {
  /// `Name <mail> 1700000000 +0900`, as git writes it.
  package var description: String {
    let offset = offsetMinutes.magnitude
    let digits = String(10_000 + offset / 60 * 100 + offset % 60).dropFirst()
    return "\(person) \(seconds) \(offsetMinutes < 0 ? "-" : "+")\(digits)"
  }

  /// Throws where git would read back something else than was written.
  func validate() throws(GitError) {
    for text in [person.name, person.email] {
      let forbidden = text.utf8.contains { [0, 10, 60, 62].contains($0) }
      guard !forbidden else {
        throw GitError(
          .identity, "a name or mail address cannot hold <, >, a line break or NUL",
          hint: "git config user.name \"…\" && git config user.email \"…\"")
      }
    }
  }
}

/// The author or committer line of an object, split as git splits it, however damaged it is.
struct IdentityLine {
  let name: ArraySlice<UInt8>
  let email: ArraySlice<UInt8>
  private let date: ArraySlice<UInt8>
  /// Both brackets are there.
  let isComplete: Bool

  private static let farthest: Int64 = 1 << 60

  init(_ line: ArraySlice<UInt8>) {
    let open = UInt8(ascii: "<")
    let close = UInt8(ascii: ">")
    guard let start = line.firstIndex(of: open) else {
      name = Self.trimmed(line)
      email = []
      date = []
      isComplete = false
      return
    }
    name = Self.trimmed(line[..<start])
    let rest = line[(start + 1)...]
    let end = rest.firstIndex(of: close)
    email = Self.trimmed(rest[..<(end ?? rest.endIndex)])
    isComplete = end != nil
    // The date stands after the last bracket, whatever the address holds.
    date = rest.lastIndex(of: close).map { rest[($0 + 1)...] } ?? []
  }

  /// As written, so that a time before 1970 stays what it is; but never so far off that adding to
  /// it, or taking away, could overflow.
  var seconds: Int64? {
    if let seconds = plainSeconds { return seconds }
    return dateWords.first.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
      .map { min(max($0, -Self.farthest), Self.farthest) }
  }

  /// A blank, up to 12 digits and a blank, as git writes them: no array on the way.
  private var plainSeconds: Int64? {
    guard date.first == UInt8(ascii: " ") else { return nil }
    var seconds: Int64 = 0
    for (place, byte) in date.dropFirst().enumerated() {
      if byte == UInt8(ascii: " ") { return place > 0 ? seconds : nil }
      guard place < 12, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      seconds = seconds * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return nil
  }

  var offsetMinutes: Int { dateWords.dropFirst().first.flatMap(Self.minutes) ?? 0 }

  private var dateWords: [ArraySlice<UInt8>] {
    Self.trimmed(date).split(separator: UInt8(ascii: " "))
  }

  func person(_ decode: (ArraySlice<UInt8>) -> String) -> Person {
    Person(name: decode(name), email: decode(email))
  }

  private static func minutes(_ zone: ArraySlice<UInt8>) -> Int? {
    guard let value = Int(String(decoding: zone, as: UTF8.self)), (-9_999...9_999).contains(value)
    else {
      return nil
    }
    return value / 100 * 60 + value % 100
  }

  static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    var (start, end) = (text.startIndex, text.endIndex)
    while start < end, isSpace(text[start]) { start += 1 }
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    return text[start..<end]
  }
}
