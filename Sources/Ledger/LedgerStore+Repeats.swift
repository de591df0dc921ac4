import Git
import Release

// What tells which of two releases came first is the order of their records in a ledger's history. A
// record that is pushed a second time, by commits that know nothing of the first, would take that away.
extension LedgerStore {
  /// More commits than this put notes back in no clone between two pushes; each is searched for what
  /// stood before it.
  private static let repeatLimit = 16

  /// The note of a tag's record that a ledger has, and that a push brings again by a commit which had it
  /// nowhere in its history; `nil` where there is none.
  ///
  /// Whoever fetches a ledger builds on the commit that brought the record, so no clone of anybody's
  /// does that.
  func repeated(
    from old: ObjectID?, to new: ObjectID, of ledger: LedgerName
  ) throws(GitError) -> ObjectID? {
    guard ledger == .deployments, let old else { return nil }
    var isBehind: Set<ObjectID> = [old]
    var count = 0
    for node in try repository.topology(from: [new], excluding: [old]).reversed() {
      guard isBehind.isDisjoint(with: node.parents) else {
        isBehind.insert(node.id)
        continue
      }
      let brought = try tagRecords(broughtBy: node, standingAt: old)
      if brought.isEmpty { continue }
      count += 1
      guard count <= Self.repeatLimit else { return brought.keys.min() }
      let history = try repository.topology(from: node.parents, excluding: []).map(\.id)
      for (object, records) in brought
      where try !records.isSubset(of: tagRecords(in: lines(in: history, on: object))) {
        return object
      }
    }
    return nil
  }

  /// Records of tags, by their notes, that no parent of a commit has, and another commit does.
  private func tagRecords(
    broughtBy node: CommitNode, standingAt other: ObjectID
  ) throws(GitError) -> [ObjectID: Set<RecordID>] {
    var comparison = NotesComparison(repository)
    let tree = try commit(node.id).tree
    let news =
      if let parent = node.parents.first {
        try comparison.difference(from: commit(parent).tree, to: tree).new
      } else {
        try comparison.difference(to: tree).new
      }
    var brought: [ObjectID: Set<RecordID>] = [:]
    for object in news.keys {
      let records = try tagRecords(in: lines(in: [node.id], on: object))
        .intersection(tagRecords(in: lines(in: [other], on: object)))
        .subtracting(tagRecords(in: lines(in: node.parents, on: object)))
      if !records.isEmpty { brought[object] = records }
    }
    return brought
  }

  /// By their ids: one that is signed by somebody else, or by nobody, is the same record.
  private func tagRecords(in lines: [[UInt8]]) -> Set<RecordID> {
    Set(
      lines.compactMap { line in
        switch LedgerLine(parsing: line) {
        case .record(let record): record.kind == .tag ? record.id : nil
        case .unreadable(let record): record.kind == .tag ? record.id : nil
        case .unknownKind, .malformed: nil
        }
      })
  }
}
