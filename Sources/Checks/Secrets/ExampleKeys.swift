internal import FoundationEssentials

/// Keys that documentation shows, and that open nothing.
enum ExampleKeys {
  /// Whether a value is one of them: of web tokens, those that jwt.io and RFC 7519 show, known by
  /// whom they are about, whoever signed them.
  static func contain(_ value: [UInt8]) -> Bool {
    // `Bearer …`
    let value = value.lastIndex(of: 0x20).map { Array(value[($0 + 1)...]) } ?? value
    if isHeader(value) { return true }
    let parts = value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if parts.count == 3, value.starts(with: "eyJ".utf8), let claims = decoded(parts[1]) {
      return (claims.contains("\"1234567890\"") && claims.contains("John Doe"))
        || (claims.contains("\"joe\"") && claims.contains("http://example.com/is_root"))
    }
    return known.contains { contains(value, Array($0.utf8)) }
  }

  /// Whether it is a web token's header and no more, how all of them begin: with dots behind it, or none.
  private static func isHeader(_ value: [UInt8]) -> Bool {
    let parts = value.split(separator: UInt8(ascii: "."))
    guard parts.count == 1, value.starts(with: "eyJ".utf8), let text = decoded(parts[0]),
      // What is not of this form is something else.
      let members = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    else { return false }
    // A key that is written as JSON has other members, or one that is as long as a key.
    return members["alg"] != nil
      && members.allSatisfy {
        headerMembers.contains($0.key) && $0.value.utf8.count < ($0.key == "kid" ? 64 : 20)
      }
  }

  private static let headerMembers: Set<String> = ["alg", "typ", "cty", "enc", "zip", "kid"]

  private static func contains(_ value: [UInt8], _ key: [UInt8]) -> Bool {
    guard value.count >= key.count else { return false }
    return (0...(value.count - key.count)).contains { value[$0...].starts(with: key) }
  }

  /// Parts of those that the emulators of Azure's storage and database want, that RFC 6749 and 7617,
  /// MDN and Stripe's documentation show.
  private static let known = [
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq",
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw",
    "2YotnFZFEjr1zCsicMWpAA", "tGzv3JOkF0XG5Qx2TlKWIA", "czZCaGRSa3F0MzpnWDFmQmF0M2JW",
    "7Fjfp0ZBr1KtDRbnfVdmIw", "czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3",
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ", "QWxhZGRpbjpvcGVuc2VzYW1l", "YWxhZGRpbjpvcGVuc2VzYW1l",
    "4eC39HqLyjWDarjtT1zdp7dc", "BQokikJOvBiI2HlWgH4olfQ2",
  ]

  /// Base 64 as web tokens have it, without padding.
  private static func decoded(_ part: ArraySlice<UInt8>) -> String? {
    var text = String(decoding: part, as: UTF8.self).replacing("-", with: "+").replacing(
      "_", with: "/")
    text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    return Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) }
  }
}
