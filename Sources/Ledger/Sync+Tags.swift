package import Git
package import Release

/// A release that was cut here, and that no remote has a record of.
package struct UnsentCut: Sendable, Equatable {
  package let release: ReleaseVersion
  package let commit: ObjectID
  /// The tag that was cut.
  package let tag: ObjectID
  /// Whoever says that they cut it.
  package let by: Person
  /// Whether the remote that was asked has another tag of the name.
  package var isTaken = false

  package init(release: ReleaseVersion, commit: ObjectID, tag: ObjectID, by: Person) {
    self.by = by
    self.release = release
    self.commit = commit
    self.tag = tag
  }
}

/// What keeps the ledger of deployments from being sent.
package struct WaitingLedger: Sendable, Equatable {
  /// By version.
  package let cuts: [UnsentCut]
  /// How many other records wait with them.
  package let others: Int
}

// A `tag` record says that a release was cut, and its tag proves it: without the tag, the record leaves all
// others without a bar for what comes next. Ledgers go out whole, so the one that holds such a record stays
// here until the tag is there.
extension Sync {
  /// So many names are asked for one by one.
  private static let nameLimit = 50

  /// The records of cuts that the remote does not get, because it lacks their tags or has others; `nil`
  /// where there are none.
  package func waiting() async throws(GitError) -> WaitingLedger? {
    // Another remote may have it, with the tag: this one would get a record without one.
    let unsent = try store.unsentCuts(on: remote)
    guard !unsent.cuts.isEmpty else { return nil }
    let names = unsent.cuts.map(\.release.reference)
    let there = try await repository.listRemote(
      remote, names.count > Self.nameLimit ? ["refs/tags/*"] : names)
    var waiting: [UnsentCut] = []
    for var cut in unsent.cuts {
      let tag = there[cut.release.reference]
      if tag == cut.tag { continue }
      cut.isTaken = tag != nil
      waiting.append(cut)
    }
    return waiting.isEmpty ? nil : WaitingLedger(cuts: waiting, others: unsent.others)
  }
}

extension LedgerStore {
  /// The releases that were cut here and that no remote has a record of, as far as was fetched.
  ///
  /// - Parameter remote: The one that is asked for; `nil` for all.
  package func unsentCuts(on remote: String? = nil) throws(GitError) -> WaitingLedger {
    var tags: [Record] = []
    var others = 0
    for (object, lines) in try unsent(in: .deployments, on: remote) {
      for line in LedgerLine.placed(lines, in: .deployments, on: object) {
        guard case .record(let record) = line, record.kind == .tag else {
          others += 1
          continue
        }
        tags.append(record)
      }
    }
    let cuts = Standing(of: tags).records.compactMap { record -> UnsentCut? in
      guard case .tag(let tag) = record.body,
        let release = ReleaseVersion(recorded: record.release)
      else { return nil }
      return UnsentCut(release: release, commit: record.commit, tag: tag, by: record.by)
    }
    return WaitingLedger(
      cuts: cuts.sorted { ($0.release.prefix, $0.release) < ($1.release.prefix, $1.release) },
      others: others)
  }
}
