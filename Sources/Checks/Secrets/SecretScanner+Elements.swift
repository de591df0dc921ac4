// What stands in XML, and in what people write.
extension SecretScanner {
  /// What an element holds, at the `>` of its first tag: `<password>…</password>`,
  /// `<string name="api_key">…</string>`.
  func element(
    in bytes: Swift.Span<UInt8>, at close: Int, _ naming: inout Naming?
  ) -> Found? {
    guard let range = text(in: bytes, behind: close) else { return nil }
    let start = max(0, close - ValueOwner.reach)
    let before = (start..<close).map { bytes[$0] }
    guard let open = before.lastIndex(of: UInt8(ascii: "<")) else { return nil }
    let tag = before[(open + 1)...]
    let name = tag.prefix { Self.isWord($0) || ":-.".utf8.contains($0) }
    let local = Array(name.split(separator: UInt8(ascii: ":")).last ?? [])
    let said = local.map(\.smallLetter)
    if said.elementsEqual("key".utf8) || said.elementsEqual("name".utf8) {
      naming = Naming(value: range, place: close)
      return nil
    }
    return secret(in: bytes, range, named: naming) {
      if SecretName.isTelling(local) { return local }
      if let attribute = Self.nameAttribute(of: tag) { return attribute }
      // A property list's text, whose key is the element before.
      return Self.texts.contains { said.elementsEqual($0.utf8) } ? Array("value".utf8) : nil
    }
  }

  private static let texts = ["string", "value", "data"]

  /// A word between `>` and `</`, in CDATA or not.
  private func text(in bytes: Swift.Span<UInt8>, behind close: Int) -> Range<Int>? {
    var start = skipBlanks(in: bytes, from: close + 1)
    let isData = begins(bytes, at: start, with: "<![CDATA[")
    if isData { start = skipBlanks(in: bytes, from: start + 9) }
    var end = start
    while end < bytes.count, end - start <= Self.longest, bytes[end] > 0x20, bytes[end] < 0x7f,
      bytes[end] != UInt8(ascii: "<"), !isData || bytes[end] != UInt8(ascii: "]")
    {
      end += 1
    }
    guard end > start else { return nil }
    let behind = skipBlanks(in: bytes, from: end)
    return begins(bytes, at: behind, with: isData ? "]]>" : "</") ? start..<end : nil
  }

  func skipBlanks(in bytes: Swift.Span<UInt8>, from start: Int) -> Int {
    var place = start
    while place < bytes.count, place - start < 80, bytes[place] <= 0x20 { place += 1 }
    return place
  }

  /// What `name="…"` or `key="…"` says in a tag.
  private static func nameAttribute(of tag: ArraySlice<UInt8>) -> [UInt8]? {
    for key in [" name=", " key="] {
      let places = tag.indices.dropLast(key.utf8.count)
      guard let place = places.first(where: { tag[$0...].starts(with: key.utf8) }) else { continue }
      let mark = place + key.utf8.count
      guard isQuotation(tag[mark]) else { continue }
      return Array(tag[(mark + 1)...].prefix { $0 != tag[mark] })
    }
    return nil
  }

  /// A word behind one that promises it, as scripts and people write: `set password …`.
  func word(in bytes: Swift.Span<UInt8>, behind blank: Int, from lineStart: Int) -> Found? {
    let start = blank + 1
    let end = end(of: bytes, from: start, [])
    guard end == bytes.count || bytes[end] <= 0x20 else { return nil }
    return secret(in: bytes, start..<end, named: nil) {
      var begin = blank
      while begin > lineStart, blank - begin < 64,
        Self.isWord(bytes[begin - 1]) || bytes[begin - 1] == UInt8(ascii: "-")
      {
        begin -= 1
      }
      return begin < blank ? (begin..<blank).map { bytes[$0] } : nil
    }
  }
}

// What is encrypted already.
extension SecretScanner {
  /// Where something that is encrypted ends, if it begins here: `ENC[AES256_GCM,…]` as SOPS and others
  /// write it, and what stands below `encryptedData:` of a sealed secret.
  func sealed(in bytes: Swift.Span<UInt8>, at start: Int, from lineStart: Int) -> Int? {
    if begins(bytes, at: start, with: "ENC[") { return sealedValue(in: bytes, from: start + 4) }
    if begins(bytes, at: start, with: "encryptedData") {
      return sealedBlock(in: bytes, behind: start + 13, from: lineStart)
    }
    return nil
  }

  private func sealedValue(in bytes: Swift.Span<UInt8>, from start: Int) -> Int? {
    var end = start
    while end < bytes.count,
      bytes[end].isASCIICapital || bytes[end].isASCIIDigit
        || bytes[end] == UInt8(ascii: "_")
    {
      end += 1
    }
    guard end > start, end < bytes.count, bytes[end] == UInt8(ascii: ",") else { return nil }
    while end < bytes.count, bytes[end] > 0x20, bytes[end] != UInt8(ascii: "[") {
      if bytes[end] == UInt8(ascii: "]") { return end + 1 }
      end += 1
    }
    return nil
  }

  /// In YAML up to the next line that is not below, in JSON to the next brace.
  private func sealedBlock(
    in bytes: Swift.Span<UInt8>, behind key: Int, from lineStart: Int
  ) -> Int? {
    var end = key
    while end < bytes.count, "\": \t".utf8.contains(bytes[end]) { end += 1 }
    guard end > key, end < bytes.count else { return nil }
    if bytes[end] == UInt8(ascii: "{") {
      while end < bytes.count, bytes[end] != UInt8(ascii: "}") { end += 1 }
      return end
    }
    guard bytes[end] == UInt8(ascii: "\n") || bytes[end] == UInt8(ascii: "\r") else { return nil }
    let depth = indentation(in: bytes, from: lineStart)
    while end < bytes.count {
      if bytes[end] == UInt8(ascii: "\n") {
        let place = end + 1 + indentation(in: bytes, from: end + 1)
        let isBlank = place < bytes.count && (bytes[place] == 0x0a || bytes[place] == 0x0d)
        if !isBlank, place - end - 1 <= depth { return end }
      }
      end += 1
    }
    return end
  }

  private func indentation(in bytes: Swift.Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] == 0x20 { end += 1 }
    return end - start
  }
}
