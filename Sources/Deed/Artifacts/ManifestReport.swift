import Release

/// A manifest as `artifacts record --format json` prints it: its own members, and its record.
struct ManifestReport: Encodable {
  private let members: JSON

  /// - Parameter record: `nil` where nothing was recorded.
  init(_ manifest: Manifest, _ record: Record?, isNew: Bool) throws {
    var members = manifest.json.object ?? [:]
    members["sha256"] = .string(Digest(of: manifest.canonical).description)
    members["recorded"] = .bool(isNew)
    if let record {
      members["id"] = .string(record.id.description)
      members["record"] = try JSON(canonical: record.line)
    }
    self.members = .object(members)
  }

  func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }
}
