import Checks
import Git
import Release

// What is shipped is recorded before the tag, so that the tag can name it.
extension Preflight {
  /// The manifest that is to be recorded; `nil` where one stands, or there is nothing to record.
  mutating func manifest(_ subject: ReleaseCase) async -> Manifest? {
    guard subject.policy.environments.contains(where: \.asksForManifest) else { return nil }
    let release = subject.release.description
    do {
      let manifests = try subject.soundManifests()
      guard manifests.isEmpty else {
        standing(manifests, release)
        return nil
      }
      let watch = ProgressLine.watch(workspace.context, "digesting")
      let collection = try ArtifactCollection(workspace, subject, watch)
      guard try isHere(target) else {
        add(
          "manifest", .met,
          "no manifest is recorded, and the work tree is not at \(target.short): deed artifacts "
            + "record \(release) is still to be run")
        return nil
      }
      let found = try await collection.found(asThePolicyHasIt: true)
      return judge(found, collection, subject)
    } catch {
      add("manifest", error)
      return nil
    }
  }

  private mutating func standing(_ manifests: ManifestStanding, _ release: String) {
    if let name = manifests.contradictions.first {
      return add(
        "manifest", .unmet, "two manifests give \(name) different digests",
        hint: "deed artifacts record \(release) --replace   # settles it")
    }
    let counts = manifests.entries.map(\.summary.counts).joined(separator: "; ")
    add("manifest", .met, "a manifest of \(counts) is recorded")
  }

  private func isHere(_ commit: ObjectID) throws -> Bool {
    guard workspace.repository.workDirectory != nil else { return false }
    return try workspace.head() == commit
  }

  private mutating func judge(
    _ found: ArtifactCollection.Found, _ collection: ArtifactCollection, _ subject: ReleaseCase
  ) -> Manifest? {
    let release = subject.release.description
    // Images may be pinned in a file of the commit while nothing is built from it yet.
    guard !found.isEmpty, !found.artifacts.isEmpty || found.lacking.isEmpty else {
      add(
        "manifest", .met,
        "there is nothing yet to record as shipped: deed artifacts record \(release) once it is built"
      )
      return nil
    }
    guard found.lacking.isEmpty else {
      add(
        "manifest", .unmet,
        "what is shipped is not whole: \(found.lacking.joined(separator: "; "))",
        hint: "build all of it, and then: deed artifacts record \(release)")
      return nil
    }
    let approvals = subject.evidence.standing.ofKind(.signoff).count { record in
      if case .signoff(let signoff) = record.body { signoff.decision == .approve } else { false }
    }
    guard approvals == 0 else {
      add(
        "manifest", .unmet,
        "\(approvals.counted("approval")) given before what is shipped was recorded would not count",
        hint: "deed artifacts record \(release)   # and then approve again")
      return nil
    }
    do {
      let manifest = try collection.manifest(of: found)
      add(
        "manifest", .met,
        "\(manifest.artifacts.count.counted("artifact")) and "
          + "\(manifest.images.count.counted("image")) are to be recorded as shipped")
      return manifest
    } catch {
      add("manifest", error)
      return nil
    }
  }
}

extension CutPlan {
  /// The same plan once what is shipped has been recorded.
  func recordingManifest(_ workspace: Workspace) async throws -> CutPlan {
    guard let manifest, let release, let tagger, let subject = releaseCase, unfinished == nil else {
      return self
    }
    var signing = workspace
    signing.signer = signer
    _ = try await ManifestRecording(
      workspace: signing, subject: subject, identity: tagger, isReplacing: false
    ).record(manifest)
    let ledgers = try workspace.ledgers.tipsOfAllRecords()
    return judged(
      try await workspace.gather(ReleaseSubject(release: release, commit: target, policy: policy)),
      ledgers: ledgers)
  }
}
