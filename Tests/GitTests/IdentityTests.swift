import Git
import Release
import TestSupport
import Testing

@Suite struct IdentityTests {
  /// A repository whose user has said nothing about themselves.
  private func committer(
    _ settings: [String: String] = [:], configuration: [String: String] = [:]
  ) async throws -> Identity {
    let test = try TestRepository()
    for (key, value) in configuration { try test.git("config", key, value) }
    var environment: [String: String?] = [:]
    for role in ["COMMITTER", "AUTHOR"] {
      environment.updateValue(nil, forKey: "GIT_\(role)_NAME")
      environment.updateValue(nil, forKey: "GIT_\(role)_EMAIL")
    }
    for (name, value) in settings { environment.updateValue(value, forKey: name) }
    return try await test.open(environment).committer()
  }

  private let both = ["user.name": "Sato", "user.email": "sato@example.com"]

  @Test func `the environment comes before the configuration`() async throws {
    let settings = [
      "GIT_COMMITTER_NAME": "佐藤 花子", "GIT_COMMITTER_DATE": "1700000000 +0900",
    ]
    let identity = try await committer(settings, configuration: both)
    #expect(identity.person == Person(name: "佐藤 花子", email: "sato@example.com"))
    #expect(identity.seconds == 1_700_000_000)
    #expect(identity.offsetMinutes == 540)
    #expect(identity.description == "佐藤 花子 <sato@example.com> 1700000000 +0900")
  }

  @Test func `the configuration is enough`() async throws {
    #expect(
      try await committer(configuration: both).person
        == Person(name: "Sato", email: "sato@example.com"))
    let role = both.merging(["committer.email": "release@example.com"]) { $1 }
    #expect(try await committer(configuration: role).person.email == "release@example.com")
  }

  @Test func `an address in EMAIL is the user's word, unless configuration alone counts`()
    async throws
  {
    let name = ["user.name": "Sato"]
    let email = ["EMAIL": "sato@example.org"]
    #expect(
      try await committer(email, configuration: name).person
        == Person(name: "Sato", email: "sato@example.org"))
    let only = name.merging(["user.useConfigOnly": "true"]) { $1 }
    let error = await #expect(throws: GitError.self) {
      try await committer(email, configuration: only)
    }
    #expect(error?.kind == .identity)
  }

  @Test(arguments: [
    ([:], "user.email"), (["user.name": "Sato"], "user.email"),
    (["user.email": "sato@example.com"], "user.name"),
    (["user.email": "sato@example.com", "user.name": " . "], "user.name"),
  ])
  func `what is missing is said, and never guessed`(
    configuration: [String: String], missing: String
  ) async throws {
    let error = await #expect(throws: GitError.self) {
      try await committer(configuration: configuration)
    }
    #expect(error?.kind == .identity)
    #expect(error?.message.contains(missing) == true)
    #expect(error?.hint == #"git config user.name "…" && git config user.email "…""#)
  }

  @Test func `a date that is none is said`() async throws {
    let error = await #expect(throws: GitError.self) {
      try await committer(["GIT_COMMITTER_DATE": "soon"], configuration: both)
    }
    #expect(error?.kind == .program, "somebody is there, and git cannot say who")
    #expect(error?.message.contains("invalid date") == true)
  }
}
