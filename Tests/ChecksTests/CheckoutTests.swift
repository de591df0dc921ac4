import Release
import TestSupport
import Testing

@testable import Checks

@Suite struct CheckoutTests {
  private let check = CheckoutCheck(files: ["deploy.sh"])
  private let changed = ["checkout-dirty deploy.sh", "file-changed deploy.sh"]

  private func project() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deploy.sh": "true\n", "a": "1"])
    return test
  }

  @Test func `a change that git is told not to see is one`() async throws {
    let test = try project()
    #expect(try await test.findings(of: check).faults == [])
    for mark in ["assume-unchanged", "skip-worktree"] {
      try test.git("update-index", "--\(mark)", "deploy.sh")
      try Files.write("false\n", to: "\(test.path)/deploy.sh")
      #expect(try await test.findings(of: check).faults == changed, "\(mark)")
      try test.git("update-index", "--no-\(mark)", "deploy.sh")
      try test.git("restore", "deploy.sh")
    }
    // A sparse checkout leaves files out; one that is named must be there.
    try test.git("update-index", "--skip-worktree", "deploy.sh")
    Files.remove("\(test.path)/deploy.sh")
    #expect(try await test.findings(of: check).faults == ["file-changed deploy.sh"])
  }

  @Test func `a link is compared as a link, and not by what it leads to`() async throws {
    let test = try project()
    let link = "\(test.path)/link.sh"
    func lead(to target: String) throws {
      _ = try Program.run(
        "/bin/ln", ["-sfn", target, link], directory: "/", environment: [:])
    }
    try lead(to: "deploy.sh")
    try test.git("add", "link.sh")
    try test.commit("feat: a link")
    let check = CheckoutCheck(files: ["link.sh"])
    let findings = try await test.findings(of: check)
    #expect(findings.faults == [])
    #expect(
      findings.last?.message
        == "link.sh is the one of v1.1.0: a link, and what it leads to is not compared")
    try lead(to: "a")
    let moved = ["checkout-dirty link.sh", "file-changed link.sh"]
    #expect(try await test.findings(of: check).faults == moved)
    Files.remove(link)
    try Files.write("true\n", to: link)
    #expect(try await test.findings(of: check).faults == moved)
    let other = try await test.findings(of: CheckoutCheck(files: ["."])).faults
    #expect(other == ["checkout-dirty link.sh", "file-not-released ."])
  }

  @Test func `nobody is believed who says that no file was changed`() async throws {
    let test = try project()
    let hook = "\(test.directory)/hook"
    try Files.write("#!/bin/sh\nprintf 'token\\0'\n", to: hook)
    Files.setMode(0o755, of: hook)
    try test.git("config", "core.fsmonitor", hook)
    try test.git("status")
    try Files.write("false\n", to: "\(test.path)/deploy.sh")
    #expect(try test.git("status", "--porcelain") == "")
    #expect(try await test.findings(of: check).faults == changed)
  }

  @Test func `behind a filter, the bytes are compared with those that a checkout writes`()
    async throws
  {
    let test = try project()
    // Whatever lies there, git is told of the released text.
    try test.git("config", "filter.hide.clean", "cat >/dev/null; echo true")
    try Files.write("deploy.sh filter=hide\n", to: "\(test.path)/.git/info/attributes")
    try Files.write("rm -rf /srv\n", to: "\(test.path)/deploy.sh")
    try test.git("add", "deploy.sh")
    #expect(try test.git("status", "--porcelain") == "")
    #expect(try await test.findings(of: check).faults == ["file-filtered deploy.sh"])
    try Files.write("true\n", to: "\(test.path)/deploy.sh")
    try test.git("add", "deploy.sh")
    #expect(try await test.findings(of: check).faults == [])
    // One that a checkout puts in another form, as that of large files does.
    try test.git("config", "filter.hide.smudge", "tr a-z A-Z")
    try Files.write("TRUE\n", to: "\(test.path)/deploy.sh")
    try test.git("add", "deploy.sh")
    #expect(try await test.findings(of: check).faults == [])
    // A name that no filter is configured under changes nothing.
    try test.git("config", "--remove-section", "filter.hide")
    try Files.write("true\n", to: "\(test.path)/deploy.sh")
    try test.git("add", "deploy.sh")
    #expect(try await test.findings(of: check).faults == [])
  }
}
