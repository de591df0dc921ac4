import Git
import Ledger
import Release

// What a tag of deed's says of the ledgers that it was cut with.
extension Workspace {
  /// The ledgers of which less is here than stood when the tag was cut.
  ///
  /// They were pushed and fetched together with the tag's own record: where that is not here, all of
  /// them are older. Else those are of which a seal in the tag names a state that is not in their
  /// history here.
  func ledgersBehind(_ tag: TagFact, _ evidence: Evidence) throws -> [LedgerName] {
    guard case .annotated(let tag) = tag else { return [] }
    let trailers = TagTrailers(parsing: tag.message)
    guard !trailers.isEmpty else { return [] }
    return try LedgerName.ofRecords.filter { ledger in
      guard evidence.state(of: ledger) == .readable else { return false }
      return try evidence.tagRecords.isEmpty
        || trailers.seals.compactMap { $0.ledgers[ledger] }
          .contains { try !ledgers.knows($0, in: ledger) }
    }
  }

  /// The tag object that was cut, where its name was deleted here and it is here all the same.
  ///
  /// Anybody may say that they cut a release: so not where several do, and never in the place of a tag.
  func keptTag(_ release: ReleaseVersion, _ tag: TagFact, _ records: TagRecords) throws -> ObjectID?
  {
    guard case .absent = tag, records.count == 1, let record = records.others.first,
      case .tag(let cut) = record.body, let object = try repository.object(cut),
      object.kind == .tag,
      let kept = TagObject(parsing: object.bytes),
      kept.name.utf8.elementsEqual(release.description.utf8),
      try repository.peeledToCommit(cut) == record.commit
    else { return nil }
    return cut
  }
}
