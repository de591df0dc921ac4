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
