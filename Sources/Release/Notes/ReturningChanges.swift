/// What the release before took back on a branch of its own, and the next one ships all the same.
package enum ReturningChanges {
  /// The commits that reverts in `before` take back and both releases have, as far as reverts name
  /// them by their whole ids; the oldest revert's first.
  ///
  /// - Parameters:
  ///   - before: What the release before has, on a branch of its own, and the next one has not.
  ///   - readings: What the next one has, and the release before has not.
  package static func ids(
    takenBackIn before: [CommitReading], unlessIn readings: [CommitReading]
  ) -> [ObjectID] {
    let reverts = live(before)
    guard !reverts.isEmpty else { return [] }
    // What the next release took back itself, or has the same revert of, does not return.
    let alsoTakenBack = Set(live(readings).flatMap(\.takenBack))
    let known = Set((before + readings).lazy.map(\.source.id))
    var found: [ObjectID] = []
    for id in reverts.reversed().flatMap(\.takenBack)
    where !alsoTakenBack.contains(id) && !known.contains(id) && !found.contains(id) {
      found.append(id)
    }
    return found
  }

  /// Reverts that were not taken back themselves.
  private static func live(_ readings: [CommitReading]) -> [CommitReading] {
    guard readings.contains(where: { $0.revert != nil }) else { return [] }
    let reverts = RevertResolution(CommitRange(readings))
    return readings.indices.filter {
      readings[$0].revert != nil && reverts.takenBackBy[$0] == nil && reverts.takesBack[$0] == nil
    }.map { readings[$0] }
  }
}

extension CommitReading {
  /// The commits that it says by their whole ids to take back.
  package var takenBack: [ObjectID] {
    revert?.ids.compactMap { ObjectID(hexadecimal: $0) } ?? []
  }
}
