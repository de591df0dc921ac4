import Git
import Ledger
import Release

/// Records manifests: several stand together, and none may say otherwise than another.
struct ManifestRecording {
  let workspace: Workspace
  let subject: ReleaseCase
  let identity: Identity
  /// Whether the manifest takes the place of all that stand.
  let isReplacing: Bool

  enum Outcome {
    case recorded(Record, Manifest)
    /// All of it stood before.
    case stood(Record, Manifest)

    var record: Record {
      switch self {
      case .recorded(let record, _), .stood(let record, _): record
      }
    }

    var manifest: Manifest {
      switch self {
      case .recorded(_, let manifest), .stood(_, let manifest): manifest
      }
    }
  }

  /// What stands already of a manifest, or why it may not be recorded; `nil` where it may.
  func standing(_ manifest: Manifest) throws -> Outcome? {
    let release = subject.release.description
    let manifests = isReplacing ? ManifestStanding(subject.evidence) : try subject.soundManifests()
    let whole = manifests.entries.first { entry in
      guard case .read(let other) = entry.fact else { return false }
      return isReplacing
        ? manifests.entries.count == 1 && other.hasSameContent(as: manifest)
        : other.holds(manifest)
    }
    if let whole, case .read(let manifest) = whole.fact { return .stood(whole.record, manifest) }
    let disputed = manifests.contradictions(with: manifest)
    guard isReplacing || !disputed.isEmpty else { return nil }
    // A tag that names what was shipped is not to be made a liar.
    if case .annotated(let tag) = subject.tag, !TagTrailers(parsing: tag.message).manifests.isEmpty
    {
      throw Failure(
        .refused,
        "the tag \(release.safe) names its manifest: other files are another release"
          + (disputed.first.map { " (\($0.safe) differs)" } ?? ""),
        hint: "deed next   # proposes its version")
    }
    guard !isReplacing, let first = disputed.first else { return nil }
    let others = disputed.count > 1 ? " and \(disputed.count - 1) more" : ""
    throw Failure(
      .refused, "\(release.safe) is recorded with other digests: \(first.safe)\(others)",
      hint: "to record these in their place, after which approvals are to be given again: "
        + "deed artifacts record \(release.safe) --replace")
  }

  /// Attaches the manifest and records it.
  func record(_ manifest: Manifest) async throws -> Outcome {
    if let stood = try standing(manifest) { return stood }
    let canonical = manifest.canonical
    let name = manifest.files.first?.name ?? "manifest.json"
    let file = try workspace.pending(name, isProof: true) { canonical }
    let record = try await workspace.append(
      [makeRecord(manifest, file.attachment)], with: [file], by: identity,
      message: "deed: manifest of \(subject.release)")[0]
    return .recorded(record, manifest)
  }

  private func makeRecord(
    _ manifest: Manifest, _ file: Record.Attachment
  ) throws -> Record {
    let body = Record.Body.manifest(Record.ManifestSummary(file: file, manifest))
    if isReplacing {
      return try workspace.record(body, environment: nil, in: subject, by: identity)
    }
    return try Record(
      at: subject.now, by: identity.person, commit: subject.commit, release: subject.release,
      environment: nil, body: body, replaces: [])
  }

  /// Approvals that a manifest recorded now would make stale.
  var approvals: [Record] {
    subject.evidence.standing.ofKind(.signoff).filter { record in
      if case .signoff(let signoff) = record.body { signoff.decision == .approve } else { false }
    }
  }
}

extension Manifest {
  /// Whether another one says nothing that this one does not.
  fileprivate func holds(_ other: Manifest) -> Bool {
    Set(artifacts).isSuperset(of: other.artifacts) && Set(images).isSuperset(of: other.images)
  }

  fileprivate func hasSameContent(as other: Manifest) -> Bool {
    artifacts == other.artifacts && images == other.images
  }
}
