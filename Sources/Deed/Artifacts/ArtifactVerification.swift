import Checks
import Release

/// What was recorded of a release, against the files that are in some place.
struct ArtifactVerification {
  let comparison: ManifestComparison
  /// Files that could not be read, or are none.
  let errors: [ArtifactError]

  /// - Parameter directory: Where they are looked for; all else that lies there is extra.
  init(
    _ manifests: ManifestStanding, in directory: String, _ watch: ReadingWatch
  ) throws {
    let root = try ArtifactRoot(directory)
    let found = try ArtifactSearch.files(matching: [.everything], in: root).files
    try self.init(
      manifests.artifacts, found, beside: try manifests.filesBeside(), root, watch)
  }

  /// Those of the work tree, where what no pattern means is none of the release's business.
  init(
    _ manifests: ManifestStanding, patterns: [ArtifactPattern], inWorkTree directory: String,
    _ watch: ReadingWatch
  ) throws {
    let root = try ArtifactRoot(directory)
    let found = try ArtifactSearch.files(matching: patterns, in: root).files
    try self.init(manifests.artifacts, found, beside: [], root, watch)
  }

  private init(
    _ artifacts: [Manifest.Artifact], _ files: [String], beside: [Manifest.File],
    _ root: ArtifactRoot, _ watch: ReadingWatch
  ) throws {
    let here = Set(files.map { [UInt8]($0.utf8) })
    let others = artifacts.map(\.path).filter { !here.contains([UInt8]($0.utf8)) }
    let outcomes = ArtifactReading(in: root, watch).read(files + others)
    errors = outcomes.errors.filter { $0.kind != .missing }
    let unread = Set(errors.compactMap { $0.path.map { [UInt8]($0.utf8) } })
    comparison = ManifestComparison(
      artifacts.filter { !unread.contains([UInt8]($0.path.utf8)) },
      outcomes.files, beside: beside)
  }

  var isSame: Bool { comparison.isSame && errors.isEmpty }

  /// What `verify` says of it.
  func findings(in directory: String) -> [Finding] {
    let faults =
      comparison.missing.map { artifact in
        Finding(.error, "artifact-missing", "\(artifact.path) is not in \(directory)")
      }
      + comparison.changed.map { change in
        Finding(
          .error, "artifact-changed",
          "\(change.found.path) in \(directory) is not what was recorded: "
            + "sha256 \(change.found.digest.short), not \(change.artifact.digest.short)")
      }
      + comparison.extra.map { file in
        Finding(.error, "artifact-extra", "\(file.path) in \(directory) is in no manifest")
      }
      + errors.map { Finding(.error, "artifact-unreadable", $0.message) }
    guard faults.isEmpty else { return faults }
    let count = comparison.same
    return [
      Finding(
        .info, "artifacts-same",
        "\(count.counted("artifact")) in \(directory) \(count == 1 ? "is" : "are") as recorded")
    ]
  }
}
