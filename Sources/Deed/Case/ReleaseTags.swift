import Git
import Ledger
import Release

/// A tag whose name is a release's, as the repository has it.
struct ReleaseTag {
  let version: ReleaseVersion
  /// What the ref points at, not peeled.
  let target: ObjectID
  /// The commit after peeling; `nil` where it ends in something else.
  let commit: ObjectID?
  /// Whether what the ref leads to is not here.
  var isMissing = false
}

/// What was read once, for those who judge hundreds of releases.
final class Memory {
  /// By the tag's object, which never changes.
  var hasTrailers: [ObjectID: Bool] = [:]
  /// By the bytes of the prefixes; only where the tags do not change meanwhile: on a server that judges
  /// a push, or where they are held.
  var tags: [[[UInt8]]: [ReleaseTag]] = [:]
  /// The rules at commits, as far as they can be read.
  var policies: [ObjectID: Policy] = [:]
  /// Whether the policies at commits ask for signed approvals before a tag; `nil` where it cannot be told.
  var asksForProof: [ObjectID: Bool?] = [:]
  /// What says which releases were let in, for the ledgers as they were read last.
  var lineage: Lineage?
  /// What the programs said of signatures, and the moment for which they were asked.
  let signatures = SignatureMemory()
  var signatureTime: Timestamp?
  /// What has been said of them.
  var mentioned: Set<String> = []
  /// Whether their names have been searched for versions that are none here.
  var isLookedThrough = false
}

extension Workspace {
  /// All tags that name a release, lowest version first.
  ///
  /// - Parameter lacking: Whether those are among them of which something is not here; else there is no
  ///   answer.
  func releaseTags(prefix: String, lacking: Bool = false) throws -> [ReleaseTag] {
    try releaseTags(prefixes: [prefix], lacking: lacking)
  }

  func releaseTags(prefixes: [String], lacking: Bool = false) throws -> [ReleaseTag] {
    let key = prefixes.map { Array($0.utf8) }
    let tags = try memory.tags[key] ?? readReleaseTags(prefixes: prefixes)
    if isServer || repository.holdsTags { memory.tags[key] = tags }
    // It says what is missing.
    if !lacking {
      for tag in tags where tag.isMissing { _ = try repository.peeledToCommit(tag.target) }
    }
    return tags
  }

  private func readReleaseTags(prefixes: [String]) throws -> [ReleaseTag] {
    var tags: [ReleaseTag] = []
    for reference in try repository.references(under: "refs/tags/") {
      let name = String(reference.name.dropFirst("refs/tags/".count))
      let versions = prefixes.lazy.compactMap { ReleaseVersion(tag: name, prefix: $0) }
      guard let version = versions.first else { continue }
      let commit = Result { () throws(GitError) in try repository.commit(of: reference) }
      let isMissing =
        if case .failure(let error) = commit { error.kind == .missingObject } else { false }
      tags.append(
        ReleaseTag(
          version: version, target: reference.target,
          commit: try isMissing ? nil : commit.get(), isMissing: isMissing))
    }
    return tags.sorted { $0.version < $1.version }
  }

  /// Where each release is: by its tag, or by its record where the tag is not here.
  func releasePlaces(prefix: String) throws -> [(ReleaseVersion, ObjectID)] {
    var places: [(ReleaseVersion, ObjectID)] = []
    var tagged: Set<ReleaseVersion> = []
    for tag in try releaseTags(prefix: prefix) {
      tagged.insert(tag.version)
      if let commit = tag.commit { places.append((tag.version, commit)) }
    }
    places += try recordedPlaces(prefix: prefix) { tagged.contains($0) }
    return places.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
  }

  /// The same in no order, and also of tags that lead to no commit: for a search among thousands of
  /// them, which meets none but commits.
  func releaseEnds(prefix: String) throws -> [(ReleaseVersion, ObjectID)] {
    var ends: [(ReleaseVersion, ObjectID)] = []
    let areAll = try repository.forEachTagEnd { name, end in
      if let version = ReleaseVersion(tag: name, prefix: prefix) { ends.append((version, end)) }
    }
    guard areAll else { return try releasePlaces(prefix: prefix) }
    var tagged: Set<ReleaseVersion>?
    let recorded = try recordedPlaces(prefix: prefix) { version in
      let known = tagged ?? Set(ends.map(\.0))
      tagged = known
      return known.contains(version)
    }
    return ends + recorded
  }

  /// The releases that have a record and no tag.
  private func recordedPlaces(
    prefix: String, isTagged: (ReleaseVersion) -> Bool
  ) throws -> [(ReleaseVersion, ObjectID)] {
    var places: [(ReleaseVersion, ObjectID)] = []
    var found: Set<ReleaseVersion> = []
    for (commit, lines) in try ledgers.lines(of: .deployments) {
      for line in LedgerLine.placed(lines, in: .deployments, on: commit) {
        guard case .record(let record) = line, record.kind == .tag,
          let version = ReleaseVersion(tag: record.release, prefix: prefix),
          found.insert(version).inserted, !isTagged(version)
        else { continue }
        places.append((version, commit))
      }
    }
    return places
  }

  /// The releases that are ancestors of a commit, and which of them is the previous one.
  func history(of commit: ObjectID, prefix: String) throws -> ReleaseHistory {
    try history(of: commit, among: releasePlaces(prefix: prefix))
  }

  func history(
    of commit: ObjectID, among places: [(ReleaseVersion, ObjectID)]
  ) throws -> ReleaseHistory {
    guard !repository.isShallow else {
      throw Failure(
        .repository,
        "this is a shallow clone: which releases came before cannot be told from it",
        hint: "git fetch --unshallow --tags   # in CI: fetch-depth: 0")
    }
    return ReleaseHistory(
      nodes: try repository.topology(from: [commit], excluding: []),
      tags: places)
  }

  /// What stands under the release's name.
  func tagFact(_ version: ReleaseVersion) throws -> TagFact {
    guard let target = try repository.reference(version.reference) else { return .absent }
    guard let object = try repository.object(target) else {
      throw Failure(
        .repository, "\(version) points at \(target.short), which is not here",
        hint: "git fetch --tags")
    }
    switch object.kind {
    case .commit: return .lightweight
    case .tree, .blob: return .other("a \(object.kind.rawValue)")
    case .tag:
      guard let tag = TagObject(parsing: object.bytes) else {
        return .other("a tag object that cannot be read")
      }
      var annotated =
        AnnotatedTag(
          object: target, name: tag.name, commit: try repository.peeledToCommit(target),
          tagger: tag.tagger?.person, message: String(decoding: tag.message, as: UTF8.self),
          isSigned: tag.signature != nil)
      annotated.time = tag.tagger?.seconds
      return .annotated(annotated)
    }
  }
}
