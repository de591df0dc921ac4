import Testing

@testable import Checks

/// Every key here is put together when it is needed, so that no scanner finds one in this file.
@Suite struct SecretScannerTests {
  static let body = "q7Zt2vLxR1tY6uB0mK4sD7xC2gH5jL9pWn3eF8aQ"

  private func scan(_ text: String, path: String = "a.py") -> [String] {
    let bytes = Array(text.utf8)
    return SecretScanner(path: path).sightings(in: bytes.span).map {
      "\($0.line):\($0.column) \($0.what) (\($0.length))"
    }
  }

  /// A key whose form nobody sees in this file.
  private static func key(_ parts: String...) -> String { parts.joined() }
  private static func body(_ count: Int) -> String { String((body + body).prefix(count)) }

  static let keys: [(String, String)] = [
    (key("AKI", "AQ7ZT2VLXR5TY6UB9"), "an AWS access key id (20)"),
    (key("gh", "p_", body(36)), "a GitHub token (40)"),
    (key("gl", "pat-", body(20)), "a GitLab token (26)"),
    (key("xo", "xb-", body(30)), "a Slack token (35)"),
    (key("sk_", "live_", body(24)), "a Stripe key (32)"),
    (key("AI", "za", body(35)), "a Google API key (39)"),
    (key("np", "m_", body(36)), "an npm token (40)"),
    (key("s", "k-", body(80)), "an API key (83)"),
    (key("eyJ", body(40), ".eyJ", body(40), ".", body(40)), "a signed web token (128)"),
    (key("postgres://app:", body(20), "@db/x"), "a password in a URL (20)"),
  ]

  @Test(arguments: keys)
  func `keys are known by their form, wherever they stand`(key: String, what: String) {
    let column = what.contains("URL") ? 20 : 5
    #expect(scan("x\nf( \"\(key)\")\n") == ["2:\(column) \(what)"])
  }

  static let assignments: [(String, String, String)] = [
    ("api_key = \"\(body(20))\"", "a.py", "1:12 a secret assigned to api_key (20)"),
    (
      "{\"clientSecret\": \"\(body(20))\"}", "a.json", "1:19 a secret assigned to clientSecret (20)"
    ),
    ("DB_PASSWORD=\(body(20))", "x/.env.local", "1:13 a secret assigned to DB_PASSWORD (20)"),
    ("auth-token: \(body(20)) # no", "c.yml", "1:13 a secret assigned to auth-token (20)"),
    ("config['token'] := '\(body(20))'", "a.go", "1:21 a secret assigned to token (20)"),
  ]

  @Test(arguments: assignments)
  func `what is drawn by lot and given such a name is one`(
    text: String, path: String, what: String
  ) {
    #expect(scan(text, path: path) == [what])
  }

  static let harmless: [String] = [
    "password = get_password(\"some-name-1234567\")", "token = \"${TOKEN_FROM_VAULT_1}\"",
    "api_key = \"your-api-key-goes-here-1\"", "secret = \"projects/app/secrets/db-password/1\"",
    "password_field = \"\(body(20))\"", "public_key_token = \"\(body(20))\"",
    "token = \"aaaaaaaaaaaaaaaaaaaa1\"", "# token: \(body(20))", "checksum = \"\(body(32))\"",
    "password: \(body(20))", key("AKIA", "IOSFODNN7EXAMPLE"), "tokenizer = \"\(body(20))\"",
    "-----BEGIN RSA PRIVATE KEY-----\n",
    "if text.startswith(\"-----BEGIN PRIVATE KEY-----\"):\n    pass\n",
    "postgres://user:password@localhost/db", "postgres://app:${PASSWORD_1234567}@db",
    "a\(key("gh", "p_", body(36)))",
  ]

  @Test(arguments: harmless)
  func `what is none is left alone`(text: String) { #expect(scan(text) == []) }

  @Test(arguments: KeyFormat.all.map { String(decoding: $0.prefix, as: UTF8.self) })
  func `no form is passed over`(prefix: String) {
    let bytes = Array(prefix.utf8)
    #expect(KeyFormat.mayBegin(with: bytes[0], bytes[1]))
  }

  @Test func `a private key is one only with a key in it`() {
    let head = "-----BEGIN OPENSSH PRIVATE " + "KEY-----"
    #expect(scan("\(head)\n\(Self.body)\n").count == 1)
    #expect(scan("x = \"\(head)\\n\(Self.body)\"").count == 1)
    #expect(scan("\n\(head)\n...\n") == [])
  }

  @Test func `a key on a line of its own does not upset the lines behind it`() {
    let key = "ghp" + "_" + Self.body.prefix(36)
    #expect(scan("\(key)\n\(key)\nx\n\(key)").map { $0.prefix(4) } == ["1:1 ", "2:1 ", "4:1 "])
  }

  @Test func `what is binary or cut off is read without harm`() {
    let key = Array(("ghp" + "_" + Self.body.prefix(36)).utf8)
    #expect(SecretScanner(path: "a").sightings(in: ([0] + key).span) == [])
    let text = Array(
      "api_key = \"\(Self.body)\" a://b:c@d eyJ.eyJ. -----BEGIN PRIVATE KEY-----".utf8)
    for start in text.indices {
      for end in start..<text.count {
        _ = SecretScanner(path: ".env").sightings(in: Array(text[start..<end]).span)
      }
    }
  }
}
