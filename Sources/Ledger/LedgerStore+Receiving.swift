package import Git
package import Release

// What a server looks at before it takes a ledger.
extension LedgerStore {
  /// How much of a server's memory and time whoever pushes may take.
  package struct Limits: Sendable {
    /// Bytes of notes that one push brings to a ledger.
    package var bytes = 256 << 20
    /// Subtrees and notes in which it differs.
    package var places = 4_000_000

    package init() {}
  }

  /// After so many reasons nobody wants another.
  private static let objectionLimit = 20

  /// What is wrong with moving a ledger from one commit to another, by its form alone; some of it,
  /// where that is a lot.
  ///
  /// - Parameters:
  ///   - old: Where whoever pushes says that the ledger is, which git checks as it moves the ref.
  ///   - new: `nil` where the ledger is to be deleted.
  package func objections(
    toMoving ledger: LedgerName, from old: ObjectID?, to new: ObjectID?,
    within limits: Limits = Limits()
  ) throws(GitError) -> [LedgerObjection] {
    guard let new else { return [.deleted] }
    try requireHere(new, of: ledger)
    if let kind = try repository.header(of: new)?.kind, kind != .commit {
      return [.noCommit("a \(kind.rawValue)")]
    }
    var objections: [LedgerObjection] = []
    var isKept = true
    if let old {
      try check(old, named: ledger.reference)
      isKept = try old == new ? true : repository.isAncestor(old, of: new)
      // No other way leads out of a history that holds what was taken out.
      let isLeft = isKept || ledger != .attachments ? false : try !redacted(in: old).isEmpty
      if !isKept, !isLeft { objections.append(.rewritten) }
    }
    if ledger == .attachments { objections += try broughtBack(from: old, to: new) }
    let difference = try difference(from: old, to: new, within: limits)
    if let name = try stranger(in: difference, at: new, within: limits) {
      objections.append(.noNotes(name))
    }
    let size = try size(of: difference)
    guard size <= limits.bytes else { return objections + [.tooMuch(size)] }
    // All places of a note, not those alone that differ.
    let trees = (old: try tree(at: old), new: try tree(at: new))
    for object in Set(difference.old.keys).union(difference.new.keys).sorted() {
      guard objections.count < Self.objectionLimit else { return objections }
      objections += try self.objections(
        from: try trees.old.blobs(of: object), to: try trees.new.blobs(of: object), ledger, object)
    }
    // What is missing at the tip was named already.
    guard objections.isEmpty else { return objections }
    return try lost(from: old, to: new, ledger) + (isKept ? [] : leftBehind(by: old, in: new))
  }

  /// What is wrong with moving a ledger of a later deed, of which no more is known than that it is notes.
  package func objections(
    toMovingUnknownLedgerFrom old: ObjectID?, to new: ObjectID, within limits: Limits = Limits()
  ) throws(GitError) -> [LedgerObjection] {
    if let kind = try repository.header(of: new)?.kind, kind != .commit {
      return [.noCommit("a \(kind.rawValue)")]
    }
    var before = old
    if let id = old, try repository.header(of: id)?.kind != .commit { before = nil }
    let difference = try difference(from: before, to: new, within: limits)
    return try stranger(in: difference, at: new, within: limits).map { [.noNotes($0)] } ?? []
  }

  /// The lines that a push brings to a ledger of records, to which there was no objection.
  package func news(
    of ledger: LedgerName, from old: ObjectID?, to new: ObjectID
  ) throws(GitError) -> [LedgerLine] {
    let objects = try difference(from: old, to: new, within: Limits()).new.keys
    let trees = (old: try tree(at: old), new: try tree(at: new))
    var news: [LedgerLine] = []
    for object in objects.sorted() {
      let standing = try lines(in: trees.old.blobs(of: object), of: object)
      let lines = try lines(in: trees.new.blobs(of: object), of: object)
      news += LedgerLine.placed(
        NoteText.lines(of: lines, missingIn: standing), in: ledger, on: object)
    }
    return news
  }

  /// A file that comes with a tree in which there is no note at all: somebody's branch, and no ledger.
  ///
  /// Beside notes git keeps any file, and so do we: it is nobody's fault who pushes after it came.
  private func stranger(
    in difference: NotesComparison.Difference, at tip: ObjectID, within limits: Limits
  ) throws(GitError) -> [UInt8]? {
    guard let stranger = difference.stranger, difference.new.isEmpty else { return nil }
    var comparison = NotesComparison(repository, placeLimit: limits.places)
    return try comparison.notes(in: try commit(tip).tree).isEmpty ? stranger : nil
  }

  /// What was taken out, and would be in the ledger's history again; where it is still there, nobody
  /// is kept from pushing.
  private func broughtBack(
    from old: ObjectID?, to new: ObjectID
  ) throws(GitError) -> [LedgerObjection] {
    let before = try old.map { tip throws(GitError) in try redacted(in: tip) } ?? []
    return try redacted(in: new).subtracting(before).sorted().map { .broughtBack($0) }
  }

  private func requireHere(_ tip: ObjectID, of ledger: LedgerName) throws(GitError) {
    guard try repository.header(of: tip) == nil else { return }
    throw GitError(
      .missingObject, "\(ledger.reference) would point at \(tip.short), which is not here")
  }

  private func difference(
    from old: ObjectID?, to new: ObjectID, within limits: Limits
  ) throws(GitError) -> NotesComparison.Difference {
    var comparison = NotesComparison(repository, placeLimit: limits.places)
    let tree = try commit(new).tree
    guard let old else { return try comparison.difference(to: tree) }
    return try comparison.difference(from: try commit(old).tree, to: tree)
  }

  /// The bytes of all that is to be read, by the headers.
  private func size(of difference: NotesComparison.Difference) throws(GitError) -> Int {
    var size = 0
    for (object, blobs) in difference.new {
      // A file is not read, and may be as large as it likes.
      for blob in blobs where blob != object {
        size += try repository.header(of: blob)?.size ?? 0
      }
    }
    return size
  }

  private func objections(
    from old: [ObjectID], to new: [ObjectID], _ ledger: LedgerName, _ object: ObjectID
  ) throws(GitError) -> [LedgerObjection] {
    guard ledger == .attachments else {
      return LedgerObjection.objections(
        from: try lines(in: old, of: object), to: try lines(in: new, of: object), in: ledger,
        on: object)
    }
    if old.contains(object), !new.contains(object) {
      return redacted.files.contains(object) ? [] : [.droppedFile(object)]
    }
    return Set(new).subtracting(old).isSubset(of: [object]) ? [] : [.noFile(object)]
  }

  /// What only the history that is pushed held.
  private func lost(
    from old: ObjectID?, to new: ObjectID, _ ledger: LedgerName
  ) throws(GitError) -> [LedgerObjection] {
    let gone = try lost(at: new, of: ledger)
    guard !gone.isEmpty else { return [] }
    let before = try old.map { tip throws(GitError) in try lost(at: tip, of: ledger) } ?? Lost()
    var objections = gone.files.subtracting(before.files).sorted()
      .map { LedgerObjection.droppedFile($0) }
    for (object, lines) in gone.lines.sorted(by: { $0.key < $1.key }) {
      let lines = NoteText.lines(of: lines, missingIn: before.lines[object] ?? [])
      if !lines.isEmpty { objections.append(.lost(lines.count, note: object)) }
    }
    return Array(objections.prefix(Self.objectionLimit))
  }
  /// Files that only the history held which is left for a new one.
  private func leftBehind(
    by old: ObjectID?, in new: ObjectID
  ) throws(GitError) -> [LedgerObjection] {
    guard let old else { return [] }
    let tree = try tree(at: new)
    var files: [ObjectID] = []
    for file in try lost(at: old, of: .attachments).files.sorted()
    where try !tree.blobs(of: file).contains(file) { files.append(file) }
    return files.prefix(Self.objectionLimit).map { .droppedFile($0) }
  }
}
