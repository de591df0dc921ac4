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
  /// - Parameters:
  ///   - sets: Sets of files of which one may lie beside the artifacts: then all of it, as it is here.
  ///   - isDistributed: Whether one must.
  package init(
    _ artifacts: [Manifest.Artifact], _ files: [FoundFile], beside sets: [[Manifest.File]] = [],
    isDistributed: Bool = false
  ) {
    let byPath = Dictionary(
      files.map { (Array($0.path.utf8), $0) }, uniquingKeysWith: { one, _ in one })
    let shipped = Set(artifacts.map { Array($0.path.utf8) })
    let beside = Self.beside(sets, except: shipped, byPath, isDistributed)
    let wanted = artifacts + beside
    missing = wanted.filter { byPath[Array($0.path.utf8)] == nil }
    changed = wanted.compactMap { artifact in
      guard let found = byPath[Array(artifact.path.utf8)],
        found.digest != artifact.digest || found.size != artifact.size
      else { return nil }
      return Change(artifact: artifact, found: found)
    }
    same = artifacts.count { artifact in
      guard let found = byPath[Array(artifact.path.utf8)] else { return false }
      return found.digest == artifact.digest && found.size == artifact.size
    }
    let known = shipped.union(beside.map { Array($0.path.utf8) })
    extra = files.filter { !known.contains(Array($0.path.utf8)) }
  }

  /// The files of the set that is there, or of the one that is most likely meant to be.
  private static func beside(
    _ sets: [[Manifest.File]], except shipped: Set<[UInt8]>, _ files: [[UInt8]: FoundFile],
    _ isDistributed: Bool
  ) -> [Manifest.Artifact] {
    let sets = sets.map { set in
      set.filter { !shipped.contains(Array($0.name.utf8)) }.map { file in
        Manifest.Artifact(
          name: file.name, path: file.name, digest: Digest(of: file.content),
          size: file.content.count)
      }
    }
    func count(_ set: [Manifest.Artifact], where isCounted: (FoundFile, Manifest.Artifact) -> Bool)
      -> Int
    {
      set.count { file in files[Array(file.path.utf8)].map { isCounted($0, file) } ?? false }
    }
    let ranked = sets.map { set in
      (set, wrong: set.count - count(set) { $0.digest == $1.digest })
    }
    guard let best = ranked.min(by: { $0.wrong < $1.wrong })?.0 else { return [] }
    let isThere = sets.contains { count($0) { _, _ in true } > 0 }
    return isThere || isDistributed ? best : []
  }

  package var isSame: Bool { missing.isEmpty && changed.isEmpty && extra.isEmpty }
}
