/// Where a link in a document leads.
enum LinkTarget: Hashable {
  /// A file or directory of the repository, and what the link names in it.
  case file(path: String, anchor: String?)
  case web(String)
  /// Out of the repository.
  case outside
  /// A mail address, a telephone number and the like.
  case other

  /// - Parameter document: The path of the document that the link stands in.
  init(_ target: String, in document: String) {
    if let scheme = target.prefixMatch(of: /([A-Za-z][A-Za-z0-9+.-]*):/) {
      self =
        switch scheme.1.lowercased() {
        case "http", "https": .web(target)
        // Of whoever wrote it, on a machine that nobody else has.
        case "file": .outside
        default: .other
        }
      return
    }
    if target.hasPrefix("//") {
      self = .web("https:" + target)
      return
    }
    let halves = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let anchor = halves.count > 1 ? Self.decoded(halves[1]) : nil
    let place = Self.decoded(halves[0].prefix { $0 != "?" })
    guard !place.isEmpty else {
      self = .file(path: document, anchor: anchor)
      return
    }
    let start = place.hasPrefix("/") ? [] : document.split(separator: "/").dropLast()
    var parts = Array(start)
    for part in place.split(separator: "/") where part != "." {
      if part == ".." {
        guard parts.popLast() != nil else {
          self = .outside
          return
        }
      } else {
        parts.append(part)
      }
    }
    self = .file(path: parts.joined(separator: "/"), anchor: anchor)
  }

  /// `%20` is a space; what is no escape stays.
  private static func decoded(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
