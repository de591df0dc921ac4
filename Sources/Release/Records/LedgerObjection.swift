/// Why a server does not take what a push makes of a ledger: form alone, so that nobody's honest
/// records get stuck.
package enum LedgerObjection: Hashable, Sendable {
  case deleted
  /// The ref would point at something else than a commit; the text says at what.
  case noCommit(String)
  /// The commits that stand there, which seals name, would not be in its history any more.
  case rewritten
  /// So many lines of this note would be gone.
  case dropped(Int, note: ObjectID)
  /// So many good lines stood in this note in the history that is pushed, and are gone at its end.
  case lost(Int, note: ObjectID)
  case droppedFile(ObjectID)
  /// A file that was taken out, and that the history which is pushed holds.
  case broughtBack(ObjectID)
  /// A line that is no record; the text says why.
  case malformed(String, note: ObjectID)
  /// A record that counts for nothing where it stands; the text says why.
  case misplaced(String, note: ObjectID)
  /// A note in the ledger of files that is not the file whose name it has.
  case noFile(ObjectID)
  /// Files, this one among them, and not one note: somebody's branch.
  case noNotes([UInt8])
  /// More bytes of notes than are read of one push.
  case tooMuch(Int)
}

extension LedgerObjection {
  /// What is wrong with changing one note of a ledger of records from `old` to `new`.
  ///
  /// Whatever stands must stay, good or not; whatever comes must be a record of this commit, or of a
  /// kind or version that this program does not know.
  ///
  /// - Parameters:
  ///   - old: The lines that stand there, sorted by bytes.
  ///   - new: Those that the push brings, sorted alike.
  package static func objections(
    from old: [[UInt8]], to new: [[UInt8]], in ledger: LedgerName, on commit: ObjectID
  ) -> [LedgerObjection] {
    let dropped = NoteText.lines(of: old, missingIn: new).count
    let objections = NoteText.lines(of: new, missingIn: old).compactMap {
      objection(to: $0, in: ledger, on: commit)
    }
    return (dropped > 0 ? [.dropped(dropped, note: commit)] : []) + objections
  }

  /// What is wrong with one line in the note of this commit; `nil` where it may stand there.
  package static func objection(
    to line: [UInt8], in ledger: LedgerName, on commit: ObjectID
  ) -> LedgerObjection? {
    let line = LedgerLine(parsing: line)
    if case .malformed(let why) = line { return .malformed(why, note: commit) }
    return line.misplacement(in: ledger, on: commit).map { .misplaced($0, note: commit) }
  }

  /// A sentence without its full stop.
  package var why: String {
    switch self {
    case .deleted: "it would be deleted, and records are never removed"
    case .noCommit(let what): "it would point at \(what), not at a commit"
    case .rewritten: "its history would be rewritten, and seals name its commits"
    case .dropped(let count, let note):
      "\(count.counted("line")) of the note of \(note.short) would be gone or altered"
    case .lost(let count, let note):
      "\(count.counted("record")) that the pushed history had in the note of \(note.short) would be gone"
    case .droppedFile(let file): "the file \(file.short) would be gone"
    case .broughtBack(let file):
      "the file \(file.short) was redacted, and would be there again"
    case .malformed(let why, let note):
      "a line in the note of \(note.short) is not a record: \(why)"
    case .misplaced(let why, _): why
    case .noFile(let note): "the note of \(note.short) is not the file \(note.short)"
    case .noNotes(let name):
      "it would hold files, such as \(String(decoding: name, as: UTF8.self)), and not one note"
    case .tooMuch(let bytes):
      "\(bytes) bytes of notes are pushed at once: too much to be read"
    }
  }

  /// The command of whoever pushes.
  package func mend(in ledger: LedgerName) -> Mend {
    switch self {
    case .deleted, .noCommit, .rewritten, .dropped, .lost, .droppedFile, .broughtBack: .sync
    case .malformed, .misplaced: .other(command: "deed doctor --recover && deed sync")
    case .noFile(let note):
      .other(
        command: "git notes --ref deed/\(ledger.rawValue) remove \(note.short)   # then push again")
    case .noNotes: .other(command: "give it another name: refs/heads/…, if it is a branch")
    case .tooMuch: .other(command: "push fewer of its commits at a time")
    }
  }
}
