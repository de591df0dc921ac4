package import Git
import Glibc
import Release

// Whether a remote's ledgers were ever asked for: a remote that has none leaves no ref behind, and
// "never asked" must not look like "has none".
extension LedgerStore {
  /// Whether this remote's ledgers were fetched at least once, from where it is now.
  package func wasFetched(from remote: String) throws(GitError) -> Bool {
    if let known = addresses(of: remote) {
      // Where it is not, what is here came from where the remote was before.
      return known.contains(try address(of: remote).description)
    }
    if let configured = try repository.configuredRemotes()[remote], isMirror(configured) {
      return true
    }
    return try !repository.references(
      under: "\(Self.trackingRoot)\(try trackingName(of: remote))/"
    ).isEmpty
  }

  /// Whether all that the remote has came with the clone, and comes with every fetch.
  ///
  /// `refs/notes/*` alone does not tell: it may have been configured and not been fetched since.
  private func isMirror(_ remote: ConfiguredRemote) -> Bool {
    let specs = remote.fetchRefspecs
    let takesAll = specs.contains { $0 == "+refs/*:refs/*" || $0 == "refs/*:refs/*" }
    return takesAll && !specs.contains { $0.hasPrefix("^") }
  }

  /// Where a remote is now, digested: an address may have a password in it.
  func address(of remote: String) throws(GitError) -> Digest {
    Digest(of: (try repository.configuredRemotes()[remote]?.url ?? remote).utf8)
  }

  /// Whether all that was ever fetched under the remote's name came from where it is now.
  func wasNowhereElse(_ remote: String) throws(GitError) -> Bool {
    let now = try address(of: remote).description
    return addresses(of: remote)?.allSatisfy { $0 == now } ?? true
  }

  /// A file with a line for every address at which the remote's ledgers were fetched.
  private func marker(_ remote: String) -> String {
    "\(repository.commonDirectory)/deed/fetched-\(Digest(of: remote.utf8).short)"
  }

  /// Digests of the addresses at which the ledgers were fetched; `nil` where that was never noted.
  private func addresses(of remote: String) -> Set<String>? {
    guard let file = fopen(marker(remote), "re") else { return nil }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&text, 1, text.count, file)
    return Set(
      text[..<count].split(separator: UInt8(ascii: "\n")).map {
        String(decoding: $0, as: UTF8.self)
      })
  }

  func markFetched(from remote: String) throws(GitError) {
    let address = try address(of: remote).description
    if let known = addresses(of: remote), known.contains(address) { return }
    _ = mkdir(repository.commonDirectory + "/deed", 0o777)
    let path = marker(remote)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw unwritable(path) }
    defer { close(descriptor) }
    // One write, so that several processes never mix their lines, nor go on with a torn one.
    let line = Array("\n\(address)\n".utf8)
    guard write(descriptor, line, line.count) == line.count else { throw unwritable(path) }
  }

  private func unwritable(_ path: String) -> GitError {
    GitError(.readOnly, "cannot write \(path): \(String(cString: strerror(errno)))")
  }
}
