import Git
import Glibc
import Release

/// Objects of which something is known that stays true: of commits, that every line of their history
/// stands in their tree, or that it leads to none of some files; of tags, that a remote has had them.
///
/// An id covers all that it leads to. What was found is kept in a file of the common git directory, which
/// saves walking a long ledger, or asking a remote, for every command: without the file, or where it cannot
/// be written, that is done again.
final class HistoryMemory {
  /// Beyond this many lines the file is begun anew: old tips are of no more use.
  private static let capacity = 1_000

  private let path: String
  /// What each line that is meant begins with.
  private let topic: [UInt8]
  private let isUsed: Bool
  private var stored: Set<ObjectID>?
  /// How many lines the file has, whatever they are about.
  private var lineCount = 0
  /// What this run found out itself.
  private var found: Set<ObjectID> = []

  /// - Parameters:
  ///   - name: What the file is called.
  ///   - topic: What it is known of, where the file holds several things.
  init(_ repository: Repository, _ name: String, of topic: Digest? = nil, isUsed: Bool) {
    path = "\(repository.commonDirectory)/deed/\(name)"
    self.topic = topic.map { Array($0.description.utf8) } ?? []
    self.isUsed = isUsed
  }

  func holds(_ commit: ObjectID) -> Bool {
    if found.contains(commit) { return true }
    guard isUsed else { return false }
    let known = stored ?? read()
    stored = known
    return known.contains(commit)
  }

  func remember(_ commit: ObjectID) {
    guard !holds(commit) else { return }
    found.insert(commit)
    guard isUsed else { return }
    write(commit)
  }

  // Neither reading nor writing may fail a command: what is not known is looked at again.
  private func read() -> Set<ObjectID> {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    let length = topic.count + ObjectID.digitCount + 2
    var text = [UInt8](repeating: 0, count: 2 * Self.capacity * length)
    let count = fread(&text, 1, text.count, file)
    let lines = text[..<count].split(separator: UInt8(ascii: "\n"))
    lineCount = lines.count
    // A line that a crash tore is no id.
    return Set(
      lines.filter { $0.starts(with: topic) }
        .compactMap { ObjectID(hexadecimal: $0.dropFirst(topic.count)) })
  }

  private func write(_ commit: ObjectID) {
    let directory = path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
    mkdir(String(directory), 0o777)
    let isFull = lineCount >= Self.capacity
    let mode = isFull ? O_TRUNC : O_APPEND
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o666)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One write, so that several processes never mix their lines.
    let line = [UInt8(ascii: "\n")] + topic + commit.hexadecimal + [UInt8(ascii: "\n")]
    _ = Glibc.write(descriptor, line, line.count)
    lineCount = isFull ? 1 : lineCount + 1
    if isFull { stored = [] }
  }
}
