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
  /// How often to start over when the remote moved on meanwhile.
  private static let attempts = 20

  private let store: LedgerStore
  private let remote: String
  private let identity: Result<Identity, GitError>

  /// - Parameter remote: A remote's name, or an address.
  package init(_ store: LedgerStore, remote: String, identity: Result<Identity, GitError>) {
    self.store = store
    self.remote = remote
    self.identity = identity
  }

  private var repository: Repository { store.repository }

  /// The name under which the remote's ledgers are kept: its own, or a digest of its address.
  private var trackingName: String {
    let isName = remote.utf8.allSatisfy { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "/") }
    return isName && remote != "." && remote != ".."
      ? remote : "url-" + Digest(of: remote.utf8).short
  }

  private func tracking(_ ledger: LedgerName) -> String {
    LedgerStore.trackingReference(ledger, remote: trackingName)
  }

  /// Fetches the remote's ledgers and unites ours with them; pushes nothing.
  package func receive() async throws(GitError) -> [LedgerSync] {
    // What the remote had before counts too: it may have been fetched by plain git and never been
    // united, and the remote may have lost it since.
    var former: [LedgerName: ObjectID] = [:]
    for ledger in LedgerName.allCases {
      former[ledger] = try repository.reference(tracking(ledger))
    }
    try await fetch()
    try store.markFetched(from: remote)
    var results: [LedgerSync] = []
    for ledger in LedgerName.allCases {
      var result = LedgerSync(ledger: ledger)
      let current = try repository.reference(tracking(ledger))
      for tip in [former[ledger], current].compactMap(\.self) {
        let union = try store.unite(ledger, with: tip, by: identity)
        result.received += union.gained
        result.restored += union.restored
      }
      result.restored += try store.restore(ledger, by: identity)
      results.append(result)
    }
    return results
  }

  private func fetch() async throws(GitError) {
    let refspec = "+\(LedgerName.root)*:\(LedgerStore.trackingRoot)\(trackingName)/*"
    try await repository.fetch(remote, [refspec], prune: true)
    guard repository.isPartial, try !isWhole() else { return }
    try await repository.fetch(remote, [refspec], prune: true, refetch: true)
  }

  /// Whether all of what was fetched is here: plain git leaves blobs out in a partial clone.
  private func isWhole() throws(GitError) -> Bool {
    do {
      for ledger in LedgerName.ofRecords {
        guard let tip = try repository.reference(tracking(ledger)) else { continue }
        _ = try store.lost(in: try store.tree(at: tip), since: [tip])
        for (object, blobs) in try store.notes(at: tip) {
          _ = try store.lines(in: blobs, of: object)
        }
      }
      return true
    } catch {
      guard error.kind == .missingObject else { throw error }
      return false
    }
  }

  /// Ledgers of which the remote lacks something, as refspecs.
  package func outgoing() throws(GitError) -> [(ledger: LedgerName, refspec: String)] {
    var outgoing: [(LedgerName, String)] = []
    for ledger in LedgerName.allCases {
      guard let tip = try store.tip(of: ledger), try repository.reference(tracking(ledger)) != tip
      else { continue }
      outgoing.append((ledger, "\(ledger.reference):\(ledger.reference)"))
    }
    return outgoing
  }

  /// Receives, then pushes what the remote lacks, ledger by ledger; starts over where the remote
  /// moved on meanwhile.
  package func run() async throws(GitError) -> [LedgerSync] {
    var total: [LedgerName: LedgerSync] = [:]
    for attempt in 1...Self.attempts {
      for result in try await receive() {
        total[result.ledger, default: LedgerSync(ledger: result.ledger)].received += result.received
        total[result.ledger]?.restored += result.restored
      }
      let moved = try await push(into: &total)
      if !moved { break }
      guard attempt < Self.attempts else {
        throw GitError(
          .network, "\(remote) kept moving on; everything recorded here is kept",
          hint: "deed sync \(remote)")
      }
    }
    return LedgerName.allCases.compactMap { total[$0] }
  }

  /// - Returns: Whether the remote moved on, so that it is worth starting over.
  private func push(into total: inout [LedgerName: LedgerSync]) async throws(GitError) -> Bool {
    let outgoing = try outgoing()
    guard !outgoing.isEmpty else { return false }
    var moved = false
    for result in try await repository.push(remote, outgoing.map(\.refspec), atomic: false) {
      guard let ledger = LedgerName.allCases.first(where: { $0.reference == result.destination })
      else { continue }
      switch result.outcome {
      case .ok, .upToDate:
        total[ledger]?.push = .pushed
        try notePushed(ledger)
      case .rejected(.movedOn): moved = true
      case .rejected(let reason): total[ledger]?.push = .refused(reason.reason)
      }
    }
    return moved
  }

  /// Remembers that the remote has what was pushed, as git does for branches.
  package func notePushed(_ ledger: LedgerName) throws(GitError) {
    guard let tip = try store.tip(of: ledger) else { return }
    let reference = tracking(ledger)
    _ = try repository.updateReference(
      reference, from: try repository.reference(reference), to: tip, message: "deed: push")
  }
}
