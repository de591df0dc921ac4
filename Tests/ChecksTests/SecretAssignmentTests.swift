import Testing

@testable import Checks

/// Whose a value is, in the forms of many languages.
///
/// Every key here is put together when it is needed, so that no scanner finds one in this file.
@Suite struct SecretAssignmentTests {
  static let assignments: [(String, String, String)] = [
    // Types.
    ("api_key: str = \"§\"", "a.py", "api_key"),
    ("api_key: Optional[str] = '§'", "a.py", "api_key"),
    ("def f(token: str = \"§\"):", "a.py", "token"),
    ("const apiKey: string = \"§\"", "a.ts", "apiKey"),
    ("private readonly token?: string | null = '§';", "a.ts", "token"),
    ("var apiToken string = \"§\"", "a.go", "apiToken"),
    ("apiToken := \"§\"", "a.go", "apiToken"), ("var token sql.Text = \"§\"", "a.go", "token"),
    ("const apiToken = `§`", "a.go", "apiToken"), ("Token string `default:\"§\"`", "a.go", "Token"),
    ("let token: &str = \"§\";", "a.rs", "token"),
    ("const API_KEY: &'static str = \"§\";", "a.rs", "API_KEY"),
    ("static TOKEN: &[u8] = b\"§\";", "a.rs", "TOKEN"),
    ("let token: String? = \"§\"", "a.swift", "token"),
    ("val dbPassword: String = \"§\"", "a.kt", "dbPassword"),
    ("private static final String API_KEY = \"§\";", "A.java", "API_KEY"),
    ("public string ApiKey { get; set; } = \"§\";", "A.cs", "ApiKey"),
    ("const char token[] = \"§\";", "a.c", "token"), ("char token[32] = \"§\";", "a.c", "token"),
    ("const char *const kToken = \"§\";", "a.c", "kToken"),
    // Other scripts.
    ("비밀번호: \"§\"", "a.yml", "비밀번호"), ("DB_암호: §", "a.yml", "암호"),
    ("\"데이터베이스비밀번호\": \"§\"", "a.json", "비밀번호"),
    ("管理者のパスワード = '§'", "a.py", "パスワード"), ("暗証番号=§", "a.env", "暗証番号"),
    ("秘密鍵: §", "a.yaml", "秘密鍵"), ("アクセスキー: §", "a.yml", "アクセスキー"),
    ("シークレット=§", "a.env", "シークレット"), ("APIキー: \"§\"", "a.md", "APIキー"),
    ("社内APIキー: §", "a.yml", "APIキー"), ("認証キー = '§'", "a.py", "認証キー"),
    ("アクセストークン: §", "a.md", "トークン"), ("パスフレーズ: `§`", "a.md", "パスフレーズ"),
    ("액세스키: §", "a.yml", "액세스키"), ("토큰: §", "a.md", "토큰"), ("API키=§", "a.env", "API키"),
    // Full-width signs.
    ("公開サーバーのパスワード：§", "a.md", "パスワード"),
    ("パスワード：§", "a.md", "パスワード"), ("password：`§`", "a.md", "password"),
    ("- パスワード：\u{3000}§", "a.md", "パスワード"), ("パスワード＝\"§\"", "a.py", "パスワード"),
    ("パスワード\u{3000}：\u{3000}§", "a.md", "パスワード"), ("パスワード:\u{3000}§", "a.md", "パスワード"),
    ("本番\u{3000}パスワード \u{3000}＝ \u{3000}§", "a.md", "パスワード"),
    ("パスワード：「§」", "a.md", "パスワード"), ("# パスワード:\u{3000}『§』", "a.py", "パスワード"),
    ("パスワード\u{3000}＝\u{3000}\"§\"", "a.py", "パスワード"),
    ("旧パスワードはさくら、データベースに接続するための管理者ユーザーのパスワード：§", "a.md", "パスワード"),
    // Tables.
    ("| パスワード | `§` |", "a.md", "パスワード"), ("| password | § |", "a.md", "password"),
    ("| 1 | **パスワード** | **§**", "a.md", "パスワード"), ("|API_KEY|§|\r\n", "a.md", "apikey"),
    ("|\u{3000}パスワード\u{3000}|\u{3000}§\u{3000}|", "a.md", "パスワード"),
    ("| パスワード | 「§」 |", "a.md", "パスワード"), ("| S3 B2 K8s token | § |", "a.md", "token"),
    ("**Password**: §", "a.md", "Password"), ("**Password:** §", "a.md", "Password"),
    ("- **パスワード**：§", "a.md", "パスワード"), ("Password: **§**", "a.md", "Password"),
    // A tag of somebody else's.
    ("password: !!str \"§\"", "a.yml", "password"), ("password: !Vault '§'", "a.yml", "password"),
    ("password: !Ref §", "a.yml", "password"),
    ("| パスワード（本番） | § |", "a.md", "パスワード"), ("| [DB password](x.md) | § |", "a.md", "password"),
    ("| パスワード (本番) | § |", "a.md", "パスワード"),
    ("| `DB_PASSWORD` (prod) | § |", "a.md", "password"),
    ("| API key | § |", "a.md", "apikey"), ("| DB pw | § |", "a.md", "pw"),
    ("| データベースに接続するための管理者ユーザーのパスワード | § |", "a.md", "パスワード"),
    // Prefixes, brackets, wrappers.
    ("password = (\"§\")", "a.py", "password"), ("password = (\n    \"§\"\n)", "a.py", "password"),
    ("secret = b\"§\"", "a.py", "secret"), ("secret = rb'§'", "a.py", "secret"),
    ("secret = f\"§\"", "a.py", "secret"), ("secret=r\"§\"", "a.py", "secret"),
    ("secret = \"\"\"§\"\"\"", "a.py", "secret"), ("var token = @\"§\";", "A.cs", "token"),
    ("let token = r#\"§\"#;", "a.rs", "token"),
    ("let token = String::from(\"§\");", "a.rs", "token"),
    ("let token = Some(\"§\");", "a.rs", "token"),
    ("const secret = Buffer.from('§', 'hex')", "a.js", "secret"),
    ("secret = bytes.fromhex(\"§\")", "a.py", "secret"),
    ("password = SecretStr(\"§\")", "a.py", "SecretStr"),
    ("client.setPassword(\"§\");", "A.java", "setPassword"),
    (".password(\"§\")", "a.rs", "password"), ("$password = '§';", "a.php", "$password"),
    ("tokens = [\"§\"]", "a.py", "tokens"),
    // Defaults.
    ("key = os.getenv(\"API_KEY\") or \"§\"", "a.py", "API_KEY"),
    ("api_key = setting.value or '§'", "a.py", "api_key"),
    ("const k = process.env.API_KEY || \"§\"", "a.js", "API_KEY"),
    ("const k = process.env['API_KEY'] ?? '§'", "a.js", "API_KEY"),
    ("val k = System.getenv(\"API_KEY\") ?: \"§\"", "a.kt", "API_KEY"),
    ("k = os.environ.get(\"API_KEY\", \"§\")", "a.py", "API_KEY"),
    ("os.environ.setdefault('API_KEY', '§')", "a.py", "API_KEY"),
    ("define('DB_PASSWORD', '§');", "a.php", "DB_PASSWORD"),
    ("'password' => env('DB_PASSWORD', '§'),", "a.php", "DB_PASSWORD"),
    ("os.Setenv(\"API_TOKEN\", \"§\")", "a.go", "API_TOKEN"),
    ("k = ENV.fetch(\"API_KEY\") { \"§\" }", "a.rb", "API_KEY"),
    ("k = ENV.fetch('API_KEY', '§')", "a.rb", "API_KEY"),
    ("config(:api_key, \"§\")", "a.ex", "api_key"),
    ("add_argument(\"--token\", default=\"§\")", "a.py", "--token"),
    ("api_key: str = Field(default=\"§\")", "a.py", "api_key"),
    ("variable \"db_password\" {\n  type = string\n  default = \"§\"\n}", "a.tf", "3 db_password"),
    ("x: ${DB_PASSWORD:-§}", "a.yml", "DB_PASSWORD"), ("echo \"${API_KEY:=§}\"", "a.py", "API_KEY"),
    // Signs of other languages.
    ("api_key: \"§\"", "a.rb", "api_key"), (":api_key => \"§\"", "a.rb", "api_key"),
    ("java -Dspring.datasource.password=§ -jar a.jar", "a.py", "password"),
    ("\"-DdbPassword=§\"", "a.json", "-DdbPassword"),
    ("CREATE USER app WITH PASSWORD '§';", "a.sql", "PASSWORD"),
    ("keyPassword '§'", "a.gradle", "keyPassword"), ("run --api-key §", "a.md", "--api-key"),
    ("args: [\"--token\", \"§\"]", "a.yaml", "--token"),
    ("x = \"Server=a;User Id=b;Password=§;Encrypt=true\"", "a.cs", "Password"),
    ("x = \"jdbc:mysql://db/app?user=a&password=§&ssl=1\"", "a.py", "password"),
    ("<string name=\"passphrase correct horse\">§</string>", "a.xml", "passphrase"),
    ("pwd = \"§\"", "a.py", "pwd"), ("passwd: '§'", "a.js", "passwd"),
    ("PASSPHRASE = \"§\"", "a.py", "PASSPHRASE"), ("token == \"§\"", "a.py", "token"),
    // What reviews and other people's repositories held.
    ("auth=(\"admin\", \"§\")", "a.py", "auth"),
    ("const password = !isProd ? \"\" : \"§\";", "a.js", "password"),
    ("password: !!str §", "a.yaml", "password"), ("password: &anchor §", "a.yaml", "password"),
    ("passwords: [ § ]", "a.yaml", "passwords"), ("@Value(\"${api.key:§}\")", "A.java", "api.key"),
    ("api.key=§", "a.properties", "api.key"), ("set password §", "a.sh", "password"),
    ("The password: §", "README.md", "password"), ("DB_PW=§", "a.py", "DB_PW"),
    ("ConvertTo-SecureString \"§\" -AsPlainText", "a.ps1", "ConvertTo-SecureString"),
    ("process.env.API_KEY ??= \"§\";", "a.js", "API_KEY"),
    // XML.
    ("<password>§</password>", "a.xml", "password"),
    ("<db:Password type=\"x\">\n  §\n</db:Password>", "a.xml", "2 Password"),
    ("<password><![CDATA[§]]></password>", "a.xml", "password"),
    ("<add key=\"ApiKey\" value=\"§\"/>", "a.config", "ApiKey"),
    ("<add value=\"§\" key=\"ApiKey\"/>", "a.config", "ApiKey"),
    ("<server password='§'/>", "a.xml", "password"),
    ("<string name=\"api_key\">§</string>", "strings.xml", "api_key"),
    ("<key>ApiKey</key>\n<string>§</string>", "a.plist", "2 ApiKey"),
    (
      "<name>fs.s3a.secret.key</name>\n  <value>§</value>", "core-site.xml", "2 fs.s3a.secret.key"
    ),
  ]

  @Test(arguments: assignments)
  func `a value belongs to the nearest name, however it is given`(
    text: String, path: String, name: String
  ) {
    let parts = name.split(separator: " ")
    let line = parts.count > 1 ? String(parts[0]) : scannedLine(text)
    #expect(
      DrawnSecret.sightings(in: text, path: path) == [
        "\(line) a secret assigned to \(parts.last ?? "")"
      ])
  }

  /// On which the value stands.
  private func scannedLine(_ text: String) -> String {
    String(text.prefix { $0 != "§" }.count(where: \.isNewline) + 1)
  }

  /// What stands beside a name may be another secret.
  @Test(
    arguments: [
      ("passphrase correct horse battery staple", "passphrase"),
      ("Old password Summer2024!", "password"), ("Summer2024-password", "password"),
      ("token Autumn99 Winter88", "token"),
      ("admin / MyTokenRex44", "token"), ("旧パスワードはさくら、新パスワード", "パスワード"),
      ("Sommer2024 (password)", "password"), ("Sommer2024 (now)", nil),
    ] as [(String, String?)])
  func `of a cell only the word is shown that tells`(
    cell: String, word: String?
  ) {
    let found = DrawnSecret.sightings(in: "| vault | \(cell) | § |", path: "a.md")
    #expect(found == (word.map { ["1 a secret assigned to \($0)"] } ?? []))
  }

  static let harmless: [(String, String)] = [
    ("tokenEndpoint: string = \"§\"", "a.ts"), ("nextPageToken = \"§\"", "a.js"),
    ("{\"tokenHash\": \"§\"}", "a.json"), ("passwordHint: '§'", "a.js"),
    ("パスワードの長さ: \"§\"", "a.yml"), ("次ページトークン：§", "a.md"),
    ("公開APIキー：§", "a.md"), ("トークン：12文字以上", "a.md"), ("パスワード：change-me-please", "a.md"),
    ("| password | § is how it may look |", "a.md"), ("| digest | § |", "a.md"),
    ("| password | at-least-12-characters |", "a.md"), ("| token | § |", "a.rs"),
    ("| password length | § |", "a.md"), ("| token URL (prod) | § |", "a.md"),
    ("パスワード：「12文字以上にする」", "a.md"), ("「§」", "a.md"), ("図：「§」", "a.md"),
    ("| パスワード | 管理者に確認する |", "a.md"),
    ("암호화: §", "a.yml"), ("Resources:\n  api_token: !Ref §", "a.yml"),
    ("token: !ImportValue §\nResources: {}", "a.yaml"),
    ("Resources:\n  token:  !GetAtt §.Value", "a.yml"),
    ("resources:\n  Resources:\n    token: !Ref §", "a.yml"),
    ("\"Resources\":\n  token: !Ref §", "a.yml"),
    ("Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...", "a.md"), ("token: !Sub ${§}-1", "a.yml"),
    ("secretName: §", "a.yaml"), ("passwordField = \"§\"", "a.py"), ("tokenUrl=§", "a.env"),
    (
      "Creds *Req_PasswordCredentials `protobuf:\"bytes,1,opt,name=password_credentials,"
        + "json=passwordCredentials,proto3,oneof\"`", "a.go"
    ),
    ("{\"token\": null, \"etag\": \"§\"}", "a.json"), ("hmac(token, \"§\")", "a.py"),
    ("secret = vault.read(\"§\")", "a.py"), ("x = get_password(\"§\")", "a.py"),
    ("hash_password(\"§\")", "a.py"), ("token; x = \"§\"", "a.js"), ("the token \"words\"", "a.md"),
    ("k = os.getenv(\"COMMIT\") or \"§\"", "a.py"), ("k = f(\"digest\", \"§\")", "a.py"),
    ("let(:cask_token) { \"invalid-sha256\" }", "a.rb"),
    ("=~ https://([[:alnum:]_:]+1)@host.example/", "a.sh"),
    ("git -c user.signingkey=\"1D2D410A741137EBC544826F4A92FA17B6619297\" tag", "a.sh"),
    ("token = \"a=§&b=§\"", "a.xml"),
    ("Authorization: Basic " + "YWxpY2U6c2VjcmV0LXBhc3N3ZA==", "a.md"),
    ("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "a.md"),
    ("Authorization: Basic YWxhZGRpbjpvcGVuc2VzYW1l", "a.md"),
    ("client_secret=7Fjfp0ZBr1KtDRbnfVdmIw", "a.md"),
    ("Authorization: Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3", "a.md"),
    ("\"access_token\": \"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...\"", "a.json"),
    ("token: eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9..", "a.md"),
    ("token = \"dGVzdGluZzpzM2NyZXQ=\"", "a.py"), ("credential=YS1naXQtdG9rZW4=", "a.sh"),
    ("[\"q8Zr3LmT0vXy7NbC1dKf5GhJ2sPw\", \"§\"]", "a.py"),
    ("https://user:he%2F%2Fllo@host.example/", "a.md"), ("docker run -u app:app -p 8080 x", "a.sh"),
    ("echo the password is-not-here-1234567", "a.sh"), ("password: the one of 2024-11-20", "a.md"),
    ("set token of the 1st-page-of-12345", "a.sh"), ("a: [b]\npasswords: [!none, 12]", "a.yaml"),
    ("x = isToken ? \"\" : f(\"§\")", "a.js"), ("tokens.next = \"§\"", "a.js"),
    ("You want to pass [`--shm-size=256MB`](https://a.example)", "a.md"),
    ("<hash>§</hash>", "a.xml"), ("<add key=\"Build\" value=\"§\"/>", "a.config"),
    ("<string>§</string>", "a.plist"), ("x = \"Server=§;Database=b\"", "a.cs"),
    ("run --digest §", "a.md"), ("run --token $TOKEN_1234567", "a.md"),
    ("image: ${TAG:-§}", "a.yml"),
    ("password: ENC[AES256_GCM,data:§=,iv:§,tag:§,type:str]", "a.yaml"),
    ("DB_PASSWORD=ENC[AES256_GCM,data:§=,iv:§=,tag:token=§,type:str]", ".env"),
    ("\"password\": \"ENC[AES256_GCM,data:§,iv:§,tag:§,type:str]\"", "a.json"),
    ("password: >\n  ENC[PKCS7,§]", "a.eyaml"),
    ("spec:\n  encryptedData:\n    password: §\n    token: §\n  template: {}\n", "a.yaml"),
    ("{\"encryptedData\": {\"password\": \"§\", \"token\": \"§\"}}", "a.json"),
    ("password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  66386439653236336462\n", "a.yml"),
    ("vault_token: \"$ANSIBLE_VAULT;1.1;AES256;66386439653236336462\"", "a.yml"),
    ("password = \"{§}\"", "a.xml"), ("api_key = f\"a-{key_id}-1234567-q7Zt2v\"", "a.py"),
    ("aws_secret_access_key = \"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\"", "a.py"),
    ("aws_access_key_id = " + "AKIAIOSFODNN7" + "EXAMPLE", "credentials"),
    ("x = \"postgres://user:password123@localhost/db\"", "a.py"),
    ("x = \"postgres://postgres:postgres@db:5432/app\"", "a.py"),
    ("x = \"https://host:8443/path@q7Zt2vLxR1\"", "a.py"),
    ("x = \"https://user:${PASSWORD}@host\"", "a.py"),
    ("sa:P@ssw0rd@x mssql://sa:P@ssw0rd1@h", "a.md"),
  ]

  @Test(arguments: harmless)
  func `what is no secret's value is left alone`(text: String, path: String) {
    #expect(DrawnSecret.sightings(in: text, path: path) == [])
  }

  @Test(arguments: [
    ("curl -u admin:§ https://a.example", "a password behind a name"),
    ("curl --user 'admin:§' https://a.example", "a password behind a name"),
    ("Authorization: token §", "a token (26)"),
  ])
  func `headers and logins of commands are known`(text: String, what: String) {
    #expect(DrawnSecret.sightings(in: text, path: "a.sh") == ["1 \(what)"])
  }

  private static let weak = ["Som", "mer2024!"].joined()

  @Test(
    arguments: [
      ("sshpass -p '¤' ssh a@b", 13), ("sshpass -p¤ ssh a@b", 11), ("mysql -u root -p¤ app", 17),
      ("docker compose exec db mysqldump \\\n  -uroot -p\"¤\"", 13),
      ("command: [\"mysqladmin\", \"ping\", \"-p¤\"]", 36), ("mysql --password=¤ app", 18),
      ("x --db-password '¤'", 18), ("PGPASSWORD=¤ psql", 12), ("export MYSQL_PWD=\"¤\"", 19),
      ("PGPASSWORD: ¤", 13), ("docker login -u a -p ¤ r.example", 22),
      ("helm registry login r.example -p ¤", 34), ("redis-cli -h a -a ¤ ping", 19),
      ("sqlcmd -S a -U sa -P ¤", 22),
    ] as [(String, Int)])
  func `a password that is given to a program is one, however weak`(text: String, column: Int) {
    for path in ["a.sh", "a.py", "a.yaml"] {
      let bytes = Array(text.replacing("¤", with: Self.weak).utf8)
      let found = SecretScanner(path: path).sightings(in: bytes.span)
      #expect(found.map(\.what) == ["a password given to a program"], "\(path) \(text)")
      #expect(found.map(\.column) == [column], "\(path) \(text)")
    }
  }

  @Test(
    arguments: [
      ("curl -uadmin:¤ https://a.example", 14), ("curl -u admin:¤ https://a.example", 15),
      ("curl --user=\"admin:¤\"", 20),
    ] as [(String, Int)])
  func `a password behind a name is one, however weak`(text: String, column: Int) {
    let bytes = Array(text.replacing("¤", with: Self.weak).utf8)
    let found = SecretScanner(path: "a.sh").sightings(in: bytes.span)
    #expect(found.map(\.what) == ["a password behind a name"])
    #expect(found.map(\.column) == [column])
  }

  @Test(arguments: [
    "mysql -p app", "mysql -p$MYSQL_PWD app", "mysql -ppassword app", "mysql -p${PASSWORD} app",
    "docker run --name mysql -p 3306:3306 a", "docker run --name mongo -p 27017:27017 mongo",
    "docker login -u a --password-stdin r.example", "PGPASSWORD=postgres psql",
    "PGPASSWORD=$(cat password) psql", "PGPASSWORD=${DB_PASSWORD:?} psql", "mysql -p<password>",
    "sshpass -p \"$SSH_PASSWORD\" ssh a", "sshpass -f secret-2024.txt ssh a",
    "mysql --password=<your-password>", "x --password-file secret-2024.txt", "cp -p a1-Directory b",
    "mkdir -p Some/Path1-x", "python -u Main1-Program.py", "--pass-through Some1-Value-x",
    "run --password \"$(vault read a1-B)\"", "--user=$(id -u):$(id -g)", "redis-cli -a \"$AUTH\"",
    "curl -u \"$USER:$TOKEN\"", "curl -u user:password", "--password=changeme",
  ])
  func `what is given to a program and is no password is left alone`(text: String) {
    for path in ["a.sh", "a.md"] {
      #expect(DrawnSecret.sightings(in: text, path: path) == [], "\(path)")
    }
  }

  @Test func `what stands below sealed values is looked at again`() {
    let text = "spec:\n  encryptedData:\n    password: §\n\n    a: b\n  password: §\n"
    #expect(DrawnSecret.sightings(in: text, path: "a.yaml") == ["6 a secret assigned to password"])
    #expect(
      DrawnSecret.sightings(in: "a: ENC[AES256_GCM,data:x]\npassword: §\n", path: "a.yaml") == [
        "2 a secret assigned to password"
      ])
    #expect(DrawnSecret.sightings(in: "ENC[not closed\npassword: §", path: "a.yaml").count == 1)
  }

  @Test(arguments: [
    "n8zR/1tY6u", "Sup3rS3cret!", "S3cr3t/P4ss", "n8z@R1tY", "n8z?R1#tY&x", "Sommer2024!",
    "pa:ss1/Wort",
  ])
  func `a password in a URL may have any sign in it, and be weak`(password: String) {
    let text = "x = \"postgres://app:\(password)@db.internal:5432/app\""
    #expect(
      DrawnSecret.sightings(in: text, path: "a.py").map { $0.prefix { $0 != "(" } } == [
        "1 a password in a URL "
      ])
  }

  @Test func `long lines of beginnings cost no more than their length`() {
    let pieces = [
      "\"", "'\"`", "<a>", "ENC[A,", "encryptedData:\n ", "eyJ-", "sk-", "://a:b1c2d3e4f5g6/",
      "${A:-",
      "--token ", "token = (", "password or \"§\" ", "default=\"§\", ", "-u a:", "mysql -p",
      "\" + \"AK", "'' ",
      "PGPASSWORD=", "|", "| a ", "：", "パスワード＝", "<key>", "${", "=",
      ":",
    ]
    for piece in pieces {
      for path in ["a.env", "a.md"] {
        _ = DrawnSecret.sightings(
          in: String(repeating: piece, count: 2_000 / piece.utf8.count), path: path)
      }
    }
  }

  @Test func `a sign of bold type within a value does not end it`() {
    #expect(DrawnSecret.sightings(in: "password: aB3*kd93Jd0q2LmX9Wz7", path: "a.md").count == 1)
  }

  @Test func `what stands behind another tool's tag and is no name is looked at`() {
    #expect(
      DrawnSecret.sightings(in: "password: !Ref §/==\nResources: {}", path: "a.yml").count == 1)
  }
}
