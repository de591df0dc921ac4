/// Titles that are looked for among those of a range.
struct CommitTitles {
  private let wanted: Set<MessageBytes>
  private let hashes: Set<UInt64>

  init(_ wanted: some Sequence<MessageBytes>) {
    self.wanted = Set(wanted)
    hashes = Set(self.wanted.map(Self.hash))
  }

  /// The commits that have one, each with it, in their order.
  func places(in range: CommitRange) -> [(title: MessageBytes, place: Int)] {
    guard !wanted.isEmpty else { return [] }
    return range.indices.concurrentParts { part in
      part.compactMap { place in
        guard hashes.contains(range.outlines[place].titleHash) else { return nil }
        let title = range.readings[place].title
        return wanted.contains(title) ? (title, place) : nil
      }
    }.flatMap { $0 }
  }

  /// What tells most titles apart, taken where each commit is read.
  static func hash(_ title: MessageBytes) -> UInt64 { title.withUnsafeBytes(QuickHash.of) }
}
