import Git
import Ledger
import Release

/// Cuts that a remote has no record of, and the commands that go on from each.
struct WaitingCuts {
  /// So many are named.
  private static let limit = 20

  private let workspace: Workspace
  private let remote: String
  private let cuts: [UnsentCut]
  private let person: Person?
  /// Those that can be sent as they are: of several none goes without the others.
  private let open: [UnsentCut]

  init(_ cuts: [UnsentCut], on remote: String, _ workspace: Workspace) async throws {
    self.workspace = workspace
    self.remote = remote
    self.cuts = cuts
    person = try await workspace.knownCommitter()?.person
    open = try cuts.filter { cut in
      try !cut.isTaken && workspace.repository.reference(cut.release.reference) == cut.tag
    }
  }

  /// - Returns: What sends a cut, or settles it where there are two, and what undoes it: one of them at least.
  private func ways(on cut: UnsentCut) throws -> (send: String?, undo: String?) {
    let name = GitError.quoted(cut.release.description)
    let here = try workspace.repository.reference(cut.release.reference)
    let isOwn = person?.foldedEmail == cut.by.foldedEmail
    let undo = isOwn ? "deed cut \(name) --take-back" : nil
    if cut.isTaken { return (try settling(cut, here, isOwn: isOwn), undo) }
    if open.count > 1, open.contains(cut) {
      return (together, try isUnderAnother(cut) ? nil : undo)
    }
    if isOwn {
      // A record alone vouches for no commit: the tag does, or whoever cut it knows.
      let commit = here == cut.tag ? cut.commit : nil
      return (try "deed cut \(name)\(place(commit)) --push \(GitError.quoted(remote))", undo)
    }
    // A record alone may be nobody's.
    if here == nil {
      return ("git fetch --tags   # where that brings none: deed cut \(name) --take-back", nil)
    }
    // A server takes neither without the other.
    let ledger = LedgerName.deployments
    let remote = GitError.quoted(remote)
    return ("git push --atomic \(remote) \(name) \(ledger.reference) && deed sync", nil)
  }

  /// What has the record of the tag that the remote has count, and no other; `nil` where there is nothing
  /// but to take this one back.
  private func settling(_ cut: UnsentCut, _ here: ObjectID?, isOwn: Bool) throws -> String? {
    let name = GitError.quoted(cut.release.description)
    let remote = GitError.quoted(remote)
    switch here {
    case nil: return isOwn ? nil : "git fetch \(remote) tag \(name)   # then the same command again"
    case cut.tag:
      return isOwn ? nil : "git tag -d \(name) && git fetch \(remote) tag \(name) && deed sync"
    case let here?:
      let commit = try workspace.repository.peeledToCommit(here)
      return "deed cut \(name)\(try place(commit)) --push \(remote)   # settles which tag it is"
    }
  }

  /// - Parameter commit: The commit that is meant; `nil` where whoever cut it has to say.
  private func place(_ commit: ObjectID?) throws -> String {
    guard let commit else { return " --commit COMMIT" }
    return try workspace.repository.head().commit == commit ? "" : " --commit \(commit.short)"
  }

  private var together: String {
    let remote = GitError.quoted(remote)
    guard open.count <= Self.limit else {
      return "git push --atomic \(remote) --tags 'refs/notes/deed/*'"
    }
    let names = open.map { GitError.quoted($0.release.description) }.joined(separator: " ")
    return "git push --atomic \(remote) \(names) 'refs/notes/deed/*'"
  }

  /// Whether the tag of another one names a state of the ledger that has its record: that one is taken back
  /// first.
  private func isUnderAnother(_ cut: UnsentCut) throws -> Bool {
    let ledger = LedgerName.deployments
    let lines = try workspace.ledgers.unsentLines(of: cut.release, naming: cut.tag)
    return try open.contains { other in
      guard other != cut, case .annotated(let tag) = try workspace.tagFact(other.release) else {
        return false
      }
      return try TagTrailers(parsing: tag.message).tips(of: ledger).contains { tip in
        guard try workspace.ledgers.knows(tip, in: ledger) else { return false }
        return try lines.contains { object, own in
          try workspace.ledgers.lines(of: ledger, at: tip, on: object).contains(where: own.contains)
        }
      }
    }
  }

  /// The same as one hint.
  func hint(for cut: UnsentCut) throws -> String {
    switch try ways(on: cut) {
    case (let send?, let undo?) where !cut.isTaken: "\(send)   # or to take it back: \(undo)"
    case (let send?, _): send
    case (nil, let undo): "\(undo ?? "deed sync")   # takes yours back"
    }
  }

  /// What sends or settles one, where something does; else what undoes it.
  func send(_ cut: UnsentCut) throws -> String {
    let ways = try ways(on: cut)
    return ways.send ?? ways.undo ?? "deed sync"
  }

  /// A hint's lines for all of them.
  func hints() throws -> String {
    var lines: [String] = []
    for cut in cuts.prefix(Self.limit) {
      let (send, undo) = try ways(on: cut)
      if let send, !lines.contains(send) { lines.append(send) }
      switch (send, undo) {
      case (nil, let undo?): lines.append("\(undo)   # takes yours back")
      case (_?, let undo?) where !cut.isTaken: lines.append("or to take it back: \(undo)")
      default: break
      }
    }
    if cuts.count > Self.limit { lines.append("deed doctor   # names all of them") }
    return lines.joined(separator: "\n")
  }
}

extension WaitingLedger {
  /// Why the ledger stays here.
  func words(_ remote: String) -> String {
    var parts: [String] = []
    if let (names, isOne) = Self.names(cuts.filter { !$0.isTaken }) {
      parts.append("\(remote) lacks \(isOne ? "the tag" : "the tags") \(names)")
    }
    if let (names, isOne) = Self.names(cuts.filter(\.isTaken)) {
      parts.append("\(remote) has \(isOne ? "another tag" : "other tags") \(names)")
    }
    return parts.joined(separator: ", and ")
  }

  private static func names(_ cuts: [UnsentCut]) -> (String, isOne: Bool)? {
    guard !cuts.isEmpty else { return nil }
    let limit = 20
    let names = cuts.prefix(limit).map(\.release.description).joined(separator: ", ")
    let more = cuts.count > limit ? " and \(cuts.count - limit) more" : ""
    return (names + more, cuts.count == 1)
  }
}
