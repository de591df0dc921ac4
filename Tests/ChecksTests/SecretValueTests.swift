import Testing

@testable import Checks

@Suite struct SecretValueTests {
  /// As if drawn by lot.
  static let drawn = [
    "q8Zt-2vLx", "Wq3+vN8zR1tY6uB0mK4sD7xC2gH5jL9p", "9f86d081884c7d659a2feaa0c55ad015",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479", "0f3a9c1e7b5d2846", "48392017483920174839",
    "dGhpcyBpcyBub3QgYSBrZXkhIQ7Zt2vLxR1tY6uB0mK4=", "n8zR1tY6uB0mK", "Tr0ub4dor&3x7",
    "correct-horse-battery-staple", "correct horse battery staple", "CorrectHorseBatteryStaple",
    "glacier.user.velvet.piano.secret.thunder", "春の夜の夢ばかりなる手枕に", "하늘을우러러한점부끄럼이없기를",
    "ooth3eiXaeng8ohN", "lTqkPzWnBvRy", "{q7Zt2vLxR1tY6uB0}", "p4$$!7Qz&kW", "exchange-method-7Qz",
  ]

  @Test(arguments: drawn)
  func `what nobody guesses is neither weak nor a placeholder`(value: String) {
    #expect(SecretValue.fault(in: value, isSecret: true) == nil)
  }

  @Test(arguments: [
    "changeme", "CHANGE_ME", "your-key-here", "your_api_key", "<secret>", "[key]", "{{ key }}",
    "xxxx", "****", "TODO", "tbd", "replace-me", "postgres://u:changeme@h", "https://<host>/a",
    "TODO: ask", "TODO ask", "xxxx-xxxx", "__SECRET__", "@KEY@", "<パスワード>", "要変更", "ここに入力",
    "パスワードをここに入力してください", "未設定", "변경필요", "변경 필요", "여기에 입력", "请填写",
    "changemechangemechangeme", "GENERATE_ME", "enter_your_key", "enterYourKey",
    "replace-with-a-long-one",
    "insert-a-long-string-here", "insertsecrethere", "CHANGEME_IN_PRODUCTION", "pleaseChangeMe",
    "api-key-goes-here",
    "https://your-domain.com/", "値を入力してください", "change-me@shop.example", "placeholder",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
  ])
  func `a placeholder is known anywhere`(value: String) {
    #expect(SecretValue.isPlaceholder(value, isSecret: false))
    #expect(SecretValue.fault(in: value, isSecret: true) == .placeholder)
  }

  @Test(arguments: [
    "example-key", "${KEY}", "$KEY", "$(pass key)", "%KEY%", "yourpassword", "enteryourkey",
    "put your password here", "sk_test_xxx", "ghp_xxxxxxxx", "sk_live_",
    "xoxb-your-token", "sk-XXXXXXXXXXXXXXXXXXXXXXXX", "ghp_1234567890abcdef", "glpat-********",
    "prefix-xxxxxxxxxxxx", "00000000-0000-0000-0000-000000000000", "dummy", "sample-password",
    "fill in your own secret", "none", "AKIAIOSFODNN7EXAMPLE", "--------", "myplaceholder1",
    "メールアドレスを入力してください", "ダミー123", "tbd-by-ops", "fake-secret-for-ci",
    "see-vault", "set-in-vault", "비밀번호입력", "パスワードを入力", "(운영팀 문의)", "インフラチームに確認",
    "-", "--", "?", "x", "1", "n/a", "later", "あとで設定", "(후에 설정)", "本番のキー",
  ])
  func `what asks for another value is a placeholder where a secret belongs`(value: String) {
    #expect(SecretValue.fault(in: value, isSecret: true) == .placeholder)
    #expect(!SecretValue.isPlaceholder(value, isSecret: false))
  }

  @Test(arguments: [
    "django-insecure-q7zt2vlxr1ty6ub0mk4sd7xc2gh5jl9pwn3e8a", "insecure", "not-secure-at-all",
    "dev-only-q7Zt2vLxR1tY", "do-not-use-in-production", "DoNotUse7Qz2", "for-testing-only-7Qz",
  ])
  func `a value may say itself that it is not for production`(value: String) {
    #expect(SecretValue.fault(in: value, isSecret: true) == .development)
    #expect(SecretValue.fault(in: value, isSecret: false) == nil)
  }

  @Test(arguments: [
    "password", "Secret", "12345678", "test", "admin", "パスワード", "비밀번호", "パスワード123",
    "passwordpasswordpasswordpasswordpassword", "abcabcabcabc", "1234567890123456789012345678",
    "admin123", "password1!", "P@ssw0rd!", "p4$$w0rd", "letmein", "qwerty123", "qwertyuiop[]",
    "supersecretkey", "my-super-secret-jwt-key", "ThisIsMySecretKey", "secret_key_for_production",
    "aaaaaaaaaaaaaaaa", "xyxyxyxyxyxy", "987654321", "abcdefgh", "postgres", "root1234",
    "Password2024", "Welcome20240101", "admin@123", "test-token", "1q2w3e4r", "hunter2",
    "S3cr3tK3y!", "YWRtaW46cGFzc3dvcmQ=", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "deadbeefdeadbeefdeadbeefdeadbeef", "company-prod-db-password", "qwertyuiopasdfghjklzxcvbnm",
  ])
  func `what people choose is weak, and no placeholder`(value: String) {
    #expect(SecretValue.fault(in: value, isSecret: true) == .guessable)
    #expect(SecretValue.fault(in: value, isSecret: false) == nil)
  }

  @Test func `a value is weak that is made of the words of its name`() {
    func fault(_ name: String, _ value: String) -> SecretValue.Fault? {
      SecretValue.fault(in: value, isSecret: true, name: name)
    }
    #expect(fault("STRIPE_API_KEY", "stripe-key-2024") == .guessable)
    #expect(fault("SHOP_PASSWORD", "shopshop1") == .guessable)
    #expect(fault("SHOP_PASSWORD", "stripe-blue-otter") == nil)
  }

  @Test(arguments: [
    "production", "8080", "q8Zt-2vLx", "https://shop.example.com/", "日本", "Shop <a@b.example>",
    "サンプル商店", "未定期", "exchange.metrics", "/static/placeholder.png", "Click here", "Your order",
    "todo-list", "メールアドレスを入力してください", "[\"https://a.example\"]", "[]", "[1, 2]", "0000", "----",
    "<b>Shop</b>", "interchange-method", "Enter your name here", "none", "3600", "000",
    "https://shop.example.com/change-mention", "https://shop.example.com/xxl", "입력", "ブランド名を入力",
  ])
  func `a value is none`(value: String) {
    #expect(SecretValue.fault(in: value, isSecret: false) == nil)
  }

  @Test(arguments: ["3600", "10000", "15", "true", "HS256", "header", "2024"])
  func `a number or a switch beside a secret is left alone`(value: String) {
    #expect(SecretValue.fault(in: value, isSecret: true) == nil)
  }

  @Test(arguments: [
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true), ("0123456789012345678901234567890123", true),
    ("abcdefghijklmnopqrstuvwxyzabcdef", true), ("q7Zt2vLxq7Zt2vLxq7Zt2vLxq7Zt2vLx", true),
    ("9f86d081884c7d659a2feaa0c55ad015", false), ("Wq3+vN8zR1tY6uB0mK4sD7xC2gH5jL9p", false),
    ("48392017593810274659302817465930", false), ("correct-horse-battery-staple-glacier", false),
    ("aaaabbbbccccddddaaaabbbbddddcccc", true),
  ])
  func `what can be guessed is told from what was drawn by lot`(value: String, isEasy: Bool) {
    #expect(SecretValue.isEasy(value) == isEasy)
  }

  @Test(arguments: [
    ("postgres://u:pa/ss@host/db", "pa/ss"), ("postgres://u:p@ss@host/db", "p@ss"),
    ("amqp://:secret@host", "secret"), ("https://host:8443/a@b", nil), ("https://host/a:b@c", nil),
    ("http://[::1]:8080/a@b", nil), ("https://host:443?mail=a@b.c", nil),
    ("postgres://u:p?s#s@host/db", "p?s#s"), ("postgres://u@host/db", nil), ("u:p@host", nil),
    ("jdbc:postgres://u:pass@host", "pass"), ("postgres://u:パス@host", "パス"),
    ("https://u:pw@host/a@2x.png", "pw"), ("://u:p@h", nil), ("postgres://u:@host", nil),
  ])
  func `a password is found in a URL, whatever signs are in it`(value: String, password: String?) {
    #expect(SecretValue.password(inURL: value).map(String.init) == password)
  }

  @Test func `long values cost no more than their length`() {
    for value in ["a", "ab", "<", "your", "://", "password", "x-", "{{", "insert-", "0"] {
      let long = String(repeating: value, count: 10_000) + "!"
      _ = SecretValue.fault(in: long, isSecret: true)
      _ = SecretValue.fault(in: long, isSecret: false)
      _ = SecretValue.isEasy(long)
      _ = SecretValue.password(inURL: long)
    }
  }
}

@Suite struct SecretNameTests {
  @Test(arguments: [
    ("SECRET_KEY", true, true), ("DJANGO_SECRET_KEY", true, true), ("JWT_SECRET", true, true),
    ("API_TOKEN", true, false), ("DB_PASSWORD", true, false), ("PUBLIC_KEY", false, false),
    ("AWS_ACCESS_KEY_ID", false, false), ("MONKEY", false, false), ("APP_ENV", false, false),
    ("DBPASSWORD", true, false), ("dbPassword", true, false), ("API_KEY_2", true, false),
    ("ACCESS_TOKEN_EXPIRE_MINUTES", false, false), ("PASSWORD_MIN_LENGTH", false, false),
    ("PASSWORD_RESET_TIMEOUT", false, false), ("CACHE_KEY", false, false),
    ("TOKEN_ENDPOINT", false, false), ("NEXT_AUTH_SECRET", true, false),
    ("SECRET_NAME", false, false), ("DB_PASSWORD_FILE", false, false), ("BYPASS", false, false),
    ("STORAGE_KEY", true, false), ("PASSPORT", false, false),
  ])
  func `names say what their values are`(name: String, isSecret: Bool, isOwnKey: Bool) {
    #expect(SecretName.isSecret(name) == isSecret)
    #expect(SecretName.isOwnKey(name) == isOwnKey)
  }

  @Test(arguments: [
    "apiKey", "api_key", "API-KEY", "APIKey", "dbPassword", "dbpassword", "DB_PWD", "pwd", "passwd",
    "db_pass", "passphrase", "client-secret", "authToken", "AUTHTOKEN", "auth", "clientSecret2",
    "nextAuthSecret", "$password", "--token", "fs.s3a.secret.key", "tokenSecret", "_authToken",
    "SecretString", "privateKey", "endpointSecret", "userPwd",
  ])
  func `a name in a file promises a secret`(name: String) {
    #expect(SecretName.isTelling(Array(name.utf8)))
  }

  @Test(arguments: [
    "tokenEndpoint", "nextPageToken", "next_token", "tokenHash", "passwordHint", "secretName",
    "passwordField", "tokenUrl", "TOKEN_URL", "tokenurl", "nextpagetoken", "publicKeyToken",
    "csrfToken", "tokenizer", "password_hash", "hashedPassword", "encryptedPassword", "secretArn",
    "tokenExpiry", "continuationToken", "passwordSha256Digest", "compass", "bypass", "author",
    "monkey", "key", "secretVersion", "tokenType", "password-placeholder", "cancellationToken",
  ])
  func `a name may speak of something else`(name: String) {
    #expect(!SecretName.isTelling(Array(name.utf8)))
  }
}
