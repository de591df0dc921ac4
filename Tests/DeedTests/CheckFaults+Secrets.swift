import Glibc
import TestSupport
import Testing

// What goes wrong with settings and secrets.
extension CheckFault {
  /// As if drawn by lot; put together with a name only where it is needed, so that no scanner finds
  /// one in this file.
  private static let drawn = "q7Zt2vLxR1tY6uB0mK4sD7xC2gH5jL9pWn3e"

  static let secrets: [CheckFault] = [
    .replacing(
      "SECRET_KEY", with: "SECRET_KEX", in: ".env.production", fails: "secrets",
      "setting-missing .env.production:2"),
    .replacing(
      "SECRET_KEY", with: "secret_key", in: ".env.production", fails: "secrets",
      "setting-missing .env.production:2"),
    .adding(
      "deploy.sh.txt", "mysql -u root -p" + "Som" + "mer2024! app\n", fails: "secrets",
      "secret-in-tree deploy.sh.txt:1"),
    .replacing(
      CheckProject.key, with: "", in: ".env.production", fails: "secrets",
      "setting-empty .env.production:2"),
    .replacing(
      CheckProject.key, with: "changeme", in: ".env.production", fails: "secrets",
      "secret-placeholder .env.production:2"),
    .replacing(
      CheckProject.key, with: "Wq3+vN8zR1", in: ".env.production", fails: "secrets",
      "secret-short .env.production:2"),
    .replacing(
      CheckProject.key, with: String(repeating: "ab1", count: 12), in: ".env.production",
      fails: "secrets",
      "secret-easy .env.production:2"),
    .replacing(
      CheckProject.key, with: String(CheckProject.key.reversed()), in: ".env.production",
      fails: "secrets",
      "secret-reused .env.production:2"),
    .replacing(
      CheckProject.drawn, with: "violet-otter-piano", in: ".env.production", fails: "secrets",
      "secret-example .env.production:3"),
    .replacing(
      "=production", with: "=staging", in: ".env.production", fails: "secrets",
      "setting-value .env.production:1"),
    .replacing(
      "@db", with: "@db.staging.example", in: ".env.production", fails: "secrets",
      "setting-forbidden .env.production:3"),
    .replacing(
      "MAIL_FROM", with: "MAIL_FORM", in: ".env.production", fails: "secrets",
      "setting-misspelled .env.production:4"),
    .replacing(
      "MAIL_FROM", with: "mail", in: ".env.production", fails: "secrets",
      "setting-name .env.production:4"),
    CheckFault(
      "settings that others may read", fails: ["secrets"], "secrets-mode .env.production:1"
    ) { test in
      TestSupport.Files.setMode(0o644, of: "\(test.path)/.env.production")
    },
    CheckFault("no settings", fails: ["secrets"], "secrets-missing .env.production:1") { test in
      TestSupport.Files.remove("\(test.path)/.env.production")
    },
    .replacing(
      CheckProject.key, with: "your-key-here", in: ".env.production", fails: "secrets",
      "secret-placeholder .env.production:2"),
    .replacing(
      CheckProject.key, with: "-", in: ".env.production", fails: "secrets",
      "secret-placeholder .env.production:2"),
    .adding(
      "deploy.pem",
      "-----BEGIN RSA " + "PRIVATE KEY-----\n\(drawn)\n-----END RSA "
        + "PRIVATE KEY-----\n",
      fails: "secrets", "secret-in-tree deploy.pem:1"),
    CheckFault(
      "settings behind a link are tracked", fails: ["secrets"], "secrets-tracked vendor/prod.conf:1"
    ) { test in
      try TestSupport.Files.makeDirectory("\(test.path)/vendor")
      try TestSupport.Files.write(
        CheckProject.environment, to: "\(test.path)/vendor/prod.conf")
      TestSupport.Files.setMode(0o600, of: "\(test.path)/vendor/prod.conf")
      TestSupport.Files.remove("\(test.path)/.env.production")
      #expect(symlink("vendor/prod.conf", "\(test.path)/.env.production") == 0)
      try test.git("add", "vendor")
      try test.commit("feat: a fault")
    },
    CheckFault("tracked settings", fails: ["secrets"], "secrets-tracked .env.production:1") {
      test in
      try test.git("add", "--force", ".env.production")
      try test.commit("feat: a fault")
    },
    .adding(
      "src/設定.py", "x = 1\ntoken = \"\("gh" + "p_")q7Zt2vLxR1tY6uB0mK4sD7xC2gH5jL9pWn3e\"\n",
      fails: "secrets", "secret-in-tree src/設定.py:2"),
    CheckFault(
      "a secret under two names", fails: ["secrets"], "secret-in-tree settings.yaml:1"
    ) { test in
      let text = "api_token: q7Zt2vLxR1tY6uB0mK4sD7xC2gH5jL9pWn3e\n"
      try test.commit("feat: a fault", files: ["a.txt": text, "settings.yaml": text])
    },
    .replacing(
      "MAIL_FROM=a@shop.example", with: "", in: ".env.production", fails: "secrets",
      "setting-unset .env.production"),
    .replacing(
      CheckProject.key, with: "要変更", in: ".env.production", fails: "secrets",
      "secret-placeholder .env.production:2"),
    .replacing(
      CheckProject.environment, with: "# none\n", in: ".env.production", fails: "secrets",
      "settings-none .env.production:1"),
    .replacing(
      "staging = \".env.staging\"", with: "staging = \".env.production\"", in: "deed.toml",
      fails: "secrets", "secret-reused .env.production:2"),
    CheckFault(
      "staging's settings are a directory", fails: ["secrets"],
      "secrets-incomparable .env.staging:1"
    ) { test in
      TestSupport.Files.remove("\(test.path)/.env.staging")
      try TestSupport.Files.makeDirectory("\(test.path)/.env.staging")
    },
    .adding(
      "notes.txt", "one\nit is \(CheckProject.key)\n", fails: "secrets",
      "secret-in-tree notes.txt:2"),
    .adding(
      "Dockerfile", "FROM base\nENV API_KEY=\(drawn)\n", fails: "secrets",
      "secret-in-tree Dockerfile:2"),
    .adding(
      "k8s/app.yaml", "env:\n  - name: API_KEY\n    value: \(drawn)\n", fails: "secrets",
      "secret-in-tree k8s/app.yaml:3"),
    .adding(
      ".npmrc", "//registry.example.com/:_authToken=\(drawn)\n", fails: "secrets",
      "secret-in-tree .npmrc:1"),
    .adding(
      "notify.py", "url = \"https://hooks.slack.com/services/T0A1/B1/\(drawn)\"\n",
      fails: "secrets", "secret-in-tree notify.py:1"),
    CheckFault("a secret in UTF-16", fails: ["secrets"], "secret-in-tree 設定.txt:2") { test in
      let text = "\u{feff}設定\napi_key = \"\(drawn)\"\n"
      let bytes = text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
      try TestSupport.Files.write(bytes, to: "\(test.path)/設定.txt")
      try test.git("add", "--all")
      try test.commit("feat: a fault")
    },
  ]
}
