import Git
import Release

extension Workspace {
  /// What is here of the manifests that records name.
  ///
  /// - Parameter known: What was read before: an attachment never changes.
  func manifests(
    of records: [Record], known: [RecordID: ManifestFact] = [:]
  ) -> [RecordID: ManifestFact] {
    var facts: [RecordID: ManifestFact] = [:]
    for record in records {
      guard case .manifest(let summary) = record.body else { continue }
      if case .read(let manifest)? = known[record.id] {
        facts[record.id] = .read(manifest)
      } else {
        facts[record.id] = fact(of: record, summary)
      }
    }
    return facts
  }

  private func fact(of record: Record, _ summary: Record.ManifestSummary) -> ManifestFact {
    do throws(GitError) {
      guard let header = try repository.header(of: summary.file.blob) else { return .missing }
      // Its size is asked for first: somebody may have put something very large there.
      guard header.kind == .blob, header.size == summary.file.size else {
        return .invalid("it is not what was recorded")
      }
      return ManifestFact(try repository.object(summary.file.blob)?.bytes, of: record, summary)
    } catch {
      return .unreadable(error.message)
    }
  }
}

extension ReleaseCase {
  /// What keeps it from being known which manifests stand, if anything does.
  var doubtAboutManifests: Failure? {
    if let doubt = evidence.doubt(about: .checks) {
      return Failure(
        .repository, "it cannot be told what is recorded of \(release.description.safe): \(doubt)",
        hint: "deed sync")
    }
    return evidence.unreadable.first { $0.kind == .manifest }.map { record in
      Failure(
        .repository, "a manifest cannot be judged: \(record.reason)", hint: "install a newer deed")
    }
  }

  /// The manifests that stand, where they can be relied on; else why they cannot.
  func soundManifests() throws -> ManifestStanding {
    if let doubt = doubtAboutManifests { throw doubt }
    let manifests = releasedManifests
    for entry in manifests.entries {
      let whose = "the manifest by \(entry.record.by.name.safe)"
      switch entry.fact {
      case .read: continue
      case .missing: throw Failure(.repository, "\(whose) is not here", hint: "deed sync")
      case .unreadable(let why):
        throw Failure(.repository, "\(whose) cannot be read: \(why.safe)")
      case .invalid(let why):
        throw Failure(
          .refused, "\(whose) does not count: \(why.safe)",
          hint: "deed artifacts record \(release.description.safe) --replace")
      }
    }
    return manifests
  }

  /// The same, of which there must be one, and none may contradict another.
  func requiredManifests() throws -> ManifestStanding {
    let manifests = try soundManifests()
    guard !manifests.isEmpty else {
      throw Failure(
        .refused, "no manifest of \(release.description.safe) is recorded",
        hint: "deed artifacts record \(release.description.safe)")
    }
    if let name = manifests.contradictions.first {
      throw Failure(
        .refused, "two manifests give \(name.safe) different digests",
        hint: "by whoever has the right files: "
          + "deed artifacts record \(release.description.safe) --replace")
    }
    return manifests
  }
}
