internal import Glibc

/// Text of any encoding that iconv knows, as UTF-8.
final class TextEncoding {
  // glibc's pointer to a converter is opaque; it lives as long as this object.
  private let converter: iconv_t

  /// `nil` for an encoding that iconv does not know.
  init?(named name: some StringProtocol) {
    // A slash would let a commit choose iconv's own options.
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")),
      let converter = iconv_open("UTF-8", String(name)), converter != iconv_t(bitPattern: -1)
    else { return nil }
    self.converter = converter
  }

  deinit {
    iconv_close(converter)
  }

  /// The text; what cannot be decoded is U+FFFD.
  func decode(_ text: ArraySlice<UInt8>) -> String {
    let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
    var input = text.map { CChar(bitPattern: $0) }
    var output: [UInt8] = []
    var chunk = [CChar](repeating: 0, count: 4096)
    iconv(converter, nil, nil, nil, nil)
    input.withUnsafeMutableBufferPointer { source in
      var next = source.baseAddress
      var left = source.count
      while left > 0 {
        let (result, produced, code) = chunk.withUnsafeMutableBufferPointer { buffer in
          var place = buffer.baseAddress
          var space = buffer.count
          let result = iconv(converter, &next, &left, &place, &space)
          return (result, buffer.count - space, errno)
        }
        output += chunk[..<produced].map { UInt8(bitPattern: $0) }
        guard result == -1 else { continue }
        if code == E2BIG { continue }
        output += replacement
        if code == EINVAL { break }
        next = next?.advanced(by: 1)
        left -= 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// Whether `name` says what text is anyway.
  static func isUTF8(_ name: some StringProtocol) -> Bool {
    ["utf-8", "utf8"].contains(name.lowercased())
  }
}
