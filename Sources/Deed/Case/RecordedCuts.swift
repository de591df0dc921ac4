import Release

/// The `tag` records that stand, by the releases that they speak of.
final class RecordedCuts {
  private let records: [Record]
  private var byPrefix: [[UInt8]: [(release: ReleaseVersion, records: [Record])]] = [:]

  private var tags: [[UInt8]: [ReleaseTag]] = [:]

  init(_ records: [Record]) {
    self.records = records
  }

  /// The tags with a prefix, as they were when somebody first asked.
  func tags(of workspace: Workspace, prefix: String) throws -> [ReleaseTag] {
    let key = Array(prefix.utf8)
    if let known = tags[key] { return known }
    let tags = try workspace.releaseTags(prefix: prefix, lacking: true)
    self.tags[key] = tags
    return tags
  }

  /// Those of stable versions with a prefix, the highest first.
  func stable(prefix: String) -> [(release: ReleaseVersion, records: [Record])] {
    let key = Array(prefix.utf8)
    if let known = byPrefix[key] { return known }
    let all = records.compactMap { record in
      ReleaseVersion(tag: record.release, prefix: prefix).map { ($0, record) }
    }.filter { $0.0.number.isStable }
    let cuts = Dictionary(grouping: all, by: \.0)
      .map { (release: $0.key, records: $0.value.map(\.1)) }.sorted { $1.release < $0.release }
    byPrefix[key] = cuts
    return cuts
  }
}
