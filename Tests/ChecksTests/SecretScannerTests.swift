import Foundation
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
    (key("S", "G.", body(22), ".", body(40), "abc"), "a SendGrid key (69)"),
    (key("Account", "Key=", body(80), "6dEfGh=="), "an Azure storage key (99)"),
    (key("Bearer ", body(40)), "a bearer token (47)"),
    (key("Basic ", body(38), "=="), "a name and password, encoded (46)"),
    (key("xap", "p-1-", body(40)), "a Slack token (47)"),
    (key("gld", "t-", body(20)), "a GitLab deploy token (25)"),
  ]

  /// What is told by more than its beginning.
  static let places: [(String, String, String)] = [
    (
      key("https://hooks.slack.com/services/T0", "A1/B1/", body(24)), "a.md",
      "1:9 a Slack webhook (57)"
    ),
    (
      key("https://discord.com/api/webhooks/12/", body(40)), "a.py",
      "1:9 a Discord webhook (68)"
    ),
    (
      key("https://a.webhook.office.com/webhookb2/", body(30)), "a.py", "1:9 a Teams webhook (61)"
    ),
    (key("x = '123456789:AA", body(33), "'"), "a.py", "1:16 a Telegram bot's token (35)"),
    (key("machine a login b password hunter2-x"), "x/.netrc", "1:28 a password for a machine (9)"),
    (key("db:5432:*:app:hunter2-x"), ".pgpass", "1:15 a password for a database (9)"),
    (
      key("//r.example/:_authToken=", body(36)), ".npmrc",
      "1:25 a secret assigned to _authToken (36)"
    ),
    (key("password = ", body(20)), ".pypirc", "1:12 a secret assigned to password (20)"),
    (key("export API_KEY=", body(20)), "a.sh", "1:16 a secret assigned to API_KEY (20)"),
    (key("dbPassword=", body(20)), "a.sh", "1:12 a secret assigned to dbPassword (20)"),
    (key("$ API_KEY=", body(20), " make"), "a.py", "1:11 a secret assigned to API_KEY (20)"),
    (key("run --token=", body(20)), "a.py", "1:13 a secret assigned to --token (20)"),
    (key("ENV API_KEY=", body(20)), "Dockerfile", "1:13 a secret assigned to API_KEY (20)"),
    (key("ENV API_KEY ", body(20)), "Dockerfile.prod", "1:13 a secret assigned to API_KEY (20)"),
    (key("ARG token=", body(20)), "app.dockerfile", "1:11 a secret assigned to token (20)"),
    (
      key("- name: API_KEY\n  value: ", body(20)), "a.yaml",
      "2:10 a secret assigned to API_KEY (20)"
    ),
    (
      key("{\"name\": \"API_KEY\", \"value\": \"", body(20), "\"}"), "a.json",
      "1:31 a secret assigned to API_KEY (20)"
    ),
    (
      key("x = '{\\\"apiKey\\\": \\\"", body(20), "\\\"}'"), "a.js",
      "1:21 a secret assigned to apiKey (20)"
    ),
    (key("\"auth\": \"", body(20), "\""), "config.json", "1:10 a secret assigned to auth (20)"),
    (key("LS0tLS1CRUdJTiBSU0Eg", "UFJJVkFURSBLRVktLS0tLQo", body(40)), "a.yaml", encoded),
    (
      key("LS0tLS1CRUdJTi", "BQUklWQVRFIEtFWS0tLS0tCg", body(40)), "a.yaml",
      "1:1 a private key, encoded (78)"
    ),
    (
      key("PuTTY-User-Key-", "File-3: ssh-rsa\nPrivate-Lines: 14\n"), "a.ppk",
      "1:1 a private key (31)"
    ),
  ]
  private static let encoded = "1:1 a private key, encoded (83)"

  @Test(arguments: places)
  func `files say their secrets in forms of their own`(text: String, path: String, what: String) {
    #expect(scan(text, path: path) == [what])
  }

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
    "a\(key("gh", "p_", body(36)))", "f(token=\(body(20)), b)",
    "https://hooks.slack.com/services/T/B/X",
    "Bearer authentication is wanted", "Basic principles of it",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "name: API_KEY\nvalue: \(body(20))", "machine a login b password hunter2-x",
    "ENV API_KEY \(body(20))", "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\(body(80))",
    "API_KEY=$(get-from-vault-12345)", "SOURCE=\(body(32))", "\"auth\": \"required-by-all-1\"",
  ]

  @Test(arguments: harmless)
  func `what is none is left alone`(text: String) { #expect(scan(text) == []) }

  @Test(arguments: KeyFormat.all.map { String(decoding: $0.prefix, as: UTF8.self) })
  func `no form is passed over`(prefix: String) {
    let bytes = Array(prefix.utf8)
    let thirds = KeyFormat.beginnings[KeyFormat.index(bytes[0], bytes[1])]
    #expect(bytes.count == 2 ? thirds == .max : thirds >> UInt64(bytes[2] & 0x3f) & 1 == 1)
  }

  @Test func `a private key is one only with a key in it`() {
    let head = "-----BEGIN OPENSSH PRIVATE " + "KEY-----"
    #expect(scan("\(head)\n\(Self.body)\n").count == 1)
    #expect(scan("x = \"\(head)\\n\(Self.body)\"").count == 1)
    #expect(scan("{\"a\": \"\(head)\\r\\n\(Self.body)\"}").count == 1)
    #expect(scan("a: '\(head)\\\\n\(Self.body)'").count == 1)
    #expect(scan("a: |\n\(String(repeating: " ", count: 60))\(head)\n    \(Self.body)").count == 1)
    #expect(scan("\(head)\nProc-Type: 4,ENCRYPTED\nDEK-Info: A,1\n\n\(Self.body)").count == 1)
    let block = "-----BEGIN PGP PRIVATE " + "KEY BLOCK-----"
    #expect(scan("\(block)\nVersion: GnuPG v2\n\n\(Self.body)").count == 1)
    #expect(scan("\n\(head)\n...\n") == [])
    #expect(scan("\(head)\n\(String(repeating: "privatekey", count: 4))\n") == [])
  }

  @Test func `a key on a line of its own does not upset the lines behind it`() {
    let key = "ghp" + "_" + Self.body.prefix(36)
    #expect(scan("\(key)\n\(key)\nx\n\(key)").map { $0.prefix(4) } == ["1:1 ", "2:1 ", "4:1 "])
  }

  @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
  func `UTF-16 is text, with a mark or without`(isBig: Bool, hasMark: Bool) {
    let text = (hasMark ? "\u{feff}" : "") + "設定 of x\napi_key = \"\(Self.body)\"\n"
    let bytes = text.utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xff))
      return isBig ? [high, low] : [low, high]
    }
    guard case .wide(let units) = ScannedText(bytes.span) else {
      Issue.record("no text")
      return
    }
    let found = SecretScanner(path: "a.py").sightings(in: units.span)
    #expect(found.map { "\($0.line):\($0.column)" } == ["2:12"])
  }

  @Test func `known secrets are found wherever they stand`() {
    let name = "API_KEY"
    let value = String(Self.body.prefix(24))
    let known = KnownSecrets(
      [
        EnvironmentFile.Variable(name: name, value: value, line: 1),
        EnvironmentFile.Variable(name: "A_TOKEN", value: "short", line: 2),
        EnvironmentFile.Variable(name: "B_TOKEN", value: "aaaaaaaaaaaaaaaa", line: 3),
        EnvironmentFile.Variable(name: "URL", value: "https://shop.example.com/a", line: 4),
        EnvironmentFile.Variable(name: "C_KEY", value: "x\n\(String(value.reversed()))\n", line: 5),
      ], from: ".env")
    for place in 0..<40 {
      let head = String(repeating: "q", count: place)
      for text in ["\(head)\(value)\(head)", "\(head)\(String(value.reversed()))"] {
        let found = known.sightings(in: Array(text.utf8).span)
        #expect(found.map(\.column) == [place + 1], "\(text)")
      }
    }
    // Alone, as Kubernetes has it, and behind a user's name.
    for (before, after) in [("", "\n"), ("u:", ""), ("app:", "@"), ("root:", "")] {
      let encoded = Data("\(before)\(value)\(after)".utf8).base64EncodedString()
      #expect(
        known.sightings(in: Array("a: \(encoded)".utf8).span).map(\.what) == [
          "the value of API_KEY of .env, encoded"
        ], "\(before)")
    }
    for text in [
      "short", "aaaaaaaaaaaaaaaa", "https://shop.example.com/a", String(value.dropLast()), "",
    ] {
      #expect(known.sightings(in: Array(text.utf8).span) == [])
    }
    #expect(KnownSecrets.none.sightings(in: Array(value.utf8).span) == [])
  }

  @Test func `what is binary or cut off is read without harm`() {
    let key = Array(("ghp" + "_" + Self.body.prefix(36)).utf8)
    if case .binary = ScannedText(([0] + key).span) {} else { Issue.record("no binary") }
    let text = Array(
      "api_key = \"\(Self.body)\" a://b:c@d eyJ.eyJ. -----BEGIN PRIVATE KEY-----".utf8)
    for start in text.indices {
      for end in start..<text.count {
        _ = SecretScanner(path: ".env").sightings(in: Array(text[start..<end]).span)
      }
    }
  }
}
