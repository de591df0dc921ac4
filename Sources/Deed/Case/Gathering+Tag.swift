import Git
import Ledger
import Release

// What a tag of deed's says of the ledgers that it was cut with.
extension Workspace {
  /// The ledgers of which less is here than stood when the tag was cut.
  ///
  /// They were pushed and fetched together with the tag's own record: where that is not here, and the
  /// remote was not asked since the tag came, all of them are older; of a tag that deed may not have made,
  /// the one of such records. Else those are of which the tag names a state that is not in their history here.
  ///
  /// - Parameter isNobodys: Whether the tag lacks the signature that it needs: what such a one names was
  ///   perhaps never there, and is not waited for.
  func ledgersBehind(
    _ tag: TagFact, _ evidence: Evidence, _ remote: String, isNobodys: Bool = false
  ) throws -> [LedgerName] {
    guard case .annotated(let tag) = tag else { return [] }
    let trailers = TagTrailers(parsing: tag.message)
    let isRecorded = evidence.tagRecords.contains { record in
      if case .tag(tag.object) = record.body { true } else { false }
    }
    // What says of itself that deed made it may have been cut anew; what does not was moved.
    let isNews =
      isRecorded || (trailers.isEmpty && !evidence.tagRecords.isEmpty)
      ? false : try !ledgers.wasAsked(about: tag.object, on: remote)
    return try LedgerName.ofRecords.filter { ledger in
      guard evidence.state(of: ledger) == .readable else { return false }
      if isNews, ledger == .deployments || !trailers.isEmpty { return true }
      if isNobodys { return false }
      return try trailers.tips(of: ledger).contains { try !ledgers.knows($0, in: ledger) }
    }
  }

  /// Tags that git cannot have beside a release's: `api` and `api/v1.0.0` exclude each other.
  func tagsInTheWay(of release: ReleaseVersion) throws -> [String] {
    let parts = release.description.split(separator: "/")
    for count in 1..<max(1, parts.count) {
      let name = parts.prefix(count).joined(separator: "/")
      guard try repository.reference("refs/tags/\(name)") != nil else { continue }
      // Anybody may say that something below a release is one: nobody is told to make room for that.
      let isRelease = try policyOrDefaults().prefixes.contains {
        ReleaseVersion(tag: name, prefix: $0) != nil
      }
      return isRelease ? [] : [name]
    }
    return try repository.references(under: release.reference + "/").map {
      String($0.name.dropFirst("refs/tags/".count))
    }
  }

  /// The command that brings the tag of a release that is cut, for whoever is told that it is not here.
  ///
  /// - Parameter withOthers: Whether more of them are not here, so that one command is to bring all.
  func fetching(
    _ release: ReleaseVersion, from remote: String, withOthers: Bool
  ) throws -> String {
    let others = try tagsInTheWay(of: release).map(GitError.quoted)
    let room = others.isEmpty ? "" : "git tag -d \(others.joined(separator: " ")) && "
    let name = GitError.quoted(release.description)
    if repository.isShallow { return "\(room)git fetch --unshallow --tags" }
    return withOthers && others.isEmpty
      ? "git fetch --tags \(GitError.quoted(remote))"
      : "\(room)git fetch \(GitError.quoted(remote)) tag \(name)"
  }

  /// Whether the tags of several releases that are recorded are not here, as in a clone without tags.
  func lacksTags(of lines: DeploymentLines) throws -> Bool {
    var lacking: Set<ReleaseVersion> = []
    for record in lines.standingTags {
      guard let release = ReleaseVersion(recorded: record.release),
        try repository.reference(release.reference) == nil
      else { continue }
      lacking.insert(release)
      if lacking.count > 1 { return true }
    }
    return false
  }

  /// The command that brings the tag that was cut in the place of another, where the remote has it.
  func fetchingBack(_ release: ReleaseVersion, from remote: String) -> String {
    "git fetch --force \(GitError.quoted(remote)) tag \(GitError.quoted(release.description))"
      + ReleaseCase.ifRemoteHasIt
  }

  /// The ways on where a release was cut and its tag never pushed.
  ///
  /// Anybody may have made the record: whoever cut it knows where that was, and nobody cuts what a record
  /// alone vouches for.
  func unpushedWays(_ release: String, on remote: String) -> String {
    "who cut it pushes it (git push \(GitError.quoted(remote)) \(GitError.quoted(release))), or cuts it "
      + "anew, with --commit, where it was"
  }

  /// The tag object that was cut, where its name was deleted here and it is here all the same.
  ///
  /// Anybody may say that they cut a release, and that this replaces what others say: so not where several
  /// tags were ever spoken of, and never in the place of one.
  func keptTag(
    _ release: ReleaseVersion, _ tag: TagFact, _ records: TagRecords, _ lines: DeploymentLines
  ) throws -> ObjectID? {
    guard case .absent = tag, records.count == 1, let record = records.others.first,
      case .tag(let cut) = record.body,
      lines.tags.allSatisfy({ other in
        if case .tag(cut) = other.body { return true }
        return !other.release.utf8.elementsEqual(release.description.utf8)
      }), let object = try repository.object(cut),
      object.kind == .tag,
      let kept = TagObject(parsing: object.bytes),
      kept.name.utf8.elementsEqual(release.description.utf8),
      try repository.peeledToCommit(cut) == record.commit
    else { return nil }
    return cut
  }
}
