/// Whether merges kept what reverts on one of their branches took back: trees tell that, of which notes
/// know nothing.
package struct MergeKeeps {
  package typealias Question = (merge: HistoryCommit, revert: HistoryCommit)

  static var never: MergeKeeps {
    MergeKeeps(one: { _, _ in false }, many: { $0.map { _ in false } })
  }

  let one: (_ merge: HistoryCommit, _ revert: HistoryCommit) -> Bool
  let many: ([Question]) -> [Bool?]

  /// - Parameter many: Tells of many at once, with `nil` for those that `one` is to tell of.
  package init(
    one: @escaping (_ merge: HistoryCommit, _ revert: HistoryCommit) -> Bool,
    many: @escaping ([Question]) -> [Bool?]
  ) {
    self.one = one
    self.many = many
  }
}

/// Which commits of a range take each other back.
struct RevertResolution {
  /// By place, the place of the live revert that took the commit back, itself or with its merge.
  private(set) var takenBackBy: [Int?]
  /// By place, what a live revert took back, where all of that is in the range.
  private(set) var takesBack: [Int?]
  /// By the place of a revert on a branch, the place of the merge that kept what it took back.
  private(set) var droppedBy: [Int: Int] = [:]

  private let range: CommitRange
  // Only what reverts ask for: histories are long, and reverts few.
  private var byTitle: [MessageBytes: [Int]] = [:]
  private var byPullRequest: [String: [Int]] = [:]
  /// By the first digits of ids, the commits of these ids and the copies of such commits.
  private var byStart: [UInt64: [(id: ObjectID, place: Int)]] = [:]

  /// Of commits whose owners nobody has asked for yet.
  init(_ range: CommitRange) { self.init(range, owners: BranchOwnership(range).owners) }

  /// - Parameter keeps: Whether a merge kept what a revert on one of its branches took back.
  init(
    _ range: CommitRange, owners: [Int?], keeps: MergeKeeps = .never
  ) {
    self.takenBackBy = Array(repeating: nil, count: range.readings.count)
    self.takesBack = Array(repeating: nil, count: range.readings.count)
    self.range = range
    let reverts = range.places(having: .isRevert).compactMap { range.readings[$0].revert }
    guard !reverts.isEmpty else { return }
    index(for: reverts)
    resolve(owners: owners, keeps)
  }

  private mutating func index(for reverts: [RevertClaim]) {
    let titles = CommitTitles(reverts.compactMap(\.title))
    for (title, place) in titles.places(in: range) { byTitle[title, default: []].append(place) }
    let starts = Set(reverts.lazy.flatMap(\.ids).compactMap { Self.least($0)?.start })
    if !starts.isEmpty {
      let places = range.indices.concurrentParts { [range] part in
        part.filter {
          let outline = range.outlines[$0]
          return outline.traits.contains(.isCopy) || starts.contains(outline.id.start)
        }
      }
      for place in places.joined() {
        let outline = range.outlines[place]
        if starts.contains(outline.id.start) {
          byStart[outline.id.start, default: []].append((outline.id, place))
        }
        for id in range.readings[place].pickedFrom where starts.contains(id.start) {
          byStart[id.start, default: []].append((id, place))
        }
      }
    }
    let wanted = Set(reverts.lazy.flatMap(\.pullRequests))
    guard !wanted.isEmpty else { return }
    for place in range.places(having: .hasPullRequest) {
      if let pullRequest = range.readings[place].pullRequest, wanted.contains(pullRequest) {
        byPullRequest[pullRequest, default: []].append(place)
      }
    }
  }

  /// The newest first: a revert that was itself taken back takes nothing back.
  private mutating func resolve(owners: [Int?], _ keeps: MergeKeeps) {
    let known = answers(owners: owners, keeps)
    for place in range.indices {
      // Children come first, so a merge's fate is known before that of what it brought in.
      if takenBackBy[place] == nil, let owner = owners[place] {
        takenBackBy[place] = takenBackBy[owner]
      }
      guard takenBackBy[place] == nil, range.outlines[place].traits.contains(.isRevert),
        let claim = range.readings[place].revert
      else { continue }
      let (targets, isComplete) = targets(of: claim, at: place)
      if let merge = merge(dropping: place, of: targets, owners: owners, keeps, known) {
        droppedBy[place] = merge
        continue
      }
      for target in targets where takenBackBy[target] == nil { takenBackBy[target] = place }
      if isComplete { takesBack[place] = targets.first }
    }
  }

  /// A merge, and a revert that it brought in.
  private struct Bringing: Hashable {
    let merge: Int
    let revert: Int
  }

  /// What merges kept of all that is likely to be asked, told at once: that takes all processors.
  ///
  /// A revert that was taken back itself is asked about for nothing, but there are hardly any.
  private func answers(owners: [Int?], _ keeps: MergeKeeps) -> [Bringing: Bool] {
    let questions = range.places(having: .isRevert).flatMap { place -> [Bringing] in
      guard let claim = range.readings[place].revert else { return [] }
      // Not even a history that is made for it has more asked for nothing.
      return merges(bringing: place, without: targets(of: claim, at: place).0, owners: owners)
        .prefix(4).map { Bringing(merge: $0, revert: place) }
    }
    let answers = keeps.many(
      questions.map { (range.readings[$0.merge].source, range.readings[$0.revert].source) })
    var known: [Bringing: Bool] = [:]
    for (question, answer) in zip(questions, answers) { known[question] = answer }
    return known
  }

  /// The merge that brought a revert in, and kept what that took back.
  private func merge(
    dropping revert: Int, of targets: [Int], owners: [Int?], _ keeps: MergeKeeps,
    _ known: [Bringing: Bool]
  ) -> Int? {
    merges(bringing: revert, without: targets, owners: owners).first { merge in
      known[Bringing(merge: merge, revert: revert)]
        ?? keeps.one(range.readings[merge].source, range.readings[revert].source)
    }
  }

  /// The merges that brought a revert in, but not what it took back, the innermost first.
  private func merges(bringing revert: Int, without targets: [Int], owners: [Int?]) -> [Int] {
    guard !targets.isEmpty, !range.outlines[revert].isMerge else { return [] }
    func merges(of place: Int) -> some Sequence<Int> {
      sequence(first: place) { owners[$0] }.dropFirst()
    }
    // What came by the same merge was never on its first parent's line.
    let others = Set(targets.flatMap(merges))
    return merges(of: revert).filter { !others.contains($0) }
  }

  /// What the revert at `place` takes back in this range, and whether it takes back nothing else.
  private func targets(
    of claim: RevertClaim, at place: Int
  ) -> ([Int], isComplete: Bool) {
    var found: [Int] = []
    if !claim.ids.isEmpty {
      found = claim.ids.compactMap { self.place(ofID: $0, below: place) }
      return (found, found.count == claim.ids.count)
    }
    if !claim.pullRequests.isEmpty {
      for reference in claim.pullRequests {
        if let target = byPullRequest[reference]?.first(where: { $0 > place }) {
          found.append(target)
        }
      }
      return (found, found.count == claim.pullRequests.count)
    }
    // A merge by its title alone repeats what its branch's own commit says more exactly.
    guard !range.outlines[place].isMerge, let title = claim.title else { return ([], false) }
    let references = claim.titleReferences
    let target = byTitle[title]?.first { candidate in
      candidate > place
        && (references.isEmpty || !range.outlines[candidate].hasPullRequest
          || range.readings[candidate].pullRequest == references.last)
    }
    return target.map { ([$0], true) } ?? ([], false)
  }

  /// The older commit that is meant: of that id, or a copy where that itself is not in the range.
  ///
  /// A revert that was copied to another branch still names the commit that it took back on its own.
  private func place(ofID digits: MessageBytes, below revert: Int) -> Int? {
    guard let least = Self.least(digits) else { return nil }
    let matches = (byStart[least.start] ?? []).filter { id, place in
      place > revert && id.hexadecimal.starts(with: digits)
    }
    guard let first = matches.first, matches.allSatisfy({ $0.id == first.id }) else { return nil }
    return matches.first { range.outlines[$0.place].id == $0.id }?.place ?? first.place
  }

  /// The first id that begins with these digits; `nil` of what is none.
  private static func least(_ digits: MessageBytes) -> ObjectID? {
    guard digits.count <= ObjectID.digitCount else { return nil }
    let padding = repeatElement(UInt8(ascii: "0"), count: ObjectID.digitCount - digits.count)
    return ObjectID(hexadecimal: Array(digits) + padding)
  }
}

extension ObjectID {
  /// Its first digits: fewer than anybody abbreviates an id to.
  fileprivate var start: UInt64 { bits >> 40 }
}
