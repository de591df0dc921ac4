import Git
import Release
import TestSupport
import Testing

@testable import Ledger

/// Which files the histories of ledgers lead to, and what is remembered of that.
@Suite struct FileSearchTests {
  private static let memory = ".git/deed/clean"

  private func found(
    _ files: Set<ObjectID>, in tip: ObjectID, _ test: TestRepository, remembers: Bool = true
  ) throws -> Set<ObjectID> {
    let repository = try Repository(discovering: test.path, environment: test.environment)
    let store = LedgerStore(repository, remembers: remembers)
    store.redacted = RedactedFiles(files)
    return try store.redacted(in: tip)
  }

  /// A ledger of attachments with these files, on top of others.
  private func ledger(
    _ files: [String: ObjectID], on parents: [ObjectID], _ test: TestRepository
  ) throws -> ObjectID {
    try test.writeLedger(
      files.mapValues { ("100644", $0) }, on: parents.map(\.description), of: .attachments)
  }

  @Test(arguments: Seeds.few)
  func `what git finds a way to is found, whatever the history is like`(seed: Int) throws {
    let test = try TestRepository()
    var random = SeededGenerator(seed: seed)
    let blobs = try test.blobs((0..<8).map { Array("\(seed) \($0)".utf8) })
    var commits: [ObjectID] = []
    var files: [String: ObjectID] = [:]
    for step in 0..<14 {
      for _ in 0..<2 {
        let places = ["\(step % 5)", "a/\(step % 3)", "a/b/c", "d"]
        guard let place = places.randomElement(using: &random) else { continue }
        let isTaken = files.keys.contains { $0.hasPrefix("\(place)/") || place.hasPrefix("\($0)/") }
        files[place] =
          isTaken || Bool.random(using: &random) ? nil : blobs.randomElement(using: &random)
      }
      let parents = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ in
        commits.randomElement(using: &random)
      }
      commits.append(
        try ledger(files, on: Set(parents + (commits.last.map { [$0] } ?? [])).sorted(), test))
    }
    // What git finds, asked once of each.
    let reached = try commits.map { commit in
      Set(
        try test.git("rev-list", "--objects", "\(commit)").split(separator: "\n")
          .compactMap { ObjectID(String($0.prefix(40))) })
    }
    for wanted in [Set(blobs), Set(blobs.prefix(1)), [blobs[3], commits[0]]] {
      let repository = try Repository(discovering: test.path, environment: test.environment)
      // Many tips by one search, and each by its own.
      let search = FileSearch(repository, for: wanted, remembers: true)
      for (commit, objects) in zip(commits, reached) {
        let expected = objects.intersection(blobs).intersection(wanted)
        #expect(try search.found(inHistoryOf: commit) == expected)
        #expect(try found(wanted, in: commit, test) == expected)
      }
    }
  }

  @Test
  func `a clean history is remembered of the files that it was searched for, and of no others`()
    throws
  {
    let test = try TestRepository()
    let (one, other) = (try test.blob([1]), try test.blob([2]))
    let first = try ledger(["one": one], on: [], test)
    let tip = try ledger([:], on: [first], test)
    #expect(try found([other], in: tip, test).isEmpty)
    #expect(Files.read("\(test.path)/\(Self.memory)") != nil)
    #expect(try found([one], in: tip, test) == [one])
    #expect(try found([one, other], in: tip, test) == [one])
    // Nor what another history was known to be.
    #expect(try found([other], in: first, test).isEmpty)
    let next = try ledger(["other": other], on: [tip], test)
    #expect(try found([other], in: next, test) == [other])
    #expect(try found([other], in: try ledger([:], on: [next], test), test) == [other])
  }

  @Test func `what is remembered is believed, and without it or damaged all is walked`() throws {
    let test = try TestRepository()
    let (one, other) = (try test.blob([1]), try test.blob([2]))
    let tip = try ledger(["one": one], on: [], test)
    #expect(try found([other], in: tip, test).isEmpty)
    let path = "\(test.path)/\(Self.memory)"
    let text = String(decoding: try #require(Files.read(path)), as: UTF8.self)
    let known = Digest(of: other.bytes).description
    #expect(text == "\n\(known)\(tip)\n")
    // As an earlier run would have noted it: that is what saves the walk.
    let planted = text.replacing(known, with: Digest(of: one.bytes).description)
    try Files.write(planted, to: path)
    #expect(try found([one], in: tip, test).isEmpty)
    #expect(try found([one], in: tip, test, remembers: false) == [one])
    for damaged in [
      "", "\n", String(planted.dropLast(2)), String(planted.dropFirst(2)), "\(tip)\n",
      String(planted.reversed()), String(repeating: "\0", count: 300),
    ] {
      try Files.write(damaged, to: path)
      #expect(try found([one], in: tip, test) == [one], "\(damaged)")
      #expect(try found([other], in: tip, test).isEmpty)
    }
    let removed = try Program.run(
      "sh", ["-c", "rm -r .git/deed && : > .git/deed"], directory: test.path,
      environment: test.environment)
    #expect(removed.status == 0)
    #expect(try found([one], in: tip, test) == [one])
    #expect(try found([other], in: tip, test).isEmpty)
  }

  @Test func `a full memory is begun anew`() throws {
    let test = try TestRepository()
    let (one, other) = (try test.blob([1]), try test.blob([2]))
    let tip = try ledger(["one": one], on: [], test)
    let path = "\(test.path)/\(Self.memory)"
    let line = "\(Digest(of: [7]))\(one)\n"
    _ = try found([other], in: tip, test)
    try Files.write(String(repeating: line, count: 1_000), to: path)
    #expect(try found([other], in: tip, test).isEmpty)
    #expect(Files.read(path) == Array("\n\(Digest(of: other.bytes))\(tip)\n".utf8))
  }

  @Test func `a history that is cut off is not remembered as clean`() throws {
    let test = try TestRepository()
    let (one, other) = (try test.blob([1]), try test.blob([2]))
    let first = try ledger(["one": one], on: [], test)
    let tip = try ledger(["other": other], on: [first], test)
    let clone = try test.clone()
    try clone.git(
      "fetch", "-q", "--depth=1", "origin", "+refs/notes/deed/*:refs/notes/deed/*")
    #expect(try found([one], in: tip, clone).isEmpty)
    try clone.git("fetch", "-q", "--unshallow", "origin", "+refs/notes/deed/*:refs/notes/deed/*")
    #expect(try found([one], in: tip, clone) == [one])
  }
}
