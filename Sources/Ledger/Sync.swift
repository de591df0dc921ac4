package import Git
package import Release

/// What a synchronisation did to one ledger.
package struct LedgerSync: Sendable {
  package enum Push: Sendable, Equatable {
    /// The remote has all that we have.
    case nothing
    case pushed
    /// The remote does not take it; the text is its own.
    case refused(String)
    /// Some files are not sent, because they may have been taken out; the text says why. All else is.
    case withheld(String)
    /// The ledger stays here until the remote has the tags that it speaks of.
    case waiting(WaitingLedger)
  }

  package let ledger: LedgerName
  /// Lines that were new here.
  package var received = 0
  /// Lines that a history had lost and that were put back.
  package var restored = 0
  /// Files that were taken out, and that our history led to until now.
  package var redacted = 0
  /// Lines, or files, that the remote had when it was last asked, and has lost since.
  package var missed = 0
  package var push = Push.nothing

  /// Why files are not sent; `nil` where there are none.
  ///
  /// - Parameter files: What cannot be told of each.
  package static func doubt(about files: [ObjectID: String]) -> String? {
    files.min { $0.key < $1.key }.map { file, why in
      "it cannot be told whether the file \(file.short) was redacted: \(why)"
        + (files.count > 1 ? " (and so of \(files.count - 1) more)" : "")
    }
  }
}

/// Brings a repository's ledgers and a remote's together, without either losing a line.
package struct Sync {
  /// Says which files were taken out, by the records that are known when it is asked.
  package typealias Judge = () async throws(GitError) -> RedactedFiles

  /// Records before files, because they say which of those were taken out.
  private static let order = LedgerName.ofRecords + [.attachments]

  let store: LedgerStore
  let remote: String
  private let judge: Judge?
  let attempts: Int

  /// - Parameters:
  ///   - remote: A remote's name, or an address.
  ///   - judge: Asked before files are united; without it the store is believed.
  ///   - attempts: How often to start over when the remote moved on meanwhile: of many who push at once
  ///     one gets through each time.
  package init(_ store: LedgerStore, remote: String, judge: Judge? = nil, attempts: Int = 60) {
    self.store = store
    self.remote = remote
    self.judge = judge
    self.attempts = attempts
  }

  var repository: Repository { store.repository }

  func tracking(_ ledger: LedgerName) throws(GitError) -> String {
    try store.trackingReference(ledger, remote: remote)
  }

  /// Fetches the remote's ledgers and unites ours with them; pushes nothing.
  package func receive() async throws(GitError) -> [LedgerSync] {
    var results: [LedgerName: LedgerSync] = [:]
    for ledger in LedgerName.allCases { results[ledger] = LedgerSync(ledger: ledger) }
    let unread = try await uniteKnown(&results)
    let seen = try store.seen(on: remote)
    let tags = try store.tagsHere()
    try await fetch()
    try store.markFetched(from: remote)
    try store.noteAsked(about: tags, on: remote)
    var fault: GitError?
    for ledger in Self.order {
      if ledger == .attachments, let found = await faultJudging() {
        fault = fault ?? found
        continue
      }
      var result = results[ledger] ?? LedgerSync(ledger: ledger)
      let found = try self.fault(unitingAllOf: &result, unread[ledger] ?? [])
      fault = fault ?? found
      if fault == nil { result.restored += try store.restore(ledger) }
      if ledger == .attachments { result.redacted += try store.dropRedacted() }
      if found == nil { result.missed += try missed(of: ledger, among: seen[ledger] ?? []) }
      results[ledger] = result
    }
    // Only now, so that what ails one ledger keeps no other from being united.
    if let fault { throw fault }
    try store.noteSeen(on: remote, after: seen)
    return LedgerName.allCases.compactMap { results[$0] }
  }

  /// Unites with what was fetched before, and says what of it cannot be read.
  ///
  /// It counts too, and comes first: plain git may have brought it, it may never have been united, and
  /// the fetch may take away the only ref that holds it.
  private func uniteKnown(
    _ results: inout [LedgerName: LedgerSync]
  ) async throws(GitError) -> [LedgerName: [Reference]] {
    var unread: [LedgerName: [Reference]] = [:]
    for ledger in Self.order {
      let fetched = try store.fetchedReferences(of: ledger)
      if ledger == .attachments, await faultJudging() != nil {
        unread[ledger] = fetched
        continue
      }
      var result = results[ledger] ?? LedgerSync(ledger: ledger)
      for reference in fetched where try fault(uniting: reference, into: &result) != nil {
        // A filtered fetch left something on the remote, or the remote was mended since: the fetch
        // will tell.
        unread[ledger, default: []].append(reference)
      }
      results[ledger] = result
    }
    return unread
  }

  /// What keeps it from being known which files were taken out.
  private func faultJudging() async -> GitError? {
    guard let judge else { return nil }
    do throws(GitError) {
      store.redacted = try await judge()
      return nil
    } catch {
      return error
    }
  }

  /// Unites a ledger with all that was fetched of it, and with what was before and could not be read.
  private func fault(
    unitingAllOf result: inout LedgerSync, _ unread: [Reference]
  ) throws(GitError) -> GitError? {
    var fault: GitError?
    let own = try tracking(result.ledger)
    let fetched = try store.fetchedReferences(of: result.ledger)
    for reference in fetched {
      let found = try self.fault(uniting: reference, into: &result)
      // Another remote's faults are for syncing with that one, and reading tells them too.
      if reference.name == own { fault = fault ?? found }
    }
    for old in unread where !fetched.contains(where: { $0.target == old.target }) {
      // No ref holds it any more; what stood there and was not brought is told once at least.
      let found = try self.fault(uniting: old, into: &result)
      if found?.kind == .missingObject { fault = fault ?? found }
    }
    return fault
  }

  /// Unites with what was fetched; says what is wrong with that where it cannot be read.
  private func fault(
    uniting fetched: Reference, into result: inout LedgerSync
  ) throws(GitError) -> GitError? {
    do throws(GitError) {
      try store.check(fetched.target, named: fetched.name)
      let union = try store.unite(result.ledger, with: fetched.target)
      result.received += union.gained
      result.restored += union.restored
      result.redacted += union.redacted
      return nil
    } catch {
      guard error.kind == .missingObject || error.kind == .invalidObject else { throw error }
      return error
    }
  }

  /// How much of what the remote had when it was last asked it has no more, and is here still.
  private func missed(
    of ledger: LedgerName, among seen: Set<ObjectID>
  ) throws(GitError) -> Int {
    let now = try repository.reference(try tracking(ledger))
    do throws(GitError) {
      let lost = try store.gone(of: ledger, from: seen, to: now).count
      guard lost > 0 else { return 0 }
      let own = try store.gone(of: ledger, from: seen, to: try store.tip(of: ledger)).count
      return max(0, lost - own)
    } catch {
      // What cannot be read was told of, as it was united.
      guard error.kind == .missingObject || error.kind == .invalidObject else { throw error }
      return 0
    }
  }

  private func fetch() async throws(GitError) {
    var refspecs: [String] = []
    for ledger in LedgerName.allCases {
      // Not all that is under the root: others may write there what they like. The star is for git,
      // which fails where a ref that is named in full is not there.
      refspecs.append("+\(ledger.reference)*:\(try tracking(ledger))*")
    }
    try await repository.fetch(remote, refspecs, prune: true)
    guard repository.isPartial, try !isWhole() else { return }
    try await repository.fetch(remote, refspecs, prune: true, refetch: true)
  }

  /// Whether all of what was fetched is here: plain git leaves blobs out in a partial clone.
  private func isWhole() throws(GitError) -> Bool {
    for ledger in LedgerName.allCases where try !isWhole(ledger) { return false }
    return true
  }

  private func isWhole(_ ledger: LedgerName) throws(GitError) -> Bool {
    guard let tip = try repository.reference(try tracking(ledger)) else { return true }
    do throws(GitError) {
      var comparison = NotesComparison(repository)
      _ = try store.lost(at: tip, of: ledger)
      for blobs in try comparison.notes(in: try store.commit(tip).tree).values {
        for blob in blobs where try repository.header(of: blob) == nil { return false }
      }
      return true
    } catch {
      // What is no ledger becomes none by fetching it again.
      if error.kind == .invalidObject { return true }
      guard error.kind == .missingObject else { throw error }
      return false
    }
  }
}
