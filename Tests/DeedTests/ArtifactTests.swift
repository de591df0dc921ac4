import Release
import TestSupport
import Testing

@testable import Deed

/// What a release ships: recorded, verified, distributed.
@Suite struct ArtifactTests {
  static let policy = """
    [approvals]
    required = 1
    [environments.production]
    checks = ["tag", "artifacts"]
    [checks.artifacts]
    paths = ["models/**/*.{pt,bin}"]
    images = ["app"]
    [checks.artifacts.names]
    model_ai1 = "artifacts/ai1.pkl"
    [checks.artifacts.metadata]
    model_ai1 = { framework = "torch" }

    """
  static let compose = """
    services:
      app:
        image: ghcr.io/acme/app:1.4@sha256:\(String(repeating: "1a", count: 32))

    """

  /// A commit, and what was built from it.
  static func project(_ policy: String = policy) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": policy, "compose.yaml": compose, ".gitignore": "models\nartifacts\nout\n",
      ])
    try build(test)
    return test
  }

  static func build(_ test: TestRepository) throws {
    for (path, content) in [
      "models/深い/モデル.pt": "weights", "models/b.bin": "more", "artifacts/ai1.pkl": "pickle",
    ] { try TestSupport.Files.write(content, to: "\(test.path)/\(path)") }
  }

  @Test func `a release is recorded, signed off, cut, distributed and proven`() async throws {
    let test = try Self.project()
    var session = Transcript("artifacts")
    await session.run(test, "status", "v1.0.0")
    await session.run(test, "artifacts", "record", "v1.0.0", "--dry-run")
    await session.run(test, "artifacts", "record", "v1.0.0", "-o", "out")
    await session.run(test, "artifacts", "record", "v1.0.0", "--format", "json")
    await session.run(test, "approve", "v1.0.0")
    await session.run(test, "check", "v1.0.0", "artifacts", "--no-record")
    await session.run(test, "cut", "v1.0.0")
    await session.run(test, "check", "v1.0.0", "tag", "--no-record")
    await session.run(test, "show", "v1.0.0")
    await session.run(test, "verify", "v1.0.0")
    session.say("A store from which it is taken.")
    try TestSupport.Files.makeDirectory("\(test.directory)/store")
    let store = "../store/v1.0.0"
    await session.run(test, "artifacts", "distribute", "v1.0.0", "--to", "../store")
    await session.run(
      test, "artifacts", "distribute", "v1.0.0", "--to", "../store", "--format", "json")
    await session.run(test, "artifacts", "verify", "v1.0.0", store)
    await session.run(test, "verify", "v1.0.0", "--artifacts", store, "-q")
    session.say("Somebody changes, removes and adds a file there.")
    let place = "\(test.directory)/store/v1.0.0"
    try TestSupport.Files.write("other weights", to: "\(place)/models/b.bin")
    TestSupport.Files.remove("\(place)/artifacts/ai1.pkl")
    try TestSupport.Files.write("", to: "\(place)/余分")
    await session.run(test, "artifacts", "verify", "v1.0.0", store)
    await session.run(test, "artifacts", "verify", "v1.0.0", store, "--format", "json")
    await session.run(test, "verify", "v1.0.0", "--artifacts", store, "-q")
    await session.run(test, "artifacts", "distribute", "v1.0.0", "--to", "../store")
    try session.check()
    let sums = try Program.run(
      "sha256sum", ["-c", "--quiet", "out/SHA256SUMS"], directory: test.path,
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(sums.status == 0, "\(sums.error)")
    let own = try Program.run(
      "sha256sum", ["-c", "--quiet", "manifest_v1.0.0.sha256"], directory: "\(test.path)/out",
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(own.status == 0, "\(own.error)")
  }

  @Test func `another digest under a recorded name is refused, unless it is to replace it`()
    async throws
  {
    let test = try Self.project()
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    #expect(await test.deed("approve", "v1.0.0").code == 0)
    #expect(await test.deed("status").output.contains("✓ signoffs"))
    try TestSupport.Files.write("rebuilt", to: "\(test.path)/artifacts/ai1.pkl")
    let before = try test.records("checks")
    let refused = await test.deed("artifacts", "record")
    #expect(refused.code == 1, "\(refused.error)")
    #expect(refused.error.contains("v1.0.0 is recorded with other digests: model_ai1\nhint: "))
    #expect(refused.error.contains("--replace"))
    #expect(try test.records("checks") == before)
    let replaced = await test.deed("artifacts", "record", "--replace")
    #expect(replaced.code == 0, "\(replaced.error)")
    #expect(replaced.error.contains("note: 1 approval given before it no longer counts"))
    let status = await test.deed("status")
    #expect(status.output.contains("✗ signoffs") && status.output.contains("stale: manifest"))
    let again = await test.deed("artifacts", "record", "--replace")
    #expect(again.code == 0 && again.output.contains("is recorded already"), "\(again.output)")
    #expect(await test.deed("approve").code == 0)
    #expect(await test.deed("cut", "v1.0.0").code == 0)
    try Self.build(test)
    for words in [[], ["--replace"]] {
      let late = await test.deed(["artifacts", "record", "v1.0.0"] + words)
      #expect(late.code == 1 && late.error.contains("the tag v1.0.0 names its manifest"))
    }
  }

  @Test func `parts that several jobs record stand together`() async throws {
    let test = try Self.project()
    let one = await test.deed("artifacts", "record", "v1.0.0", "models")
    #expect(one.code == 0 && one.output.contains("ships 2 artifacts (11 bytes)\n"), "\(one.error)")
    let image = await test.deed(
      "artifacts", "record", "v1.0.0", "artifacts", "--image",
      "app@sha256:\(String(repeating: "0", count: 64))")
    #expect(image.code == 0 && image.output.contains("1 artifact (6 bytes) and 1 image"))
    #expect(try test.records("checks").count == 2)
    let verified = await test.deed("artifacts", "verify", "v1.0.0")
    #expect(verified.code == 0 && verified.output == "v1.0.0: 3 artifacts as recorded\n")
    let held = await test.deed("artifacts", "record", "v1.0.0", "models/b.bin")
    #expect(held.code == 0 && held.output.contains("is recorded already"), "\(held.output)")
    try TestSupport.Files.makeDirectory("\(test.directory)/store")
    let to = ["--to", "../store"]
    #expect(await test.deed(["artifacts", "distribute", "v1.0.0"] + to).code == 0)
    let store = await test.deed("artifacts", "verify", "v1.0.0", "../store/v1.0.0")
    #expect(store.code == 0, "\(store.output)\(store.error)")
  }

  @Test func `cut records what is there before the tag, which names it`() async throws {
    let test = try Self.project()
    let before = try test.everything()
    let dry = await test.deed("cut", "v1.0.0", "--dry-run")
    #expect(dry.code == 0 && dry.error.contains("3 artifacts and 1 image are to be recorded"))
    #expect(try test.everything() == before)
    let cut = await test.deed("cut", "v1.0.0")
    #expect(cut.code == 0 && !cut.error.contains("manifest"), "\(cut.error)")
    let line = try #require(try test.records("checks").first)
    guard case .record(let record) = LedgerLine(parsing: Array(line.utf8)),
      case .manifest(let summary) = record.body
    else { throw TestFailure(line) }
    let message = try test.git("cat-file", "tag", "v1.0.0")
    #expect(message.hasSuffix("\nDeed-Manifest: sha256:\(summary.file.digest)"), "\(message)")
    let content = try test.run(["cat-file", "blob", summary.file.blob.description]).output
    #expect(Digest(of: content) == summary.file.digest)
    #expect(try Manifest(canonical: content).artifacts.map(\.name).contains("model_ai1"))
  }

  @Test func `cut makes no approval stale, and tags nothing half built`() async throws {
    let test = try Self.project()
    #expect(await test.deed("approve", "v1.0.0").code == 0)
    let stale = await test.deed("cut", "v1.0.0")
    #expect(stale.code == 1, "\(stale.error)")
    #expect(stale.error.contains("1 approval given before what is shipped was recorded"))
    #expect(stale.error.contains("hint: deed artifacts record v1.0.0   # and then approve again"))
    let half = try Self.project()
    TestSupport.Files.remove("\(half.path)/artifacts/ai1.pkl")
    let refused = await half.deed("cut", "v1.0.0")
    #expect(refused.code == 1 && refused.error.contains("nothing matches artifacts/ai1.pkl"))
    #expect(try half.run(["tag"]).text.isEmpty)
    let none = try Self.project(
      "[environments.e]\nchecks = [\"artifacts\"]\n[checks.artifacts]\npaths = [\"dist\"]\n")
    // What is built from the tag may run in images that are pinned already.
    let image = "services:\n  app:\n    image: app@sha256:\(String(repeating: "1", count: 64))\n"
    try none.commit(
      "feat: go on",
      files: [
        "compose.yaml": image,
        "deed.toml": "[environments.e]\nchecks = [\"artifacts\"]\n[checks.artifacts]\n"
          + "paths = [\"dist\"]\nimages = [\"app\"]\n",
      ])
    let cut = await none.deed("cut", "v1.0.0", "--dry-run")
    #expect(cut.code == 0 && cut.error.contains("there is nothing yet to record"), "\(cut.error)")
  }

  @Test func `what was recorded without a policy is held to as well`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: [".gitignore": "a.pt\n"])
    try TestSupport.Files.write("weights", to: "\(test.path)/a.pt")
    let check = ["check", "v1.0.0", "artifacts", "--no-record"]
    #expect(await test.deed(check).output.contains("the policy names no artifacts"))
    #expect(await test.deed("artifacts", "record", "v1.0.0", "a.pt").code == 0)
    #expect(await test.deed(check).code == 0)
    try TestSupport.Files.write("other", to: "\(test.path)/a.pt")
    let changed = await test.deed(check)
    #expect(changed.code == 1 && changed.output.contains("a.pt is not what was recorded"))
  }

  @Test func `each fault of a place is told beside the others`() async throws {
    let test = try Self.project()
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    let spoilt = try Program.run(
      "sh",
      [
        "-c",
        "echo x >>models/b.bin; ln -s /etc/hosts models/l.pt; mkfifo models/p.pt; rm artifacts/*",
      ], directory: test.path, environment: ["PATH": "/usr/bin:/bin"])
    #expect(spoilt.status == 0)
    let verified = await test.deed("artifacts", "verify", "v1.0.0")
    for line in [
      "missing  artifacts/ai1.pkl\n", "changed  models/b.bin", "unfit    models/l.pt leads out",
      "unfit    models/p.pt is a pipe", "1 missing, 1 changed, 2 unfit; 1 artifact as recorded",
    ] {
      #expect(verified.output.contains(line), "\(line)\n\(verified.output)")
    }
    let proven = await test.deed("verify", "v1.0.0", "--artifacts", ".", "--format", "json")
    #expect(verified.code == 1 && proven.output.contains("\"code\" : \"artifact-unfit\""))
    let check = await test.deed(
      "check", "v1.0.0", "artifacts", "--no-record", "--format", "json")
    for code in ["artifact-none", "artifact-missing", "artifact-changed", "artifact-unfit"] {
      #expect(check.output.contains("\"code\" : \"\(code)\""), "\(code)\(check.output)")
    }
  }

  /// One fault each, and how the check tells it.
  @Test(arguments: [
    ("rm models/b.bin", "✗ fail  models/b.bin was recorded, and is not here"),
    ("rm -r models", "✗ fail  nothing matches models/**/*.{pt,bin}"),
    ("rm artifacts/ai1.pkl", "hint: build it, or mend `names` in [checks.artifacts]\n"),
    ("echo x >> models/b.bin", "✗ fail  models/b.bin is not what was recorded: sha256"),
    ("echo x > models/新.pt", "✗ fail  models/新.pt is not in the manifest"),
    ("ln -s /etc/passwd models/p.pt", "✗ fail  models/p.pt leads out of /tmp/TEST"),
    ("mkfifo models/p.pt", "✗ fail  models/p.pt is a pipe, and no file"),
  ])
  func `each fault of a file fails the check, and names the file`(
    _ fault: String, _ finding: String
  ) async throws {
    let test = try Self.project()
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    #expect(await test.deed("check", "v1.0.0", "artifacts", "--no-record").code == 0)
    let broken = try Program.run(
      "sh", ["-c", fault], directory: test.path, environment: ["PATH": "/usr/bin:/bin"])
    #expect(broken.status == 0, "\(broken.error)")
    let ran = await test.deed("check", "v1.0.0", "artifacts", "--no-record", "--format", "json")
    let text = await test.deed(
      ["check", "v1.0.0", "artifacts", "--no-record"], terminal: Terminal(width: 300))
    #expect(ran.code == 1 && ran.output.contains("\"path\" : "), "\(ran.output)")
    let said = text.output.replacing(test.directory, with: "/tmp/TEST")
    #expect(text.code == 1 && said.contains(finding), "\(said)")
    let verified = await test.deed("artifacts", "verify", "v1.0.0")
    #expect(verified.code == 1, "\(verified.output)\(verified.error)")
  }

  @Test func `an image without a digest fails, by the line that names it`() async throws {
    let test = try Self.project()
    let words = ["check", "v1.0.0", "artifacts", "--no-record", "--format", "json"]
    // No docker answers here.
    let path = ["PATH": "\(test.directory)/bin:/usr/bin:/bin"]
    try TestSupport.Files.write("#!/bin/sh\nexit 1\n", to: "\(test.directory)/bin/docker")
    TestSupport.Files.setMode(0o755, of: "\(test.directory)/bin/docker")
    try test.commit("fix: image", files: ["compose.yaml": "services:\n  app:\n    image: app:1\n"])
    let unpinned = await test.deed(words, with: path)
    #expect(unpinned.code == 1 && unpinned.output.contains("\"code\" : \"image-no-digest\""))
    #expect(unpinned.output.contains("\"line\" : 3") && unpinned.output.contains("compose.yaml"))
    let refused = await test.deed(["artifacts", "record", "v1.0.0"], with: path)
    #expect(refused.code == 2 && refused.error.contains("image app has no digest"))
    #expect(refused.error.contains("(compose.yaml:3)"), "\(refused.error)")
    let digest = "sha256:\(String(repeating: "2b", count: 32))"
    try TestSupport.Files.write(
      "#!/bin/sh\necho 'WARNING: old' >&2\necho '[\"app@\(digest)\"]'\n",
      to: "\(test.directory)/bin/docker")
    let recorded = await test.deed(["artifacts", "record", "v1.0.0"], with: path)
    #expect(recorded.code == 0, "\(recorded.error)")
    #expect(await test.deed(words, with: path).code == 0)
    try test.commit(
      "fix: pin", files: ["compose.yaml": "services:\n  app:\n    image: app:1@\(digest)\n"])
    let other = "sha256:\(String(repeating: "3c", count: 32))"
    let moved = await test.deed(
      "artifacts", "record", "v1.1.0", "models", "artifacts/ai1.pkl", "--image", "app:1@\(other)")
    #expect(moved.code == 0, "\(moved.error)")
    let changed = await test.deed("check", "v1.1.0", "artifacts", "--no-record")
    #expect(changed.code == 1 && changed.output.contains("image app was recorded as 3c3c3c"))
  }

  @Test func `what cannot be recorded is refused with a reason`() async throws {
    let test = try Self.project()
    let before = try test.everything()
    let cases: [([String], Int32, String)] = [
      (["../x"], 1, "is not below the work tree"), (["/etc/passwd"], 1, "is not below"),
      (["nope"], 2, "nothing matches nope"), (["--image", "app@sha256:12"], 2, "is no image"),
      (["--image", "$(id)"], 2, "is no image"), ([".git/config"], 2, "is no path"),
      (["{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"], 2, "the braces of"),
      (["v1.0.0"], 2, "more than one release is named"),
    ]
    for (words, code, text) in cases {
      let ran = await test.deed(["artifacts", "record", "v1.0.0"] + words)
      #expect(ran.code == code && ran.error.contains(text), "\(words): \(ran.code) \(ran.error)")
    }
    for (words, code, text) in [
      (["verify", "v1.0.0"], Int32(1), "no manifest of v1.0.0 is recorded"),
      (["verify", "v9.9.9"], 1, "v9.9.9"),
      (["verify", "v1.0.0", "a", "b"], 2, "more than one directory"),
      (["distribute", "v1.0.0", "--to", "out"], 1, "no manifest of v1.0.0 is recorded"),
    ] {
      let ran = await test.deed(["artifacts"] + words)
      #expect(ran.code == code && ran.error.contains(text), "\(words): \(ran.code) \(ran.error)")
    }
    #expect(try test.everything() == before)
    try TestSupport.Files.write("changed\n", to: "\(test.path)/compose.yaml")
    let dirty = await test.deed("artifacts", "record", "v1.0.0")
    #expect(dirty.code == 1 && dirty.error.contains("not committed: compose.yaml"))
    let bare = try test.bare()
    let there = await bare.deed("artifacts", "record", "v1.0.0", "x")
    #expect(there.code == 2 && there.error.contains("bare repository"), "\(there.error)")
  }

  @Test func `the page's own configuration is one`() async throws {
    let page = try ProjectPage.text("docs/artifacts.md")
    let start = try #require(page.firstRange(of: "```toml\n")).upperBound
    let end = try #require(page[start...].firstRange(of: "```")).lowerBound
    let test = try Self.project(String(page[start..<end]))
    let ran = await test.deed("artifacts", "record", "v1.0.0", "--dry-run")
    #expect(ran.code == 2 && ran.error.contains("nothing matches checkpoints/**/*"), "\(ran.error)")
    try TestSupport.Files.write("weights", to: "\(test.path)/artifacts/m.pt")
    let given = await test.deed("artifacts", "record", "v1.0.0", "artifacts", "--dry-run")
    #expect(given.code == 0 && given.output.contains("  model_ai1\n"), "\(given.error)")
  }

  @Test func `paths are typed from where somebody is`() async throws {
    let test = try Self.project()
    let ran = await test.deed(
      ["artifacts", "record", "v1.0.0", "./深い/../*.bin", "--dry-run"],
      directory: "\(test.path)/models")
    #expect(ran.code == 0 && ran.output.contains("  models/b.bin\n"), "\(ran.output)\(ran.error)")
    let outside = await test.deed(
      ["-C", test.path, "artifacts", "record", "v1.0.0", "--dry-run"], directory: test.directory)
    #expect(outside.code == 0, "\(outside.error)")
    let below = await test.deed(
      ["-C", "repository/models", "artifacts", "record", "v1.0.0", "*.bin", "--dry-run"],
      directory: test.directory)
    #expect(below.output.contains("  models/b.bin\n"), "\(below.error)")
    // Directories to write into and to look in begin there too, and may lie anywhere.
    try TestSupport.Files.makeDirectory("\(test.directory)/store")
    for words in [
      ["record", "v1.0.0", "*.bin", "-o", "../../info"],
      ["distribute", "v1.0.0", "--to", "../../store"],
      ["verify", "v1.0.0", "../../store/v1.0.0"],
      ["distribute", "v1.0.0", "--to", "../../store", "--from", ".."],
    ] {
      let ran = await test.deed(["artifacts"] + words, directory: "\(test.path)/models")
      #expect(ran.code == 0, "\(words): \(ran.output)\(ran.error)")
    }
    let sums = try #require(TestSupport.Files.read("\(test.directory)/info/SHA256SUMS"))
    #expect(String(decoding: sums, as: UTF8.self).hasSuffix("  models/b.bin\n"))
  }

  @Test func `a manifest goes with the records, and its absence is no no`() async throws {
    let test = try Self.project()
    let server = try test.bare()
    let pushed = await test.deed("artifacts", "record", "v1.0.0", "--push")
    #expect(pushed.code == 0 && pushed.error.contains("pushed to origin"), "\(pushed.error)")
    let other = try server.clone(as: TestRepository.minsu)
    let unknown = await other.deed("artifacts", "verify", "v1.0.0")
    #expect(unknown.code == 2 && unknown.error.contains("hint: deed sync"), "\(unknown.error)")
    let open = await other.deed("status", "v1.0.0")
    #expect(open.output.hasSuffix("next: deed sync\n"), "\(open.output)")
    #expect(await other.deed("sync").code == 0)
    try Self.build(other)
    #expect(await other.deed("artifacts", "verify", "v1.0.0").code == 0)
    let line = try #require(try other.records("checks").first)
    guard case .record(let record) = LedgerLine(parsing: Array(line.utf8)),
      case .manifest(let summary) = record.body
    else { throw TestFailure(line) }
    other.expectDamage()
    let id = summary.file.blob.description
    try other.git("repack", "-q", "-a", "-d")
    let references = try other.git("for-each-ref", "--format=%(refname)")
    for name in references.split(separator: "\n") where name.hasSuffix("/attachments") {
      try other.git("update-ref", "-d", String(name))
    }
    try other.git("reflog", "expire", "--expire=now", "--all")
    try other.git("repack", "-q", "-a", "-d")
    try other.git("prune", "--expire=now")
    #expect(try other.run(["cat-file", "-e", id]).status != 0)
    let gone = await other.deed("artifacts", "verify", "v1.0.0")
    #expect(gone.code == 2 && gone.error.contains("is not here\nhint: deed sync"), "\(gone.error)")
    let status = await other.deed("status", "v1.0.0")
    #expect(status.output.contains("? manifest"), "\(status.output)")
  }
}
