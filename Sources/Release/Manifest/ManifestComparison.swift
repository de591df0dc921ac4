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
  ///
  /// - Parameter beside: Files that may lie beside the artifacts, and then are to be as they are here.
  package init(
    _ artifacts: [Manifest.Artifact], _ files: [FoundFile], beside: [Manifest.File] = []
  ) {
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
    same = artifacts.count - missing.count - changed.count
    var known = Set(artifacts.map { Array($0.path.utf8) })
    for file in beside where known.insert(Array(file.name.utf8)).inserted {
      guard let found = byPath[Array(file.name.utf8)] else { continue }
      let digest = Digest(of: file.content)
      guard found.digest != digest else { continue }
      let written = Manifest.Artifact(
        name: file.name, path: file.name, digest: digest, size: file.content.count)
      changed.append(Change(artifact: written, found: found))
    }
    self.missing = missing
    self.changed = changed
    extra = files.filter { !known.contains(Array($0.path.utf8)) }
  }

  package var isSame: Bool { missing.isEmpty && changed.isEmpty && extra.isEmpty }
}
