import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct NextTests {
  @Test(
    arguments: [
      ("v0.3.4", ["feat!: x"], "v0.4.0"), ("v0.3.4", ["fix: x"], "v0.3.5"),
      ("v1.3.4", ["docs: x", "fix: y"], "v1.3.5"), ("v1.3.4", ["feat: x"], "v1.4.0"),
      ("v1.3.4", ["ci: x\n\nBREAKING CHANGE: y"], "v2.0.0"), ("v1.3.4", ["docs: x"], nil),
      ("v1.4.0-rc.1", ["docs: x"], "v1.4.0"),
      ("v1.3.4", ["Squash\n\n* feat: a\n* fix: b"], "v1.4.0"),
      ("v1.3.4", ["feat: x\n\nRelease-Note: none"], nil), ("v1.3.4", [], nil),
    ] as [(String, [String], String?)])
  func `what next says is what cut takes, and nothing to release is the answer no`(
    _ tag: String, _ subjects: [String], _ version: String?
  ) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", tag)
    for subject in subjects { try test.commit(subject) }
    for options in [[], ["--pre", "rc"]] {
      // A candidate that has nothing new is none.
      let isWanted = options.isEmpty || tag != "v1.4.0-rc.1"
      let next = await test.deed(["next", "-q"] + options)
      let cut = await test.deed(["cut", "--auto", "--dry-run", "-q"] + options)
      if let version, isWanted {
        let wanted = options.isEmpty ? version : version + "-rc."
        #expect(next.code == 0 && next.output.hasPrefix(wanted), "\(next.output)\(next.error)")
        let name = next.output.split(separator: "\n").first ?? ""
        #expect((cut.output + cut.error).contains(name), "\(cut.output)\(cut.error)")
      } else {
        #expect(next.code == 1 && next.output.isEmpty && cut.code == 1)
        #expect(next.error.contains("nothing to release"))
        #expect(cut.error.contains("nothing to release"), "\(cut.error)")
      }
    }
  }

  @Test(arguments: [[], ["-a", "-m", "x"]])
  func `cut takes a tag for its own beginning only where it is the highest in its history`(
    _ options: [String]
  ) async throws {
    let test = try TestRepository()
    for (subject, tag) in [("feat: begin", "v1.0.0"), ("feat!: x", "v2.0.0-beta.1")] {
      try test.commit(subject)
      try test.git("tag", tag)
    }
    try test.commit("fix: y")
    try test.git(["tag"] + options + ["v1.1.0-rc.1"])
    for (identifier, version) in [("rc", "v2.0.0-rc.1"), ("beta", "v2.0.0-beta.2")] {
      let next = await test.deed("next", "--pre", identifier, "-q")
      #expect(next.output == "\(version)\n", "\(next.error)")
      let cut = await test.deed("cut", "--auto", "--pre", identifier, "--dry-run", "-q")
      #expect(cut.code == 0 && cut.error.contains(" as \(version) "), "\(cut.error)")
    }
  }

  @Test func `where the last release's tag is gone, the command is named that tells`() async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    #expect(await test.deed("cut", "v0.1.0", "-q").code == 0)
    try test.git("tag", "-d", "v0.1.0")
    for words in [["next"], ["cut", "--auto"]] {
      let ran = await test.deed(words)
      #expect(ran.code == 1 && ran.error.contains("hint: deed status v0.1.0   #"), "\(ran.error)")
    }
  }

  @Test func `hidden types that a project chose ask for nothing`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": "[notes]\nhidden = [\"deps\"]\n"])
    try test.git("tag", "v1.0.0")
    try test.commit("deps: x")
    #expect(await test.deed("next").code == 1)
    try test.commit("docs: x")
    #expect(await test.deed("next", "-q").output == "v1.0.1\n")
  }
}
