internal import Cmalloc
internal import Glibc

/// The allocator, as a long history wants it.
///
/// What is kept of 80,000 commits are some million small pieces, 130 MB of them. In ordinary pages the
/// kernel is asked 30,000 times for more, and a heap of each thread's own grows by one page at a time,
/// with a call for each: together a sixth of all the time. One heap of huge pages makes next to nothing
/// of that. Where any of this is refused, all works as before.
enum Heap {
  /// Once is enough for a process, and costs nothing that a short range would notice.
  static func prepare() { prepared }

  /// So much is set aside, none of it taken before it is used: what 100,000 commits take.
  private static let reserve = 192 << 20

  private static let prepared: Void = {
    mallopt(M_ARENA_MAX, 1)
    // Setting one of these stops the allocator from adjusting the others to what it sees.
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    mallopt(M_TRIM_THRESHOLD, 1 << 30)
    mallopt(M_TOP_PAD, Int32(reserve))
    let start = UInt(bitPattern: sbrk(0))
    var pieces: [UnsafeMutableRawPointer] = []
    // The first that does not fit into what there is brings the rest with it.
    while UInt(bitPattern: sbrk(0)) == start, pieces.count < 64, let piece = malloc(1 << 16) {
      pieces.append(piece)
    }
    mallopt(M_TOP_PAD, 4 << 20)
    for piece in pieces { free(piece) }
    let page = UInt(getpagesize())
    let first = (start + page - 1) / page * page
    let end = UInt(bitPattern: sbrk(0)) / page * page
    guard first < end else { return }
    madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_HUGEPAGE)
  }()
}
