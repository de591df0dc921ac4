import Git
import Release

/// The releases of which deed knows: those with records, and those whose tag says that deed made it.
struct ReleasesKnownToDeed {
  /// Lowest version first, packages one after the other, with the commit of the tag, or of the record where there is no tag.
  let releases: [(ReleaseVersion, ObjectID)]
  /// How many other tags name a release.
  let others: Int

  /// - Parameter prefixes: What tags of releases begin with.
  init(_ workspace: Workspace, _ contents: LedgerContents, prefixes: [String]) throws {
    var commits: [ReleaseVersion: ObjectID] = [:]
    for record in try workspace.counted(contents.deployments).standingTags {
      // Whatever the prefix was then: a record is a release, and none is left out.
      guard let version = ReleaseVersion(recorded: record.release) else { continue }
      commits[version] = record.commit
    }
    let signed = Set(contents.signoffs.map { Array($0.release.utf8) })
    var others = 0
    for tag in try workspace.releaseTags(prefixes: prefixes, lacking: true) {
      guard !tag.isMissing else {
        // Whatever it is, it cannot be judged, and all the others can.
        commits[tag.version] = commits[tag.version] ?? tag.target
        continue
      }
      let isSigned = signed.contains(Array(tag.version.description.utf8))
      guard
        try commits[tag.version] != nil || isSigned || workspace.hasTrailers(tag.version)
      else {
        others += 1
        continue
      }
      commits[tag.version] = tag.commit ?? commits[tag.version]
    }
    releases = commits.sorted { left, right in
      (left.key.prefix, left.key) < (right.key.prefix, right.key)
    }.map { ($0.key, $0.value) }
    self.others = others
  }
}

extension Workspace {
  /// Whether the tag of a release carries trailers of deed's.
  func hasTrailers(_ release: ReleaseVersion) throws -> Bool {
    guard let target = try repository.reference(release.reference) else { return false }
    if let known = memory.hasTrailers[target] { return known }
    let hasTrailers =
      if case .annotated(let tag) = try tagFact(release) {
        !TagTrailers(parsing: tag.message).isEmpty
      } else { false }
    memory.hasTrailers[target] = hasTrailers
    return hasTrailers
  }

  /// The policy at HEAD, for what does not depend on rules; the defaults where there is no commit
  /// yet, or none that can be read.
  func policyOrDefaults() throws -> Policy {
    switch try repository.head() {
    case .unborn(branch: _): return Policy()
    case .branch(name: _, let commit), .detached(let commit):
      do {
        return try policy(at: commit)
      } catch {
        context.error.print("warning: \(Failure(error).message.safeLines)")
        return Policy()
      }
    }
  }
}
