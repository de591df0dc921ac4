/// A file as it was found where artifacts lie.
package struct FoundFile: Hashable, Sendable {
  /// From the root that was looked through.
  package let path: String
  package let digest: Digest
  /// In bytes.
  package let size: Int

  package init(path: String, digest: Digest, size: Int) {
    self.path = path
    self.digest = digest
    self.size = size
  }
}

/// What is different between artifacts as they were recorded and files as they are.
package struct ManifestComparison: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    package let artifact: Manifest.Artifact
    package let found: FoundFile
  }

  package let missing: [Manifest.Artifact]
  package let changed: [Change]
  package let extra: [FoundFile]
  /// How many are as they were recorded.
  package let same: Int

  /// Everything by path, each list in the order in which it was given.
  package init(_ artifacts: [Manifest.Artifact], _ files: [FoundFile]) {
    let byPath = Dictionary(
      files.map { (Array($0.path.utf8), $0) }, uniquingKeysWith: { one, _ in one })
    var missing: [Manifest.Artifact] = []
    var changed: [Change] = []
    for artifact in artifacts {
      guard let found = byPath[Array(artifact.path.utf8)] else {
        missing.append(artifact)
        continue
      }
      if found.digest != artifact.digest || found.size != artifact.size {
        changed.append(Change(artifact: artifact, found: found))
      }
    }
    let known = Set(artifacts.map { Array($0.path.utf8) })
    self.missing = missing
    self.changed = changed
    extra = files.filter { !known.contains(Array($0.path.utf8)) }
    same = artifacts.count - missing.count - changed.count
  }

  package var isSame: Bool { missing.isEmpty && changed.isEmpty && extra.isEmpty }
}
