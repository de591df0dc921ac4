package import Release

/// An annotated tag as it stands in the database.
package struct TagObject: Hashable, Sendable {
  package let object: ObjectID
  package let kind: ObjectKind
  /// The name in the tag itself, which is proof, unlike the reference's.
  package let name: String
  /// `nil` where there is none, as in very old tags, or none that can be read.
  package let tagger: Identity?
  /// Without the signature.
  package let message: [UInt8]
  /// Armoured, with its marker lines.
  package let signature: [UInt8]?

  package init(
    object: ObjectID, kind: ObjectKind, name: String, tagger: Identity?, message: [UInt8],
    signature: [UInt8]? = nil
  ) {
    self.object = object
    self.kind = kind
    self.name = name
    self.tagger = tagger
    self.message = message
    self.signature = signature
  }
}

extension TagObject {
  /// Reads a tag object; `nil` where it is malformed.
  package init?(parsing content: [UInt8]) {
    let end = Self.signatureStart(in: content)
    var rest = content[..<(end ?? content.endIndex)]
    func value(_ prefix: String) -> ArraySlice<UInt8>? {
      guard rest.starts(with: prefix.utf8) else { return nil }
      return CommitHeaders.line(&rest)?.dropFirst(prefix.utf8.count)
    }
    guard let id = value("object "), let object = ObjectID(hexadecimal: id),
      let type = value("type "),
      let kind = ObjectKind(rawValue: String(decoding: type, as: UTF8.self)),
      let name = value("tag ")
    else { return nil }
    let tagger = value("tagger ")
    // Other headers may come; the message starts after the first empty line.
    while let line = CommitHeaders.line(&rest), !line.isEmpty {}
    self.init(
      object: object, kind: kind, name: String(decoding: name, as: UTF8.self),
      tagger: tagger.flatMap { Identity(String(decoding: $0, as: UTF8.self)) },
      message: Array(rest), signature: end.map { Array(content[$0...]) })
  }

  /// What is signed: all of the tag before its signature.
  package var payload: [UInt8] {
    var text = "object \(object)\ntype \(kind.rawValue)\ntag \(name)\n"
    if let tagger { text += "tagger \(tagger)\n" }
    return Array(text.utf8) + [UInt8(ascii: "\n")] + message
  }

  /// The object, ready to be stored.
  package var bytes: [UInt8] { payload + (signature ?? []) }

  /// The same tag with a signature.
  package func signed(with signature: [UInt8]) -> TagObject {
    TagObject(
      object: object, kind: kind, name: name, tagger: tagger, message: message,
      signature: signature)
  }

  /// Where the last line that opens a signature starts: as git has it, all before that is signed.
  package static func signatureStart(in content: [UInt8]) -> Int? {
    let markers = ["PGP SIGNATURE", "PGP MESSAGE", "SIGNED MESSAGE", "SSH SIGNATURE"]
      .map { Array("-----BEGIN \($0)-----".utf8) }
    var start: Int?
    var rest = content[...]
    while let line = CommitHeaders.line(&rest) {
      if markers.contains(where: { line.starts(with: $0) }) { start = line.startIndex }
    }
    return start
  }

  /// What is signed of a tag object, as it stands, and the signature; `nil` where it has none.
  package static func parts(of content: [UInt8]) -> (payload: [UInt8], signature: [UInt8])? {
    signatureStart(in: content).map { (Array(content[..<$0]), Array(content[$0...])) }
  }

  /// A message as `git tag --cleanup=whitespace` leaves it: no space at the end of a line, no two
  /// empty lines together, none first or last, and a line feed at the end.
  package static func message(cleaning text: [UInt8]) -> [UInt8] {
    var cleaned: [UInt8] = []
    var isAfterBlank = false
    var rest = text[...]
    while var line = CommitHeaders.line(&rest) {
      while let last = line.last, [9, 10, 13, 32].contains(last) { line = line.dropLast() }
      guard !line.isEmpty else {
        isAfterBlank = true
        continue
      }
      if isAfterBlank, !cleaned.isEmpty { cleaned.append(UInt8(ascii: "\n")) }
      isAfterBlank = false
      cleaned += line
      cleaned.append(UInt8(ascii: "\n"))
    }
    return cleaned
  }
}
