/// Which commits of a range are copies of others, as `git cherry-pick -x` marks them.
struct CherryPicks {
  /// By place, the place of the commit that the copy repeats.
  private(set) var originals: [Int?]
  /// By place, the commit by which the release before has the same change already.
  private(set) var released: [ObjectID?]

  /// The original stands for all of its copies; where it lies outside the range, the oldest copy.
  ///
  /// - Parameter before: What the release before has, on a branch of its own, and the range has not.
  init(_ range: CommitRange, before: [CommitReading] = []) {
    originals = Array(repeating: nil, count: range.readings.count)
    released = Self.released(range.readings, before)
    var oldest: [ObjectID: Int] = [:]
    for copy in range.places(having: .isCopy).reversed() {
      // A copy of a copy names them all, the first original first.
      let sources = range.readings[copy].pickedFrom
      if let place = sources.lazy.compactMap({ range.places[$0] }).first(where: { $0 != copy }) {
        originals[copy] = place
      } else if let source = sources.first, let place = oldest[source] {
        originals[copy] = place
      }
      for source in sources where oldest[source] == nil { oldest[source] = copy }
    }
  }

  private static func released(
    _ readings: [CommitReading], _ before: [CommitReading]
  ) -> [ObjectID?] {
    guard !before.isEmpty else { return Array(repeating: nil, count: readings.count) }
    let takenBack = RevertResolution(CommitRange(before)).takenBackBy
    var holders: [ObjectID: ObjectID] = [:]
    for (reading, revert) in zip(before, takenBack) where revert == nil {
      for id in [reading.source.id] + reading.pickedFrom { holders[id] = reading.source.id }
    }
    // Two reverts of one commit say the same, on whatever branches.
    var reverts: [ObjectID: ObjectID] = [:]
    for (reading, revert) in zip(before, takenBack) where revert == nil {
      for id in reading.takenBack { reverts[id] = reading.source.id }
    }
    return readings.map { reading in
      if let holder = holders[reading.source.id] { return holder }
      if let holder = reading.pickedFrom.lazy.compactMap({ holders[$0] }).first { return holder }
      let taken = reading.takenBack
      return taken.allSatisfy { reverts[$0] != nil } ? taken.first.flatMap { reverts[$0] } : nil
    }
  }
}
