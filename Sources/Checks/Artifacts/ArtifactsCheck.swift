internal import Git
internal import Release

/// Whether what is shipped is there, and is what was recorded.
package struct ArtifactsCheck: Check {
  package let title = "Artifacts"
  private let settings: CheckSettings

  /// How many files are named that are not as they were recorded.
  private static let mostNamed = 50

  package init(_ settings: CheckSettings) {
    self.settings = settings
  }

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    let rules = try ArtifactRules(settings)
    // What was recorded without a policy is held to all the same.
    guard !rules.isEmpty || !(subject.manifests?.isEmpty ?? true) else {
      return [CheckFinding(.pass, "artifacts-none", "the policy names no artifacts")]
    }
    var findings: [CheckFinding] = []
    let manifests = try standing(subject, &findings)
    if !rules.patterns.isEmpty || !(manifests?.artifacts.isEmpty ?? true) {
      do throws(ArtifactError) {
        findings += try files(rules, manifests, subject)
      } catch {
        switch error.kind {
        case .outside, .special, .limit, .refused: findings.append(unfit(error))
        case .missing, .unreadable, .changed, .unwritable, .stopped:
          // What cannot be told is no answer; but no is one, whatever the rest may be.
          guard error.kind != .stopped, findings.contains(where: { $0.outcome == .fail }) else {
            throw CheckTrouble(error.message, hint: error.hint)
          }
          findings.append(unread(error))
        }
      }
    }
    do throws(CheckTrouble) {
      findings += try await images(rules, manifests, subject)
    } catch {
      guard error != .stopped, findings.contains(where: { $0.outcome == .fail }) else {
        throw error == .stopped
          ? error : CheckTrouble(error.message, hint: error.hint, findings: findings)
      }
      findings.append(CheckFinding(.fail, "artifact-unread", error.message, hint: error.hint))
    }
    return findings
  }

  /// The manifests that the files are held to; `nil` where none of use stands.
  private func standing(
    _ subject: CheckSubject, _ findings: inout [CheckFinding]
  ) throws(CheckTrouble) -> ManifestStanding? {
    guard let manifests = subject.manifests, !manifests.isEmpty else {
      findings.append(
        CheckFinding(
          .fail, "manifest-none", "no manifest is recorded"))
      return nil
    }
    for entry in manifests.entries {
      let whose = "the manifest of \(entry.record.by.name)"
      switch entry.fact {
      case .read:
        findings.append(
          CheckFinding(
            .pass, "manifest-recorded",
            "a manifest of \(entry.summary.counts) is recorded: sha256 "
              + entry.summary.file.digest.short))
      case .invalid(let why):
        findings.append(CheckFinding(.fail, "manifest-broken", "\(whose) does not count: \(why)"))
      case .missing: throw CheckTrouble("\(whose) is not here", hint: "deed sync")
      case .unreadable(let why):
        throw CheckTrouble("\(whose) cannot be read: \(why)", hint: "deed doctor")
      }
    }
    findings += manifests.contradictions.map { name in
      CheckFinding(.fail, "manifest-disagrees", "two manifests give \(name) different digests")
    }
    return manifests
  }

  private func files(
    _ rules: ArtifactRules, _ manifests: ManifestStanding?, _ subject: CheckSubject
  ) throws(ArtifactError) -> [CheckFinding] {
    guard let directory = subject.repository.workDirectory else {
      throw ArtifactError(.unreadable, "a bare repository has no artifacts in it")
    }
    let root = try ArtifactRoot(workTree: directory, of: subject.repository)
    let found = try ArtifactSearch.files(matching: rules.patterns, in: root)
    let named = rules.patterns.count - rules.names.count
    var findings = zip(rules.patterns, found.counts).enumerated().map { index, found in
      let (pattern, count) = found
      return count == 0
        ? CheckFinding(
          .fail, "artifact-none", "nothing matches \(pattern.text)", path: pattern.text,
          hint: index < named ? nil : "build it, or mend `names` in [checks.artifacts]")
        : CheckFinding(
          .pass, "artifact-files", "\(pattern.text): \(count.counted("file"))",
          path: pattern.text)
    }
    guard let artifacts = manifests?.artifacts else {
      if let unread = found.faults.first(where: { $0.kind == .unreadable }) { throw unread }
      return findings + found.faults.map(unfit)
    }
    let faults = ArtifactFaults(artifacts, found, in: root, subject.watch)
    findings += try compared(
      ManifestComparison(artifacts.filter { !faults.speakOf($0.path) }, faults.files), faults)
    return findings
  }

  private func unfit(_ error: ArtifactError) -> CheckFinding {
    CheckFinding(.fail, "artifact-unfit", error.message, path: error.path, hint: error.hint)
  }

  private func unread(_ error: ArtifactError) -> CheckFinding {
    CheckFinding(.fail, "artifact-unread", error.message, path: error.path, hint: error.hint)
  }

  private func compared(
    _ comparison: ManifestComparison, _ others: ArtifactFaults
  ) throws(ArtifactError) -> [CheckFinding] {
    var faults =
      comparison.missing.map { artifact in
        CheckFinding(
          .fail, "artifact-missing", "\(artifact.path) was recorded, and is not here",
          path: artifact.path)
      }
      + comparison.changed.map { change in
        CheckFinding(
          .fail, "artifact-changed",
          "\(change.found.path) is not what was recorded: sha256 \(change.found.digest.short), not "
            + change.artifact.digest.short, path: change.found.path)
      }
      + comparison.extra.map { file in
        CheckFinding(
          .fail, "artifact-extra", "\(file.path) is not in the manifest", path: file.path)
      } + others.unfit.map(unfit)
    if faults.isEmpty || others.isStopped, let unread = others.unread.first { throw unread }
    faults += others.unread.map(unread)
    guard !faults.isEmpty else {
      guard comparison.same > 0 else { return [] }
      let count = comparison.same
      return [
        CheckFinding(
          .pass, "artifacts-same",
          "\(count) artifact\(count == 1 ? " is" : "s are") as recorded, byte for byte")
      ]
    }
    guard faults.count > Self.mostNamed else { return faults }
    return faults.prefix(Self.mostNamed) + [
      CheckFinding(.fail, "artifacts-more", "and \(faults.count - Self.mostNamed) more")
    ]
  }

  private func images(
    _ rules: ArtifactRules, _ manifests: ManifestStanding?, _ subject: CheckSubject
  ) async throws(CheckTrouble) -> [CheckFinding] {
    let digests = try ImageDigests(
      rules, in: subject.repository, at: subject.commit, until: subject.watch.isStopped)
    let recorded = (manifests?.images ?? []).map { image in
      (image, ImageReference(image.name))
    }
    var findings: [CheckFinding] = []
    for name in digests.names {
      let here = recorded.filter { image, reference in
        reference?.isCalled(name) ?? image.name.utf8.elementsEqual(name.utf8)
      }.map(\.0)
      let pinned = digests.pinned(name)
      if let image = here.first {
        let others = pinned.filter { pin in !here.contains { $0.digest == pin.digest } }
        if let pinned = others.first {
          findings.append(
            CheckFinding(
              .fail, "image-changed",
              "image \(name) was recorded as \(image.digest.short), and is \(pinned.digest.short)",
              path: pinned.path, line: pinned.line))
        } else {
          findings.append(
            CheckFinding(
              .pass, "image", "image \(name) is recorded: sha256 \(image.digest.short)"))
        }
        continue
      }
      switch try await digests.answer(name) {
      case .found(let image):
        findings.append(
          manifests == nil
            ? CheckFinding(
              .pass, "image-digest", "image \(name) has the digest sha256 \(image.digest.short)")
            : CheckFinding(
              .fail, "image-unrecorded", "image \(name), \(image.digest.short), is in no manifest",
              path: pinned.first?.path, line: pinned.first?.line))
      case .none(let why, let path, let line):
        findings.append(CheckFinding(.fail, "image-no-digest", why, path: path, line: line))
      }
    }
    return findings
      + digests.leftOut.map { image in
        CheckFinding(
          .pass, "image-left-out",
          "image \(image.name) is none that `images` names, so nothing is asked of it",
          path: image.path, line: image.line)
      }
  }
}
