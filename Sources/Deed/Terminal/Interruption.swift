import Glibc
import Synchronization

/// Signals that ask the program to end, noted instead of obeyed while there is something to end
/// first.
enum Interruption {
  /// What has arrived, 0 for nothing: a handler may do hardly more than store a number.
  private static let arrived = Atomic<Int32>(0)
  private static let signals = [SIGHUP, SIGINT, SIGTERM]

  /// Runs `body` with signals noted; afterwards they do again what they did before.
  static func noted<Result>(during body: () async throws -> Result) async rethrows -> Result {
    arrived.store(0, ordering: .sequentiallyConsistent)
    let former = signals.map(note)
    defer {
      for (number, var action) in zip(signals, former) { sigaction(number, &action, nil) }
    }
    return try await body()
  }

  /// The signal that arrived last, if one did.
  static var signal: Int32? {
    let number = arrived.load(ordering: .sequentiallyConsistent)
    return number == 0 ? nil : number
  }

  /// - Returns: What was done with the signal before.
  private static func note(_ number: Int32) -> sigaction {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      Interruption.arrived.store(number, ordering: .sequentiallyConsistent)
    }
    var former = sigaction()
    sigaction(number, &action, &former)
    // Who started this with a signal ignored, as nohup does, wants it ignored.
    let isIgnored = unsafeBitCast(former.__sigaction_handler.sa_handler, to: Int.self) == 1
    if isIgnored { sigaction(number, &former, nil) }
    return former
  }
}
