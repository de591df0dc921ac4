/// A key that is known by how it begins.
struct KeyFormat: Sendable {
  /// What it is, for people.
  let what: String
  let prefix: [UInt8]
  /// The bytes that may follow.
  private let body: Body
  private let count: ClosedRange<Int>

  enum Body: Sendable {
    case capitals
    case letters
    /// With `_` and `-`.
    case names
    case hexadecimal
  }

  private init(_ prefix: String, _ body: Body, _ count: ClosedRange<Int>, _ what: String) {
    self.what = what
    self.prefix = Array(prefix.utf8)
    self.body = body
    self.count = count
  }

  /// The length of the key that begins at `start`, prefix included; `nil` where none does.
  func length(in bytes: Swift.Span<UInt8>, at start: Int) -> Int? {
    guard start + prefix.count <= bytes.count else { return nil }
    for (offset, byte) in prefix.enumerated() where bytes[start + offset] != byte { return nil }
    let first = start + prefix.count
    var end = first
    while end < bytes.count, end - first <= count.upperBound, contains(bytes[end]) { end += 1 }
    guard count.contains(end - first) else { return nil }
    // Documentation says AKIA…EXAMPLE, or counts through the alphabet.
    let key = (first..<end).map { bytes[$0] }
    return SecretValue.entropy(key) >= 2.5 && !Self.isExample(key) ? end - start : nil
  }

  private static func isExample(_ key: [UInt8]) -> Bool {
    let text = String(decoding: key, as: UTF8.self).uppercased()
    return ["EXAMPLE", "XXXX", "0000", "ABCDEF", "123456"].contains(where: text.contains)
  }

  private func contains(_ byte: UInt8) -> Bool {
    switch body {
    case .capitals:
      byte.isASCIIDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    case .letters: byte.isASCIIDigit || byte.isASCIILetter
    case .names:
      byte.isASCIIDigit || byte.isASCIILetter || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "-")
    case .hexadecimal:
      byte.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
  }

  static let all: [KeyFormat] = [
    KeyFormat("AKIA", .capitals, 16...16, "an AWS access key id"),
    KeyFormat("ASIA", .capitals, 16...16, "an AWS access key id"),
    KeyFormat("AIza", .names, 35...35, "a Google API key"),
    KeyFormat("AGE-SECRET-KEY-1", .capitals, 58...58, "an age secret key"),
    KeyFormat("GOCSPX-", .names, 28...28, "a Google OAuth secret"),
    KeyFormat("ghp_", .letters, 36...36, "a GitHub token"),
    KeyFormat("gho_", .letters, 36...36, "a GitHub token"),
    KeyFormat("ghu_", .letters, 36...36, "a GitHub token"),
    KeyFormat("ghs_", .letters, 36...36, "a GitHub token"),
    KeyFormat("ghr_", .letters, 36...76, "a GitHub token"),
    KeyFormat("github_pat_", .names, 60...100, "a GitHub token"),
    KeyFormat("glpat-", .names, 20...64, "a GitLab token"),
    KeyFormat("glrt-", .names, 20...64, "a GitLab runner token"),
    KeyFormat("xoxb-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxp-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxa-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxr-", .names, 20...120, "a Slack token"),
    KeyFormat("sk_live_", .letters, 16...128, "a Stripe key"),
    KeyFormat("rk_live_", .letters, 16...128, "a Stripe key"),
    KeyFormat("whsec_", .letters, 24...128, "a Stripe webhook secret"),
    KeyFormat("sk-", .names, 40...220, "an API key"),
    KeyFormat("shpat_", .hexadecimal, 32...32, "a Shopify token"),
    KeyFormat("npm_", .letters, 36...36, "an npm token"),
    KeyFormat("pypi-AgE", .names, 50...250, "a PyPI token"),
    KeyFormat("dop_v1_", .hexadecimal, 64...64, "a DigitalOcean token"),
    KeyFormat("hvs.", .names, 24...120, "a Vault token"),
    KeyFormat("hf_", .letters, 34...40, "a Hugging Face token"),
    KeyFormat("lin_api_", .letters, 40...40, "a Linear key"),
    KeyFormat("dckr_pat_", .names, 27...64, "a Docker Hub token"),
  ]

  /// Whether a key may begin with these two bytes: most words do not, and no table is asked for them.
  @inline(__always)
  static func mayBegin(with first: UInt8, _ second: UInt8) -> Bool {
    switch first {
    case UInt8(ascii: "A"): "KSIG".utf8.contains(second)
    case UInt8(ascii: "G"): second == UInt8(ascii: "O")
    case UInt8(ascii: "d"): second == UInt8(ascii: "o") || second == UInt8(ascii: "c")
    case UInt8(ascii: "g"): "hli".utf8.contains(second)
    case UInt8(ascii: "h"): second == UInt8(ascii: "v") || second == UInt8(ascii: "f")
    case UInt8(ascii: "l"): second == UInt8(ascii: "i")
    case UInt8(ascii: "n"): second == UInt8(ascii: "p")
    case UInt8(ascii: "p"): second == UInt8(ascii: "y")
    case UInt8(ascii: "r"), UInt8(ascii: "s"):
      second == UInt8(ascii: "k") || second == UInt8(ascii: "h")
    case UInt8(ascii: "w"): second == UInt8(ascii: "h")
    case UInt8(ascii: "x"): second == UInt8(ascii: "o")
    default: false
    }
  }

  /// By the byte with which they begin.
  static let byFirstByte: [[KeyFormat]] = {
    var formats = [[KeyFormat]](repeating: [], count: 256)
    for format in all { formats[Int(format.prefix[0])].append(format) }
    return formats
  }()
}
