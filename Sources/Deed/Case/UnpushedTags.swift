import Git
import Ledger
import Release

// A record says that a release was cut, and its tag proves it: without the tag, the record leaves all others
// without a bar for what comes next. Ledgers go out whole, so the record cannot be kept back until the tag is
// pushed; whoever has the tag is told.
extension Workspace {
  /// So many names are asked for one by one.
  private static let nameLimit = 50

  /// Releases that whoever runs this cut here, that are recorded for all to see, and whose tag a remote
  /// does not have.
  ///
  /// - Parameter results: What was just shared with it.
  func unpushedTags(
    on remote: String, _ results: [LedgerSync]
  ) async throws -> [ReleaseVersion] {
    let isRefused = results.contains { result in
      if case .refused = result.push { result.ledger == .deployments } else { false }
    }
    // Who has it from somebody else has no business to push it: it may have been taken off the remote. And
    // whoever has no name here cut nothing.
    guard !isRefused, let person = try await knownCommitter()?.person else { return [] }
    // Of what waits here for its tag nobody was told.
    let waiting = Set(results.compactMap(\.waiting).flatMap(\.cuts).map(\.tag))
    var own: [ObjectID: ReleaseVersion] = [:]
    for record in DeploymentLines(try ledgers.lines(of: .deployments)).standingTags {
      guard case .tag(let object) = record.body, record.by.foldedEmail == person.foldedEmail,
        let release = ReleaseVersion(recorded: record.release),
        !waiting.contains(object), try repository.reference(release.reference) == object
      else { continue }
      own[object] = release
    }
    // What a remote once had nobody forgot to push.
    let asked = try ledgers.unseen(own.keys.sorted(), on: remote)
    guard !asked.isEmpty else { return [] }
    let names = asked.compactMap { own[$0]?.reference }
    let there = try await repository.listRemote(
      remote, names.count > Self.nameLimit ? ["refs/tags/*"] : names)
    let (pushed, others) = asked.reduce(into: ([ObjectID](), [ReleaseVersion]())) { sorted, tag in
      guard let release = own[tag] else { return }
      switch there[release.reference] {
      case tag?: sorted.0.append(tag)
      case nil: sorted.1.append(release)
      // Another one is there: deed verify and deed check tag tell of that.
      case _?: break
      }
    }
    try ledgers.noteSeen(pushed, on: remote)
    return others.sorted { ($0.prefix, $0) < ($1.prefix, $1) }
  }

  /// Whoever git says is at work here; `nil` where it says nobody.
  func knownCommitter() async throws -> Identity? {
    do {
      return try await committer()
    } catch let error as GitError where error.kind == .identity {
      return nil
    }
  }

  /// Tells whoever has just shared the records of releases to share their tags.
  func noteUnpushed(_ releases: [ReleaseVersion], on remote: String) {
    guard !releases.isEmpty else { return }
    let names = releases.map(\.description)
    note(
      "warning: \(names.joined(separator: ", ").safe) \(names.count == 1 ? "is" : "are") cut here and "
        + "recorded on \(remote.safe), and not tagged there: nobody else can tell what later releases are "
        + "held to")
    context.error.print(
      "hint: git push \(GitError.quoted(remote)) "
        + names.map(GitError.quoted).joined(separator: " "))
  }
}
