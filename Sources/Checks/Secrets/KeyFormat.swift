/// A key that is known by how it begins.
struct KeyFormat: Sendable {
  /// What it is, for people.
  let what: String
  let prefix: [UInt8]
  /// The bytes that may follow.
  private let body: Body
  private let count: ClosedRange<Int>
  /// Whether words may begin so too: what follows must look drawn by lot.
  let isWord: Bool

  enum Body: Sendable {
    case capitals
    case letters
    /// With `_` and `-`.
    case names
    /// With `_`, `-` and `.`.
    case dotted
    /// With `+`, `/`, `=`, `_`, `-`, `.` and `~`.
    case signs
    case hexadecimal
  }

  private init(
    _ prefix: String, _ body: Body, _ count: ClosedRange<Int>, _ what: String, isWord: Bool = false
  ) {
    self.what = what
    self.prefix = Array(prefix.utf8)
    self.body = body
    self.count = count
    self.isWord = isWord
  }

  /// The length of the key that begins at `start`, prefix included; `nil` where none does.
  func length(in bytes: Swift.Span<UInt8>, at start: Int) -> Int? {
    guard start + prefix.count <= bytes.count else { return nil }
    for (offset, byte) in prefix.enumerated() where bytes[start + offset] != byte { return nil }
    let first = start + prefix.count
    var end = first
    while end < bytes.count, end - first <= count.upperBound, contains(bytes[end]) { end += 1 }
    guard count.contains(end - first) else { return nil }
    let key = (first..<end).map { bytes[$0] }
    if isWord { return SecretValue.isRandom(key) ? end - start : nil }
    // Documentation says AKIA…EXAMPLE, or counts through the alphabet.
    return SecretValue.entropy(key) >= 2.5 && !Self.isExample(key) ? end - start : nil
  }

  /// Whether a value has the form of a key, be it one that documentation shows.
  static func isKey(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    let formats = bytes.first.map { byFirstByte[Int($0)] } ?? []
    return formats.contains { format in
      let rest = bytes.dropFirst(format.prefix.count)
      return !format.isWord && bytes.starts(with: format.prefix)
        && format.count.contains(rest.count) && rest.allSatisfy(format.contains)
    }
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
    case .names: Self.isInNames(byte)
    case .dotted: Self.isInNames(byte) || byte == UInt8(ascii: ".")
    case .signs: Self.isInNames(byte) || "+/=.~".utf8.contains(byte)
    case .hexadecimal:
      byte.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
  }

  private static func isInNames(_ byte: UInt8) -> Bool {
    byte.isASCIIDigit || byte.isASCIILetter || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }

  static let all: [KeyFormat] = [
    KeyFormat("AKIA", .capitals, 16...16, "an AWS access key id"),
    KeyFormat("ASIA", .capitals, 16...16, "an AWS access key id"),
    KeyFormat("ABIA", .capitals, 16...16, "an AWS access key id"),
    KeyFormat("ACCA", .capitals, 16...16, "an AWS access key id"),
    KeyFormat("ABSK", .signs, 100...140, "an AWS Bedrock key"),
    KeyFormat("AIza", .names, 35...35, "a Google API key"),
    KeyFormat("ya29.", .names, 60...400, "a Google access token"),
    KeyFormat("GOCSPX-", .names, 28...28, "a Google OAuth secret"),
    KeyFormat("AGE-SECRET-KEY-1", .capitals, 58...58, "an age secret key"),
    KeyFormat("LTAI", .letters, 16...24, "an Alibaba access key id", isWord: true),
    KeyFormat("AKID", .letters, 32...36, "a Tencent access key id", isWord: true),
    KeyFormat("AccountKey=", .signs, 86...88, "an Azure storage key"),
    KeyFormat("SharedAccessKey=", .signs, 43...88, "an Azure access key"),
    KeyFormat("ATATT3", .signs, 100...220, "an Atlassian token"),
    KeyFormat("AKCp", .letters, 69...69, "an Artifactory key"),
    KeyFormat("ghp_", .letters, 36...36, "a GitHub token"),
    KeyFormat("gho_", .letters, 36...36, "a GitHub token"),
    KeyFormat("ghu_", .letters, 36...36, "a GitHub token"),
    KeyFormat("ghs_", .letters, 36...36, "a GitHub token"),
    KeyFormat("ghr_", .letters, 36...76, "a GitHub token"),
    KeyFormat("github_pat_", .names, 60...100, "a GitHub token"),
    KeyFormat("glpat-", .dotted, 20...80, "a GitLab token"),
    KeyFormat("glrt-", .dotted, 20...80, "a GitLab runner token"),
    KeyFormat("gldt-", .names, 20...64, "a GitLab deploy token"),
    KeyFormat("glptt-", .hexadecimal, 40...40, "a GitLab trigger token"),
    KeyFormat("glcbt-", .names, 20...80, "a GitLab job token"),
    KeyFormat("glagent-", .names, 50...64, "a GitLab agent token"),
    KeyFormat("glsoat-", .names, 20...64, "a GitLab token"),
    KeyFormat("gloas-", .hexadecimal, 64...64, "a GitLab application secret"),
    KeyFormat("glft-", .names, 20...64, "a GitLab feed token"),
    KeyFormat("xoxb-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxp-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxa-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxr-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxs-", .names, 20...120, "a Slack token"),
    KeyFormat("xoxe-", .names, 20...300, "a Slack token"),
    KeyFormat("xoxe.xox", .names, 20...300, "a Slack token"),
    KeyFormat("xapp-", .names, 20...160, "a Slack token"),
    KeyFormat("sk_live_", .letters, 16...128, "a Stripe key"),
    KeyFormat("rk_live_", .letters, 16...128, "a Stripe key"),
    KeyFormat("sk_test_", .letters, 16...128, "a Stripe key"),
    KeyFormat("rk_test_", .letters, 16...128, "a Stripe key"),
    KeyFormat("whsec_", .letters, 24...128, "a Stripe webhook secret"),
    KeyFormat("sk-", .names, 40...220, "an API key"),
    KeyFormat("gsk_", .letters, 52...52, "an API key"),
    KeyFormat("xai-", .letters, 70...90, "an API key"),
    KeyFormat("pplx-", .letters, 48...56, "an API key"),
    KeyFormat("r8_", .letters, 37...40, "an API key"),
    KeyFormat("hf_", .letters, 34...40, "a Hugging Face token"),
    KeyFormat("api_org_", .letters, 34...34, "a Hugging Face token"),
    KeyFormat("SK", .hexadecimal, 32...32, "a Twilio key"),
    KeyFormat("SG.", .dotted, 60...72, "a SendGrid key"),
    KeyFormat("key-", .hexadecimal, 32...32, "a Mailgun key"),
    KeyFormat("xkeysib-", .names, 64...90, "a Brevo key"),
    KeyFormat("shpat_", .hexadecimal, 32...32, "a Shopify token"),
    KeyFormat("shpca_", .hexadecimal, 32...32, "a Shopify token"),
    KeyFormat("shppa_", .hexadecimal, 32...32, "a Shopify token"),
    KeyFormat("shpss_", .hexadecimal, 32...32, "a Shopify secret"),
    KeyFormat("sq0atp-", .names, 22...60, "a Square token"),
    KeyFormat("sq0csp-", .names, 43...43, "a Square secret"),
    KeyFormat("npm_", .letters, 36...36, "an npm token"),
    KeyFormat("pypi-AgE", .names, 50...250, "a PyPI token"),
    KeyFormat("rubygems_", .hexadecimal, 48...48, "a RubyGems key"),
    KeyFormat("CLOJARS_", .letters, 60...60, "a Clojars token"),
    KeyFormat("dckr_pat_", .names, 27...64, "a Docker Hub token"),
    KeyFormat("dckr_oat_", .names, 27...64, "a Docker Hub token"),
    KeyFormat("dop_v1_", .hexadecimal, 64...64, "a DigitalOcean token"),
    KeyFormat("doo_v1_", .hexadecimal, 64...64, "a DigitalOcean token"),
    KeyFormat("dor_v1_", .hexadecimal, 64...64, "a DigitalOcean token"),
    KeyFormat("dapi", .hexadecimal, 32...34, "a Databricks token"),
    KeyFormat("dp.pt.", .letters, 40...44, "a Doppler token"),
    KeyFormat("dp.st.", .dotted, 40...80, "a Doppler token"),
    KeyFormat("dt0c01.", .dotted, 80...100, "a Dynatrace token"),
    KeyFormat("glsa_", .names, 40...48, "a Grafana token"),
    KeyFormat("glc_", .signs, 32...400, "a Grafana token"),
    KeyFormat("pat-na1-", .names, 36...36, "a HubSpot token"),
    KeyFormat("pat-eu1-", .names, 36...36, "a HubSpot token"),
    KeyFormat("HRKU-", .names, 36...64, "a Heroku key"),
    KeyFormat("hvs.", .names, 24...120, "a Vault token"),
    KeyFormat("hvb.", .names, 100...240, "a Vault token"),
    KeyFormat("lin_api_", .letters, 40...40, "a Linear key"),
    KeyFormat("lin_oauth_", .letters, 40...64, "a Linear token"),
    KeyFormat("NRAK-", .capitals, 27...27, "a New Relic key"),
    KeyFormat("NRJS-", .hexadecimal, 19...19, "a New Relic key"),
    KeyFormat("ntn_", .letters, 40...50, "a Notion token"),
    KeyFormat("secret_", .letters, 43...43, "a Notion token", isWord: true),
    KeyFormat("pscale_tkn_", .dotted, 32...64, "a PlanetScale token"),
    KeyFormat("pscale_pw_", .dotted, 32...64, "a PlanetScale password"),
    KeyFormat("PMAK-", .names, 59...59, "a Postman key"),
    KeyFormat("pul-", .hexadecimal, 40...40, "a Pulumi token"),
    KeyFormat("pnu_", .letters, 36...36, "a Prefect key"),
    KeyFormat("sntrys_", .signs, 60...300, "a Sentry token"),
    KeyFormat("sntryu_", .hexadecimal, 64...64, "a Sentry token"),
    KeyFormat("squ_", .hexadecimal, 40...40, "a SonarQube token"),
    KeyFormat("sqp_", .hexadecimal, 40...40, "a SonarQube token"),
    KeyFormat("sqa_", .hexadecimal, 40...40, "a SonarQube token"),
    KeyFormat("sbp_", .hexadecimal, 40...40, "a Supabase token"),
    KeyFormat("tskey-", .names, 20...80, "a Tailscale key"),
    KeyFormat("figd_", .names, 40...60, "a Figma token"),
    KeyFormat("fo1_", .names, 43...43, "a Fly.io token"),
    KeyFormat("fm2_", .signs, 100...900, "a Fly.io token"),
    KeyFormat("tfp_", .signs, 44...64, "a Typeform token"),
    KeyFormat("FLWSECK-", .names, 32...44, "a Flutterwave key"),
    KeyFormat("ops_eyJ", .signs, 100...1200, "a 1Password token"),
    KeyFormat("sha256~", .names, 43...43, "an OpenShift token"),
    KeyFormat("Bearer ", .signs, 20...600, "a bearer token", isWord: true),
    KeyFormat("bearer ", .signs, 20...600, "a bearer token", isWord: true),
    KeyFormat("token ", .signs, 20...255, "a token", isWord: true),
    KeyFormat("Basic ", .signs, 16...300, "a name and password, encoded", isWord: true),
  ]

  /// By two bytes, which third ones some key goes on with, one bit for each low half dozen of theirs:
  /// most words begin otherwise, and no format is asked for them.
  static let beginnings: [UInt64] = {
    var beginnings = [UInt64](repeating: 0, count: 1 << 14)
    for format in all {
      let third = format.prefix.dropFirst(2).first.map { UInt64(1) << UInt64($0 & 0x3f) }
      beginnings[index(format.prefix[0], format.prefix[1])] |= third ?? .max
    }
    return beginnings
  }()

  @inline(__always)
  static func index(_ first: UInt8, _ second: UInt8) -> Int {
    Int(first & 0x7f) << 7 | Int(second & 0x7f)
  }

  /// By the byte with which they begin.
  static let byFirstByte: [[KeyFormat]] = {
    var formats = [[KeyFormat]](repeating: [], count: 256)
    for format in all { formats[Int(format.prefix[0])].append(format) }
    return formats
  }()
}
