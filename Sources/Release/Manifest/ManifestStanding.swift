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
  /// All that were ever recorded, by time.
  private let recorded: [Entry]

  package init(_ evidence: Evidence) {
    self.init(evidence, evidence.standing)
  }

  init(_ evidence: Evidence, _ standing: Standing) {
    func entries(_ records: [Record]) -> [Entry] {
      records.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.compactMap { record in
        guard case .manifest(let summary) = record.body else { return nil }
        return Entry(
          record: record, summary: summary, fact: evidence.manifests[record.id] ?? .missing)
      }
    }
    self.entries = entries(standing.ofKind(.manifest))
    recorded = entries(evidence.records)
  }

  package var isEmpty: Bool { entries.isEmpty }

  /// Those that could be read.
  package var manifests: [Manifest] {
    entries.compactMap { if case .read(let manifest) = $0.fact { manifest } else { nil } }
  }

  /// All artifacts of all manifests, by name, each name once.
  package var artifacts: [Manifest.Artifact] {
    manifests.flatMap(\.artifacts).distinct(by: \.name)
  }

  /// All images of all manifests, by name, each name once.
  package var images: [Manifest.Image] {
    Dictionary(
      manifests.flatMap(\.images).map { (Array($0.name.utf8), $0) },
      uniquingKeysWith: { one, _ in one }
    ).sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
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

// The files that lie beside the artifacts where they were distributed.
extension ManifestStanding {
  /// The sets of files of which one lies there: first that of today, then those of other manifests
  /// that stood at some time and ship the same artifacts.
  package var filesBeside: [[Manifest.File]] {
    let today = manifests
    let shipped = Self.contents(today)
    var sets = [today]
    for former in formerly {
      guard former.reduce(0, { $0 + $1.artifacts.count }) >= shipped.count,
        Self.contents(former) == shipped, !sets.contains(former)
      else { continue }
      sets.append(former)
    }
    return sets.map { Manifest.files(of: $0) }
  }

  /// What stood after each record, and each manifest alone: that of whoever had no other yet.
  private var formerly: [[Manifest]] {
    let alone = recorded.map { [$0] }
    let together = recorded.indices.map { last in
      let seen = recorded[...last]
      let replaced = Set(seen.flatMap(\.record.replaces))
      return seen.filter { !replaced.contains($0.record.id) }
    }
    return (together + alone).compactMap { entries in
      let read = entries.compactMap { entry in
        if case .read(let manifest) = entry.fact { manifest } else { nil }
      }
      return read.count == entries.count ? read : nil
    }
  }

  private struct Content: Hashable {
    let path: [UInt8]
    let digest: Digest
  }

  private static func contents(_ manifests: [Manifest]) -> Set<Content> {
    Set(
      manifests.flatMap(\.artifacts).map { Content(path: Array($0.path.utf8), digest: $0.digest) })
  }
}

extension EnvironmentRules {
  /// Whether what is shipped must be recorded for it.
  package var asksForManifest: Bool {
    checks.contains { $0.utf8.elementsEqual(CheckRules.artifacts.utf8) }
  }
}
