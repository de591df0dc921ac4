import Git
import Glibc
import Release

/// Commits of ledgers in whose tree every line of their whole history was found standing.
///
/// A commit's id covers its history, so this once found stays true. It is kept in a file of the
/// common git directory, which saves walking a long ledger for every command, and is good for
/// nothing else: without the file, or where it cannot be written, all is walked again.
final class HistoryMemory {
  /// Beyond this many lines the file is begun anew: old tips are of no more use.
  private static let capacity = 1_000

  private let path: String
  private let isUsed: Bool
  private var stored: Set<ObjectID>?
  /// What this run found out itself.
  private var found: Set<ObjectID> = []

  init(_ repository: Repository, isUsed: Bool) {
    path = repository.commonDirectory + "/deed/whole"
    self.isUsed = isUsed
  }

  func isWhole(_ commit: ObjectID) -> Bool {
    if found.contains(commit) { return true }
    guard isUsed else { return false }
    let known = stored ?? read()
    stored = known
    return known.contains(commit)
  }

  func remember(_ commit: ObjectID) {
    guard !isWhole(commit) else { return }
    found.insert(commit)
    guard isUsed else { return }
    write(commit)
  }

  // Neither reading nor writing may fail a command: this is about speed alone.
  private func read() -> Set<ObjectID> {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 2 * Self.capacity * (ObjectID.digitCount + 2))
    let count = fread(&text, 1, text.count, file)
    // A line that a crash tore is no id.
    return Set(
      text[..<count].split(separator: UInt8(ascii: "\n"))
        .compactMap { ObjectID(hexadecimal: $0) })
  }

  private func write(_ commit: ObjectID) {
    let directory = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
    mkdir(String(directory), 0o777)
    let isFull = (stored?.count ?? 0) + found.count >= Self.capacity
    let mode = isFull ? O_TRUNC : O_APPEND
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o666)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One write, so that several processes never mix their lines.
    let line = [UInt8(ascii: "\n")] + commit.hexadecimal + [UInt8(ascii: "\n")]
    _ = Glibc.write(descriptor, line, line.count)
    if isFull { stored = [] }
  }
}
