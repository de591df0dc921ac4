/// A release's name: the configured prefix and a semantic version, as its tag is called.
package struct ReleaseVersion: Hashable, Sendable, CustomStringConvertible {
  /// `v`, unless configured otherwise.
  package let prefix: String
  package let number: SemanticVersion

  package init(prefix: String, number: SemanticVersion) {
    self.prefix = prefix
    self.number = number
  }

  /// The release that `name` names, strictly: prefix, then SemVer 2.0.0.
  package init(parsing name: String, prefix: String) throws(SemanticVersion.ParseError) {
    guard name.utf8.starts(with: prefix.utf8) else { throw .prefixMissing(prefix) }
    let rest = Substring(name.utf8.dropFirst(prefix.utf8.count))
    self.init(prefix: prefix, number: try SemanticVersion(parsing: rest))
  }

  /// The release that a tag of this name stands for; `nil` where it is no release's tag.
  package init?(tag name: String, prefix: String) {
    guard let version = try? ReleaseVersion(parsing: name, prefix: prefix) else { return nil }
    self = version
  }

  /// The same of a name in bytes, for those who look at thousands.
  package init?(tag name: Swift.Span<UInt8>, prefix: String) {
    let begin = prefix.utf8
    guard name.count > begin.count else { return nil }
    for (place, byte) in begin.enumerated() where name[place] != byte { return nil }
    let rest = name.extracting(begin.count...)
    if let plain = SemanticVersion.plain(rest) {
      self.init(prefix: prefix, number: plain)
      return
    }
    let text = rest.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    guard let number = try? SemanticVersion(parsing: text) else { return nil }
    self.init(prefix: prefix, number: number)
  }

  /// The release that somebody meant whose text is nearly one: without the prefix or in capitals, with
  /// commas, with zeros too many or numbers too few.
  package init?(meantBy text: String, prefix: String) {
    var rest = text[...]
    if rest.prefix(prefix.count).lowercased() == prefix.lowercased() {
      rest = rest.dropFirst(prefix.count)
    }
    guard let first = rest.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    else { return nil }
    rest = rest.prefix { $0 != "+" }
    let halves = rest.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    var numbers = halves[0].split { ".,_".contains($0) }.map { part in
      let digits = part.drop { $0 == "0" }
      return digits.isEmpty ? "0" : String(digits)
    }
    guard numbers.count <= 3 else { return nil }
    numbers += Array(repeating: "0", count: 3 - numbers.count)
    let tail = halves.count == 2 ? "-\(halves[1])" : ""
    self.init(tag: prefix + numbers.joined(separator: ".") + tail, prefix: prefix)
  }

  /// The release that a record or a tag names, whatever its prefix: the version is what begins with
  /// the first digit from which the rest is one.
  package init?(recorded name: String) {
    for (offset, byte) in name.utf8.enumerated()
    where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let prefix = String(decoding: name.utf8.prefix(offset), as: UTF8.self)
      if let version = ReleaseVersion(tag: name, prefix: prefix) {
        self = version
        return
      }
    }
    return nil
  }

  /// Why a tag of this name is no release, though other programs or file systems take it for one;
  /// `nil` where it is one, or nobody does.
  package static func lookalike(_ name: String, prefix: String) -> String? {
    do throws(SemanticVersion.ParseError) {
      _ = try ReleaseVersion(parsing: name, prefix: prefix)
      return nil
    } catch {
      let rest = Substring(name.utf8.dropFirst(prefix.utf8.count))
      if name.utf8.starts(with: prefix.utf8), SemanticVersion.isSpelled(by: rest) {
        return "it looks like a release, and is no version here: \(error)"
      }
    }
    let other = ReleaseVersion(tag: name.lowercased(), prefix: prefix.lowercased())
    guard let other else { return nil }
    return "file systems that do not tell capitals apart take it for \(prefix)\(other.number)"
  }

  /// The version that people see in a tag's name, though it is none here: `v1.4`, `v1.4.0+build`, and
  /// `1.4.0` or `release-1.4.0` where versions begin with `v`; `nil` of other names.
  package init?(seenIn name: Swift.Span<UInt8>, prefix: String) {
    let own = Array(prefix.utf8)
    let directory = own.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    guard name.count > directory else { return nil }
    for place in 0..<directory where name[place] != own[place] { return nil }
    // Most names end here.
    var start = directory
    while start < name.count, start - directory < 10, !name[start].isDigit { start += 1 }
    guard start < name.count, name[start].isDigit else { return nil }
    let text = name.extracting(directory...).withUnsafeBufferPointer { Array($0) }
    let rest = text[(start - directory)...]
    let (begun, usual) = (text[..<rest.startIndex].text, own[directory...].text)
    guard begun == usual || (Self.isUsual(begun) && Self.isUsual(usual)) else { return nil }
    let numbers = rest.prefix { $0.isDigit || ".,_".utf8.contains($0) }
    let parts = numbers.split { !$0.isDigit }.map(\.text)
    guard (2...4).contains(parts.count) else { return nil }
    let tail = rest[numbers.endIndex...].prefix { $0 != UInt8(ascii: "+") }
    self.init(
      meantBy: prefix + parts.prefix(3).joined(separator: ".") + tail.text, prefix: prefix)
  }

  /// Whether names of releases begin so in many projects, of whatever they are releases.
  private static func isUsual(_ prefix: String) -> Bool {
    let word = prefix.lowercased().filter { $0.isLetter }
    return ["", "v", "r", "rel", "release", "ver", "version"].contains(word)
  }

  /// Whether there could be a prefix with which a tag of this name is a release, or looks like one.
  package static func isLikely(_ name: String) -> Bool {
    name.utf8.indices.contains { index in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(name.utf8[index])
        && SemanticVersion.isSpelled(by: name[index...])
    }
  }

  /// What stands before the version in a recorded name; all of it where there is none.
  ///
  /// Deployments of releases that begin alike undo each other; a package's leave others alone.
  package static func prefix(ofRecorded name: String) -> String {
    ReleaseVersion(recorded: name)?.prefix ?? name
  }

  /// `v1.4.0`.
  package var description: String { prefix + number.description }

  /// `refs/tags/v1.4.0`.
  package var reference: String { "refs/tags/\(self)" }
}

extension ReleaseVersion: Comparable {
  /// By the number; those of several packages with one number by their prefixes.
  package static func < (left: ReleaseVersion, right: ReleaseVersion) -> Bool {
    if left.number != right.number { return left.number < right.number }
    return left.prefix.utf8.lexicographicallyPrecedes(right.prefix.utf8)
  }
}
