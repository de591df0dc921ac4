package import Git
import Glibc
package import Release

// What a remote had when it was last synchronised with. The ref that it is fetched to does not tell: plain
// git moves that too, and the remote may be another one by now. So it is noted by the remote's address; the
// records themselves are here, since everything that was ever seen is in the history of our own ledger.
extension LedgerStore {
  /// Commits of each ledger that a remote had.
  func seen(on remote: String) throws(GitError) -> [LedgerName: Set<ObjectID>] {
    var seen = readSeen(at: try address(of: remote))
    guard try wasNowhereElse(remote) else { return seen }
    for ledger in LedgerName.allCases {
      // Plain git may have brought it.
      let fetched = try repository.reference(try trackingReference(ledger, remote: remote))
      if let fetched { seen[ledger, default: []].insert(fetched) }
    }
    return seen
  }

  /// Notes what a remote has now.
  func noteSeen(on remote: String) throws(GitError) {
    var text: [UInt8] = []
    for ledger in LedgerName.allCases {
      let fetched = try repository.reference(try trackingReference(ledger, remote: remote))
      if let fetched { text += Array("\(fetched) \(ledger.rawValue)\n".utf8) }
    }
    write(text, to: seenPath(try address(of: remote)))
  }

  /// What stood at some commits of a ledger and does not at another; but for what was taken out on
  /// purpose.
  func gone(
    of ledger: LedgerName, from old: Set<ObjectID>, to new: ObjectID?
  ) throws(GitError) -> Lost {
    var gone = Lost()
    var comparison = NotesComparison(repository)
    let now = try new.map { id throws(GitError) in try commit(id).tree }
    let standing = try NotesTree(repository, root: now)
    for tip in old where tip != new {
      // Whoever did away with their own ledger has no more to compare.
      guard try repository.header(of: tip) != nil else { continue }
      let tree = try commit(tip).tree
      let before =
        if let now {
          try comparison.difference(from: tree, to: now).old
        } else {
          try comparison.notes(in: tree)
        }
      for (object, blobs) in before {
        let others = try standing.blobs(of: object)
        if ledger == .attachments {
          let isMissed = blobs.contains(object) && !others.contains(object)
          if isMissed, !redacted.covers(object) { gone.files.insert(object) }
          continue
        }
        let lines = NoteText.lines(
          of: try lines(in: blobs, of: object), missingIn: try self.lines(in: others, of: object)
        ).filter { LedgerObjection.objection(to: $0, in: ledger, on: object) == nil }
        if lines.isEmpty { continue }
        gone.lines[object] = NoteText.sorted((gone.lines[object] ?? []) + lines)
      }
    }
    return gone
  }

  /// Those of some tags' objects that a remote is not known to have, or to have had.
  package func unseen(_ tags: [ObjectID], on remote: String) throws(GitError) -> [ObjectID] {
    let memory = try tagMemory(of: remote)
    return tags.filter { !memory.holds($0) }
  }

  /// Notes which tags' objects a remote has.
  package func noteSeen(_ tags: [ObjectID], on remote: String) throws(GitError) {
    let memory = try tagMemory(of: remote)
    for tag in tags { memory.remember(tag) }
  }

  private func tagMemory(of remote: String) throws(GitError) -> HistoryMemory {
    HistoryMemory(repository, "tags", of: try address(of: remote), isUsed: true)
  }

  private func seenPath(_ address: Digest) -> String {
    "\(repository.commonDirectory)/deed/seen-\(address.short)"
  }

  // Neither reading nor writing may fail a command: without the file a loss that plain git has fetched
  // already is not told, and nothing else is different.
  private func readSeen(at address: Digest) -> [LedgerName: Set<ObjectID>] {
    guard let file = fopen(seenPath(address), "re") else { return [:] }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 4096)
    let count = fread(&text, 1, text.count, file)
    var seen: [LedgerName: Set<ObjectID>] = [:]
    for line in text[..<count].split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count == 2, let tip = ObjectID(hexadecimal: fields[0]),
        let ledger = LedgerName(rawValue: String(decoding: fields[1], as: UTF8.self))
      else { continue }
      seen[ledger, default: []].insert(tip)
    }
    return seen
  }

  /// As a whole, so that nobody ever reads half of it.
  private func write(_ text: [UInt8], to path: String) {
    _ = mkdir(repository.commonDirectory + "/deed", 0o777)
    let draft = "\(path).\(getpid())"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return }
    let isWritten = Glibc.write(descriptor, text, text.count) == text.count
    close(descriptor)
    if !isWritten || rename(draft, path) != 0 { unlink(draft) }
  }
}
