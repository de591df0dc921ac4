/// What the records say of one item in one environment.
package struct ItemState: Hashable, Sendable {
  package enum Outcome: String, Hashable, Sendable, CaseIterable {
    case open
    case pass
    case fail
    case na
    case waived
  }

  package let outcome: Outcome
  /// Why the item is not met; `nil` where it is.
  package let objection: String?
  /// Who recorded what it rests on, and when.
  package let by: Person?
  package let at: Timestamp?
  package let record: RecordID?
  /// The result that would count if no waiver were in force; `nil` where there is none.
  package let overruled: Overruled?

  package var isMet: Bool { objection == nil }

  /// A result that a waiver outweighs.
  package struct Overruled: Hashable, Sendable {
    package let outcome: Outcome
    package let by: Person
    package let at: Timestamp
    package let record: RecordID
  }

  fileprivate init(
    _ outcome: Outcome, objection: String?, record: Record?, overruling result: ItemState? = nil
  ) {
    self.outcome = outcome
    self.objection = objection
    self.by = record?.by
    self.at = record?.at
    self.record = record?.id
    overruled = result?.asOverruled
  }

  private var asOverruled: Overruled? {
    guard let by, let at, let record else { return nil }
    return Overruled(outcome: outcome, by: by, at: at, record: record)
  }
}

/// The states of all items of one release at one commit in one environment.
package struct ItemStates: Sendable {
  private var results: [ItemID: [Record]] = [:]
  private var waivers: [ItemID: [Record]] = [:]
  private let now: Timestamp

  /// - Parameter standing: What stands of one release at one commit.
  package init(standing: Standing, environment: String, now: Timestamp) {
    self.now = now
    for record in standing.ofKind(.result, environment: environment) {
      guard case .result(let result) = record.body else { continue }
      results[ItemID(result.item), default: []].append(record)
    }
    for record in standing.ofKind(.waiver, environment: environment) {
      guard case .waiver(let waiver) = record.body, case .item(let item) = waiver.topic else {
        continue
      }
      waivers[ItemID(item), default: []].append(record)
    }
  }

  /// Where several records stand, the worst counts; a waiver in force outweighs any result but a
  /// pass.
  package func state(of item: ChecklistItem) -> ItemState {
    if item.flags.contains(.duplicateID) {
      return ItemState(.open, objection: "another item has the same id", record: nil)
    }
    let result = self.result(of: item.id)
    if let result, result.outcome == .pass { return result }
    guard let waiver = governingWaiver(of: item.id) else {
      return result ?? ItemState(.open, objection: "nobody has answered it", record: nil)
    }
    guard let until = waiver.until, until <= now else {
      return ItemState(.waived, objection: nil, record: waiver.record, overruling: result)
    }
    if let result { return result }
    return ItemState(
      .open, objection: "its waiver ended \(until.minute)", record: waiver.record)
  }

  private func result(of id: ItemID) -> ItemState? {
    let candidates = (results[id] ?? []).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    let outcomes = candidates.map { record in
      if case .result(let result) = record.body { result.outcome } else { Record.ItemOutcome.fail }
    }
    guard let worst = Record.ItemOutcome.worst(of: outcomes) else { return nil }
    let decisive = zip(candidates, outcomes).filter { $0.1 == worst }.map(\.0)
    let last = decisive.last
    switch worst {
    case .pass: return ItemState(.pass, objection: nil, record: last)
    case .fail: return ItemState(.fail, objection: "it failed", record: last)
    case .na:
      let bare = decisive.last { !$0.hasComment }
      return ItemState(
        .na, objection: bare == nil ? nil : "not applicable, and no reason given",
        record: bare ?? last)
    }
  }

  /// Of several that stand, the one that ends first: it is the worst.
  private func governingWaiver(of id: ItemID) -> (record: Record, until: Timestamp?)? {
    let dated = (waivers[id] ?? []).map { record -> (record: Record, until: Timestamp?) in
      if case .waiver(let waiver) = record.body { (record, waiver.until) } else { (record, nil) }
    }
    let never = Timestamp(milliseconds: .max)
    return dated.min { ($0.until ?? never, $0.record.id) < ($1.until ?? never, $1.record.id) }
  }
}

extension Record {
  fileprivate var hasComment: Bool {
    guard case .result(let result) = body else { return false }
    return !TextForm.collapsed(result.comment ?? "").isEmpty
  }
}
