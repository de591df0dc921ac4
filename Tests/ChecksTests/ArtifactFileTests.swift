import Glibc
import Release
import Synchronization
import TestSupport
import Testing

@testable import Checks

@Suite struct `A search for artifacts` {
  @Test func `finds what patterns mean, each file once, sorted by bytes`() throws {
    let place = try ArtifactPlace([
      "dist/b.whl": "1", "dist/sub/a.whl": "2", "dist/z.txt": "3", "models/深い/モデル.pt": "4",
      ".hidden/x.pt": "7",
    ])
    #expect(try place.found("dist/*.whl", "dist/**/*.whl") == ["dist/b.whl", "dist/sub/a.whl"])
    #expect(try place.found("**/*.{pt,bin}") == [".hidden/x.pt", "models/深い/モデル.pt"])
    #expect(try place.found("dist") == ["dist/b.whl", "dist/sub/a.whl", "dist/z.txt"])
    #expect(try place.found("nothing/*").isEmpty)
    let found = try ArtifactSearch.files(
      matching: [ArtifactPattern("dist/*"), ArtifactPattern("x"), ArtifactPattern("dist/b.whl")],
      in: place.root)
    // A directory that is meant is all that lies below it.
    #expect(found.counts == [3, 0, 1])
  }

  @Test func `follows links below the root, and none in a circle`() throws {
    let place = try ArtifactPlace(["v2/model.pt": "2", "v1/model.pt": "1"])
    try place.link("latest", to: "v2")
    try place.link("v1/loop", to: "../v1")
    try place.link("v2/up", to: "..")
    try place.link("alias.pt", to: "v1/model.pt")
    #expect(try place.found("latest/*.pt", "*.pt") == ["alias.pt", "latest/model.pt"])
    #expect(try place.found("**/model.pt").contains("v1/model.pt"))
  }

  @Test func `tells once of each what took an artifact's place, and of a link where it leads`()
    throws
  {
    let place = try ArtifactPlace(["a": "1"])
    mkfifo("\(place.path)/pipe", 0o600)
    try place.link("gone", to: "nowhere")
    try place.link("other", to: "no/where")
    let artifacts = ["a", "gone", "pipe"].map { name in
      Manifest.Artifact(name: name, path: name, digest: Digest(of: Array("1".utf8)), size: 1)
    }
    let faults = ArtifactFaults(
      artifacts, try place.search("**"), in: try place.root, ReadingWatch())
    #expect(
      faults.unfit.map(\.message) == [
        "other is a link to no/where, and nothing is there", "pipe is a pipe, and no file",
      ])
    #expect(faults.files.map(\.path) == ["a"] && faults.unread.isEmpty)
  }

  @Test func `refuses links that lead out, whichever way`() throws {
    let place = try ArtifactPlace(["a/model.pt": "1"])
    try Files.write("secret", to: "\(place.path)/../outside/secret.pt")
    // Its name begins as the root's does.
    try Files.write("secret", to: "\(place.path)2/secret.pt")
    try place.link("a/link.pt", to: "../../outside/secret.pt")
    try place.link("b", to: "\(place.path)/../outside")
    try place.link("c", to: "../root2")
    #expect(try place.error("a/*.pt") == .outside)
    #expect(try place.error("b/*.pt") == .outside)
    #expect(try place.error("c/*") == .outside)
    #expect(try place.found("a/model.*") == ["a/model.pt"])
  }

  @Test func `says what is no file, and has no name that could be recorded`() throws {
    let place = try ArtifactPlace(["a/x.bin": "1"])
    mkfifo("\(place.path)/a/pipe", 0o600)
    try place.link("a/gone", to: "nowhere")
    #expect(try place.found("a/*.bin") == ["a/x.bin"])
    #expect(try place.error("a/pipe") == .special)
    #expect(try place.error("a/gone") == .missing)
    let other = try ArtifactPlace()
    let bytes = Array("\(other.path)/bad".utf8).map { CChar(bitPattern: $0) } + [-1, 0]
    close(open(bytes, O_CREAT | O_WRONLY, 0o600))
    #expect(try other.error("**") == .unreadable)
  }

  @Test func `ends where there is too much`() throws {
    let place = try ArtifactPlace(["a/1": "", "a/2": "", "a/3": "", "b/4": ""])
    #expect(try place.error("a/*", limit: 2) == .limit)
    #expect(try place.found("a/*", limit: 3).count == 3)
  }
}

@Suite struct `Reading artifacts` {
  @Test func `gives the digests that sha256sum gives`() throws {
    let large = String(repeating: "0123456789abcdef", count: 100_000)
    let place = try ArtifactPlace(["empty": "", "small": "x\n", "large": large, "深い/名前": "日本"])
    guard truncate("\(place.path)/small", 5_000_000) == 0 else { throw TestFailure("no hole") }
    let paths = try place.found("**")
    let files = ArtifactReading(in: try place.root).read(paths).files
    let expected = try Program.run(
      "sha256sum", ["--"] + paths, directory: place.path, environment: ["PATH": "/usr/bin:/bin"])
    #expect(
      files.map { "\($0.digest)  \($0.path)\n" }.joined() == expected.text)
    #expect(files.first { $0.path == "small" }?.size == 5_000_000)
  }

  @Test func `a file that changes meanwhile has no digest`() throws {
    let changes: [(String, @Sendable (String) -> Void)] = [
      ("grows", { path in appending("more", to: path) }),
      ("is written in place", { path in overwriting(path, in: 5) }),
      ("is written in place, and its time put back", { path in overwriting(path, in: 1) }),
      (
        "is replaced",
        { path in
          appending("other", to: path + ".new")
          rename(path + ".new", path)
        }
      ),
      ("is removed", { path in unlink(path) }),
    ]
    for (name, change) in changes {
      let place = try ArtifactPlace(["f": String(repeating: "x", count: 300_000)])
      let path = "\(place.path)/f"
      setTimes(of: path, to: 1)
      // A file system's clock may stand still for some milliseconds.
      usleep(20_000)
      let meter = ReadingMeter(ReadingWatch(), files: 1, bytes: 1)
      let isDone = Mutex(false)
      let outcome = Result { () throws(ArtifactError) in
        try FileReading(root: try ArtifactRoot(place.path), path: "f").read(meter) { _ in
          isDone.withLock { done in
            if !done { change(path) }
            done = true
          }
        }
      }
      guard case .failure(let error) = outcome else {
        Issue.record("\(name): it has a digest")
        continue
      }
      #expect([.changed, .missing].contains(error.kind), "\(name): \(error)")
    }
  }

  @Test func `says of each file why it could not be read`() throws {
    let place = try ArtifactPlace(["a": "1", "d/b": "2"])
    let outcomes = ArtifactReading(in: try place.root).read(["a", "gone", "d"])
    #expect(outcomes.files.map(\.path) == ["a"])
    #expect(outcomes.errors.map(\.kind) == [.missing, .special])
  }

  @Test func `stops when it is to, and tells when it is done`() throws {
    let place = try ArtifactPlace(["a": "1"])
    let isEnded = Mutex(false)
    let watch = ReadingWatch(ended: { isEnded.withLock { $0 = true } }, isStopped: { true })
    let outcomes = ArtifactReading(in: try place.root, watch).read(["a"])
    #expect(outcomes.errors.map(\.kind) == [.stopped])
    #expect(isEnded.withLock { $0 })
  }
}

private func appending(_ text: String, to path: String) {
  guard let file = fopen(path, "a") else { return }
  fputs(text, file)
  fclose(file)
}

/// Writes as many bytes as there are, and says that it was done at a second since 1970.
private func overwriting(_ path: String, in second: Int) {
  guard let file = fopen(path, "r+") else { return }
  fputs("y", file)
  fclose(file)
  setTimes(of: path, to: second)
}

private func setTimes(of path: String, to second: Int) {
  var times = [timespec(), timespec()]
  times[0].tv_sec = second
  times[1].tv_sec = second
  utimensat(AT_FDCWD, path, &times, 0)
}

@Suite struct `A distribution` {
  private static func artifacts(_ place: ArtifactPlace) throws -> [Manifest.Artifact] {
    let paths = try place.found("**")
    return ArtifactReading(in: try place.root).read(paths).files.map { file in
      Manifest.Artifact(name: file.path, path: file.path, digest: file.digest, size: file.size)
    }
  }

  private static let beside = [
    Manifest.File(name: "checksums.json", content: Array("{}".utf8)),
    Manifest.File(name: "VERSION", content: Array("1".utf8)),
  ]

  private static func run(
    _ artifacts: [Manifest.Artifact], _ source: ArtifactPlace, _ store: ArtifactPlace,
    release: String = "v1.0.0", stopped: Bool = false, sets: [[Manifest.File]] = [beside]
  ) throws -> Distribution.Outcome {
    try Distribution(
      artifacts, sets, of: release, from: try source.root, to: try store.root,
      ReadingWatch(isStopped: { stopped })
    ).run()
  }

  private static func listing(_ place: ArtifactPlace) throws -> [String] {
    let found = try Program.run(
      "find", [".", "-mindepth", "1"], directory: place.path,
      environment: ["PATH": "/usr/bin:/bin"])
    return found.text.split(separator: "\n").map(String.init).sorted()
  }

  @Test func `copies everything, and is done once`() throws {
    let source = try ArtifactPlace(["a": "1", "深い/b.bin": "2"])
    let store = try ArtifactPlace()
    let artifacts = try Self.artifacts(source)
    #expect(chmod("\(source.path)/a", 0o755) == 0)
    #expect(try Self.run(artifacts, source, store) == .copied)
    #expect(
      try Self.listing(store) == [
        "./v1.0.0", "./v1.0.0/VERSION", "./v1.0.0/a", "./v1.0.0/checksums.json",
        "./v1.0.0/深い", "./v1.0.0/深い/b.bin",
      ])
    #expect(access("\(store.path)/v1.0.0/a", X_OK) == 0)
    #expect(try Self.run(artifacts, source, store) == .stood)
    #expect(try Self.run(artifacts, source, store, release: "api/v1.0.0") == .copied)
    #expect(Files.read("\(store.path)/api/v1.0.0/深い/b.bin") == Array("2".utf8))
  }

  @Test func `refuses a version that is there with anything else`() throws {
    let source = try ArtifactPlace(["a": "1", "b": "2"])
    let artifacts = try Self.artifacts(source)
    let faults: [(words: String, make: @Sendable (String) throws -> Void)] = [
      ("changed: a", { try Files.write("9", to: "\($0)/a") }),
      ("missing: b", { Files.remove("\($0)/b") }),
      ("extra: c", { try Files.write("3", to: "\($0)/c") }),
      ("changed: checksums.json", { try Files.write("{ }", to: "\($0)/checksums.json") }),
      ("missing: VERSION", { Files.remove("\($0)/VERSION") }),
      (
        "missing: checksums.json and 1 more",
        {
          Files.remove("\($0)/VERSION")
          Files.remove("\($0)/checksums.json")
        }
      ),
      ("extra: .git/hidden", { try Files.write("3", to: "\($0)/.git/hidden") }),
      ("extra: link", { symlink("a", "\($0)/link") }),
      (
        "changed: a",
        { place in
          let bytes = Array("\(place)/bad".utf8).map { CChar(bitPattern: $0) } + [-1, 0]
          close(open(bytes, O_CREAT | O_WRONLY, 0o600))
          try Files.write("9", to: "\(place)/a")
        }
      ),
      ("unfit: up", { symlink("..", "\($0)/up") }),
      ("unfit: pipe", { mkfifo("\($0)/pipe", 0o600) }),
      (
        "unfit: a",
        {
          Files.remove("\($0)/a")
          mkfifo("\($0)/a", 0o600)
        }
      ),
      (
        "missing: b; changed: a; extra: c",
        {
          Files.remove("\($0)/b")
          try Files.write("9", to: "\($0)/a")
          try Files.write("3", to: "\($0)/c")
        }
      ),
    ]
    for fault in faults {
      let store = try ArtifactPlace()
      _ = try Self.run(artifacts, source, store)
      try fault.make("\(store.path)/v1.0.0")
      let before = try Self.listing(store)
      let error = #expect(throws: ArtifactError.self) { try Self.run(artifacts, source, store) }
      #expect(
        error?.message
          == "v1.0.0 is there already, and is not what was recorded; \(fault.words)")
      #expect(error?.kind == .refused)
      #expect(try Self.listing(store) == before)
    }
  }

  @Test func `is as it was when fewer manifests stood`() throws {
    let source = try ArtifactPlace(["a": "1"])
    let artifacts = try Self.artifacts(source)
    let store = try ArtifactPlace()
    #expect(try Self.run(artifacts, source, store) == .copied)
    let later = [Manifest.File(name: "checksums.json", content: Array("{1}".utf8))]
    #expect(try Self.run(artifacts, source, store, sets: [later, Self.beside]) == .stood)
    #expect(throws: ArtifactError.self) {
      try Self.run(artifacts, source, store, sets: [later])
    }
  }

  @Test func `leaves nothing behind where it ends early, and takes over from one that was killed`()
    throws
  {
    let source = try ArtifactPlace(["a": "1"])
    let artifacts = try Self.artifacts(source)
    let store = try ArtifactPlace()
    #expect(throws: ArtifactError.self) { try Self.run(artifacts, source, store, stopped: true) }
    #expect(try Self.listing(store).isEmpty)
    try Files.write("other", to: "\(source.path)/a")
    let changed = #expect(throws: ArtifactError.self) { try Self.run(artifacts, source, store) }
    #expect(changed?.message == "a is not what was recorded")
    #expect(try Self.listing(store).isEmpty)
    try Files.write("1", to: "\(source.path)/a")
    try Files.write("half", to: "\(store.path)/.v1.0.0.incomplete/old/half")
    #expect(try Self.run(artifacts, source, store) == .copied)
    #expect(!(try Self.listing(store).contains { $0.contains("incomplete") }))
  }

  @Test func `waits for nobody who copies the same release`() throws {
    let source = try ArtifactPlace(["a": "1"])
    let store = try ArtifactPlace()
    let path = "\(store.path)/.v1.0.0.incomplete.lock"
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    #expect(flock(descriptor, LOCK_EX) == 0)
    let artifacts = try Self.artifacts(source)
    let error = #expect(throws: ArtifactError.self) { try Self.run(artifacts, source, store) }
    #expect(error?.message.contains("somebody else is copying") ?? false)
    // A child that another test is just starting has a copy of the descriptor, and so of the lock.
    flock(descriptor, LOCK_UN)
    close(descriptor)
    #expect(try Self.run(artifacts, source, store) == .copied)
  }
}
