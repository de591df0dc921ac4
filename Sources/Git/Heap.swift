internal import Cmalloc
internal import Glibc

/// The allocator, as long histories want it.
///
/// What is kept of 80,000 commits is 130 MB of small pieces. In ordinary pages the kernel is asked 30,000
/// times for more, and once more for each page of every other thread's heap: a sixth of all the time.
/// Huge pages that stand ready make next to nothing of that. Where it is refused, all works as it
/// did.
enum Heap {
  /// Has memory ready for what this thread is going to make; none is taken before it is used.
  static func prepare() {
    guard isSetUp else { return }
    // Freed again, it stays with the thread's heap, of which no more than 64 MB hang together.
    let pieces = (0..<2).compactMap { _ in malloc(pieceSize) }
    for piece in pieces {
      let page = UInt(getpagesize())
      let start = UInt(bitPattern: piece) / page * page
      let end = (UInt(bitPattern: piece) + UInt(pieceSize)) / page * page
      madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
    }
    for piece in pieces.reversed() { free(piece) }
  }

  /// Less than what is mapped by itself, and given back at once.
  private static let pieceSize = 28 << 20

  /// Whether a heap keeps what was freed; the limits are set for good.
  private static let isSetUp =
    mallopt(M_MMAP_THRESHOLD, 32 << 20) == 1 && mallopt(M_TRIM_THRESHOLD, 1 << 30) == 1
    && mallopt(M_TOP_PAD, 4 << 20) == 1
}
