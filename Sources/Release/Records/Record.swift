/// One fact about a release, as one line of canonical JSON: see `docs/record-format.md`.
package struct Record: Sendable, Identifiable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case result
    case check
    case signoff
    case waiver
    case manifest
    case decision
    case deployment
    case rollback
    case tag
    case redaction

    /// Whether its records speak of one environment.
    package var hasEnvironment: Bool { ![.manifest, .tag, .redaction].contains(self) }
  }

  package struct Signature: Hashable, Sendable {
    /// `ssh`, `openpgp`.
    package let format: String
    /// Armoured, as the signing program gives it.
    package let value: String

    package init(format: String, value: String) {
      self.format = format
      self.value = value
    }
  }

  /// The only version of the format.
  package static let version = 1

  /// Length of a line in bytes, the line feed counted.
  package static let maximumLength = 256 * 1024

  /// Length of a comment in bytes of UTF-8.
  package static let maximumComment = 4096

  /// The line as it stands in the ledger, without its line feed.
  package let line: [UInt8]
  package let id: RecordID
  package let at: Timestamp
  package let by: Person
  package let commit: ObjectID
  /// The release's name, `v1.4.0`.
  package let release: String
  /// `nil` on kinds that speak of no environment.
  package let environment: String?
  package let kind: Kind
  package let body: Body
  /// Ids of the records of the same subject that stood when this one was written.
  package let replaces: [RecordID]
  package let signature: Signature?
}

extension Record {
  /// What a new record says; the rest (`at`, `by`, id, line) is made here.
  ///
  /// - Parameter replaces: The standing records of the same subject that the writer saw.
  package init(
    at: Timestamp, by: Person, commit: ObjectID, release: ReleaseVersion, environment: String?,
    body: Body, replaces: [RecordID]
  ) throws(RecordError) {
    var members: [String: JSON] = [
      "at": .string(at.description),
      "body": .object(body.members),
      "by": .object(["email": .string(by.email), "name": .string(by.name)]),
      "commit": .string(commit.description),
      "kind": .string(body.kind.rawValue),
      "release": .string(release.description),
      "v": .integer(Self.version),
    ]
    if let environment { members["environment"] = .string(environment) }
    if !replaces.isEmpty {
      members["replaces"] = .array(Set(replaces).sorted().map { .string($0.description) })
    }
    // Read back as any other line would be, so that nothing is written which cannot be read.
    switch LedgerLine(parsing: JSON.object(members).canonical) {
    case .record(let record): self = record
    case .malformed(let reason): throw RecordError(reason: reason)
    case .unknownKind, .unreadable:
      throw RecordError(reason: "it says what this version does not know")
    }
  }
}

extension Record {
  /// What is signed: the line without its signature, of which the id is the digest.
  package var payload: [UInt8] {
    guard signature != nil, let members = (try? JSON(canonical: line))?.object else { return line }
    return JSON.object(members.filter { $0.key != "signature" }).canonical
  }

  /// The same record with a signature of its `payload`.
  package func signed(_ signature: Signature) throws(RecordError) -> Record {
    guard var members = (try? JSON(canonical: payload))?.object else {
      throw RecordError(reason: "its own line cannot be read")
    }
    members["signature"] = .object([
      "format": .string(signature.format), "value": .string(signature.value),
    ])
    guard case .record(let record) = LedgerLine(parsing: JSON.object(members).canonical) else {
      throw RecordError(reason: "with its signature it cannot be read")
    }
    return record
  }
}

/// Why a record cannot be written.
package struct RecordError: Error, Hashable, CustomStringConvertible {
  package let reason: String

  package var description: String { "This cannot be recorded: \(reason)." }
}

extension Record {
  /// Whether it speaks of the environment of this name, compared by bytes.
  package func isIn(_ environment: String) -> Bool {
    self.environment?.utf8.elementsEqual(environment.utf8) ?? false
  }
}
