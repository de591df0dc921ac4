import Synchronization

/// What a command prints on its way to the screen: as much as that takes in time, up to a limit.
///
/// The log keeps more.
final class ShownOutput: Sendable {
  /// How much may wait for the screen, in bytes.
  private static let mostWaiting = 1 << 20
  /// How much is shown in all, in bytes.
  private static let mostShown = 16 << 20

  private static let note = Array(
    "\n[deed: it prints more than is shown here; the log keeps more of it]\n".utf8)

  private struct State {
    var waiting = 0
    var admitted = 0
    var isCut = false
  }

  private let state = Mutex(State())

  /// What is to be shown of it: all, or nothing, or at first a line that says so.
  func admit(_ bytes: [UInt8]) -> [UInt8]? {
    state.withLock { state in
      let isFit =
        state.waiting + bytes.count <= Self.mostWaiting
        && state.admitted + bytes.count <= Self.mostShown
      guard isFit else {
        if state.isCut { return nil }
        state.isCut = true
        state.waiting += Self.note.count
        return Self.note
      }
      state.waiting += bytes.count
      state.admitted += bytes.count
      return bytes
    }
  }

  /// Says that so many bytes are on the screen.
  func shown(_ count: Int) {
    state.withLock { $0.waiting = max(0, $0.waiting - count) }
  }
}
