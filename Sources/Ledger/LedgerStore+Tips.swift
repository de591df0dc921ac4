package import Git
import Glibc
package import Release

// Where a ledger was when deed last wrote it. A reference can be moved back or deleted, which takes its
// reflog along; what is noted here then still leads to what was lost.
extension LedgerStore {
  /// Commits of ledgers, as a small file holds them.
  typealias Tips = [LedgerName: Set<ObjectID>]

  /// What a ledger held, here or on a remote when it was last asked, and holds for no reader any more.
  package struct Vanished {
    /// Lines, by the object in whose note they stood; of attachments the id of each file.
    package var lines: [ObjectID: [[UInt8]]] = [:]
    /// Commits that are gone themselves, so that nobody knows what they held.
    package var commits: [ObjectID] = []

    package var count: Int { lines.values.reduce(0) { $0 + $1.count } }
  }

  /// What went with a reference that another program moved back or deleted.
  package func vanished(from ledger: LedgerName) throws(GitError) -> Vanished {
    var vanished = Vanished()
    let tips = try tips(of: ledger)
    var others: [ObjectID] = []
    for id in try remembered(ledger).sorted() where !tips.contains(id) {
      guard let header = try repository.header(of: id) else {
        // A redaction takes a history of files away for good.
        if ledger != .attachments { vanished.commits.append(id) }
        continue
      }
      // A remote may have had anything under the name.
      guard header.kind == .commit else { continue }
      var isKnown = false
      for tip in tips where !isKnown { isKnown = try repository.isAncestor(id, of: tip) }
      if !isKnown { others.append(id) }
    }
    for id in others {
      vanished.lines.merge(try missing(at: id, of: ledger)) { NoteText.sorted($0 + $1) }
    }
    return vanished
  }

  /// Tips that the ledger had here, and that those had which the remotes were seen to have.
  func remembered(_ ledger: LedgerName) throws(GitError) -> Set<ObjectID> {
    guard readsFetched else { return [] }
    var tips = Self.readTips(tipsPath)[ledger] ?? []
    for remote in try repository.configuredRemotes().keys {
      tips.formUnion(Self.readTips(seenPath(try address(of: remote)))[ledger] ?? [])
    }
    return tips
  }

  /// Notes where the ledger is now; the caller holds the lock.
  ///
  /// - Parameter old: Where it was, which deed left on purpose if it does not lead there.
  func noteTip(of ledger: LedgerName, from old: ObjectID?, to new: ObjectID?) throws(GitError) {
    var tips = Self.readTips(tipsPath)
    var kept: Set<ObjectID> = []
    for id in tips[ledger] ?? [] where id != old && id != new {
      guard let new, try repository.header(of: id) != nil,
        try repository.isAncestor(id, of: new)
      else {
        kept.insert(id)
        continue
      }
    }
    if let new { kept.insert(new) }
    tips[ledger] = kept
    writeTips(tips, to: tipsPath)
  }

  /// Where it is noted what the ledgers held here.
  package var tipsPath: String { "\(repository.commonDirectory)/deed/tips" }

  // Neither reading nor writing may fail a command: without the file a loss is not told that plain git
  // caused, and nothing else is different.
  static func readTips(_ path: String) -> Tips {
    guard let file = fopen(path, "re") else { return [:] }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&text, 1, text.count, file)
    var tips: Tips = [:]
    for line in text[..<count].split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count == 2, let tip = ObjectID(hexadecimal: fields[0]),
        let ledger = LedgerName(rawValue: String(decoding: fields[1], as: UTF8.self))
      else { continue }
      tips[ledger, default: []].insert(tip)
    }
    return tips
  }

  func writeTips(_ tips: Tips, to path: String) {
    var text: [UInt8] = []
    for ledger in LedgerName.allCases {
      for tip in (tips[ledger] ?? []).sorted() { text += Array("\(tip) \(ledger.rawValue)\n".utf8) }
    }
    writeWhole(text, to: path)
  }

  /// As a whole, so that nobody ever reads half of it.
  func writeWhole(_ text: [UInt8], to path: String) {
    _ = mkdir(repository.commonDirectory + "/deed", 0o777)
    let draft = "\(path).\(getpid())"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return }
    let isWritten = Glibc.write(descriptor, text, text.count) == text.count
    close(descriptor)
    if !isWritten || rename(draft, path) != 0 { unlink(draft) }
  }
}
