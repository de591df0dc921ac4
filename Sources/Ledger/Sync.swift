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
  }

  package let ledger: LedgerName
  /// Lines that were new here.
  package var received = 0
  /// Lines that a history had lost and that were put back.
  package var restored = 0
  package var push = Push.nothing
}

/// Brings a repository's ledgers and a remote's together, without either losing a line.
package struct Sync {
  /// How often to start over when the remote moved on meanwhile: of many who push at once one gets
  /// through each time.
  private static let attempts = 60

  /// One ledger of which the remote lacks something.
  package struct Outgoing: Sendable {
    package let ledger: LedgerName
    let tip: ObjectID

    /// Names the commit and not the ref, which another writer may move meanwhile.
    package var refspec: String { "\(tip):\(ledger.reference)" }
  }

  private let store: LedgerStore
  private let remote: String

  /// - Parameter remote: A remote's name, or an address.
  package init(_ store: LedgerStore, remote: String) {
    self.store = store
    self.remote = remote
  }

  private var repository: Repository { store.repository }

  private func tracking(_ ledger: LedgerName) throws(GitError) -> String {
    try store.trackingReference(ledger, remote: remote)
  }

  /// Fetches the remote's ledgers and unites ours with them; pushes nothing.
  package func receive() async throws(GitError) -> [LedgerSync] {
    var results = LedgerName.allCases.map { LedgerSync(ledger: $0) }
    // What was fetched before counts too, and comes first: plain git may have brought it, it may
    // never have been united, and the fetch may take away the only ref that holds it.
    var unread: [Int: [Reference]] = [:]
    for index in results.indices {
      for fetched in try store.fetchedReferences(of: results[index].ledger)
      where try fault(uniting: fetched, into: &results[index]) != nil {
        // A filtered fetch left something on the remote, or the remote was mended since: the fetch
        // will tell.
        unread[index, default: []].append(fetched)
      }
    }
    try await fetch()
    try store.markFetched(from: remote)
    var fault: GitError?
    for index in results.indices {
      let own = try tracking(results[index].ledger)
      let fetched = try store.fetchedReferences(of: results[index].ledger)
      for reference in fetched {
        let found = try self.fault(uniting: reference, into: &results[index])
        // Another remote's faults are for syncing with that one, and reading tells them too.
        if reference.name == own { fault = fault ?? found }
      }
      for old in unread[index] ?? [] where !fetched.contains(where: { $0.target == old.target }) {
        // No ref holds it any more; what stood there and was not brought is told once at least.
        let found = try self.fault(uniting: old, into: &results[index])
        if found?.kind == .missingObject { fault = fault ?? found }
      }
      if fault == nil { results[index].restored += try store.restore(results[index].ledger) }
    }
    // Only now, so that what ails one ledger keeps no other from being united.
    if let fault { throw fault }
    return results
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
      return nil
    } catch {
      guard error.kind == .missingObject || error.kind == .invalidObject else { throw error }
      return error
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

  /// Ledgers of which the remote lacks something, files before the records that name them.
  package func outgoing() throws(GitError) -> [Outgoing] {
    var outgoing: [Outgoing] = []
    for ledger in LedgerName.allCases {
      guard let tip = try store.tip(of: ledger),
        try repository.reference(try tracking(ledger)) != tip
      else { continue }
      outgoing.append(Outgoing(ledger: ledger, tip: tip))
    }
    return outgoing
  }

  /// Receives, then pushes what the remote lacks, ledger by ledger; starts over where the remote
  /// moved on meanwhile.
  package func run() async throws(GitError) -> [LedgerSync] {
    var total = LedgerName.allCases.map { LedgerSync(ledger: $0) }
    for attempt in 1...Self.attempts {
      for (index, result) in try await receive().enumerated() {
        total[index].received += result.received
        total[index].restored += result.restored
      }
      if try await !push(into: &total) { return total }
      try await Self.pause(after: attempt)
    }
    throw GitError(
      .network, "\(remote) kept moving on; everything recorded here is kept", hint: "deed sync")
  }

  /// Waits at random, for longer each time, so that many who began together do not go on colliding.
  private static func pause(after attempt: Int) async throws(GitError) {
    do {
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...(50 * min(attempt, 20)))))
    } catch {
      throw GitError(.network, "stopped; everything recorded here is kept", hint: "deed sync")
    }
  }

  /// - Returns: Whether the remote moved on, so that it is worth starting over.
  private func push(into total: inout [LedgerSync]) async throws(GitError) -> Bool {
    let outgoing = try outgoing()
    guard !outgoing.isEmpty else { return false }
    let results: [PushResult]
    do {
      results = try await pushResults(of: outgoing)
    } catch {
      // A server that serves readers and takes nothing from anybody may say so by hanging up.
      guard try await isReadable() else { throw error }
      for ledger in outgoing { Self.note(.refused(error.message), of: ledger.ledger, in: &total) }
      return false
    }
    var hasMoved = false
    for result in results {
      guard let sent = outgoing.first(where: { $0.ledger.reference == result.destination }) else {
        continue
      }
      switch result.outcome {
      case .ok, .upToDate:
        Self.note(.pushed, of: sent.ledger, in: &total)
        try notePushed(sent)
      case .rejected(.movedOn): hasMoved = true
      case .rejected(let why): Self.note(.refused(why.reason), of: sent.ledger, in: &total)
      }
    }
    return hasMoved
  }

  /// Pushes all together; and one by one what was refused together, because a server's hook that
  /// refuses one ledger refuses the push.
  private func pushResults(of outgoing: [Outgoing]) async throws(GitError) -> [PushResult] {
    var results = try await repository.push(remote, outgoing.map(\.refspec), atomic: false)
    let refused = results.filter {
      if case .rejected(.refused) = $0.outcome { true } else { false }
    }
    guard refused.count > 1 else { return results }
    for ledger in outgoing
    where refused.contains(where: { $0.destination == ledger.ledger.reference }) {
      let alone = try await repository.push(remote, [ledger.refspec], atomic: false)
      results.removeAll { $0.destination == ledger.ledger.reference }
      results += alone
    }
    return results
  }

  private static func note(
    _ push: LedgerSync.Push, of ledger: LedgerName, in total: inout [LedgerSync]
  ) {
    for index in total.indices where total[index].ledger == ledger { total[index].push = push }
  }

  private func isReadable() async throws(GitError) -> Bool {
    do {
      _ = try await repository.listRemote(remote, [LedgerName.root])
      return true
    } catch {
      guard error.kind == .network || error.kind == .refused else { throw error }
      return false
    }
  }

  /// Remembers that the remote has what was pushed, as git does for branches.
  package func notePushed(_ sent: Outgoing) throws(GitError) {
    let reference = try tracking(sent.ledger)
    _ = try repository.updateReference(
      reference, from: try repository.reference(reference), to: sent.tip, message: "deed: push")
  }
}
