import FoundationEssentials
import Testing

@testable import Checks

/// Keys and tokens that are known by their form, whatever they are assigned to.
@Suite struct SecretFormTests {
  private static let key = "gh" + "p_" + SecretScannerTests.body.prefix(36)

  @Test(
    arguments: [
      ("\"①\" + \"②\"", "a.js"), ("'①'\n  + '②'", "a.js"), ("(\"①\"\n    \"②\")", "a.py"),
      ("'①' '②'", "a.py"), ("b'①' b\"②\"", "a.py"), ("'①' \\\n    '②'", "a.rb"),
      ("'①' . '②'", "a.php"), ("\"①\" .. \"②\"", "a.lua"), ("'①' || '②'", "a.sql"),
      ("\"①\" &\n \"②\"", "a.vb"),
    ] as [(String, String)])
  func `a key of a known form is one in several texts, too`(text: String, path: String) {
    for place in [2, 4, 20] {
      let parts = (Self.key.prefix(place), Self.key.dropFirst(place))
      let whole = text.replacing("①", with: parts.0).replacing("②", with: parts.1)
      let found = DrawnSecret.sightings(in: "key = \(whole);\n", path: path)
      #expect(found.count == 1 && found[0].contains("a GitHub token, put together"), "\(found)")
    }
  }

  @Test func `texts beside each other are none that are put together`() {
    let (one, other) = (Self.key.prefix(20), Self.key.dropFirst(20))
    for text in [
      "f('\(one)', '\(other)')", "['\(one)'] + x + ['\(other)']", "'\(one)'\"\(other)\"",
    ] {
      #expect(DrawnSecret.sightings(in: text, path: "a.py") == [], "\(text)")
    }
  }

  @Test func `a key of a known form is one under any name, and in what is sealed`() {
    for text in ["nextPageToken = \"\(Self.key)\"", "encryptedData:\n  a: \(Self.key)\n"] {
      #expect(
        DrawnSecret.sightings(in: text, path: "a.yaml").map { $0.contains("a GitHub token") } == [
          true
        ], "\(text)")
    }
  }

  /// The tokens of jwt.io and of RFC 7519: header, claims and signature.
  @Test(arguments: [
    [
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
      "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
      "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    ],
    [
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
      "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiYWRtaW4iOnRydWV9",
      "TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
    ],
    [
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ],
  ])
  func `tokens that documentation shows are none, others are`(parts: [String]) {
    let shown = parts.joined(separator: ".")
    #expect(DrawnSecret.sightings(in: "token = \"\(shown)\"", path: "a.py") == [])
    #expect(DrawnSecret.sightings(in: "Authorization: \(shown)", path: "a.md") == [])
    let other = [parts[0], "eyJzdWIiOiI0ODM5MjAxNyIsIm5hbWUiOiJIYW5ha28ifQ", parts[2]]
    #expect(DrawnSecret.sightings(in: "x \(other.joined(separator: "."))", path: "a.md").count == 1)
  }

  @Test(arguments: [
    "{\"alg\":\"HS256\",\"k\":\"§\"}", "{\"alg\":\"§\"}",
    "{\"typ\":\"secret\",\"value\":\"§\",\"user\":\"bob\"}",
  ])
  func `a key that is written as JSON is no token's header`(json: String) {
    let text = Data(json.replacing("§", with: DrawnSecret.value).utf8).base64EncodedString()
    #expect(DrawnSecret.sightings(in: "JWT_SECRET=\(text)", path: "a.env").count == 1)
  }
}
