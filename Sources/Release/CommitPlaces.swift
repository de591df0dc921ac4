/// Where in a list each of its commits stands.
///
/// A table of its own: ids are as good as random, and `Dictionary` would spend most of its time on
/// hashing them once more.
package struct CommitPlaces: Sendable {
  private let ids: [ObjectID]
  /// Places and one more; 0 where nothing stands.
  private var slots: [Int32]
  private let mask: Int

  /// - Parameter ids: Of those that stand twice, the first place counts.
  package init(_ ids: [ObjectID]) {
    var size = 4
    while size < 2 * ids.count { size *= 2 }
    self.ids = ids
    mask = size - 1
    slots = Array(repeating: 0, count: size)
    for (place, id) in ids.enumerated() {
      let slot = slot(of: id)
      if slots[slot] == 0 { slots[slot] = Int32(place + 1) }
    }
  }

  package subscript(id: ObjectID) -> Int? {
    let place = Int(slots[slot(of: id)])
    return place == 0 ? nil : place - 1
  }

  /// Where the id stands, or would.
  private func slot(of id: ObjectID) -> Int {
    var slot = Int(truncatingIfNeeded: id.bits) & mask
    while slots[slot] != 0, ids[Int(slots[slot]) - 1] != id { slot = (slot + 1) & mask }
    return slot
  }
}
