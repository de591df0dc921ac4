/// What a record speaks about: of two records with one subject, the later can replace the former.
package struct Subject: Hashable, Sendable {
  // Canonical JSON, hence compared by bytes.
  private let key: [UInt8]

  private init(_ parts: [String]) {
    key = JSON.array(parts.map { .string($0) }).canonical
  }

  /// The subject of a record, except that of a sign-off, where the person belongs to it too.
  package init(of record: Record) {
    self.init(
      of: record.body, release: record.release, commit: record.commit,
      environment: record.environment)
  }

  /// The subject that a record with this body would have.
  package init(of body: Record.Body, release: String, commit: ObjectID, environment: String?) {
    let place = [release, commit.description, environment ?? ""]
    switch body {
    case .result(let result): self.init(["result"] + place + [result.item])
    case .check(let result): self.init(["check"] + place + [result.name])
    case .waiver(let waiver):
      switch waiver.topic {
      case .item(let item): self.init(["waiver", "item"] + place + [item])
      case .check(let name): self.init(["waiver", "check"] + place + [name])
      }
    case .signoff: self.init(["signoff"] + place)
    case .decision: self.init(["decision"] + place)
    case .manifest: self.init(["manifest", release, commit.description])
    case .deployment, .rollback:
      self.init(["deployment", environment ?? "", ReleaseVersion.prefix(ofRecorded: release)])
    case .tag: self.init(["tag", release])
    case .redaction(let redaction):
      self.init(["redaction", release, commit.description, redaction.blob.description])
    }
  }
}

/// The records of one subject that none of the same subject replaces, out of all that are known.
///
/// Neither the order of arrival nor any clock matters: a record stands unless another names it.
package struct Standing: Sendable {
  /// What stands, each record once, by id.
  package let records: [Record]

  /// - Parameters:
  ///   - records: Any records, in any order, duplicates and foreign subjects allowed.
  ///   - keys: The keys that a record is proven to be signed with.
  package init(of records: some Sequence<Record>, keys: (Record) -> Set<String> = { _ in [] }) {
    var byID: [RecordID: Record] = [:]
    for record in records { byID[record.id] = Self.canonicalCopy(byID[record.id], record) }
    var bySubject: [Subject: [Record]] = [:]
    for record in byID.values { bySubject[Subject(of: record), default: []].append(record) }
    self.records = bySubject.values.flatMap { Self.standing(in: $0, keys) }
      .sorted { $0.id < $1.id }
  }

  /// One of several lines with one id, whichever arrived first: they differ in signatures only.
  private static func canonicalCopy(_ known: Record?, _ other: Record) -> Record {
    guard let known, known.line.lexicographicallyPrecedes(other.line) else { return other }
    return known
  }

  /// - Parameter records: All records of one subject, each once.
  private static func standing(
    in records: [Record], _ keys: (Record) -> Set<String>
  ) -> [Record] {
    guard records.count > 1 else { return records }
    let byID = Dictionary(uniqueKeysWithValues: records.map { ($0.id, $0) })
    var replaced: Set<RecordID> = []
    for record in records {
      for id in record.replaces {
        if let former = byID[id], mayReplace(record, former, keys) { replaced.insert(id) }
      }
    }
    return records.filter { !replaced.contains($0.id) }
  }

  /// Only the same person takes back a sign-off: by raw address or key, never by the mailmap, which
  /// the release itself could change.
  private static func mayReplace(
    _ record: Record, _ former: Record, _ keys: (Record) -> Set<String>
  ) -> Bool {
    record.kind != .signoff || record.by.foldedEmail == former.by.foldedEmail
      || !keys(record).isDisjoint(with: keys(former))
  }
}

extension Standing {
  package func ofKind(_ kind: Record.Kind, environment: String? = nil) -> [Record] {
    records.filter { record in
      guard record.kind == kind else { return false }
      guard let environment else { return true }
      return record.isIn(environment)
    }
  }

  /// The standing records of one subject; of sign-offs, only this person's.
  package func about(_ subject: Subject, by person: Person) -> [Record] {
    records.filter { record in
      Subject(of: record) == subject
        && (record.kind != .signoff || record.by.foldedEmail == person.foldedEmail)
    }
  }
}
