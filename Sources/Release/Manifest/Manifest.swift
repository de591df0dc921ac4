/// What a release ships: artifacts with their sizes and SHA-256 digests, and the digests of container
/// images.
package struct Manifest: Hashable, Sendable {
  package struct Artifact: Hashable, Sendable {
    /// As people call it; its path where nothing else is configured.
    package let name: String
    /// From the root under which the artifacts lie.
    package let path: String
    package let digest: Digest
    /// In bytes.
    package let size: Int
    /// What else is to be known of it, by names in ASCII.
    package let metadata: [String: String]

    package init(
      name: String, path: String, digest: Digest, size: Int, metadata: [String: String] = [:]
    ) {
      self.name = name
      self.path = path
      self.digest = digest
      self.size = size
      self.metadata = metadata
    }
  }

  package struct Image: Hashable, Sendable {
    /// The reference without its digest: `registry.example.com/app:1.4`.
    package let name: String
    package let digest: Digest

    package init(name: String, digest: Digest) {
      self.name = name
      self.digest = digest
    }
  }

  /// How many artifacts one manifest can hold.
  package static let maximumCount = 100_000

  /// The release's name.
  package let release: String
  /// When it was recorded.
  package let date: Timestamp
  package let commit: ObjectID
  /// The branch that was checked out; `nil` where none was.
  package let branch: String?
  /// By name.
  package let artifacts: [Artifact]
  /// By name.
  package let images: [Image]

  package init(
    release: String, date: Timestamp, commit: ObjectID, branch: String?,
    artifacts: [Artifact], images: [Image]
  ) throws(ManifestError) {
    self.release = release
    self.date = date
    self.commit = commit
    self.branch = branch
    self.artifacts = artifacts.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.images = images.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    try check()
  }

  /// The size of all artifacts, in bytes.
  package var size: Int { artifacts.map(\.size).reduce(0, +) }

  private func check() throws(ManifestError) {
    guard !artifacts.isEmpty || !images.isEmpty else {
      throw ManifestError("there is nothing in it")
    }
    guard artifacts.count <= Self.maximumCount else {
      throw ManifestError("it has more than \(Self.maximumCount) artifacts")
    }
    var names: Set<[UInt8]> = []
    var paths: Set<[UInt8]> = []
    var size = 0
    for artifact in artifacts {
      guard names.insert(Array(artifact.name.utf8)).inserted else {
        throw ManifestError("two artifacts are called \u{201C}\(artifact.name)\u{201D}")
      }
      guard Self.isPath(artifact.path) else {
        throw ManifestError(
          "the path \u{201C}\(artifact.path)\u{201D} is none below the artifacts' root")
      }
      guard paths.insert(Array(artifact.path.utf8)).inserted else {
        throw ManifestError("\(artifact.path) is in it under two names")
      }
      let (sum, isTooLarge) = size.addingReportingOverflow(artifact.size)
      guard !isTooLarge, sum < JSON.integerLimit else {
        throw ManifestError("its artifacts are larger than can be counted")
      }
      size = sum
      if let name = artifact.metadata.first(where: { !$0.key.isMetadataName })?.key {
        throw ManifestError("metadata names are letters, digits, \u{201C}_\u{201D}, not \(name)")
      }
    }
    var references: Set<[UInt8]> = []
    for image in images where !references.insert(Array(image.name.utf8)).inserted {
      throw ManifestError("two images are called \u{201C}\(image.name)\u{201D}")
    }
  }

  /// Whether a path stays below the directory from which it starts, and away from git's own.
  package static func isPath(_ path: String) -> Bool {
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard path.utf8.count < 4096, !path.utf8.contains(0),
      !(parts.first?.elementsEqual(".git".utf8) ?? true)
    else { return false }
    return parts.allSatisfy { part in
      !part.isEmpty && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
    }
  }
}

/// Why something is no manifest.
package struct ManifestError: Error, Hashable, CustomStringConvertible {
  package let reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  package var description: String { reason }
}

extension String {
  /// Whether it can name something in a manifest's metadata.
  package var isMetadataName: Bool {
    !isEmpty && utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }
}
