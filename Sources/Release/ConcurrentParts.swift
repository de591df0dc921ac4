internal import Dispatch
internal import Synchronization

extension Range<Int> {
  /// What `body` makes of each number, in order; where there are many, on all processors.
  func concurrentMap<Output: Sendable>(_ body: @Sendable (Int) -> Output) -> [Output] {
    Array(concurrentParts { part in part.map(body) }.joined())
  }

  /// What `body` makes of each part of the range, in order; where there are many, on all processors.
  package func concurrentParts<Output: Sendable>(
    of size: Int = 256, _ body: @Sendable (Range<Int>) -> Output
  ) -> [Output] {
    let count = (self.count + size - 1) / size
    @Sendable func part(_ number: Int) -> Range<Int> {
      let start = lowerBound + number * size
      return start..<Swift.min(start + size, upperBound)
    }
    guard count > 1 else { return isEmpty ? [] : [body(self)] }
    let outputs = Mutex<[Output?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
      let output = body(part(number))
      outputs.withLock { $0[number] = output }
    }
    return outputs.withLock { $0.compactMap(\.self) }
  }
}
