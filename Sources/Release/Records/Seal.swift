/// A seal over a set of records: what was known when somebody decided, so that what goes missing
/// later is noticed.
package struct Seal: Hashable, Sendable {
  /// How many records it covers.
  package let count: Int
  /// SHA-256 over the records' full ids in hexadecimal, sorted, each followed by a line feed.
  package let digest: Digest
  /// Where the ledgers stood.
  package let ledgers: [LedgerName: ObjectID]
  /// The ids themselves, so that one that goes missing can be named.
  package let list: Record.Attachment

  package init(
    count: Int, digest: Digest, ledgers: [LedgerName: ObjectID], list: Record.Attachment
  ) {
    self.count = count
    self.digest = digest
    self.ledgers = ledgers
    self.list = list
  }

  /// Whether its parts agree with each other: the list is what was digested.
  package var isSound: Bool {
    list.digest == digest && list.size.isMultiple(of: SealedIDs.lineLength)
      && list.size / SealedIDs.lineLength == count
  }
}

/// The records that a seal covers: sorted, each once.
package struct SealedIDs: Hashable, Sendable {
  /// 64 digits and a line feed.
  fileprivate static let lineLength = 65

  package let ids: [RecordID]

  /// Whatever their order, and however often each is given.
  package init(_ ids: some Sequence<RecordID>) {
    self.ids = Set(ids).sorted()
  }

  /// Reads the list that a seal names; `nil` for any other bytes.
  package init?(list: [UInt8]) {
    let lines = list.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.last?.isEmpty ?? true else { return nil }
    var ids: [RecordID] = []
    for line in lines.dropLast() {
      guard let id = RecordID(String(decoding: line, as: UTF8.self)),
        ids.last.map({ $0 < id }) ?? true
      else { return nil }
      ids.append(id)
    }
    self.ids = ids
  }

  /// What is digested, and what the list holds: each id and a line feed.
  package var list: [UInt8] {
    ids.flatMap { Array($0.description.utf8) + [UInt8(ascii: "\n")] }
  }

  package var digest: Digest { Digest(of: list) }

  package func contains(_ id: RecordID) -> Bool {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id
  }

  /// - Parameters:
  ///   - blob: Where the list is attached.
  ///   - ledgers: The tips of the ledgers out of which the records were read.
  package func seal(blob: ObjectID, ledgers: [LedgerName: ObjectID]) -> Seal {
    let list = list
    let digest = Digest(of: list)
    return Seal(
      count: ids.count, digest: digest, ledgers: ledgers,
      list: Record.Attachment(blob: blob, name: "sealed.txt", digest: digest, size: list.count))
  }
}

extension Seal {
  var json: JSON {
    let tips = ledgers.map { ($0.key.rawValue, JSON.string($0.value.description)) }
    return .object([
      "count": .integer(count), "digest": .string(digest.description),
      "ledgers": .object(Dictionary(uniqueKeysWithValues: tips)), "list": list.json,
    ])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    guard let digest = Digest(try reader.text("digest")) else {
      throw .malformed("a seal has no SHA-256 digest")
    }
    var ledgers: [LedgerName: ObjectID] = [:]
    let tips = try reader.object("ledgers")
    // Ledgers that a later version has are passed over.
    for ledger in LedgerName.allCases {
      guard let text = try tips.optionalText(ledger.rawValue) else { continue }
      guard let tip = ObjectID(text) else {
        throw .malformed("a seal's \u{201C}\(ledger.rawValue)\u{201D} is no full commit id")
      }
      ledgers[ledger] = tip
    }
    self.init(
      count: try reader.count("count"), digest: digest, ledgers: ledgers,
      list: try Record.Attachment(reader.object("list")))
  }
}
