/// What is here of the manifest that a record names.
package enum ManifestFact: Sendable {
  case read(Manifest)
  /// It was not fetched, or is gone.
  case missing
  /// It is not what was recorded, or none of this release; the text says why.
  case invalid(String)
  /// The repository cannot be read; the text says why.
  case unreadable(String)

  /// - Parameter content: What the record's reference leads to; `nil` where nothing is there.
  package init(_ content: [UInt8]?, of record: Record, _ summary: Record.ManifestSummary) {
    guard let content else {
      self = .missing
      return
    }
    guard content.count == summary.file.size, Digest(of: content) == summary.file.digest else {
      self = .invalid("it is not what was recorded")
      return
    }
    do throws(ManifestError) {
      let manifest = try Manifest(canonical: content)
      let isOfRelease =
        manifest.commit == record.commit
        && manifest.release.utf8.elementsEqual(record.release.utf8)
      guard isOfRelease else {
        self = .invalid("it is that of \(manifest.release) at \(manifest.commit.short)")
        return
      }
      self = .read(manifest)
    } catch {
      self = .invalid(error.reason)
    }
  }
}

/// The manifests of a release that stand, taken together.
package struct ManifestStanding: Sendable {
  package struct Entry: Sendable {
    package let record: Record
    package let summary: Record.ManifestSummary
    package let fact: ManifestFact
  }

  /// By time.
  package let entries: [Entry]

  package init(_ evidence: Evidence) {
    self.init(evidence, evidence.standing)
  }

  init(_ evidence: Evidence, _ standing: Standing) {
    entries = standing.ofKind(.manifest).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
      .compactMap { record in
        guard case .manifest(let summary) = record.body else { return nil }
        return Entry(
          record: record, summary: summary, fact: evidence.manifests[record.id] ?? .missing)
      }
  }

  package var isEmpty: Bool { entries.isEmpty }

  /// Those that could be read.
  package var manifests: [Manifest] {
    entries.compactMap { if case .read(let manifest) = $0.fact { manifest } else { nil } }
  }

  /// All artifacts of all manifests, by name, each name once.
  package var artifacts: [Manifest.Artifact] {
    Self.distinct(manifests.flatMap(\.artifacts), by: \.name)
  }

  /// All images of all manifests, by name, each name once.
  package var images: [Manifest.Image] {
    Self.distinct(manifests.flatMap(\.images), by: \.name)
  }

  private static func distinct<Part>(_ parts: [Part], by name: (Part) -> String) -> [Part] {
    Dictionary(parts.map { (Array(name($0).utf8), $0) }, uniquingKeysWith: { one, _ in one })
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  /// The files that belong beside the artifacts: those of the manifest, or of all of them as one.
  package var files: [Manifest.File] {
    get throws(ManifestError) {
      let all = manifests
      guard all.count > 1, let last = all.last else { return all.first?.files ?? [] }
      return try Manifest(
        release: last.release, date: last.date, commit: last.commit, branch: last.branch,
        artifacts: artifacts, images: images
      ).files
    }
  }

  /// The names and paths to which manifests give different digests.
  package var contradictions: [String] { Self.disputed(manifests) }

  /// The same, were this manifest to stand beside them.
  package func contradictions(with manifest: Manifest) -> [String] {
    Self.disputed(manifests + [manifest])
  }

  private static func disputed(_ manifests: [Manifest]) -> [String] {
    var digests: [[UInt8]: Digest] = [:]
    func isDisputed(_ kind: Unicode.Scalar, _ name: String, _ digest: Digest) -> Bool {
      // An artifact may be called as another one's path is.
      let key = [UInt8(ascii: kind)] + Array(name.utf8)
      return digests.updateValue(digest, forKey: key).map { $0 != digest } ?? false
    }
    var disputed: Set<[UInt8]> = []
    for manifest in manifests {
      for artifact in manifest.artifacts {
        let isByPath = isDisputed("p", artifact.path, artifact.digest)
        if isDisputed("n", artifact.name, artifact.digest) {
          disputed.insert(Array(artifact.name.utf8))
        } else if isByPath {
          disputed.insert(Array(artifact.path.utf8))
        }
      }
      for image in manifest.images where isDisputed("i", image.name, image.digest) {
        disputed.insert(Array(image.name.utf8))
      }
    }
    return disputed.sorted { $0.lexicographicallyPrecedes($1) }
      .map { String(decoding: $0, as: UTF8.self) }
  }
}

extension EnvironmentRules {
  /// Whether what is shipped must be recorded for it.
  package var asksForManifest: Bool {
    checks.contains { $0.utf8.elementsEqual(CheckRules.artifacts.utf8) }
  }
}
