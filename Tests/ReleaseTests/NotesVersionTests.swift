import Release
import Testing

@Suite struct `The next version` {
  private func next(
    _ previous: String?, _ messages: [String], pre: String? = nil, existing: [String] = [],
    reachable: [String] = [], here: [String] = []
  ) throws(NextVersion.Refusal) -> String {
    try NextVersion.next(
      after: previous.map(version),
      commits: messages.enumerated().reversed().map { CommitReading(commit($0 + 1, $1)) },
      prefix: "v",
      prerelease: pre, existing: (existing + reachable + here).map(version),
      reachable: reachable.map(version), here: here.map(version)
    ).version.description
  }

  @Test(
    arguments: [
      ("v1.3.0", ["fix: x"], "v1.3.1"), ("v1.3.4", ["fix: x", "feat: y"], "v1.4.0"),
      ("v1.3.4", ["feat: x", "fix!: y"], "v2.0.0"), ("v0.3.4", ["fix!: y"], "v0.4.0"),
      ("v0.3.4", ["feat: y"], "v0.4.0"), ("v0.3.4", ["fix: y"], "v0.3.5"),
      ("v1.3.0", ["Better (#3)\n\n* feat: x\n* y\n* z"], "v1.4.0"),
      ("v1.3.0", ["Whatever"], "v1.3.1"), ("v1.3.0", ["ci: x\n\nBREAKING CHANGE: y"], "v2.0.0"),
      ("v1.4.0-rc.1", ["feat: x"], "v1.4.0"), ("v1.4.1-rc.1", ["feat: x"], "v1.5.0"),
      ("v1.4.0-rc.1", ["feat!: x"], "v2.0.0"), ("v1.4.0-rc.1", [], "v1.4.0"),
      (nil, ["chore: start"], "v0.1.0"), (nil, ["feat!: x"], "v0.1.0"),
    ] as [(String?, [String], String)])
  func `is what the commits ask for`(_ previous: String?, _ messages: [String], _ version: String)
    throws
  {
    #expect(try next(previous, messages) == version)
  }

  @Test func `starts and continues pre-releases`() throws {
    #expect(try next("v1.3.0", ["feat: x"], pre: "rc") == "v1.4.0-rc.1")
    #expect(
      try next("v1.3.0", ["feat: x"], pre: "rc", reachable: ["v1.4.0-rc.1", "v1.4.0-rc.9"])
        == "v1.4.0-rc.10")
    #expect(
      try next("v1.3.0", ["feat: x"], pre: "rc", existing: ["v1.4.0-rc.1"]) == "v1.4.0-rc.2")
    #expect(
      try next("v1.3.0", ["feat: x"], pre: "rc", reachable: ["v1.4.0-beta.3"]) == "v1.4.0-rc.1")
    #expect(
      try next("v1.3.0", ["feat: x", "feat!: y"], pre: "rc", reachable: ["v1.4.0-rc.1"])
        == "v2.0.0-rc.1")
    #expect(try next(nil, ["x"], pre: "rc") == "v0.1.0-rc.1")
    #expect(try next(nil, ["x"], pre: "rc", reachable: ["v1.0.0-rc.1"]) == "v1.0.0-rc.2")
    #expect(
      try next("v1.4.0-rc.1", ["fix: x"], pre: "rc", existing: ["v1.4.0-rc.1"]) == "v1.4.0-rc.2")
  }

  @Test func `exceeds everything that is reachable`() throws {
    #expect(try next("v1.3.0", ["fix: x"], reachable: ["v1.4.0-rc.1"]) == "v1.4.0")
    #expect(try next("v1.3.0", ["feat!: x"], reachable: ["v1.4.0-rc.1"]) == "v2.0.0")
    #expect(try next("v1.9.5", ["fix: x"], reachable: ["v1.9.5", "v2.0.0"]) == "v2.0.1")
    #expect(try next(nil, ["fix: x"], reachable: ["v1.0.0-rc.1"]) == "v1.0.0")
    #expect(try next("v1.3.0", ["fix: x"], here: ["v1.4.0-rc.2"]) == "v1.4.0")
    #expect(try next("v1.3.0", ["docs: x"], here: ["v1.4.0-rc.2"]) == "v1.4.0")
  }

  @Test func `skips patches that other branches have released`() throws {
    #expect(try next("v1.3.0", ["fix: x"], existing: ["v1.3.1", "v1.3.2"]) == "v1.3.3")
  }

  @Test func `is refused, with the reason`() {
    #expect(throws: NextVersion.Refusal.noCommits(since: version("v1.3.0"))) {
      try next("v1.3.0", [])
    }
    #expect(throws: NextVersion.Refusal.noCommits(since: nil)) { try next(nil, []) }
    #expect(throws: NextVersion.Refusal.onlyHousekeeping(count: 1, since: version("v1.3.0"))) {
      try next("v1.3.0", ["docs: x"])
    }
    #expect(throws: NextVersion.Refusal.exists(version("v1.4.0"))) {
      try next("v1.3.0", ["feat: x"], existing: ["v1.4.0"])
    }
    #expect(throws: NextVersion.Refusal.noCommits(since: version("v1.4.0-rc.1"))) {
      try next("v1.3.0", ["feat: x"], pre: "rc", here: ["v1.4.0-rc.1"])
    }
    #expect(
      throws: NextVersion.Refusal.behind(
        version("v1.4.0-alpha.1"), existing: version("v1.4.0-beta.1"))
    ) {
      try next("v1.3.0", ["feat: x"], pre: "alpha", reachable: ["v1.4.0-beta.1"])
    }
    #expect(throws: NextVersion.Refusal.identifier("r c", .characterNotAllowed("r c"))) {
      try next("v1.3.0", ["feat: x"], pre: "r c")
    }
    #expect(throws: NextVersion.Refusal.outOfNumbers) {
      try next("v18446744073709551615.0.0", ["feat!: x"])
    }
  }

  @Test func `names the oldest commit that asks for it`() throws {
    let suggestion = try NextVersion.next(
      after: version("v1.3.0"),
      commits: [commit(3, "feat: z"), commit(2, "feat: y"), commit(1, "fix: x")].map(
        CommitReading.init), prefix: "v")
    #expect(suggestion.commit == id(2))
    #expect(suggestion.reason == "\(id(2).short) \u{201C}y\u{201D} is a feature")
  }

  @Test func `names the point of a body that asks for more than the title`() throws {
    let squashed = commit(1, "Up (#2)\n\n* wip\n* feat: z\n* more")
    let suggestion = try NextVersion.next(
      after: version("v1.3.0"), commits: [CommitReading(squashed)], prefix: "v")
    #expect(
      suggestion.reason
        == "\(id(1).short) \u{201C}Up\u{201D}, of which \u{201C}feat: z\u{201D} is a feature")
  }
}

@Suite struct `The releases of a history` {
  private let tags = [
    ("v1.10.0", 4), ("v1.9.0", 4), ("v2.0.0-rc.1", 4), ("v1.0.0", 2), ("v0.9.0", 8),
    ("v2.0.0-rc.2", 2),
  ].map { (version($0), id($1)) }

  @Test func `are those on its commits, the lowest first`() {
    let nodes = [(4, [2]), (2, [1]), (1, [])]
      .map { CommitNode(id: id($0), parents: $1.map(id)) }
    let history = ReleaseHistory(nodes: nodes, tags: tags)
    #expect(
      history.reachable.map(\.description)
        == ["v1.0.0", "v1.9.0", "v1.10.0", "v2.0.0-rc.1", "v2.0.0-rc.2"])
    #expect(history.here.map(\.description) == ["v1.9.0", "v1.10.0", "v2.0.0-rc.1"])
    #expect(ReleaseHistory(nodes: [], tags: tags).here.isEmpty)
  }

  @Test(
    arguments: [
      (nil, ["v1.10.0", "v1.9.0", "v1.0.0", "v0.9.0"]),
      ("v1.10.0", ["v1.9.0", "v1.0.0", "v0.9.0"]),
      ("v1.9.0", ["v1.0.0", "v0.9.0"]),
      ("v2.0.0", ["v1.10.0", "v1.9.0", "v1.0.0", "v0.9.0"]),
      (
        "v2.0.0-rc.3",
        ["v1.10.0", "v1.9.0", "v2.0.0-rc.1", "v1.0.0", "v0.9.0", "v2.0.0-rc.2"]
      ),
      ("v2.0.0-rc.2", ["v1.10.0", "v1.9.0", "v2.0.0-rc.1", "v1.0.0", "v0.9.0"]),
    ] as [(String?, [String])])
  func `are compared with lower ones, stable with stable`(_ name: String?, _ expected: [String]) {
    let found = ReleaseHistory.candidates(before: name.map(version), among: tags)
    #expect(found.map(\.0.description).sorted() == expected.sorted())
  }
}
