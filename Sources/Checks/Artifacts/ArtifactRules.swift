package import Release

/// `[checks.artifacts]`: what a release ships.
package struct ArtifactRules: Sendable {
  /// As the policy has them, those of `names` last.
  package let patterns: [ArtifactPattern]
  /// Names of artifacts, by their paths.
  package let names: [(name: String, path: String)]
  /// What else is to be known of artifacts, by their names.
  private let metadata: [ExactName: [String: String]]
  /// As the policy has them, see `ImageReference.isCalled`.
  package let images: [String]
  /// The compose files' paths, in compose's order; none for the usual ones.
  package let compose: [String]

  package init(_ settings: CheckSettings) throws(CheckTrouble) {
    names = settings.table("names").map { ($0.key, $0.value) }
    metadata = Dictionary(
      uniqueKeysWithValues: settings.tables("metadata").map { (ExactName($0.key), $0.value) })
    images = settings.texts("images")
    compose = settings.texts("compose")
    patterns = try Self.patterns(settings.texts("paths") + names.map(\.path))
  }

  private init() {
    (patterns, names, metadata, images, compose) = ([], [], [:], [], [])
  }

  /// Nothing at all.
  package static var none: ArtifactRules { ArtifactRules() }

  package static func patterns(_ texts: [String]) throws(CheckTrouble) -> [ArtifactPattern] {
    var patterns: [ArtifactPattern] = []
    for text in texts {
      do throws(ManifestError) {
        patterns.append(try ArtifactPattern(text))
      } catch {
        throw CheckTrouble(error.reason)
      }
    }
    return patterns
  }

  /// What the policy says of artifacts; nothing where it says nothing.
  package static func of(_ policy: Policy) throws(CheckTrouble) -> ArtifactRules {
    guard case .builtIn(let settings)? = policy.checks[CheckRules.artifacts] else {
      return .none
    }
    return try ArtifactRules(CheckSettings(settings))
  }

  package var isEmpty: Bool { patterns.isEmpty && images.isEmpty && compose.isEmpty }

  /// Names for which there is metadata, and that are no artifact's.
  package func strayMetadata(_ artifacts: [Manifest.Artifact]) -> [String] {
    let known = Set(artifacts.map { ExactName($0.name) })
    return metadata.keys.filter { !known.contains($0) }.map(\.text).sorted()
  }

  /// The artifacts that files are.
  package func artifacts(_ files: [FoundFile]) -> [Manifest.Artifact] {
    let byPath = Dictionary(
      names.map { (ExactName($0.path), $0.name) }, uniquingKeysWith: { one, _ in one })
    return files.map { file in
      let name = byPath[ExactName(file.path)] ?? file.path
      return Manifest.Artifact(
        name: name, path: file.path, digest: file.digest, size: file.size,
        metadata: metadata[ExactName(name)] ?? [:])
    }
  }
}
