/// Which commits of a range take each other back.
struct RevertResolution {
  /// By place, the place of the live revert that took the commit back, itself or with its merge.
  private(set) var takenBackBy: [Int?]
  /// By place, what a live revert took back, where all of that is in the range.
  private(set) var takesBack: [Int?]

  private let readings: [CommitReading]
  private let places: CommitPlaces
  // Only what reverts ask for: histories are long, and reverts few.
  private var byTitle: [MessageBytes: [Int]] = [:]
  private var byPullRequest: [String: [Int]] = [:]
  private lazy var sorted = readings.map(\.source.id).sorted()

  init(_ readings: [CommitReading], _ places: CommitPlaces, owners: [Int?]) {
    self.takenBackBy = Array(repeating: nil, count: readings.count)
    self.takesBack = Array(repeating: nil, count: readings.count)
    self.readings = readings
    self.places = places
    let reverts = readings.filter { $0.revert != nil }
    guard !reverts.isEmpty else { return }
    index(for: reverts)
    resolve(owners: owners)
  }

  private mutating func index(for reverts: [CommitReading]) {
    let titles = CommitTitles(reverts.compactMap { $0.revert?.title })
    for (title, place) in titles.places(in: readings) { byTitle[title, default: []].append(place) }
    let wanted = Set(reverts.lazy.compactMap(\.revert).flatMap(\.pullRequests))
    guard !wanted.isEmpty else { return }
    for place in readings.indices {
      if let pullRequest = readings[place].pullRequest, wanted.contains(pullRequest) {
        byPullRequest[pullRequest, default: []].append(place)
      }
    }
  }

  /// The newest first: a revert that was itself taken back takes nothing back.
  private mutating func resolve(owners: [Int?]) {
    for place in readings.indices {
      // Children come first, so a merge's fate is known before that of what it brought in.
      if takenBackBy[place] == nil, let owner = owners[place] {
        takenBackBy[place] = takenBackBy[owner]
      }
      guard takenBackBy[place] == nil, let claim = readings[place].revert else { continue }
      let (targets, isComplete) = targets(of: claim, at: place)
      for target in targets where takenBackBy[target] == nil { takenBackBy[target] = place }
      if isComplete { takesBack[place] = targets.first }
    }
  }

  /// What the revert at `place` takes back in this range, and whether it takes back nothing else.
  private mutating func targets(
    of claim: RevertClaim, at place: Int
  ) -> ([Int], isComplete: Bool) {
    var found: [Int] = []
    if !claim.ids.isEmpty {
      found = claim.ids.compactMap { self.place(ofID: $0) }.filter { $0 > place }
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
    guard !readings[place].isMerge, let title = claim.title else { return ([], false) }
    let references = claim.titleReferences
    let target = byTitle[title]?.first { candidate in
      candidate > place
        && (references.isEmpty || readings[candidate].pullRequest == nil
          || readings[candidate].pullRequest == references.last)
    }
    return target.map { ([$0], true) } ?? ([], false)
  }

  private mutating func place(ofID digits: MessageBytes) -> Int? {
    if let id = ObjectID(hexadecimal: digits) { return places[id] }
    let padding = repeatElement(UInt8(ascii: "0"), count: ObjectID.digitCount - digits.count)
    guard let least = ObjectID(hexadecimal: Array(digits) + padding) else { return nil }
    let matches = sorted[sorted.firstIndex(notBefore: least)...].prefix(2).filter {
      $0.hexadecimal.starts(with: digits)
    }
    return matches.count == 1 ? places[matches[0]] : nil
  }
}

extension [ObjectID] {
  /// The first place in this sorted list whose id is not before `id`.
  fileprivate func firstIndex(notBefore id: ObjectID) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
