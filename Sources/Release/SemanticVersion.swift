/// A version by Semantic Versioning 2.0.0, without build metadata: two tags that differed in it
/// alone would be one release.
package struct SemanticVersion: Hashable, Sendable {
  package let major: UInt64
  package let minor: UInt64
  package let patch: UInt64
  /// The pre-release identifiers: `["rc", "1"]` of `1.4.0-rc.1`; empty for a stable version.
  package let prerelease: [String]

  package init(major: UInt64, minor: UInt64, patch: UInt64, prerelease: [String] = []) {
    self.major = major
    self.minor = minor
    self.patch = patch
    self.prerelease = prerelease
  }

  package var isStable: Bool { prerelease.isEmpty }

  /// The version without its pre-release part.
  package var core: SemanticVersion {
    SemanticVersion(major: major, minor: minor, patch: patch)
  }
}

extension SemanticVersion {
  /// Whether it is one step from `previous`: the next patch, minor or major version, a candidate of one,
  /// or what a candidate becomes.
  package func mayFollow(_ previous: SemanticVersion) -> Bool {
    if core == previous.core { return self > previous && !previous.isStable }
    let (own, other) = ([major, minor, patch], [previous.major, previous.minor, previous.patch])
    guard let place = own.indices.first(where: { own[$0] != other[$0] }) else { return false }
    return own[place] > other[place] && own[place] - other[place] == 1
      && own[(place + 1)...].allSatisfy { $0 == 0 }
  }
}

extension SemanticVersion: CustomStringConvertible {
  package var description: String {
    let core = "\(major).\(minor).\(patch)"
    return isStable ? core : core + "-" + prerelease.joined(separator: ".")
  }
}

extension SemanticVersion: Comparable {
  /// Precedence by SemVer §11.
  package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
    let leftCore = (left.major, left.minor, left.patch)
    let rightCore = (right.major, right.minor, right.patch)
    if leftCore != rightCore { return leftCore < rightCore }
    if left.isStable || right.isStable { return !left.isStable && right.isStable }
    for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
      return precedes(one, other)
    }
    return left.prerelease.count < right.prerelease.count
  }

  /// Numeric identifiers by value (any length), before alphanumeric ones, which go by ASCII.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    switch (isNumeric(left), isNumeric(right)) {
    case (true, true):
      (left.utf8.count, left) < (right.utf8.count, right)
    case (true, false): true
    case (false, true): false
    case (false, false): left.utf8.lexicographicallyPrecedes(right.utf8)
    }
  }

  fileprivate static func isNumeric(_ identifier: some StringProtocol) -> Bool {
    identifier.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}

extension SemanticVersion {
  /// Whether SemVer calls a text a version, also one that is none here: with build metadata, or with
  /// numbers too large to be held.
  static func isSpelled(by text: some StringProtocol) -> Bool {
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    var shortened: [UInt8] = []
    var digits = 0
    for byte in text.utf8.prefix(while: { $0 != UInt8(ascii: "+") }) {
      digits = isDigit(byte) ? digits + 1 : 0
      if digits < 18 { shortened.append(byte) }
    }
    return (try? SemanticVersion(parsing: String(decoding: shortened, as: UTF8.self))) != nil
  }

  /// Why a text is no version; `description` completes "… is not a version: ".
  package enum ParseError: Error, Hashable, CustomStringConvertible {
    case prefixMissing(String)
    case notThreeNumbers
    case notANumber(String)
    case leadingZero(String)
    case tooLarge(String)
    case emptyIdentifier
    case characterNotAllowed(String)
    case buildMetadata

    package var description: String {
      switch self {
      case .prefixMissing(let prefix): "it must begin with \u{201C}\(prefix)\u{201D}"
      case .notThreeNumbers: "it must have exactly three numbers, MAJOR.MINOR.PATCH"
      case .notANumber(let part): "\u{201C}\(part)\u{201D} is not a number"
      case .leadingZero(let part): "\u{201C}\(part)\u{201D} has a leading zero"
      case .tooLarge(let part): "\u{201C}\(part)\u{201D} is too large"
      case .emptyIdentifier: "an identifier after the \u{201C}-\u{201D} is empty"
      case .characterNotAllowed(let part):
        "\u{201C}\(part)\u{201D} has a character other than 0-9, A-Z, a-z and \u{201C}-\u{201D}"
      case .buildMetadata: "build metadata (\u{201C}+…\u{201D}) cannot tell two releases apart"
      }
    }
  }

  /// The version that `text` spells, strictly by SemVer 2.0.0, without a prefix.
  package init(parsing text: some StringProtocol) throws(ParseError) {
    // Repositories have tens of thousands of tags; why a text is no version is found out slowly.
    let plain = Array(text.utf8).withUnsafeBufferPointer { Self.plain($0.span) }
    if let plain {
      self = plain
      return
    }
    if text.utf8.contains(UInt8(ascii: "+")) { throw .buildMetadata }
    let halves = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = halves[0].split(separator: ".", omittingEmptySubsequences: false)
    guard numbers.count == 3 else { throw .notThreeNumbers }
    var core: [UInt64] = []
    for number in numbers { core.append(try Self.number(number)) }
    var prerelease: [String] = []
    if halves.count == 2 {
      for part in halves[1].split(separator: ".", omittingEmptySubsequences: false) {
        prerelease.append(try Self.identifier(part))
      }
    }
    self.init(major: core[0], minor: core[1], patch: core[2], prerelease: prerelease)
  }

  /// The version of a text that spells one without a pre-release part, or with a short one; `nil`
  /// where that has to be looked at more closely.
  static func plain(_ text: Swift.Span<UInt8>) -> SemanticVersion? {
    var numbers: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var place = 0
    for part in 0..<3 {
      let start = place
      var value: UInt64 = 0
      while place < text.count, text[place].isDigit {
        // A number this long may not fit.
        guard place - start < 18 else { return nil }
        value = value * 10 + UInt64(text[place] - UInt8(ascii: "0"))
        place += 1
      }
      guard place > start, place - start == 1 || text[start] != UInt8(ascii: "0") else {
        return nil
      }
      switch part {
      case 0: numbers.0 = value
      case 1: numbers.1 = value
      default: numbers.2 = value
      }
      guard part < 2 else { break }
      guard place < text.count, text[place] == UInt8(ascii: ".") else { return nil }
      place += 1
    }
    var prerelease: [String] = []
    if place < text.count {
      guard text[place] == UInt8(ascii: "-") else { return nil }
      while place < text.count {
        guard let identifier = plainIdentifier(text, after: &place) else { return nil }
        prerelease.append(identifier)
      }
    }
    return SemanticVersion(
      major: numbers.0, minor: numbers.1, patch: numbers.2, prerelease: prerelease)
  }

  /// The pre-release identifier behind the sign at `place`, which moves behind it.
  private static func plainIdentifier(
    _ text: Swift.Span<UInt8>, after place: inout Int
  ) -> String? {
    let start = place + 1
    place = start
    var isNumber = true
    while place < text.count, text[place] != UInt8(ascii: ".") {
      guard text[place].isDigit || text[place].isLetter || text[place] == UInt8(ascii: "-") else {
        return nil
      }
      if !text[place].isDigit { isNumber = false }
      place += 1
    }
    let count = place - start
    guard count > 0, !(isNumber && count > 1 && text[start] == UInt8(ascii: "0")) else {
      return nil
    }
    return String(unsafeUninitializedCapacity: count) { bytes in
      for index in 0..<count { bytes[index] = text[start + index] }
      return count
    }
  }

  private static func number(_ part: some StringProtocol) throws(ParseError) -> UInt64 {
    guard !part.isEmpty, isNumeric(part) else { throw .notANumber(String(part)) }
    if part.utf8.count > 1, part.utf8.first == UInt8(ascii: "0") {
      throw .leadingZero(String(part))
    }
    guard let value = UInt64(part) else { throw .tooLarge(String(part)) }
    return value
  }

  private static func identifier(_ part: some StringProtocol) throws(ParseError) -> String {
    guard !part.isEmpty else { throw .emptyIdentifier }
    let allowed = part.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard allowed else { throw .characterNotAllowed(String(part)) }
    if isNumeric(part), part.utf8.count > 1, part.utf8.first == UInt8(ascii: "0") {
      throw .leadingZero(String(part))
    }
    return String(part)
  }
}
