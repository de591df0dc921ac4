import Git
import Release
import TestSupport
import Testing

@Suite struct HistoryTests {
  /// A random history through fast-import: merges, an octopus, equal and skewed times.
  private func random(_ seed: UInt64, commits: Int, skew: Bool = false) throws -> TestRepository {
    let test = try TestRepository()
    var generator = Numbers(state: seed)
    var stream = ""
    for number in 1...commits {
      let drift = skew ? Int64(generator.next() % 20_000_000) - 10_000_000 : 0
      let time = TestRepository.epoch + Int64(number / 3) * 60 + drift
      stream += "commit refs/heads/main\nmark :\(number)\n"
      stream += "committer A <a@b> \(time) +0000\ndata 2\nm\n"
      if number > 1 {
        stream += "from :\(max(1, number - 1 - Int(generator.next() % 4)))\n"
        let merges = generator.next() % 5 == 0 ? 1 + Int(generator.next() % 4) : 0
        for _ in 0..<merges {
          stream += "merge :\(1 + Int(generator.next() % UInt64(number - 1)))\n"
        }
      }
      if number % 10 == 0 { stream += "reset refs/heads/b\(number)\nfrom :\(number)\n\n" }
    }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    return test
  }

  /// What git says, as id and parents.
  private func theirs(_ test: TestRepository, _ arguments: [String]) throws -> [CommitNode] {
    let text = try test.git(["rev-list", "--date-order", "--parents"] + arguments)
    return text.split(separator: "\n").compactMap { line in
      let ids = line.split(separator: " ").compactMap { ObjectID($0) }
      return ids.first.map { CommitNode(id: $0, parents: Array(ids.dropFirst())) }
    }
  }

  private func expectChildrenFirst(_ nodes: [CommitNode]) {
    var seen: Set<ObjectID> = []
    for node in nodes {
      #expect(!node.parents.contains { seen.contains($0) })
      seen.insert(node.id)
    }
  }

  /// Compares everything that history answers with git, on many pairs.
  private func compare(_ test: TestRepository, commits: Int) throws {
    let repository = try test.open()
    let names = ["main"] + stride(from: 10, through: commits, by: 40).map { "b\($0)" }
    for (index, left) in names.enumerated() {
      for right in names[index...] + names.prefix(2) {
        let one = try test.id(left)
        let two = try test.id(right)
        let nodes = try repository.topology(from: [one], excluding: [two])
        let wanted = try theirs(test, [left, "^\(right)"])
        #expect(nodes.count == wanted.count)
        let difference = Set(nodes).symmetricDifference(wanted)
        #expect(difference.isEmpty)
        expectChildrenFirst(nodes)
        let counts = try repository.aheadBehind(one, two)
        let text = try test.git("rev-list", "--left-right", "--count", "\(left)...\(right)")
        #expect("\(counts.ahead)\t\(counts.behind)" == text)
        let status = try test.run(["merge-base", "--is-ancestor", left, right]).status
        #expect(try repository.isAncestor(one, of: two) == (status == 0))
      }
    }
    let all = try repository.topology(from: [test.id("main")], excluding: [])
    let difference = try Set(all).symmetricDifference(theirs(test, ["main"]))
    #expect(difference.isEmpty)
    expectChildrenFirst(all)
    #expect(all == (try repository.topology(from: [test.id("main")], excluding: [])))
  }

  @Test(arguments: [(1, false), (2, true)])
  func `walks agree with git, with any commit-graph and with none`(
    seed: UInt64, skew: Bool
  ) throws {
    let test = try random(seed, commits: 200, skew: skew)
    try compare(test, commits: 200)
    try test.git("commit-graph", "write", "--reachable")
    try compare(test, commits: 200)
    try test.commit("Not in the graph")
    try test.git("update-ref", "refs/heads/b10", "HEAD")
    try compare(test, commits: 200)
  }

  @Test func `commits are told the same, read while walking and after it`() throws {
    let test = try random(4, commits: 600)
    // One that libgit2 has to read: a loose object, in another encoding.
    try test.git(
      "-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--quiet", "--allow-empty", "-m", "a")
    func told() throws -> [String] {
      try test.open().readings(
        from: test.id("HEAD"), excluding: test.id("b100"), mappedBy: nil
      ).map { "\($0.source.id) \($0.source.author.name) \($0.header)" }
    }
    let walking = try told()
    let wanted = try test.git("log", "--format=%H %cn %s", "b100..HEAD").split(separator: "\n")
    #expect(walking.count > 256, "more than one thread takes at once")
    #expect(Set(walking) == Set(wanted.map(String.init)))
    try test.git("commit-graph", "write", "--reachable")
    #expect(try told() == walking)
    // From here on, ties are told apart by ids again, since one commit has no position.
    try test.commit("Not in the graph")
    #expect(Array(try told().dropFirst()) == walking)
  }

  @Test func `a message is text, whatever its bytes are`() throws {
    let test = try TestRepository()
    var generator = Numbers(state: 7)
    // The bounds of Unicode's table of well-formed bytes, and what lies just beyond.
    let bytes: [UInt8] = [
      0x61, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
      0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ]
    let scalars = "aé߿ࠀ\u{D7FF}\u{E000}字\u{10000}\u{10FFFF}".unicodeScalars.map { $0 }
    var titles: [[UInt8]] = []
    var stream: [UInt8] = []
    for number in 0..<400 {
      var title = Array("x".utf8)
      for _ in 0..<(generator.next() % 24) {
        if generator.next() % 8 == 0, number % 2 == 0 {
          title.append(bytes[Int(generator.next() % UInt64(bytes.count))])
        } else {
          let scalar = scalars[Int(generator.next() % UInt64(scalars.count))]
          title += Array(String(scalar).utf8)
        }
      }
      title += Array("y".utf8)
      titles.append(title)
      let time = TestRepository.epoch + Int64(number)
      stream += Array(
        "commit refs/heads/main\ncommitter A <a@b> \(time) +0000\ndata \(title.count)\n".utf8)
      stream += title + Array("\n".utf8)
    }
    try test.git(["fast-import", "--quiet", "--force"], input: stream)
    let readings = try test.open().readings(
      from: test.id("main"), excluding: nil, mappedBy: nil)
    #expect(readings.count == titles.count)
    for (reading, title) in zip(readings.reversed(), titles) {
      #expect(reading.header.utf8.elementsEqual(String(decoding: title, as: UTF8.self).utf8))
    }
  }

  @Test func `a split commit-graph is read as one`() throws {
    let test = try random(3, commits: 150)
    for name in ["b50", "b100", "b150"] {
      let id = try test.git("rev-parse", name)
      try test.git(
        ["commit-graph", "write", "--split=no-merge", "--stdin-commits"], input: Array(id.utf8))
    }
    try compare(test, commits: 150)
    #expect(Files.exists("\(test.path)/.git/objects/info/commit-graphs/commit-graph-chain"))
  }

  @Test func `a linear history comes in git's order`() throws {
    let test = try TestRepository()
    for number in 1...20 { try test.commit("\(number)") }
    let nodes = try test.open().topology(from: [test.id("HEAD")], excluding: [test.id("HEAD~10")])
    #expect(nodes == (try theirs(test, ["HEAD", "^HEAD~10"])))
  }

  @Test func `a damaged commit-graph is as none`() throws {
    let test = try random(4, commits: 60)
    try test.git("commit-graph", "write", "--reachable")
    let path = "\(test.path)/.git/objects/info/commit-graph"
    let graph = try #require(Files.read(path))
    let wanted = Set(try theirs(test, ["main"]))
    let main = try test.id("main")
    Files.remove(path)
    for length in [0, 7, 40, 100, 1100, graph.count / 2, graph.count - 30] {
      try Files.write(Array(graph.prefix(length)), to: path)
      #expect(Set(try test.open().topology(from: [main], excluding: [])) == wanted)
      Files.remove(path)
    }
    for place in [3, 4, 5, 6, 7, 8, 15, 19, 30, 40] {
      var damaged = graph
      damaged[place] ^= 0xFF
      try Files.write(damaged, to: path)
      #expect(Set(try test.open().topology(from: [main], excluding: [])) == wanted)
      Files.remove(path)
    }
  }

  @Test(arguments: [35, 20, 2, nil])
  func `a commit-graph with other parents than a commit can have is as none`(parent: Int?) throws {
    let test = try TestRepository()
    test.expectDamage()
    var stream = ""
    for number in 1...40 {
      stream += "commit refs/heads/main\nmark :\(number)\n"
      stream += "committer A <a@b> \(TestRepository.epoch + Int64(number) * 60) +0000\ndata 2\nm\n"
      stream += "M 100644 inline file\ndata 2\n\(number + 10)\n"
    }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    let line = try theirs(test, ["--reverse", "main"]).map(\.id)
    func told() throws -> [[ObjectID]] {
      let (tip, base, filter) = (line[39], line[4], PathFilter(including: ["file"]))
      // Each in one that has not been told yet of what is wrong.
      return try [
        test.open().topology(from: [tip], excluding: []).map(\.id),
        test.open().topology(from: [tip], excluding: [base]).map(\.id),
        test.open().topologyOfNotes(from: tip, excluding: base).map(\.id),
        test.open().readings(from: tip, excluding: base, mappedBy: nil).map(\.source.id),
        test.open().topology(from: tip, excluding: nil, changing: filter).map(\.id),
        [test.open().trunkEnd(from: tip, excluding: base)],
        [base, line[34]].filter { try test.open().isAncestor($0, of: line[30]) },
      ]
    }
    let wanted = try told()
    try test.git("commit-graph", "write", "--reachable")
    #expect(try told() == wanted)
    let path = "\(test.path)/.git/objects/info/commit-graph"
    var graph = try #require(Files.read(path))
    func number(at place: Int, _ width: Int) -> Int {
      graph[place..<(place + width)].reduce(0) { $0 << 8 | Int($1) }
    }
    // The parent of the 20th of them, in a table by the order of the ids.
    let chunk = (0..<Int(graph[6])).map { 8 + 12 * $0 }.first { number(at: $0, 4) == 0x4344_4154 }
    func row(_ number: Int) throws -> Int {
      try #require(line.sorted().firstIndex(of: line[number - 1]))
    }
    let table = number(at: try #require(chunk) + 4, 8)
    let place = try table + row(20) * 36 + 20
    let other = try parent.map(row)
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      graph[place + index] = UInt8(truncatingIfNeeded: (other ?? 0x7000_0000) >> shift)
    }
    Files.remove(path)
    try Files.write(graph, to: path)
    #expect(try told() == wanted)
  }

  @Test func `a shallow history ends at its boundary, whose parents are named`() throws {
    let test = try TestRepository()
    try test.commit("1")
    try test.git("checkout", "--quiet", "-b", "side")
    let side = try test.commit("Side")
    try test.git("checkout", "--quiet", "main")
    for number in 2...6 { try test.commit("\(number)") }
    let shallow = try test.clone(options: ["--depth=3", "--no-single-branch"])
    let repository = try shallow.open()
    let head = try test.id("HEAD")
    let nodes = try repository.topology(from: [head], excluding: [])
    #expect(nodes.map(\.id) == (try theirs(test, ["HEAD", "^HEAD~3"]).map(\.id)))
    #expect(nodes.last?.parents == [try test.id("HEAD~3")])
    #expect(try repository.isAncestor(test.id("HEAD~2"), of: head))
    #expect(try repository.aheadBehind(head, test.id("HEAD~1")) == (1, 0))
    // What lies beyond may hold anything: "no" would be a guess.
    let error = try #require(throws: GitError.self) {
      try repository.isAncestor(side, of: head)
    }
    #expect(throws: GitError.self) { try repository.aheadBehind(side, head) }
    #expect(try !repository.isAncestor(head, of: test.id("HEAD~1")))
    #expect(error.kind == .missingObject)
    #expect(error.hint == "git fetch --unshallow --tags")
  }

  @Test(arguments: [Int64.min, Int64.max])
  func `no clock is so wrong that a walk ends in a crash`(time: Int64) throws {
    let test = try TestRepository()
    test.expectDamage()
    let root = try test.commit("One")
    let tree = try test.id("HEAD^{tree}")
    let ids = try ["a", "b"].map { name in
      let person = "\(name) <x@y> \(time) +9223372036854775807"
      let content =
        "tree \(tree)\nparent \(root)\nauthor \(person)\ncommitter \(person)\n\n\(name)\n"
      return try #require(
        ObjectID(
          test.git(
            ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
            input: Array(content.utf8))))
    }
    let repository = try test.open()
    #expect(try repository.topology(from: ids, excluding: [ids[0]]).map(\.id) == [ids[1]])
    #expect(try repository.topology(from: ids.reversed(), excluding: [root]).count == 2)
    #expect(try repository.aheadBehind(ids[0], ids[1]) == (1, 1))
    #expect(try repository.isAncestor(root, of: ids[0]))
    #expect(try repository.commit(ids[0])?.commitTime.magnitude == 1 << 60)
  }

  @Test func `a history without its roots is an error, not a short history`() throws {
    let test = try TestRepository()
    test.expectDamage()
    let gone = try test.commit("One").description
    try test.commit("Two")
    Files.remove("\(test.path)/.git/objects/\(gone.prefix(2))/\(gone.dropFirst(2))")
    let repository = try test.open()
    let error = try #require(throws: GitError.self) {
      try repository.topology(from: [test.id("HEAD")], excluding: [])
    }
    #expect(error.kind == .missingObject)
  }
}

/// Numbers that look random and are the same in every run.
struct Numbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
