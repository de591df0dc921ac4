import Git
import Glibc
import Release
import TestSupport
import Testing

@testable import Checks

/// What lies where artifacts are looked for, and is none.
@Suite struct `A search for artifacts, among links` {
  private static func kinds(_ found: ArtifactSearch.Found) -> [ArtifactError.Kind] {
    found.faults.map(\.kind)
  }

  @Test func `cares for those alone that a pattern means`() throws {
    let place = try ArtifactPlace(["models/a.pt": "1", "../outside/other.bin": "2"])
    try place.link("models/python", to: "/bin/sh")
    try place.link("models/lib", to: "../../outside")
    try place.link("models/gone", to: "nowhere")
    try place.link("models/circle", to: "circle")
    mkfifo("\(place.path)/models/pipe", 0o600)
    let found = try place.search("models/**/*.pt", "**/*.pt")
    #expect(found.files == ["models/a.pt"] && found.faults == [] && found.counts == [1, 1])
  }

  @Test func `tells of each that a pattern means, and finds the others`() throws {
    let place = try ArtifactPlace(["models/a.pt": "1", "../outside/deep/b.pt": "2"])
    try place.link("models/c.pt", to: "/etc/passwd")
    try place.link("models/elsewhere", to: "../../outside")
    try place.link("models/gone.pt", to: "nowhere")
    mkfifo("\(place.path)/models/d.pt", 0o600)
    let found = try place.search("models/**/*.pt")
    #expect(found.files == ["models/a.pt"])
    #expect(
      found.faults.map(\.path) == [
        "models/c.pt", "models/d.pt", "models/elsewhere", "models/gone.pt",
      ])
    #expect(Self.kinds(found) == [.outside, .special, .outside, .missing])
    // A link that is meant is no pattern that means nothing.
    #expect(found.counts == [5])
  }

  @Test func `does not look through the whole machine for what it may not take`() throws {
    let place = try ArtifactPlace(["a.pt": "1", "../outside/1/2/3/x": "2"])
    try place.link("b", to: "../outside")
    func faults(_ limit: Int) throws -> [String] {
      try ArtifactSearch.files(
        matching: [ArtifactPattern("**/*.pt")], in: place.root, elsewhereLimit: limit
      ).faults.map(\.message)
    }
    #expect(try faults(4) == [])
    #expect(try faults(3).first?.contains("too much lies there to tell") ?? false)
  }

  @Test func `among directories that lead to each other, comes to an end`() throws {
    let place = try ArtifactPlace()
    let names = (1...12).map { "packages/p\($0)" }
    for name in names { try Files.makeDirectory("\(place.path)/\(name)/node_modules") }
    for name in names {
      for other in names where other != name {
        let last = other.split(separator: "/")[1]
        try place.link("\(name)/node_modules/\(last)", to: "../../\(last)")
      }
    }
    try Files.write("1", to: "\(place.path)/packages/a.pt")
    let found = try place.search("**/*.pt")
    #expect(found.files == ["packages/a.pt"] && found.faults == [])
  }

  @Test func `takes a file by each way that does not go in a circle`() throws {
    let place = try ArtifactPlace(["a/x.pt": "1", "b/y": "2", "c/z.pt": "3"])
    try place.link("a/b", to: "../b")
    try place.link("b/a", to: "../a")
    try place.link("b/c", to: "../c")
    try place.link("c/b", to: "../b")
    #expect(
      try place.found("**/*.pt") == [
        "a/b/c/z.pt", "a/x.pt", "b/a/x.pt", "b/c/z.pt", "c/b/a/x.pt", "c/z.pt",
      ])
    // What leads to nothing from one place may lead to something from another.
    let other = try ArtifactPlace(["d/a/x.pt": "1", "b/y": "2"])
    try other.link("d/a/b", to: "../../b")
    try other.link("b/d", to: "../d")
    try other.link("e", to: "b")
    #expect(
      try other.found("**/*.pt") == ["b/d/a/x.pt", "d/a/x.pt", "e/d/a/x.pt"])
  }

  @Test func `in a work tree, passes over git's own, and refuses links into it`() throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["models/a.pt": "1", ".gitignore": "x\n"])
    for path in [".git/b.pt", "sub/.git/c.pt"] {
      try Files.write("2", to: "\(test.path)/\(path)")
    }
    symlink("../.git/config", "\(test.path)/models/cfg.pt")
    symlink("../.git", "\(test.path)/models/own")
    let repository = try Repository(discovering: test.path, environment: test.environment)
    func found(_ pattern: String) throws -> ArtifactSearch.Found {
      try ArtifactSearch.files(
        matching: [ArtifactPattern(pattern)],
        in: ArtifactRoot(workTree: test.path, of: repository))
    }
    let all = try found("**/*.pt")
    #expect(all.files == ["models/a.pt"])
    #expect(all.faults.map(\.path) == ["models/cfg.pt", "models/own"])
    #expect(all.faults[0].message.contains("leads into git's own directory"))
    #expect(try found("models/own/refs").faults.map(\.path) == ["models/own"])
    #expect(try found("models/own/nothing").faults == [])
    // Wherever that is.
    try test.git("init", "--quiet", "--separate-git-dir=\(test.path)/kept")
    let moved = try Repository(discovering: test.path, environment: test.environment)
    let files = try ArtifactSearch.files(
      matching: [ArtifactPattern("**")], in: ArtifactRoot(workTree: test.path, of: moved)
    ).files
    #expect(files == [".gitignore", "models/a.pt"])
  }

  @Test func `elsewhere, knows no such thing as git's own`() throws {
    let place = try ArtifactPlace(["a": "1", ".git/config": "2", "sub/.git": "3"])
    #expect(try place.found("**") == [".git/config", "a", "sub/.git"])
    try place.link("up", to: ".")
    #expect(try place.search("**").faults.map(\.path) == ["up"])
  }

  @Test func `a name that cannot be recorded matters only where it is meant`() throws {
    let place = try ArtifactPlace(["a.pt": "1"])
    let name = Array("\(place.path)/bad".utf8).map { CChar(bitPattern: $0) } + [-1, 0]
    close(open(name, O_CREAT | O_WRONLY, 0o600))
    #expect(try place.found("**/*.pt") == ["a.pt"])
    #expect(try place.search("**").faults.map(\.kind) == [.unreadable])
  }
}
