import Glibc

/// Of what made-up cases are made: the same in every run, and as many as one has time for.
enum Seeds {
  /// The first hundred, or `DEED_SEEDS`.
  static let all: Range<UInt64> = {
    let text = getenv("DEED_SEEDS").map { String(cString: $0) }
    return 0..<(text.flatMap { UInt64($0) } ?? 100)
  }()
}
