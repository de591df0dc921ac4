package import Git
package import Release

// What the remote lacks goes to it.
extension Sync {
  /// One ledger of which the remote lacks something.
  package struct Outgoing: Sendable {
    package let ledger: LedgerName
    let tip: ObjectID
    /// The history that this one takes the place of, where it does not go on from what the remote has.
    let replaced: ObjectID?

    /// Names the commit and not the ref, which another writer may move meanwhile.
    package var refspec: String { "\(tip):\(ledger.reference)" }
  }

  /// Ledgers of which the remote lacks something that it may have; nothing is written.
  package func lacking() throws(GitError) -> [LedgerName] {
    var lacking: [LedgerName] = []
    for ledger in LedgerName.allCases {
      guard let tip = try store.tip(of: ledger) else { continue }
      let known = try repository.reference(try tracking(ledger))
      let withheld = ledger == .attachments ? try store.withheld(from: known) : []
      let isLacking =
        withheld.isEmpty
        ? known != tip : try store.hasMore(tip, than: known, without: withheld)
      if isLacking { lacking.append(ledger) }
    }
    return lacking
  }

  /// The same; and all there are where pushes go to several addresses, since what was fetched tells of
  /// one alone.
  package func mayLack() throws(GitError) -> [LedgerName] {
    guard try repository.isPushedToSeveral(remote) else { return try lacking() }
    var present: [LedgerName] = []
    for ledger in LedgerName.allCases where try store.tip(of: ledger) != nil {
      present.append(ledger)
    }
    return present
  }

  /// What is to be pushed of the ledgers of which the remote lacks something, files before the records
  /// that name them.
  package func outgoing() throws(GitError) -> [Outgoing] {
    var outgoing: [Outgoing] = []
    for ledger in try mayLack() {
      guard let tip = try store.tip(of: ledger) else { continue }
      let known = try repository.reference(try tracking(ledger))
      guard ledger == .attachments else {
        outgoing.append(Outgoing(ledger: ledger, tip: tip, replaced: nil))
        continue
      }
      let withheld = try store.withheld(from: known)
      let sent =
        withheld.isEmpty ? tip : try store.shareable(tip, on: known, without: withheld)
      let isKnown = sent == known
      if isKnown, try !repository.isPushedToSeveral(remote) { continue }
      let replaced =
        isKnown
        ? nil
        : try known.flatMap { known throws(GitError) in
          try store.mayReplace(known, by: sent) ? known : nil
        }
      outgoing.append(Outgoing(ledger: ledger, tip: sent, replaced: replaced))
    }
    return outgoing
  }

  /// Files that the remote does not get, each with what cannot be told of it.
  package func withheld() throws(GitError) -> [ObjectID: String] {
    let known = try repository.reference(try tracking(.attachments))
    let withheld = try store.withheld(from: known)
    return store.redacted.doubtful.filter { withheld.contains($0.key) }
  }

  /// Receives, then pushes what the remote lacks, ledger by ledger; starts over where the remote
  /// moved on meanwhile.
  package func run() async throws(GitError) -> [LedgerSync] {
    var total = LedgerName.allCases.map { LedgerSync(ledger: $0) }
    var reason: String?
    for attempt in 1...attempts {
      for (index, result) in try await receive().enumerated() {
        total[index].received += result.received
        total[index].restored += result.restored
        total[index].redacted += result.redacted
        // Told until it is put back, so each time.
        total[index].missed = max(total[index].missed, result.missed)
      }
      if try await !push(into: &total, &reason) {
        try store.noteSeen(on: remote)
        return total
      }
      try await Self.pause(after: attempt)
    }
    // On one line, lest a server write lines that look like ours.
    let said =
      reason.map {
        "; it said last: \($0.split(whereSeparator: \.isNewline).joined(separator: "; "))"
      } ?? ""
    throw GitError(
      .network, "\(remote) kept moving on; everything recorded here is kept\(said)",
      hint: "deed sync")
  }

  /// Waits at random, for longer each time, so that many who began together do not go on colliding.
  private static func pause(after attempt: Int) async throws(GitError) {
    do {
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...(50 * min(attempt, 20)))))
    } catch {
      throw GitError(.network, "stopped; everything recorded here is kept", hint: "deed sync")
    }
  }

  /// - Parameter reason: Why the remote refused last what may be worth another push.
  /// - Returns: Whether the remote moved on, so that it is worth starting over.
  private func push(
    into total: inout [LedgerSync], _ reason: inout String?
  ) async throws(GitError) -> Bool {
    var outgoing = try outgoing()
    // What an earlier attempt came to holds no more.
    for index in total.indices where total[index].push != .pushed { total[index].push = .nothing }
    if outgoing.contains(where: { $0.ledger == .deployments }), let waiting = try await waiting() {
      outgoing.removeAll { $0.ledger == .deployments }
      Self.note(.waiting(waiting), of: .deployments, in: &total)
    }
    let doubt = LedgerSync.doubt(about: try withheld())
    defer { if let doubt { Self.note(heldBack: doubt, in: &total) } }
    guard !outgoing.isEmpty else { return false }
    let isOneOfSeveral = try repository.isPushedToSeveral(remote)
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
    var refusals: [(ledger: LedgerName, reason: String)] = []
    // Of several addresses of a remote each answers, and all have to take it.
    let refused = Set(
      results.compactMap { result in
        if case .rejected = result.outcome { result.destination } else { nil }
      })
    for result in results {
      guard let sent = outgoing.first(where: { $0.ledger.reference == result.destination }) else {
        continue
      }
      switch result.outcome {
      case .ok, .upToDate:
        if refused.contains(result.destination) { continue }
        try notePushed(sent)
        if isOneOfSeveral, case .upToDate = result.outcome { continue }
        Self.note(.pushed, of: sent.ledger, in: &total)
      case .rejected(.movedOn): hasMoved = true
      case .rejected(let why): refusals.append((sent.ledger, why.reason))
      }
    }
    let news = refusals.isEmpty ? [] : try await news()
    for (ledger, why) in refusals {
      if news.contains(ledger) {
        (hasMoved, reason) = (true, why)
      } else {
        Self.note(.refused(why), of: ledger, in: &total)
      }
    }
    return hasMoved
  }

  /// The ledgers of which the remote has a state that was not known when it was last asked: a hook that
  /// sees so before git does refuses a push for that alone.
  package func news() async throws(GitError) -> [LedgerName] {
    let ledgers = LedgerName.allCases
    let there = try await repository.listRemote(remote, ledgers.map(\.reference))
    var news: [LedgerName] = []
    for ledger in ledgers {
      guard let tip = there[ledger.reference] else { continue }
      // One of several addresses may have taken ours.
      let known = try repository.reference(try tracking(ledger))
      let own = try repository.reference(ledger.reference)
      if tip != known, tip != own { news.append(ledger) }
    }
    return news
  }

  /// Pushes all together; but a history in the place of another one after the records that say why,
  /// and alone.
  private func pushResults(of outgoing: [Outgoing]) async throws(GitError) -> [PushResult] {
    let plain = outgoing.filter { $0.replaced == nil }
    var results = plain.isEmpty ? [] : try await plainResults(of: plain)
    let isKnownWhy = results.allSatisfy {
      if case .rejected = $0.outcome {
        $0.destination != LedgerName.signoffs.reference
      } else {
        true
      }
    }
    for ledger in outgoing where isKnownWhy && ledger.replaced != nil {
      results += try await repository.push(
        remote, [ledger.refspec], atomic: false, leases: [ledger].leases)
    }
    return results
  }

  /// And one by one what was refused together, because a server's hook that refuses one ledger refuses
  /// the push.
  private func plainResults(of outgoing: [Outgoing]) async throws(GitError) -> [PushResult] {
    var results = try await repository.push(remote, outgoing.map(\.refspec), atomic: false)
    let refused = results.filter {
      if case .rejected(.refused) = $0.outcome { true } else { false }
    }
    guard refused.count > 1 else { return results }
    for ledger in outgoing
    where refused.contains(where: { $0.destination == ledger.ledger.reference }) {
      let alone = try await repository.push(remote, [ledger.refspec], atomic: false)
      // Why it was refused is told too, where the remote has moved on since.
      if !alone.hasMoved { results.removeAll { $0.destination == ledger.ledger.reference } }
      results += alone
    }
    return results
  }

  private static func note(
    _ push: LedgerSync.Push, of ledger: LedgerName, in total: inout [LedgerSync]
  ) {
    for index in total.indices where total[index].ledger == ledger { total[index].push = push }
  }

  /// Notes what was not sent beside all else, unless the remote took nothing anyway.
  private static func note(heldBack why: String, in total: inout [LedgerSync]) {
    for index in total.indices where total[index].ledger == .attachments {
      if case .refused = total[index].push { continue }
      total[index].push = .withheld(why)
    }
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

extension [PushResult] {
  fileprivate var hasMoved: Bool {
    contains { if case .rejected(.movedOn) = $0.outcome { true } else { false } }
  }
}

extension [Sync.Outgoing] {
  /// What the remote has to have still where a history takes the place of another one.
  package var leases: [String: ObjectID] {
    var leases: [String: ObjectID] = [:]
    for outgoing in self { leases[outgoing.ledger.reference] = outgoing.replaced }
    return leases
  }
}
