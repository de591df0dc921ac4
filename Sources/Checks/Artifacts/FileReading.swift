internal import Crypto
internal import Glibc
internal import Release
internal import Synchronization

/// How far the reading of files is.
package struct ReadingProgress: Sendable {
  package let files: (done: Int, all: Int)
  /// In bytes.
  package let bytes: (done: Int, all: Int)
  package let elapsed: Duration
}

/// Somebody who looks on while files are read.
package struct ReadingWatch: Sendable {
  /// Is told some times a second, from any thread.
  package let report: @Sendable (ReadingProgress) -> Void
  /// Is told when there is nothing more to report.
  package let ended: @Sendable () -> Void
  /// Is asked often whether to stop.
  package let isStopped: @Sendable () -> Bool

  package init(
    report: @escaping @Sendable (ReadingProgress) -> Void = { _ in },
    ended: @escaping @Sendable () -> Void = {},
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) {
    self.report = report
    self.ended = ended
    self.isStopped = isStopped
  }
}

/// Counts what is read, by however many threads.
final class ReadingMeter: Sendable {
  private static let interval = Duration.milliseconds(200)

  private let watch: ReadingWatch
  private let all: (files: Int, bytes: Int)
  private let files = Atomic<Int>(0)
  private let bytes = Atomic<Int>(0)
  private let start = ContinuousClock.now
  private let reported: Mutex<ContinuousClock.Instant>

  init(_ watch: ReadingWatch, files: Int, bytes: Int) {
    self.watch = watch
    all = (files, bytes)
    reported = Mutex(start)
  }

  func count(_ read: Int) throws(ArtifactError) {
    bytes.add(read, ordering: .relaxed)
    if watch.isStopped() { throw ArtifactError(.stopped, "it was stopped") }
    let now = ContinuousClock.now
    let isDue = reported.withLock { last in
      guard now - last >= Self.interval else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    watch.report(
      ReadingProgress(
        files: (files.load(ordering: .relaxed), all.files),
        bytes: (bytes.load(ordering: .relaxed), all.bytes), elapsed: now - start))
  }

  func countFile() { files.add(1, ordering: .relaxed) }
}

/// One regular file that is read from its beginning to its end, and must not change meanwhile.
struct FileReading {
  /// Fits into the processor's own memory: larger pieces are read no faster.
  private static let pieceSize = 256 << 10

  let root: ArtifactRoot
  /// From the root.
  let path: String

  /// - Parameter take: Is given the pieces in order.
  func read(
    _ meter: ReadingMeter,
    take: (UnsafeRawBufferPointer) throws(ArtifactError) -> Void = { _ in }
  ) throws(ArtifactError) -> FoundFile {
    let place = try root.place(of: path)
    // A pipe that took the file's place would hold up who opens it.
    let descriptor = open(place, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw ArtifactRoot.failure("read", path, path) }
    defer { close(descriptor) }
    let before = try FileState(of: descriptor, path)
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    var hash = SHA256()
    var size = 0
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 4096)
    defer { piece.deallocate() }
    while true {
      let count = Glibc.read(descriptor, piece.baseAddress, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ArtifactRoot.failure("read", path, path) }
      if count == 0 { break }
      let bytes = UnsafeRawBufferPointer(rebasing: piece[..<count])
      hash.update(bufferPointer: bytes)
      try take(bytes)
      size += count
      try meter.count(count)
    }
    let after = try FileState(of: descriptor, path)
    guard before == after, size == before.size, try FileState(at: root.place(of: path)) == after
    else {
      throw ArtifactError(.changed, "\(path) changed while it was read", path: path)
    }
    guard let digest = Digest(bytes: Array(hash.finalize())) else {
      throw ArtifactError(.unreadable, "\(path) cannot be digested", path: path)
    }
    meter.countFile()
    return FoundFile(path: path, digest: digest, size: size)
  }
}

/// What tells a file from another one, and from itself at another time.
private struct FileState: Equatable {
  let device: UInt
  let number: UInt
  let size: Int
  /// When it was written, and when anything about it changed: the first can be set by anybody.
  let times: [Int]

  init(of descriptor: Int32, _ shown: String) throws(ArtifactError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ArtifactRoot.failure("read", shown, shown) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ArtifactError(.special, "\(shown) is no regular file", path: shown)
    }
    self.init(status)
  }

  /// `nil` where there is nothing any more.
  init?(at place: String) {
    var status = stat()
    guard lstat(place, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt(status.st_dev)
    number = UInt(status.st_ino)
    size = Int(status.st_size)
    times = [
      status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
    ]
  }
}
