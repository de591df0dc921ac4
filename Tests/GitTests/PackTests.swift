import Git
import Release
import TestSupport
import Testing

@Suite struct PackTests {
  /// Objects of all kinds, and many of them told by others.
  private func repository() throws -> TestRepository {
    let test = try TestRepository()
    var stream = ""
    for number in 1...30 {
      let message = "feat: number \(number)\n\n" + String(repeating: "The same text.\n", count: 20)
      stream += "commit refs/heads/main\nmark :\(number)\n"
      stream += "committer A <a@b> \(TestRepository.epoch + Int64(number) * 60) +0000\n"
      stream += "data \(message.utf8.count)\n\(message)\n"
      for file in 0..<10 {
        let text = String(repeating: "line\n", count: 30) + "\(file == number % 10 ? number : 0)\n"
        stream += "M 100644 inline folder/file\(file)\ndata \(text.utf8.count)\n\(text)\n"
      }
      if number % 10 == 0 {
        stream += "tag v\(number)\nfrom :\(number)\ntagger A <a@b> \(TestRepository.epoch) +0000\n"
        stream += "data 2\nt\n"
      }
    }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    return test
  }

  /// All objects of a repository, as git tells them.
  private func objects(_ test: TestRepository) throws -> [ObjectID: GitObject] {
    let output = try test.run(["cat-file", "--batch-all-objects", "--batch"]).output
    var objects: [ObjectID: GitObject] = [:]
    var rest = output[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let words = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
      let size = try #require(Int(words[2]))
      let content = rest[(end + 1)...].prefix(size)
      objects[try #require(ObjectID(words[0]))] = GitObject(
        kind: try #require(ObjectKind(rawValue: String(words[1]))), bytes: Array(content))
      rest = rest[(content.endIndex + 1)...]
    }
    return objects
  }

  private func packReader(_ test: TestRepository) -> PackReader? {
    PackReader(Packs(objects: "\(test.path)/.git/objects"))
  }

  /// The names of the packs, without what they end in.
  private func packs(_ test: TestRepository) throws -> [String] {
    let directory = "\(test.path)/.git/objects/pack"
    return try Program.run("ls", [], directory: directory, environment: [:]).text
      .split(separator: "\n").filter { $0.hasSuffix(".pack") }
      .map { "\(directory)/\($0.dropLast(5))" }
  }

  @Test(arguments: [
    ["repack", "-adfq", "--depth=50", "--window=50"],
    ["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50", "--window=50"],
    ["-c", "pack.compression=0", "repack", "-adfq"],
  ]) func `every object of a pack is what git says`(_ way: [String]) throws {
    let test = try repository()
    try test.git(way)
    let reader = try #require(packReader(test))
    let objects = try objects(test)
    #expect(objects.count > 100 && Set(objects.values.map(\.kind)).count == 4)
    for (id, object) in objects {
      #expect(reader.object(id) == object && reader.kind(of: id) == object.kind)
    }
  }

  @Test func `every object of a large pack is found, and no other`() throws {
    let test = try TestRepository()
    // Enough that a place is guessed by the id: more than 64 with one first byte.
    let count = 20_000
    let stream = (1...count).map { "blob\ndata 5\n\($0 + 10_000)\n" }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(stream.joined().utf8))
    let reader = try #require(packReader(test))
    let ids = try test.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
      .split(separator: "\n").compactMap { ObjectID($0) }
    #expect(ids.count == count)
    let some = stride(from: 0, to: count, by: 37).map { ids[$0] }
    #expect(Set(some.compactMap { reader.object($0)?.bytes }).count == some.count, "each its own")
    let others = try some.map { id in
      var bytes = id.bytes
      bytes[19] ^= 1
      return try #require(ObjectID(bytes: bytes))
    }
    for other in others { #expect(reader.kind(of: other) == nil) }
    // Together as one by one.
    let together = reader.places(of: some + others).map { $0.flatMap { reader.object(at: $0) } }
    #expect(together == (some + others).map { reader.object($0) })
  }

  @Test func `several packs and long offsets are read, what is elsewhere is left to libgit2`()
    throws
  {
    let test = try repository()
    try test.git("repack", "-adq")
    try test.git("reset", "--quiet", "--hard")
    try test.commit("Second pack", files: ["new": "new"])
    try test.git("repack", "-dq")
    let packs = try packs(test)
    #expect(packs.count == 2)
    for pack in packs {
      // As if all but the first objects lay beyond two gigabytes.
      Files.remove("\(pack).idx")
      try test.git("index-pack", "--index-version=2,0x200", "\(pack).pack")
    }
    let several = try #require(packReader(test))
    for (id, object) in try objects(test) { #expect(several.object(id) == object) }
    let all = try Array(objects(test))
    let places = several.places(of: all.map(\.key))
    #expect(places.contains { $0 == nil } && places.contains { $0 != nil }, "of one pack at a time")
    for (place, object) in zip(places, all) {
      guard let place else { continue }
      #expect(several.object(at: place) == object.value)
    }
    let loose = try test.commit("Loose")
    #expect(several.object(loose) == nil && several.kind(of: loose) == nil)
    #expect(try test.open().commit(named: loose.description) == loose)
  }

  @Test func `an index of the first version, and none, leave a pack to libgit2`() throws {
    let test = try repository()
    try test.git("-c", "pack.indexVersion=1", "repack", "-adfq")
    #expect(packReader(test) == nil)
    #expect(try test.open().commit(named: "main") == test.id("main"))
  }

  @Test func `a tree that is told by one of another size is an error, not an answer`() throws {
    let test = try TestRepository()
    test.expectDamage()
    var stream = ""
    for number in 1...30 {
      stream += "commit refs/heads/main\n"
      stream += "committer A <a@b> \(TestRepository.epoch + Int64(number) * 60) +0000\ndata 2\nm\n"
      let names = (number % 10 == 1 ? ["a"] : []) + (0..<4).map { "z\(100 + 4 * number + $0)" }
      for name in names { stream += "M 100644 inline \(name)\ndata 2\n\(number + 10)\n" }
    }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(stream.utf8))
    try test.git("repack", "-adfq", "--depth=50", "--window=50")
    let main = try test.id("main")
    let pack = try #require(packs(test).first)
    var starts: [String: Int] = [:]
    var bases: [Int: String] = [:]
    for line in try test.git("verify-pack", "-v", "\(pack).idx").split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 5, words[1] == "tree", let start = Int(words[4]) else { continue }
      starts[words[0]] = start
      if words.count == 7 { bases[start] = words[6] }
    }
    let content = try #require(Files.read("\(pack).pack"))
    var damages = 0
    for (start, base) in bases {
      let right = try #require(starts[base])
      let wrong = starts.values.filter { $0 < start && $0 != right }.max()
      // How far before it the other begins is one byte then.
      guard let wrong, start - min(right, wrong) < 128 else { continue }
      let size = content[start...].prefix { $0 & 0x80 != 0 }.count + 1
      #expect(Int(content[start + size]) == start - right)
      var damaged = content
      damaged[start + size] = UInt8(start - wrong)
      Files.remove("\(pack).pack")
      try Files.write(damaged, to: "\(pack).pack")
      #expect(throws: GitError.self) {
        try test.open().topology(
          from: main, excluding: nil, changing: PathFilter(including: ["a"]))
      }
      damages += 1
    }
    #expect(damages > 4)
  }

  @Test func `a damaged pack gives the same objects or none`() throws {
    let test = try repository()
    try test.git("repack", "-adfq")
    let objects = try objects(test)
    let pack = try #require(packs(test).first)
    // Where compressed bytes end: damage in headers could name another object, as it could to git.
    var ends: [Int] = []
    for line in try test.git("verify-pack", "-v", "\(pack).idx").split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count >= 5, ObjectID(words[0]) != nil else { continue }
      let (size, start) = (try #require(Int(words[3])), try #require(Int(words[4])))
      ends.append(start + size)
    }
    #expect(ends.count == objects.count)
    test.expectDamage()
    var generator = Numbers(state: 11)
    var answers = (same: 0, none: 0)
    func look() {
      let reader = packReader(test)
      for (id, object) in objects {
        let found = reader?.object(id)
        #expect(found == nil || found == object)
        if found == nil { answers.none += 1 } else { answers.same += 1 }
      }
    }
    for (suffix, rounds) in [(".pack", 12), (".idx", 8)] {
      let content = try #require(Files.read(pack + suffix))
      for round in 0..<rounds {
        var damaged = content
        if round % 4 == 0 {
          damaged.removeLast(1 + Int(generator.next() % UInt64(content.count - 1)))
        } else if suffix == ".idx" {
          damaged[Int(generator.next() % 1032)] ^= 1 << UInt8(generator.next() % 8)
        } else {
          let end = ends[Int(generator.next() % UInt64(ends.count))]
          damaged[end - 1 - Int(generator.next() % 4)] ^= 1 << UInt8(generator.next() % 8)
        }
        Files.remove(pack + suffix)
        try Files.write(damaged, to: pack + suffix)
        look()
      }
      Files.remove(pack + suffix)
      try Files.write(content, to: pack + suffix)
    }
    #expect(answers.same > 0 && answers.none > 0)
  }
}
