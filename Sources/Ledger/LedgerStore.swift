package import Git
package import Release

/// The ledgers of one repository: notes refs full of records.
///
/// Reading takes in what was fetched and not yet united; writing goes to the repository's own
/// refs alone, under a lock, by compare-and-swap.
package final class LedgerStore {
  /// Where remotes' ledgers are fetched to: outside `refs/notes/`, so that no fetch can overwrite
  /// records that were not pushed yet.
  package static let trackingRoot = "refs/deed/remotes/"

  package let repository: Repository

  package init(_ repository: Repository) {
    self.repository = repository
  }

  /// `refs/deed/remotes/origin/signoffs`.
  package static func trackingReference(_ ledger: LedgerName, remote: String) -> String {
    "\(trackingRoot)\(remote)/\(ledger.rawValue)"
  }

  /// The ledger's own tip; `nil` where there is none yet.
  package func tip(of ledger: LedgerName) throws(GitError) -> ObjectID? {
    guard let tip = try repository.reference(ledger.reference) else { return nil }
    try check(tip, ledger.reference)
    return tip
  }

  /// The ledger's own tip, then those that were fetched.
  package func tips(of ledger: LedgerName) throws(GitError) -> [ObjectID] {
    var tips = try tip(of: ledger).map { [$0] } ?? []
    for reference in try repository.references(under: Self.trackingRoot)
    where reference.name.hasSuffix("/\(ledger.rawValue)") && !tips.contains(reference.target) {
      try check(reference.target, reference.name)
      tips.append(reference.target)
    }
    return tips
  }

  /// A notes ref must point at a commit: anything else is no ledger, and is not written over.
  private func check(_ tip: ObjectID, _ reference: String) throws(GitError) {
    guard let header = try repository.header(of: tip) else {
      throw GitError(
        .missingObject, "\(reference) points at \(tip.short), which is not here",
        hint: "deed sync")
    }
    guard header.kind == .commit else {
      throw GitError(
        .invalidObject, "\(reference) points at a \(header.kind.rawValue), not at a commit",
        hint: "git update-ref -d \(reference) \(tip)")
    }
  }

  /// The tree of a ledger's tip; an empty one where there is no tip.
  func tree(at tip: ObjectID?) throws(GitError) -> NotesTree {
    guard let tip else { return try NotesTree(repository, root: nil) }
    guard let commit = try repository.commit(tip) else {
      throw GitError(
        .missingObject, "the ledger's commit \(tip.short) is not here",
        hint: "deed sync")
    }
    return try NotesTree(repository, root: commit.tree)
  }

  /// All notes at a tip, by object.
  func notes(at tip: ObjectID) throws(GitError) -> [ObjectID: [ObjectID]] {
    var tree = try tree(at: tip)
    return try tree.notes()
  }

  /// The lines in the note of one object, over all tips, sorted by bytes.
  package func lines(
    of ledger: LedgerName, on object: ObjectID
  ) throws(GitError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for tip in try tips(of: ledger) {
      var tree = try tree(at: tip)
      lines += try self.lines(in: try tree.blobs(of: object), of: object)
    }
    return NoteText.lines(of: NoteText.joining(lines))
  }

  /// All lines of the ledger by the object in whose note they stand, over all tips.
  package func lines(of ledger: LedgerName) throws(GitError) -> [ObjectID: [[UInt8]]] {
    var all: [ObjectID: [[UInt8]]] = [:]
    for tip in try tips(of: ledger) {
      var tree = try tree(at: tip)
      for (object, blobs) in try tree.notes() {
        all[object, default: []] += try lines(in: blobs, of: object)
      }
    }
    return all.mapValues { NoteText.lines(of: NoteText.joining($0)) }
  }

  func lines(in blobs: [ObjectID], of object: ObjectID) throws(GitError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for blob in Set(blobs) {
      lines += NoteText.lines(of: try repository.noteText(blob, of: object))
    }
    return lines
  }
}
