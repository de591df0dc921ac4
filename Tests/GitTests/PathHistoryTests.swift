import Git
import Release
import TestSupport
import Testing

@Suite struct PathHistoryTests {
  /// A random history of a few files in a few directories, with merges, reverts and empty commits.
  private func random(_ seed: UInt64, commits: Int) throws -> TestRepository {
    let test = try TestRepository()
    var generator = Numbers(state: seed)
    let paths = ["a", "api/x", "api/y.md", "api/deep/z", "api.md", "web/x", "web/deep/x", "ap/i"]
    var stream = ""
    for number in 1...commits {
      stream += "commit refs/heads/main\nmark :\(number)\n"
      stream += "committer A <a@b> \(TestRepository.epoch + Int64(number) * 60) +0000\ndata 2\nm\n"
      if number > 1 {
        stream += "from :\(max(1, number - 1 - Int(generator.next() % 4)))\n"
        if generator.next() % 3 == 0 {
          stream += "merge :\(1 + Int(generator.next() % UInt64(number - 1)))\n"
        }
      }
      for _ in 0..<Int(generator.next() % 3) {
        let path = paths[Int(generator.next() % UInt64(paths.count))]
        if number > 1, generator.next() % 4 == 0 {
          stream += "D \(path)\n"
        } else {
          // Few contents, so that sides of merges often agree.
          stream += "M 100644 inline \(path)\ndata 1\n\(generator.next() % 3)\n"
        }
      }
      if number % 10 == 0 { stream += "reset refs/heads/b\(number)\nfrom :\(number)\n\n" }
    }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    return test
  }

  private func theirs(_ test: TestRepository, _ arguments: [String]) throws -> [ObjectID] {
    try test.git(["log", "--format=%H"] + arguments).split(separator: "\n")
      .compactMap { ObjectID($0) }.sorted()
  }

  @Test(arguments: 5...8)
  func `history is simplified as git does it`(seed: Int) throws {
    let test = try random(UInt64(seed), commits: 60)
    if seed % 2 == 0 { try test.git("commit-graph", "write", "--reachable") }
    let repository = try test.open()
    let filters: [(PathFilter, [String])] = [
      (PathFilter(including: ["api"]), ["api"]),
      (PathFilter(including: ["api/"]), ["api/"]),
      (PathFilter(including: ["a", "web/deep"]), ["a", "web/deep"]),
      (PathFilter(including: ["api"], excluding: ["api/deep"]), ["api", ":!api/deep"]),
      (PathFilter(including: [], excluding: ["api", "web"]), [".", ":!api", ":!web"]),
      (PathFilter(including: ["**/x"]), [":(glob)**/x"]),
      (PathFilter(including: ["api/*.md", "*.md"]), [":(glob)api/*.md", ":(glob)*.md"]),
      (PathFilter(including: ["nowhere"]), ["nowhere"]),
    ]
    for (filter, names) in filters {
      for (tip, base) in [("main", nil), ("main", "b30"), ("b50", "b40")] {
        let ours = try repository.topology(
          from: test.id(tip), excluding: base.map(test.id), changing: filter)
        let range = [tip] + (base.map { ["^\($0)"] } ?? [])
        let theirs = try theirs(test, range + ["--"] + names)
        if base == nil { #expect(ours.map(\.id).sorted() == theirs, "\(names) in \(range)") }
        // Where a merge has a parent beyond the range, git's answer depends on whether its clocks
        // have told it so yet: it may pass over a branch. Nothing is passed over here.
        #expect(Set(ours.map(\.id)).isSuperset(of: theirs), "\(names) in \(range)")
      }
    }
  }

  @Test(arguments: [
    ["repack", "-adfq", "--depth=20", "--window=20"],
    ["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50", "--window=50"],
  ]) func `trees of which a pack has the beginnings in common mean what git says`(_ way: [String])
    throws
  {
    let test = try TestRepository()
    var generator = Numbers(state: 41)
    let special = [".a", ".b", "foo-bar/x", "foo.c", "foo/x", "foo/y/z", "zz"]
    let names = special + (100..<250).map { "f\($0)" }
    // Long enough that its trees are read on all processors.
    let count = 700
    var stream = ""
    for number in 1...count {
      stream += "commit refs/heads/main\nmark :\(number)\n"
      stream += "committer A <a@b> \(TestRepository.epoch + Int64(number) * 60) +0000\ndata 2\nm\n"
      if number > 1 { stream += "from :\(number - 1)\n" }
      if number > 20, generator.next() % 5 == 0 {
        stream += "merge :\(number - 2 - Int(generator.next() % 15))\n"
      }
      let isFirst = number == 1
      for name in isFirst ? names : [names[Int(generator.next() % UInt64(names.count))]] {
        stream += "M 100644 inline \(name)\ndata 1\n\(generator.next() % 3)\n"
      }
      let name = special[Int(generator.next() % UInt64(special.count))]
      switch generator.next() % 12 {
      case 0: stream += "D \(name)\n"
      case 1, 2: stream += "M 100644 inline \(name)\ndata 1\n\(generator.next() % 3)\n"
      default: break
      }
    }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    try test.git(way)
    let repository = try test.open()
    for paths in [
      [".a"], [".b"], ["foo"], ["foo.c"], ["foo-bar"], ["foo/y"], ["f100"], ["zz"], ["nowhere"],
      [".a", "zz"], ["foo", "foo.c"], ["foo", "nowhere"],
    ] {
      let ours = try repository.topology(
        from: test.id("main"), excluding: nil, changing: PathFilter(including: paths))
      #expect(try ours.map(\.id).sorted() == theirs(test, ["main", "--"] + paths), "\(paths)")
    }
  }

  @Test func `modes are what git takes them for, whatever wrote them`() throws {
    let test = try TestRepository()
    test.expectDamage()
    func tree(_ mode: String, _ name: String, _ id: ObjectID) throws -> ObjectID {
      let content = Array("\(mode) \(name)\0".utf8) + id.bytes
      let written = try test.git(
        ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], input: content)
      return try #require(ObjectID(written))
    }
    let files = [
      "100644", "100664", "0100644", "100600", "100654", "100755", "100775", "100711", "120000",
      "120777", "160000", "20000", "10644", "100640", "100644", "100664",
    ]
    let content = try test.git(["hash-object", "-w", "--stdin"], input: [7])
    let blob = try #require(ObjectID(content))
    var tip: [String] = []
    for (number, file) in files.enumerated() {
      let directory = ["40000", "040000", "40755"][number % 3]
      let root = try tree(directory, "dir", tree(file, "f", blob))
      let parents = tip.flatMap { ["-p", $0] }
      tip = [try test.git(["commit-tree", root.description, "-m", file] + parents)]
    }
    try test.git(["update-ref", "refs/heads/main"] + tip)
    let main = try test.id("main")
    func compare() throws {
      let repository = try test.open()
      for (pattern, theirs) in [("dir/f", "dir/f"), ("**/f", ":(glob)**/f")] {
        let ours = try repository.topology(
          from: main, excluding: nil, changing: PathFilter(including: [pattern]))
        #expect(try ours.map(\.id).sorted() == self.theirs(test, ["main", "--", theirs]))
      }
      let whole = try repository.topology(
        from: main, excluding: nil, changing: PathFilter(including: ["dir"]))
      #expect(try Set(whole.map(\.id)).isSuperset(of: theirs(test, ["main", "--", "dir"])))
      let time = try test.git("log", "-1", "--format=%ct", "main", "--", "dir/f")
      #expect(try repository.lastChange(of: "dir/f", in: main, notBefore: 0) == Int64(time))
    }
    try compare()
    try test.git("repack", "-adfq")
    try compare()
  }

  @Test func `a part of a name may be anything, several parts only where two stars say so`() {
    func means(_ pattern: String, _ path: String, but excluded: [String] = []) -> Bool {
      let filter = PathFilter(including: [pattern], excluding: excluded)
      let place = path.utf8.split(separator: UInt8(ascii: "/"))
        .reduce(filter.root) { filter.enter($1, from: $0) }
      return place.isMeant
    }
    #expect(means("api", "api/x/y") && means("api/*", "api/x/y") && means("./api/", "api/x"))
    #expect(!means("api", "apis/x") && !means("*/x", "a/b/x") && !means("api/x", "api"))
    #expect(means("**/x", "x") && means("**/x", "a/b/x") && means("a/**/b", "a/b/c"))
    #expect(means("a/**", "a/b") && means("s?c/*.c", "src/x.c") && !means("s?c", "source"))
    #expect(!means("api", "api/x/y", but: ["api/x"]) && means("api", "api/y", but: ["api/x"]))
    #expect(!means("api", "api/a.md", but: ["**/*.md"]))
  }

  @Test(arguments: 21...24)
  func `a range is what git has, and the nearest of some commits what no other hides`(seed: Int)
    throws
  {
    let test = try random(UInt64(seed), commits: 60)
    if seed % 2 == 0 { try test.git("commit-graph", "write", "--reachable") }
    let repository = try test.open()
    let tip = try test.id("main")
    let names = ["b10", "b20", "b30", "b40", "b50"]
    for name in names {
      let nodes = try repository.topologyOfNotes(from: tip, excluding: test.id(name))
      let wanted = try test.git("rev-list", "main", "^\(name)").split(separator: "\n")
      #expect(nodes.map(\.id.description).sorted() == wanted.map(String.init).sorted())
    }
    let ids = try names.map(test.id)
    let reachable = try ids.filter { try repository.isAncestor($0, of: tip) }
    let hidden = try reachable.filter { id in
      try reachable.contains { try $0 != id && repository.isAncestor(id, of: $0) }
    }
    let nearest = try repository.nearest(of: ids, from: tip)
    #expect(Set(nearest) == Set(reachable).subtracting(hidden))
    for others in [["b10"], ["b20", "b50"], names] {
      let bases = try others.flatMap {
        try test.git("merge-base", "--all", "main~3", $0).split(separator: "\n")
      }
      let newest = try test.git(["merge-base", "--independent"] + bases.map(String.init))
      let meetings = try repository.meetings(of: others.map(test.id), with: test.id("main~3"))
      #expect(
        meetings.map(\.description).sorted()
          == newest.split(separator: "\n").map(String.init).sorted())
    }
  }

  @Test(arguments: 31...34) func `walks that keep what they read find the same`(seed: Int) throws {
    let test = try random(UInt64(seed), commits: 60)
    if seed % 2 == 0 { try test.git("commit-graph", "write", "--reachable") }
    let (plain, keeping) = (try test.open(), try test.open())
    keeping.keepLinks()
    let tip = try test.id("main")
    let ids = try ["b10", "b20", "b30", "b40", "b50"].map(test.id)
    func readings(_ repository: Repository, without id: ObjectID) throws -> [String] {
      try repository.readings(from: tip, excluding: id, mappedBy: nil)
        .map { "\($0.source.id) \($0.header)" }
    }
    // What the first walk keeps, the second finds.
    for _ in 0..<2 {
      for id in ids {
        #expect(try readings(keeping, without: id) == readings(plain, without: id))
        #expect(try keeping.nearest(of: ids, from: id) == plain.nearest(of: ids, from: id))
      }
      #expect(try keeping.meetings(of: ids, with: tip) == plain.meetings(of: ids, with: tip))
    }
  }

  @Test(arguments: 51...54)
  func `the line of first parents ends where git says, walked through before or not`(seed: Int)
    throws
  {
    let test = try random(UInt64(seed), commits: 60)
    if seed % 2 == 0 { try test.git("commit-graph", "write", "--reachable") }
    let (walked, plain) = (try test.open(), try test.open())
    let tip = try test.id("main")
    for base in try ["b10", "b20", "b30", "b40", "b50"].map(test.id) {
      let line = try test.git("rev-list", "--first-parent", "main").split(separator: "\n")
      let range = Set(try test.git("rev-list", "main", "^\(base)").split(separator: "\n"))
      let end = line.first { !range.contains($0) } ?? line.last
      _ = try walked.topology(
        from: tip, excluding: base, changing: PathFilter(including: ["api"]))
      for repository in [walked, plain] {
        let found = try repository.trunkEnd(from: tip, excluding: base)
        #expect(found.description == end.map(String.init))
      }
    }
  }

  @Test func `no file is read`() throws {
    let test = try random(3, commits: 30)
    try test.git("config", "uploadpack.allowFilter", "true")
    let partial = try test.clone(options: ["--bare", "--filter=blob:none"])
    let filter = PathFilter(including: ["api"])
    let whole = try test.open().topology(from: test.id("main"), excluding: nil, changing: filter)
    let tip = try partial.id("main")
    #expect(try partial.open().topology(from: tip, excluding: nil, changing: filter) == whole)
  }
}
