internal import Dispatch
internal import Synchronization

extension Range<Int> {
  /// What `body` makes of each number, in order; where there are many, on all processors.
  func concurrentMap<Output: Sendable>(_ body: @Sendable (Int) -> Output) -> [Output] {
    Array(unsafeUninitializedCapacity: count) { outputs, filled in
      // Each is written once, into a place of its own: putting parts together would copy them all.
      nonisolated(unsafe) let start = outputs.baseAddress
      perform { part in
        guard let start else { return }
        for number in part { (start + (number - lowerBound)).initialize(to: body(number)) }
      }
      filled = count
    }
  }

  /// What `body` makes of each part of the range, in order; where there are many, on all processors.
  package func concurrentParts<Output: Sendable>(
    _ body: @Sendable (Range<Int>) -> Output
  ) -> [Output] {
    let outputs = Mutex<[Int: Output]>([:])
    perform { part in
      let output = body(part)
      outputs.withLock { $0[part.lowerBound] = output }
    }
    return outputs.withLock { made in
      made.keys.sorted().compactMap { made.removeValue(forKey: $0) }
    }
  }

  private func perform(_ body: @Sendable (Range<Int>) -> Void) {
    // Large enough to be worth a thread, and few enough that putting them together is nothing.
    let size = Swift.max(256, (count + 31) / 32)
    let parts = (count + size - 1) / size
    guard parts > 1 else {
      if !isEmpty { body(self) }
      return
    }
    DispatchQueue.concurrentPerform(iterations: parts) { number in
      let start = lowerBound + number * size
      body(start..<Swift.min(start + size, upperBound))
    }
  }
}
