import Checks
import Git
import Release

/// What was recorded of a release, against the files that are in some place.
struct ArtifactVerification {
  let comparison: ManifestComparison
  /// What lies there and is no file of its own: links that lead elsewhere, pipes.
  let unfit: [ArtifactError]
  /// What could not be read.
  let unread: [ArtifactError]

  /// - Parameter directory: Where they are looked for; all else that lies there is extra.
  init(
    _ manifests: ManifestStanding, of release: String, in directory: String, _ watch: ReadingWatch
  ) throws {
    let root = try ArtifactRoot(directory)
    let found = try ArtifactSearch.files(matching: [.everything], in: root)
    // Where it is called as `distribute` calls it, all that `distribute` writes has to be there.
    let isDistributed = root.path.utf8.reversed().starts(with: "/\(release)".utf8.reversed())
    self.init(
      manifests.artifacts, found, beside: manifests.filesBeside, isDistributed: isDistributed,
      root, watch)
  }

  /// Those of the work tree, where what no pattern means is none of the release's business.
  init(
    _ manifests: ManifestStanding, patterns: [ArtifactPattern], inWorkTree directory: String,
    of repository: Repository, _ watch: ReadingWatch
  ) throws {
    let root = try ArtifactRoot(workTree: directory, of: repository)
    let found = try ArtifactSearch.files(matching: patterns, in: root)
    self.init(manifests.artifacts, found, beside: [], isDistributed: false, root, watch)
  }

  private init(
    _ artifacts: [Manifest.Artifact], _ found: ArtifactSearch.Found, beside: [[Manifest.File]],
    isDistributed: Bool, _ root: ArtifactRoot, _ watch: ReadingWatch
  ) {
    let faults = ArtifactFaults(artifacts, found, in: root, watch)
    unfit = faults.unfit
    unread = faults.unread
    comparison = ManifestComparison(
      artifacts.filter { !faults.speakOf($0.path) }, faults.files, beside: beside,
      isDistributed: isDistributed)
  }

  var isSame: Bool { comparison.isSame && unfit.isEmpty && unread.isEmpty }

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
      } + unfit.map { Finding(.error, "artifact-unfit", $0.message) }
      + unread.map { Finding(.error, "artifact-unreadable", $0.message) }
    guard faults.isEmpty else { return faults }
    let count = comparison.same
    return [
      Finding(
        .info, "artifacts-same",
        "\(count.counted("artifact")) in \(directory) \(count == 1 ? "is" : "are") as recorded")
    ]
  }
}
