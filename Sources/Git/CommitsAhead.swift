internal import Dispatch
internal import Release
internal import Synchronization

/// A commit as a walk names it.
enum NamedCommit {
  case id(ObjectID)
  /// In the commit-graph.
  case position(Int32)
}

/// The commits that a walk has read, for what comes after it.
final class WalkedCommits {
  private(set) var contents: [ObjectID: [UInt8]] = [:]
  /// Who takes each commit from now on, with what the walk has read of it, and gives it a place.
  var onMeeting: ((NamedCommit, [UInt8]?) -> Int32)?

  subscript(id: ObjectID) -> [UInt8]? { contents[id] }

  func meet(_ id: ObjectID, _ content: [UInt8]) -> Int32? {
    if let onMeeting { return onMeeting(.id(id), content) }
    contents[id] = content
    return nil
  }

  /// One that was not read for the walk, and that is probably in the range.
  func visit(_ commit: NamedCommit) -> Int32? { onMeeting?(commit, nil) }
}

/// What becomes of commits on the other processors, while the walk that finds them goes on.
final class CommitsAhead {
  private let desk: Desk
  private let work: @Sendable () -> Void
  private let team = DispatchGroup()
  private var workers = 0
  private var count = 0
  private var batch = Batch(place: 0)

  /// - Parameter graph: In which the walk has positions.
  init(in graph: CommitGraph?, from makeSource: @escaping @Sendable () -> CommitSource) {
    let desk = Desk()
    self.desk = desk
    work = {
      var source = makeSource()
      while let batch = desk.next() {
        desk.put(source.readings(of: batch.ids(in: graph), known: batch.contents), of: batch)
      }
    }
  }

  deinit { desk.close(for: workers) }

  /// - Returns: Its place among all of them.
  func add(_ commit: NamedCommit, _ content: [UInt8]?) -> Int32 {
    batch.commits.append(commit)
    batch.contents.append(content)
    count += 1
    if batch.commits.count == Batch.size { send() }
    return Int32(count - 1)
  }

  private func send() {
    desk.add(batch)
    batch = Batch(place: batch.place + 1)
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
    guard count > 0 else { return nil }
    if !batch.commits.isEmpty { send() }
    desk.close(for: workers + 1)
    workers = 0
    work()
    team.wait()
    return Known(readings: desk.takeReadings())
  }

  /// What became of commits, by their places.
  struct Known {
    /// `nil` for one out of the ordinary.
    fileprivate var readings: [[CommitReading?]]

    func has(_ place: Int32) -> Bool {
      guard place >= 0 else { return false }
      let (batch, place) = Int(place).quotientAndRemainder(dividingBy: Batch.size)
      return readings[batch][place] != nil
    }

    /// Moved, not copied: counting references to tens of thousands of objects takes its time.
    mutating func take(_ place: Int32) -> CommitReading? {
      guard place >= 0 else { return nil }
      let (batch, place) = Int(place).quotientAndRemainder(dividingBy: Batch.size)
      return readings[batch][place].take()
    }
  }
}

/// Commits, and what the walk has read of them.
private struct Batch: Sendable {
  /// So few that even a short range is shared out.
  static var size: Int { 64 }

  /// How many batches were full before it.
  let place: Int
  // No slice of all: while another thread holds one, each further commit would copy them all.
  var commits: [NamedCommit] = []
  var contents: [[UInt8]?] = []

  func ids(in graph: CommitGraph?) -> [ObjectID] {
    commits.map { commit in
      switch commit {
      case .id(let id): id
      // Without a graph, no walk names a position.
      case .position(let position): graph?.id(at: Int(position)) ?? .zero
      }
    }
  }
}

/// Where a walk lays down what it has read, and others what they made of it.
private final class Desk: Sendable {
  private let batches = Mutex<[Batch]>([])
  /// What is made of the commits, `nil` for one out of the ordinary, by the places of the batches.
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

  func put(_ readings: [CommitReading?], of batch: Batch) {
    made.withLock { $0[batch.place] = readings }
  }

  /// All that was made, batch by batch; nothing is left here.
  func takeReadings() -> [[CommitReading?]] {
    made.withLock { made in
      made.keys.sorted().map { made.removeValue(forKey: $0) ?? [] }
    }
  }
}
