/// Which commits of a range are copies of others, as `git cherry-pick -x` marks them.
struct CherryPicks {
  /// By place, the place of the commit that the copy repeats.
  private(set) var originals: [Int?]

  /// The original stands for all of its copies; where it lies outside the range, the oldest copy.
  init(_ readings: [CommitReading]) {
    originals = Array(repeating: nil, count: readings.count)
    let copies = readings.indices.filter { !readings[$0].pickedFrom.isEmpty }
    guard !copies.isEmpty else { return }
    let places = Dictionary(
      readings.indices.map { (readings[$0].source.id, $0) }, uniquingKeysWith: { first, _ in first }
    )
    var oldest: [ObjectID: Int] = [:]
    for copy in copies.reversed() {
      // A copy of a copy names them all, the first original first.
      let sources = readings[copy].pickedFrom
      if let place = sources.lazy.compactMap({ places[$0] }).first(where: { $0 != copy }) {
        originals[copy] = place
      } else if let source = sources.first, let place = oldest[source] {
        originals[copy] = place
      }
      for source in sources where oldest[source] == nil { oldest[source] = copy }
    }
  }
}
