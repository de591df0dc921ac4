import Testing

@testable import Release

@Suite struct `A package` {
  private var policy: Policy {
    var policy = Policy()
    policy.packages["web"] = PackageRules(prefix: "web-", paths: ["web"])
    policy.packages["api"] = PackageRules(prefix: "api/v", paths: ["api"])
    return policy
  }

  @Test(arguments: [
    ("v1.4.0", "v", nil), ("api/v1.4.0", "api/v", "api"), ("web-1.4.0-rc.1", "web-", "web"),
  ])
  func `is named by what its versions begin with`(
    _ name: String, _ prefix: String, _ package: String?
  ) throws {
    let release = try #require(policy.release(named: name))
    #expect(release.prefix == prefix && release.description == name)
    #expect(policy.package(of: release)?.name == package)
  }

  @Test(arguments: ["1.4.0", "API/v1.4.0", "api/1.4.0", "api/v1.4", "web-v1.4.0", "apiv1.4.0", ""])
  func `has no versions of another form`(_ name: String) {
    #expect(policy.release(named: name) == nil)
  }

  @Test func `is in the order of its name's bytes`() {
    #expect(policy.prefixes == ["v", "api/v", "web-"])
  }

  @Test(arguments: [
    ("v1.4.0", "v"), ("api/v1.4.0-rc.1", "api/v"), ("1.4.0", ""), ("s3-1.4.0", "s3-"),
    ("v1.4", "v1.4"), ("", ""), ("v01.4.0", "v0"), ("日本1.0.0", "日本"),
  ])
  func `is told from others by what is recorded`(_ name: String, _ prefix: String) {
    #expect(ReleaseVersion.prefix(ofRecorded: name) == prefix)
  }

  @Test func `has versions in one order with others`() {
    let names = ["web-1.0.0", "v1.0.0", "api/v1.0.0", "api/v0.9.0", "v1.0.0-rc.1"]
    let versions = names.compactMap(policy.release(named:))
    let expected = ["api/v0.9.0", "v1.0.0-rc.1", "api/v1.0.0", "v1.0.0", "web-1.0.0"]
    #expect(versions.sorted().map(\.description) == expected)
    #expect(versions.reversed().sorted().map(\.description) == expected)
  }
}
