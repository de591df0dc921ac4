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

  /// The same of a compose file's text, whose name variables may be a part of, beside a digest: what it
  /// is where none of them is set, without a tag that is left to one.
  init?(composed text: String) {
    guard let at = text.lastIndex(of: "@"), Digest(trailer: text[at...].dropFirst()) != nil,
      let name = Self.name(composed: text[..<at])
    else {
      self.init(text)
      return
    }
    self.init("\(name)\(text[at...])")
  }

  /// `nil` where no variable is in it, or the name itself is left to one.
  private static func name(composed text: Substring) -> String? {
    let variable = /\$\{[A-Za-z_0-9]+(?::?-([^{}$]*)|[^{}]*)\}|\$[A-Za-z_][A-Za-z_0-9]*/
    var values = text.matches(of: variable).map { $0.1 }[...]
    guard !values.isEmpty else { return nil }
    var rest = text.replacing(variable, with: "\0")[...]
    var last = rest[(rest.lastIndex(of: "/") ?? rest.startIndex)...]
    if let colon = last.firstIndex(of: ":"), last[colon...].contains("\0") {
      rest = rest[..<colon]
      last = last[..<colon]
    }
    var name = ""
    while let next = rest.popFirst() {
      guard next == "\0" else {
        name.append(next)
        continue
      }
      if let value = values.popFirst() ?? nil {
        name += value
      } else if let slash = rest.firstIndex(of: "/") {
        // The registry, which must be set.
        values = values.dropFirst(rest[..<slash].count { $0 == "\0" })
        rest = rest[slash...].dropFirst()
        name = ""
      } else {
        return nil
      }
    }
    return last.contains("\0") ? ImageReference(name)?.repository : name
  }

  /// What is wrong with a text that names no image; `nil` of one that does.
  package static func objection(to text: String) -> String? {
    guard ImageReference(text) == nil else { return nil }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard isName(parts[0]) else {
      return parts[0].isEmpty ? "it has no name" : "its name has what no image's name has in it"
    }
    guard parts.count == 2 else { return "it has more than one @" }
    let prefix = "sha256:"
    guard parts[1].utf8.starts(with: prefix.utf8) else {
      return "its digest does not begin with \(prefix)"
    }
    let digits = parts[1].utf8.dropFirst(prefix.utf8.count)
    guard digits.count == 64 else { return "its digest has \(digits.count) of 64 digits" }
    return "its digest has more in it than the digits 0-9 and a-f"
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

/// The images that compose files name, each in a line of its own.
///
/// Only `image: REFERENCE` is read, and one line below `image: >-`; where one is written in another way is known, not which it is.
package struct ComposeImages: Sendable {
  package struct Entry: Sendable {
    /// As it stands there; `nil` in `reference` where it is none, such as `app:${TAG}`.
    package let text: String
    package let reference: ImageReference?
    package let path: String
    /// From 1.
    package let line: Int
    /// The keys above it, such as `services` and `app`.
    fileprivate let service: [String]
  }

  /// The names under which such a file is looked for where nothing names one; compose takes the first.
  package static let usualNames = [
    "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml",
  ]

  /// The names of the file that compose then lays over it; the first again.
  package static let usualOverrides = [
    "compose.override.yml", "compose.override.yaml", "docker-compose.override.yml",
    "docker-compose.override.yaml",
  ]

  package let entries: [Entry]
  /// Where an image is named in a form that is not read.
  package let unread: [(path: String, line: Int)]

  /// - Parameter files: As compose is given them: a service's image in one takes the place of that in
  ///   those before.
  package init(_ files: [(path: String, bytes: [UInt8])]) {
    var entries: [Entry] = []
    var unread: [(path: String, line: Int)] = []
    for file in files {
      let (found, others) = Self.entries(file.path, file.bytes)
      unread += others.map { (file.path, $0) }
      let named = Set(found.map(\.service)).subtracting([[]])
      entries.removeAll { named.contains($0.service) }
      entries += found
    }
    self.entries = entries
    self.unread = unread
  }

  /// What a file names, and the lines on which it does so in another way.
  private static func entries(
    _ path: String, _ bytes: [UInt8]
  ) -> (entries: [Entry], unread: [Int]) {
    var entries: [Entry] = []
    var unread: [Int] = []
    var above: [(indent: Int, key: String)] = []
    // The lines of a text in block form have no keys in them.
    var textEnd = 0
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { line in
        String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self)
      }
    for (index, line) in lines.enumerated() {
      guard index >= textEnd else { continue }
      let text = line.drop { $0 == " " }
      let block = Block(at: index, in: lines)
      if let block { textEnd = block.end }
      if block?.folded == nil,
        namesUnread(text, before: lines[(index + 1)...], at: line.utf8.count - text.utf8.count)
      {
        unread.append(index + 1)
      }
      guard let (key, value) = pair(text) else { continue }
      let indent = line.utf8.count - text.utf8.count
      while let last = above.last, last.indent >= indent { above.removeLast() }
      let image = block == nil ? scalar(value) : block?.folded
      if key == "image", let image {
        entries.append(
          Entry(
            text: image, reference: ImageReference(composed: image), path: path, line: index + 1,
            service: above.map(\.key)))
      }
      above.append((indent, key))
    }
    return (entries, unread)
  }

  /// A text in block form: `|`, `>-` and what stands deeper below it.
  private struct Block {
    /// The first line behind it.
    let end: Int
    /// What it says, where that is one line without a line feed at its end.
    let folded: String?

    /// `nil` where none begins in the line.
    init?(at index: Int, in lines: [String]) {
      func indent(_ line: some StringProtocol) -> Int { line.prefix { $0 == " " }.utf8.count }
      let line = lines[index]
      var rest = line.drop { $0 == " " }
      while rest.hasPrefix("- ") { rest = rest.dropFirst(2).drop { $0 == " " } }
      let pair = ComposeImages.pair(rest)
      let isItem = pair == nil && line.drop { $0 == " " }.first == "-"
      guard let value = pair?.value ?? (isItem ? rest : nil),
        let head = value.wholeMatch(
          of: /\s*(?:[&!]\S+\s+)*[|>]([-+1-9]{0,2})\s*(?:#.*)?/)
      else { return nil }
      let margin = isItem ? indent(line) : line.utf8.count - rest.utf8.count
      let content = lines[(index + 1)...].prefix { line in
        line.allSatisfy(\.isWhitespace) || indent(line) > margin
      }
      end = content.endIndex
      let said = content.map { String($0.drop { $0 == " " }) }.filter { text in
        !text.allSatisfy(\.isWhitespace)
      }
      folded = said.count == 1 && head.1.contains("-") ? ComposeImages.trimmed(said[0]) : nil
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  /// Whether a line names an image in flow style, by an alias, or on lines below it.
  private static func namesUnread(
    _ text: Substring, before rest: ArraySlice<String>, at indent: Int
  ) -> Bool {
    guard text.contains("image"), text.first != "#", text.first != "-" else { return false }
    if let (key, value) = pair(text), key == "image" {
      guard let image = scalar(value), image.first != "#" else {
        // A key below it makes it a service of this name.
        let next = rest.first { line in
          let text = line.drop(while: \.isWhitespace)
          return !text.isEmpty && text.first != "#"
        }
        guard let next else { return true }
        let below = next.drop { $0 == " " }
        return next.utf8.count - below.utf8.count > indent && pair(below) == nil
      }
      return image.first.map("{[>|*&!\"'".contains) ?? false
    }
    let part = text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text
    return part.contains(/(?:^|[{,])\s*["']?image["']?\s*:/)
      && pair(part).map { !$0.key.utf8.elementsEqual("image".utf8) } ?? true
  }

  /// A key and what follows it in its line; `nil` where there is no key.
  private static func pair(_ text: Substring) -> (key: String, value: Substring)? {
    guard let first = text.first, first != "#", first != "-" else { return nil }
    if first == "\"" || first == "'" {
      let rest = text.dropFirst()
      guard let end = rest.firstIndex(of: first), rest[end...].dropFirst().first == ":" else {
        return nil
      }
      return (String(rest[..<end]), rest[end...].dropFirst(2))
    }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let value = text[colon...].dropFirst()
    guard value.first?.isWhitespace ?? true else { return nil }
    return (String(text[..<colon]), value)
  }

  private static func scalar(_ value: Substring) -> String? {
    var value = value.drop { $0.isWhitespace }
    if let comment = value.firstRange(of: " #") { value = value[..<comment.lowerBound] }
    while let last = value.last, last.isWhitespace || last == "," { value.removeLast() }
    if let quote = value.first, quote == "\"" || quote == "'", value.last == quote, value.count > 1
    {
      value = value.dropFirst().dropLast()
    }
    return value.isEmpty ? nil : String(value)
  }
}
