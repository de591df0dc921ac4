/// A container image as people name it: `registry.example.com/team/app:1.4@sha256:…`.
package struct ImageReference: Hashable, Sendable {
  /// Without its digest.
  package let name: String
  package let digest: Digest?

  /// `nil` for what cannot name an image, or names a digest that is none.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2, Self.isName(parts[0]) else { return nil }
    name = String(parts[0])
    guard parts.count == 2 else {
      digest = nil
      return
    }
    guard let digest = Digest(trailer: parts[1]) else { return nil }
    self.digest = digest
  }

  /// Letters, digits and what parts them: nothing that a shell or a page could take for more.
  private static func isName(_ text: some StringProtocol) -> Bool {
    guard let first = text.unicodeScalars.first, first.isASCII,
      first.properties.isAlphabetic || first.properties.numericType != nil
    else { return false }
    return text.utf8.count <= 512
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "._-/:".unicodeScalars.contains(scalar))
      }
  }

  /// The name without the tag.
  package var repository: String {
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return name }
    return String(name[..<colon])
  }

  /// Whether somebody who says `wanted` means this one: its whole name, its repository, or the
  /// repository's last part.
  package func isCalled(_ wanted: String) -> Bool {
    let last = repository.split(separator: "/").last.map(String.init) ?? repository
    return [name, repository, last].contains { $0.utf8.elementsEqual(wanted.utf8) }
  }
}

/// The images that a compose file names, each in a line of its own.
///
/// Only `image: REFERENCE` is read; what is written in another way has no digest that could be told.
package struct ComposeImages: Sendable {
  package struct Entry: Sendable {
    /// As it stands there; `nil` in `reference` where it is none, such as `app:${TAG}`.
    package let text: String
    package let reference: ImageReference?
    /// From 1.
    package let line: Int
  }

  /// The names under which such a file is looked for where nothing names one.
  package static let usualNames = [
    "compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml",
  ]

  package let entries: [Entry]

  package init(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    entries = lines.enumerated().compactMap { index, line in
      guard let text = Self.image(in: String(decoding: line, as: UTF8.self)) else { return nil }
      return Entry(text: text, reference: ImageReference(text), line: index + 1)
    }
  }

  private static func image(in line: String) -> String? {
    let trimmed = line.drop { $0 == " " }
    guard let key = ["image:", "\"image\":", "'image':"].first(where: { trimmed.hasPrefix($0) })
    else { return nil }
    var value = trimmed.dropFirst(key.count).drop { $0.isWhitespace }
    if let comment = value.firstRange(of: " #") { value = value[..<comment.lowerBound] }
    while let last = value.last, last.isWhitespace || last == "," { value.removeLast() }
    if let quote = value.first, quote == "\"" || quote == "'", value.last == quote, value.count > 1
    {
      value = value.dropFirst().dropLast()
    }
    return value.isEmpty ? nil : String(value)
  }
}
