import Git
import Release

/// What was said in the records on which a board's items rest, looked up once for all of them.
struct StandingAnswers {
  private var records: [RecordID: Record] = [:]
  private var results: [ItemID: Int] = [:]

  init(_ board: ItemBoard) {
    for record in board.standing.ofKind(.result, environment: board.environment.name) {
      guard case .result(let result) = record.body else { continue }
      records[record.id] = record
      results[ItemID(result.item), default: 0] += 1
    }
    for record in board.standing.ofKind(.waiver, environment: board.environment.name) {
      records[record.id] = record
    }
  }

  /// The result that counts; `nil` where there is none, or a waiver counts.
  func result(of entry: ItemBoard.Entry) -> Record.ItemResult? {
    guard let id = entry.state.record, case .result(let result) = records[id]?.body else {
      return nil
    }
    return result
  }

  /// The waiver that counts, or counted until it ended.
  func waiver(of entry: ItemBoard.Entry) -> Record.Waiver? {
    guard let id = entry.state.record, case .waiver(let waiver) = records[id]?.body else {
      return nil
    }
    return waiver
  }

  /// How many results stand beside each other.
  func count(of entry: ItemBoard.Entry) -> Int { results[entry.item.id, default: 0] }
}

extension Record.Origin {
  /// Where an answer comes from, as one reads it at `release`.
  func words(at release: ReleaseVersion) -> String {
    let isSame = self.release.utf8.elementsEqual(release.description.utf8)
    return "carried from \(isSame ? commit.short : self.release)"
      + (isChanged ? "; its procedure or command changed since it was answered" : "")
  }
}
