import Checks

/// What a command printed, for a report: its end, as text without what only a terminal obeys.
struct ShownLog {
  /// How much of the end is shown, in bytes.
  static let most = 64 << 10

  let text: String

  init(_ log: CommandLog) {
    let all = log.bytes
    var rest = all.suffix(Self.most)
    // From where a line begins.
    if rest.count < all.count, let feed = rest.firstIndex(of: UInt8(ascii: "\n")) {
      rest = rest[(feed + 1)...]
    }
    let left = all.count - rest.count + log.omitted
    let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map(Self.shown)
    text =
      (left > 0 ? "[deed: the first \(left) bytes are left out here]\n" : "")
      + lines.joined(separator: "\n")
  }

  /// A line as it stood on the screen in the end: progress bars write over theirs again and again.
  private static func shown(_ line: ArraySlice<UInt8>) -> String {
    let states = line.split(separator: UInt8(ascii: "\r"))
    return String(decoding: states.last ?? [], as: UTF8.self)
      .replacing(/\u{1b}\[[0-?]*[ -\/]*[@-~]/, with: "")
  }
}
