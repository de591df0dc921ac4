import Release
import TestSupport
import Testing

@testable import Checks

@Suite struct `A mask over output` {
  private func masked(
    _ pieces: [String], _ secrets: String...
  ) -> String {
    var output = MaskedOutput(SecretMask(secrets.map { Array($0.utf8) }))
    let passed = pieces.flatMap { output.pass(Array($0.utf8)) }
    return String(decoding: passed + output.finish(), as: UTF8.self)
  }

  @Test(arguments: [
    ("key=hunter2-hunter2;", "key=***;"), ("hunter2-hunter2", "***"),
    ("hunter2-hunter", "hunter2-hunter"),
    ("hunter2-hunter2hunter2-hunter2", "******"), ("hunter2-hhunter2-hunter2", "hunter2-h***"),
    ("花子 hunter2-hunter2 花子", "花子 *** 花子"), ("", ""), ("hunter2-hunte\nr2", "hunter2-hunte\nr2"),
  ])
  func `covers a value, wherever the output is parted`(text: String, wanted: String) {
    #expect(masked([text], "hunter2-hunter2") == wanted)
    #expect(masked(text.unicodeScalars.map { String($0) }, "hunter2-hunter2") == wanted)
    for cut in text.unicodeScalars.indices {
      let pieces = [text[..<cut], text[cut...]].map { String($0) }
      #expect(masked(pieces, "hunter2-hunter2") == wanted, "\(pieces)")
    }
  }

  @Test func `covers all of values that overlap, begin alike or hold each other`() {
    for size in 1...12 {
      func pieces(_ text: String) -> [String] {
        stride(from: 0, to: text.count, by: size).map {
          String(text.dropFirst($0).prefix(size))
        }
      }
      #expect(masked(pieces("<aaaabbbbcccc>"), "aaaabbbb", "bbbbcccc") == "<***>")
      #expect(masked(pieces("<abcdefgh><abcdefghij>"), "abcdefgh", "abcdefghij") == "<***><***>")
      #expect(masked(pieces("<abcdefghi>"), "abcdefgh", "abcdefghij") == "<***i>")
      #expect(masked(pieces("<xxabcdefghyy>"), "xxabcdefghyy", "abcdefgh") == "<***>")
    }
  }

  @Test func `lets everything through where there is nothing to hide`() {
    #expect(masked(["a", "b"]) == "ab")
  }

  @Test func `lets nothing through where it is not known what to hide`() {
    var output = MaskedOutput(.everything(because: "no key"))
    #expect(output.pass([]) == [])
    #expect(output.pass([1]) == Array("[deed: not shown and not kept: no key]\n".utf8))
    #expect(output.pass([1]) == [] && output.finish() == [])
  }

  @Test func `covers what is shown and what is logged of a command`() async throws {
    let directory = try TemporaryDirectory()
    var runner = CommandRunner(
      directory: directory.path, environment: ["PATH": "/usr/bin:/bin"], timeout: 60)
    runner.mask = SecretMask([Array("hunter2-hunter2".utf8)])
    var shown: [UInt8] = []
    let ending = try await runner.run(
      "printf 'a hunter2-'; sleep 0.2; echo hunter2; printf 'hunter2-'", show: { shown += $0 })
    #expect(String(decoding: shown, as: UTF8.self) == "a ***\nhunter2-")
    #expect(ending.log.bytes == shown)
  }
}

@Suite struct `What is known of an environment's secrets` {
  private func mask(
    _ lines: String, _ settings: [String: CheckSetting] = [:], example: String = ""
  ) async throws -> SecretMask {
    let test = try TestRepository()
    try test.commit("feat: begin", files: [".gitignore": ".env\n", ".env.example": example])
    try Files.write(lines, to: "\(test.path)/.env")
    return try await SecretMask.values(
      CheckSettings(["files": .table(["production": ".env"])].merging(settings) { $1 }),
      on: test.subject())
  }

  private func seen(_ text: String, through mask: SecretMask) -> String {
    var output = MaskedOutput(mask)
    return String(decoding: output.pass(Array(text.utf8)) + output.finish(), as: UTF8.self)
  }

  @Test(arguments: [
    ("API_KEY=Zq81-tt5\n", "Zq81-tt5", "***"), ("API_KEY=short-1\n", "short-1", "short-1"),
    ("PASSWORD=correcthorse\n", "correcthorse", "***"),
    ("MODE=production\n", "production", "production"),
    ("DB=postgres://app:p4ss-w0rd@db/x\n", "p4ss-w0rd", "***"),
    ("DB=postgres://app:p4ss-w0rd@db/x\n", "at postgres://app:p4ss-w0rd@db/x", "at ***"),
    ("SEED_KEY=\"line-one-1\nline-two-2\"\n", "line-two-2\r\n  line-one-1", "***\r\n  ***"),
    ("NAME_KEY=花子の秘密です\n", "花子の秘密です!", "***!"),
    ("HOST=db7.shop.internal\n", "db7.shop.internal", "***"),
    ("API_KEY=changeme-please\n", "changeme-please", "changeme-please"),
  ])
  func `is covered, and common words are not`(lines: String, text: String, wanted: String)
    async throws
  {
    #expect(try await seen(text, through: mask(lines)) == wanted)
  }

  @Test(arguments: [
    ("PAYMENT_TOKEN: Kd93jfLs02mXq7Tz\n", "token is Kd93jfLs02mXq7Tz", "token is ***"),
    ("SMTP_PASSWORD=\"gtUUH83kd02m\nA=1\n", "SMTP_PASSWORD=\"gtUUH83kd02m", "***"),
    ("SMTP_PASSWORD=\"gtUUH83kd02m\nA=1\n", "smtp gtUUH83kd02m", "smtp ***"),
    ("just-a-line-of-something\n", "just-a-line-of-something", "***"),
  ])
  func `is covered where its line is no setting`(lines: String, text: String, wanted: String)
    async throws
  {
    #expect(try await seen(text, through: mask(lines)) == wanted)
  }

  @Test func `is covered where it is another environment's`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try Files.write("SMTP_PASSWORD=gtUUH83kd02m\n", to: "\(test.path)/.env.production")
    try Files.write("SMTP_PASSWORD=other-password-9\n", to: "\(test.path)/.env.staging")
    let settings = CheckSettings([
      "files": .table(["production": ".env.production", "staging": ".env.staging"])
    ])
    let mask = try await SecretMask.values(settings, on: test.subject())
    #expect(seen("gtUUH83kd02m other-password-9", through: mask) == "*** ***")
  }

  @Test func `is not known where a file is no text`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try Files.write("A=b\0c\n", to: "\(test.path)/.env")
    let settings = CheckSettings(["files": .table(["production": ".env"])])
    await #expect(throws: CheckTrouble(".env is no text")) {
      try await SecretMask.values(settings, on: test.subject())
    }
  }

  @Test func `is not what the policy or the example says openly`() async throws {
    let mask = try await mask(
      "REGION=ap-northeast-1\nHOST=db7.shop.internal\n",
      ["values": .table(["REGION": "ap-northeast-1"])], example: "HOST=db7.shop.internal\n")
    #expect(
      seen("ap-northeast-1 db7.shop.internal", through: mask) == "ap-northeast-1 db7.shop.internal")
  }

  @Test
  func `is nothing where the file is on another machine, and trouble where it cannot be read`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let settings = CheckSettings(["files": .table(["production": ".env"])])
    #expect(try await seen("a", through: SecretMask.values(settings, on: test.subject())) == "a")
    try Files.makeDirectory("\(test.path)/.env")
    await #expect(throws: CheckTrouble(".env is no regular file")) {
      try await SecretMask.values(settings, on: test.subject())
    }
    let command = CheckSettings(["commands": .table(["production": "exit 3"])])
    await #expect(throws: CheckTrouble.self) {
      try await SecretMask.values(command, on: test.subject())
    }
  }
}
