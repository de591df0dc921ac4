package import Git
package import Release

/// The ledgers of one repository: notes refs full of records.
///
/// Reading takes in what was fetched and not yet united: a sign-off that `git pull` brought counts
/// at once, for as against. Writing goes to the repository's own refs alone, under a lock, by
/// compare-and-swap.
package final class LedgerStore {
  /// Where remotes' ledgers are fetched to: outside `refs/notes/`, so that no fetch can overwrite
  /// records that were not pushed yet.
  package static let trackingRoot = "refs/deed/remotes/"

  package let repository: Repository
  let memory: HistoryMemory
  /// Files that are taken in from nowhere any more; whoever knows the rules says which.
  package var redacted = RedactedFiles()
  let readsFetched: Bool
  private let remembers: Bool
  private var searches: [Set<ObjectID>: FileSearch] = [:]

  /// - Parameters:
  ///   - remembers: Whether to believe what an earlier run noted about histories; `deed verify`,
  ///     which believes nothing, does not, and walks all of them.
  ///   - readsFetched: Whether what was fetched counts. On a server, where anybody may push what
  ///     looks as though it had been fetched, it does not.
  package init(_ repository: Repository, remembers: Bool = true, readsFetched: Bool = true) {
    self.repository = repository
    self.readsFetched = readsFetched
    self.remembers = remembers
    memory = HistoryMemory(repository, "whole", isUsed: remembers)
  }

  /// What looks for these files; all who do share what it has found.
  func search(for files: Set<ObjectID>) -> FileSearch {
    if let known = searches[files] { return known }
    let search = FileSearch(repository, for: files, remembers: remembers)
    searches[files] = search
    return search
  }

  /// `refs/deed/remotes/origin/signoffs`.
  func trackingReference(_ ledger: LedgerName, remote: String) throws(GitError) -> String {
    "\(Self.trackingRoot)\(try trackingName(of: remote))/\(ledger.rawValue)"
  }

  /// The name under which a remote's ledgers are kept: its own, or a digest of its address.
  package func trackingName(of remote: String) throws(GitError) -> String {
    let isName = try repository.configuredRemotes()[remote] != nil
    // Whoever edits the configuration by hand can call a remote what no reference can be called.
    if isName, try repository.isReferenceName("\(Self.trackingRoot)\(remote)/x") { return remote }
    return "url-" + Digest(of: remote.utf8).short
  }

  /// The ledger's own tip; `nil` where there is none yet.
  package func tip(of ledger: LedgerName) throws(GitError) -> ObjectID? {
    guard let tip = try repository.reference(ledger.reference) else { return nil }
    try check(tip, named: ledger.reference)
    return tip
  }

  /// The ledger's own tip, then those that were fetched, each once.
  package func tips(of ledger: LedgerName) throws(GitError) -> [ObjectID] {
    var tips = try tip(of: ledger).map { [$0] } ?? []
    for tip in try fetchedTips(of: ledger) where !tips.contains(tip) { tips.append(tip) }
    return tips
  }

  /// The tips that were fetched, from whatever remote and by whatever program.
  func fetchedTips(of ledger: LedgerName) throws(GitError) -> [ObjectID] {
    var tips: [ObjectID] = []
    for fetched in try fetchedReferences(of: ledger) where !tips.contains(fetched.target) {
      try check(fetched.target, named: fetched.name)
      tips.append(fetched.target)
    }
    return tips
  }

  /// The refs that hold what was fetched, wherever they point.
  ///
  /// Of each remote that one alone that is the ledger's: plain git also fetches
  /// `refs/notes/deed/zz/signoffs`, which somebody may write who may not write sign-offs.
  package func fetchedReferences(
    of ledger: LedgerName
  ) throws(GitError) -> [Reference] {
    guard readsFetched else { return [] }
    let end = "/\(ledger.rawValue)"
    var remotes: [String: ConfiguredRemote]?
    var fetched: [Reference] = []
    for reference in try repository.references(under: Self.trackingRoot)
    where reference.name.hasSuffix(end) {
      let remote = String(
        decoding: reference.name.utf8.dropFirst(Self.trackingRoot.utf8.count)
          .dropLast(end.utf8.count), as: UTF8.self)
      if remote.isEmpty { continue }
      // No remote writes outside its own name, so one without a slash is a remote's, if perhaps of
      // one that is configured no more.
      if remote.utf8.contains(UInt8(ascii: "/")) {
        if remotes == nil { remotes = try repository.configuredRemotes() }
        if remotes?[remote] == nil { continue }
      }
      fetched.append(reference)
    }
    return fetched
  }

  /// A notes ref must point at a commit: anything else is no ledger, and is not written over.
  func check(_ tip: ObjectID, named name: String) throws(GitError) {
    guard let header = try repository.header(of: tip) else {
      throw GitError(
        .missingObject, "\(name) points at \(tip.short), which is not here",
        hint: "deed sync")
    }
    guard header.kind == .commit else {
      throw GitError(
        .invalidObject, "\(name) points at a \(header.kind.rawValue), not at a commit",
        hint: Self.removing(name, tip))
    }
  }

  /// The command that takes away what is no ledger: where it was fetched, there, lest it come again.
  private static func removing(_ name: String, _ tip: ObjectID) -> String {
    let path = name.hasPrefix(trackingRoot) ? name.dropFirst(trackingRoot.count) : ""
    guard let slash = path.lastIndex(of: "/"), !path.hasPrefix("url-") else {
      return "git update-ref -d \(GitError.quoted(name)) \(tip)"
    }
    let remote = String(path[..<slash])
    let ledger = ":\(LedgerName.root)\(path[path.index(after: slash)...])"
    return "git push \(GitError.quoted(remote)) \(GitError.quoted(ledger)) && deed sync"
      + "   # it is no ledger there"
  }

  /// A commit of a ledger.
  func commit(_ id: ObjectID) throws(GitError) -> Commit { try repository.ledgerCommit(id) }

  /// The tree of a ledger's tip; an empty one where there is no tip.
  func tree(at tip: ObjectID?) throws(GitError) -> NotesTree {
    guard let tip else { return try NotesTree(repository, root: nil) }
    return try NotesTree(repository, root: try commit(tip).tree)
  }

  /// The lines in the note of one object, over all tips, sorted by bytes.
  package func lines(
    of ledger: LedgerName, on object: ObjectID
  ) throws(GitError) -> [[UInt8]] {
    try lines(in: try tips(of: ledger), on: object)
  }

  /// The same, of the ledger as it stood at one of its commits.
  package func lines(
    of ledger: LedgerName, at tip: ObjectID, on object: ObjectID
  ) throws(GitError) -> [[UInt8]] {
    try lines(in: [tip], on: object)
  }

  func lines(in tips: [ObjectID], on object: ObjectID) throws(GitError) -> [[UInt8]] {
    var blobs: [ObjectID] = []
    for tip in tips { blobs += try tree(at: tip).blobs(of: object) }
    return try lines(in: blobs, of: object)
  }

  /// All lines of the ledger by the object in whose note they stand, over all tips.
  package func lines(of ledger: LedgerName) throws(GitError) -> [ObjectID: [[UInt8]]] {
    try lines(at: try tips(of: ledger))
  }

  /// All lines of a ledger as it stood at some of its commits together.
  package func lines(at tips: [ObjectID]) throws(GitError) -> [ObjectID: [[UInt8]]] {
    var trees: [ObjectID] = []
    for tip in tips { trees.append(try commit(tip).tree) }
    guard let own = trees.first else { return [:] }
    var comparison = NotesComparison(repository)
    var notes = try comparison.notes(in: own)
    // What was fetched is for the most part what stands here already.
    for tree in trees.dropFirst() {
      for (object, blobs) in try comparison.difference(from: tree, to: own).old {
        notes[object, default: []] += blobs
      }
    }
    var all: [ObjectID: [[UInt8]]] = [:]
    for (object, blobs) in notes { all[object] = try lines(in: blobs, of: object) }
    return all
  }

  /// The files of the ledger of attachments, over all tips.
  package func attachedFiles() throws(GitError) -> Set<ObjectID> {
    var comparison = NotesComparison(repository)
    var files: Set<ObjectID> = []
    for tip in try tips(of: .attachments) {
      files.formUnion(try comparison.files(in: try commit(tip).tree))
    }
    return files
  }

  /// The lines of several blobs that together are one note: sorted by bytes, each once.
  func lines(in blobs: [ObjectID], of object: ObjectID) throws(GitError) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    for blob in Set(blobs) {
      lines += NoteText.lines(of: try repository.noteText(blob, of: object))
    }
    return NoteText.sorted(lines)
  }
}

extension Repository {
  /// A commit of a ledger, which has to be here.
  func ledgerCommit(_ id: ObjectID) throws(GitError) -> Commit {
    guard let commit = try commit(id) else {
      throw GitError(
        .missingObject, "the ledger's commit \(id.short) is not here",
        hint: isShallow ? "git fetch --unshallow --tags" : "deed sync")
    }
    return commit
  }
}
