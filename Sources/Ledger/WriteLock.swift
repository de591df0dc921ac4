import Git
import Glibc

/// Lets one writer at a time at the ledgers, over all worktrees of a repository.
///
/// It only keeps writers from treading on each other's heels; what makes writing correct is the
/// compare-and-swap on the ref. The system lets go of it when a process dies.
final class WriteLock {
  /// How long to wait for other writers, in seconds.
  private static let patience = 60

  private let descriptor: CInt

  init(_ repository: Repository) throws(GitError) {
    let directory = repository.commonDirectory + "/deed"
    let path = directory + "/lock"
    // Where it cannot be made, that is the reason, and not that the file in it cannot be opened.
    let code = mkdir(directory, 0o777) == 0 ? 0 : errno
    // Reading is enough for a lock, so a file that another user of a shared repository made serves.
    descriptor = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(code == 0 || code == EEXIST ? errno : code))
      throw GitError(.readOnly, "cannot write to this repository (\(path): \(reason))")
    }
    for _ in 0..<(Self.patience * 100) {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      // A file system without locks leaves it to the compare-and-swap.
      guard errno == EWOULDBLOCK || errno == EINTR else { return }
      usleep(10_000)
    }
    close(descriptor)
    throw GitError(
      .locked, "another deed has been writing to this repository for \(Self.patience) seconds",
      hint: "fuser \(GitError.quoted(path))")
  }

  func release() {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
