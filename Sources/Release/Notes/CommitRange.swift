/// The commits of a range, and what has to be known of all of them before one can be told of.
///
/// Readings lie all over memory, and a range is gone over many times. What that takes stands side by
/// side here.
struct CommitRange: Sendable {
  let readings: [CommitReading]
  let places: CommitPlaces
  /// By place.
  let outlines: [CommitOutline]
  /// The places of those that have any of the traits that few commits have: each is asked for by itself.
  private let rare: [Int]

  /// - Parameters:
  ///   - readings: In an order that has children before parents.
  ///   - types: What types mean; without them, all seem to say something.
  init(_ readings: [CommitReading], types: TypeRules? = nil) {
    let places = CommitPlaces(readings.indices.concurrentMap { readings[$0].source.id })
    self.readings = readings
    self.places = places
    let outlines = readings.indices.concurrentMap { place in
      let reading = readings[place]
      let isPlain =
        types?.isPlain(reading.commit.type, scope: reading.commit.scope) == true && !reading.hasNote
      return CommitOutline(reading, places, isPlain: isPlain)
    }
    self.outlines = outlines
    rare = outlines.indices.filter { !outlines[$0].traits.isDisjoint(with: .rare) }
  }

  var indices: Range<Int> { readings.indices }

  /// The places of those commits that have a trait.
  func places(having trait: CommitOutline.Traits) -> [Int] {
    CommitOutline.Traits.rare.isSuperset(of: trait)
      ? rare.filter { outlines[$0].traits.contains(trait) }
      : indices.filter { outlines[$0].traits.contains(trait) }
  }
}

/// What others have to know of a commit.
struct CommitOutline: Sendable {
  struct Traits: OptionSet, Sendable {
    let rawValue: UInt16

    static let isMerge = Traits(rawValue: 1)
    static let isTitledMerge = Traits(rawValue: 1 << 1)
    static let isBreaking = Traits(rawValue: 1 << 2)
    static let hasPullRequest = Traits(rawValue: 1 << 3)
    static let isRevert = Traits(rawValue: 1 << 4)
    static let isCopy = Traits(rawValue: 1 << 5)
    static let folds = Traits(rawValue: 1 << 6)
    /// It says nothing by its type.
    static let isPlain = Traits(rawValue: 1 << 7)
    /// It may say no more than that something is released.
    static let announces = Traits(rawValue: 1 << 8)

    static let rare: Traits = [.isRevert, .isCopy, .folds, .announces]
  }

  let id: ObjectID
  let titleHash: UInt64
  let level: ChangeLevel
  let traits: Traits
  /// The place of its first parent, where that is in the range.
  let trunk: Int?
  /// The places of its other parents, as far as they are in the range.
  let branches: [Int]

  fileprivate init(_ reading: CommitReading, _ places: CommitPlaces, isPlain: Bool) {
    id = reading.source.id
    titleHash = reading.titleHash
    level = reading.level
    traits = isPlain ? reading.traits.union(.isPlain) : reading.traits
    let parents = reading.source.parents
    trunk = parents.first.flatMap { places[$0] }
    branches = parents.count > 1 ? parents.dropFirst().compactMap { places[$0] } : []
  }

  var isMerge: Bool { traits.contains(.isMerge) }
  var isTitledMerge: Bool { traits.contains(.isTitledMerge) }
  var isBreaking: Bool { traits.contains(.isBreaking) }
  var hasPullRequest: Bool { traits.contains(.hasPullRequest) }
}
