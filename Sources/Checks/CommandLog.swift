/// What a command wrote: all of it, or of very much the beginning and the end.
package struct CommandLog: Sendable {
  /// How much of the beginning, and how much of the end, is kept at least, in bytes.
  package static let half = 8 << 20

  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  /// How many bytes after the beginning are not kept.
  package private(set) var omitted = 0

  package init() {}

  package mutating func append(_ bytes: [UInt8]) {
    let room = max(0, Self.half - head.count)
    head += bytes.prefix(room)
    tail += bytes.dropFirst(room)
    guard tail.count > 2 * Self.half else { return }
    omitted += tail.count - Self.half
    tail.removeFirst(tail.count - Self.half)
  }

  package var isEmpty: Bool { head.isEmpty }

  /// The bytes, a line of its own in the place of those that are not kept.
  package var bytes: [UInt8] {
    guard omitted > 0 else { return head + tail }
    return head + Array("\n[deed: \(omitted) bytes are left out here]\n".utf8) + tail
  }
}
