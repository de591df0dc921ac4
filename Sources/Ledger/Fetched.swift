package import Git
import Glibc
import Release

// Whether a remote's ledgers were ever asked for: a remote that has none leaves no ref behind, and
// "never asked" must not look like "has none".
extension LedgerStore {
  private func marker(_ remote: String) -> String {
    "\(repository.commonDirectory)/deed/fetched-\(Digest(of: remote.utf8).short)"
  }

  /// Whether this remote's ledgers were fetched at least once.
  package func wasFetched(from remote: String) throws(GitError) -> Bool {
    if access(marker(remote), F_OK) == 0 { return true }
    return try !repository.references(
      under: "\(Self.trackingRoot)\(try trackingName(of: remote))/"
    ).isEmpty
  }

  func markFetched(from remote: String) throws(GitError) {
    _ = mkdir(repository.commonDirectory + "/deed", 0o777)
    let path = marker(remote)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw GitError(
        .readOnly, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    close(descriptor)
  }
}
