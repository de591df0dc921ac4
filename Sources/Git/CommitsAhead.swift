internal import Dispatch
internal import Release
internal import Synchronization

/// The commits that a walk has read, for what comes after it.
final class WalkedCommits {
  private(set) var contents: [ObjectID: [UInt8]] = [:]
  /// Who takes each commit from now on, with what the walk has read of it.
  var onMeeting: ((ObjectID, [UInt8]?) -> Void)?

  subscript(id: ObjectID) -> [UInt8]? { contents[id] }

  func meet(_ id: ObjectID, _ content: [UInt8]) {
    if let onMeeting { onMeeting(id, content) } else { contents[id] = content }
  }

  /// One that the commit-graph told of, and that is probably in the range.
  func visit(_ id: ObjectID) { onMeeting?(id, nil) }
}

/// What becomes of commits on the other processors, while the walk that finds them goes on.
final class CommitsAhead {
  private let desk: Desk
  private let work: @Sendable () -> Void
  private let team = DispatchGroup()
  private var workers = 0
  private var ids: [ObjectID] = []
  private var batch = Batch(place: 0)

  /// So few that even a short range is shared out.
  private static var size: Int { 64 }

  init(from makeSource: @escaping @Sendable () -> CommitSource) {
    let desk = Desk()
    self.desk = desk
    work = {
      var source = makeSource()
      while let batch = desk.next() {
        desk.put(
          zip(batch.ids, batch.contents).map { source.commit($0, $1).map(CommitReading.init) },
          at: batch.place)
      }
    }
  }

  deinit { desk.close(for: workers) }

  func add(_ id: ObjectID, _ content: [UInt8]?) {
    ids.append(id)
    batch.ids.append(id)
    batch.contents.append(content)
    if batch.ids.count == Self.size { send() }
  }

  private func send() {
    desk.add(batch)
    batch = Batch(place: ids.count)
    guard workers < Processors.countForMemory - 1 else { return }
    workers += 1
    DispatchQueue.global().async(group: team) { [work] in
      Heap.prepare()
      work()
    }
  }

  /// Does what is left together with the others, and tells what became of each commit; `nil` where
  /// there was none.
  func finish() -> Known? {
    guard !ids.isEmpty else { return nil }
    if !batch.ids.isEmpty { send() }
    desk.close(for: workers + 1)
    workers = 0
    work()
    team.wait()
    return Known(places: CommitPlaces(ids), readings: desk.takeReadings())
  }

  /// What became of commits, by their ids.
  struct Known {
    fileprivate let places: CommitPlaces
    fileprivate var readings: [CommitReading?]

    /// `nil` where nothing is known of it.
    func place(of id: ObjectID) -> Int? { places[id].flatMap { readings[$0] == nil ? nil : $0 } }

    /// Moved, not copied: counting references to tens of thousands of objects takes its time.
    mutating func take(_ place: Int) -> CommitReading? { readings[place].take() }
  }
}

/// Commits, and what the walk has read of them.
private struct Batch: Sendable {
  /// How many were met before them.
  let place: Int
  // No slice of all ids: while another thread holds one, each further id would copy them all.
  var ids: [ObjectID] = []
  var contents: [[UInt8]?] = []
}

/// Where a walk lays down what it has read, and others what they made of it.
private final class Desk: Sendable {
  private let batches = Mutex<[Batch]>([])
  /// What is made of the commits, `nil` for one out of the ordinary, by the place of the first.
  private let made = Mutex<[Int: [CommitReading?]]>([:])
  private let bell = DispatchSemaphore(value: 0)

  func add(_ batch: Batch) {
    batches.withLock { $0.append(batch) }
    bell.signal()
  }

  /// Sends that many home when all is done.
  func close(for workers: Int) {
    for _ in 0..<workers { bell.signal() }
  }

  /// Waits for a batch; `nil` when there are no more.
  func next() -> Batch? {
    bell.wait()
    return batches.withLock { $0.popLast() }
  }

  func put(_ readings: [CommitReading?], at place: Int) {
    made.withLock { $0[place] = readings }
  }

  /// All that was made, in order; nothing is left here.
  func takeReadings() -> [CommitReading?] {
    made.withLock { made in
      var readings: [CommitReading?] = []
      for place in made.keys.sorted() {
        // Moved one by one: copying counts references, and that takes longer than all else here.
        var part = made.removeValue(forKey: place) ?? []
        for index in part.indices { readings.append(part[index].take()) }
      }
      return readings
    }
  }
}
