import Checks
import Git
import Release

/// Makes the manifest of a release out of the files and images that are here.
struct ArtifactCollection {
  let workspace: Workspace
  let subject: ReleaseCase
  let rules: ArtifactRules
  let patterns: [ArtifactPattern]
  /// Images whose digests were given, or that are wanted besides.
  let images: [ImageReference]
  let watch: ReadingWatch

  /// - Parameter paths: From the root of the repository; none for all that the policy names.
  init(
    _ workspace: Workspace, _ subject: ReleaseCase, paths: [String] = [],
    images: [ImageReference] = [], _ watch: ReadingWatch
  ) throws {
    self.workspace = workspace
    self.subject = subject
    self.images = images
    self.watch = watch
    do {
      rules = try ArtifactRules.of(subject.policy)
      patterns = paths.isEmpty ? rules.patterns : try ArtifactRules.patterns(paths)
    } catch let trouble {
      throw Failure(.configuration, trouble.message.safe, hint: trouble.hint)
    }
  }

  /// What is here, and what is wanted and is not.
  struct Found {
    var artifacts: [Manifest.Artifact] = []
    var images: [Manifest.Image] = []
    /// Sentences.
    var lacking: [String] = []
    /// How many of them are about images.
    var imagesLacking = 0

    var isEmpty: Bool { artifacts.isEmpty && images.isEmpty }
  }

  /// - Parameter isWhole: Whether all that the policy names belongs to it.
  func found(asThePolicyHasIt isWhole: Bool) async throws -> Found {
    var found = Found()
    if !patterns.isEmpty {
      let root = try ArtifactRoot(
        workTree: try await workspace.directory(standingAt: subject), of: workspace.repository)
      let files = try ArtifactSearch.files(matching: patterns, in: root)
      if let fault = files.faults.first { throw fault.with(others: files.faults.count - 1) }
      found.lacking = zip(patterns, files.counts).filter { $1 == 0 }.map { pattern, _ in
        "nothing matches \(pattern.text.safe)"
      }
      let outcomes = ArtifactReading(in: root, watch).read(files.files)
      if let error = outcomes.errors.first { throw error.with(others: outcomes.errors.count - 1) }
      found.artifacts = rules.artifacts(outcomes.files)
      if isWhole {
        found.lacking += rules.strayMetadata(found.artifacts).map { name in
          "there is metadata for \(name.safe), and no artifact of that name"
        }
      }
    }
    let digests = try ImageDigests(
      isWhole ? rules : ArtifactRules.none, given: images, in: workspace.repository,
      at: subject.commit, until: watch.isStopped)
    for (_, answer) in try await digests.answers() {
      switch answer {
      case .found(let image): found.images.append(image)
      case .none(let why, let path, let line):
        let place = path.map { " (\($0)\(line.map { ":\($0)" } ?? ""))" } ?? ""
        found.lacking.append((why + place).safe)
        found.imagesLacking += 1
      }
    }
    return found
  }

  func manifest(of found: Found) throws -> Manifest {
    let branch: String? =
      if case .branch(let name, subject.commit) = try workspace.repository.head() {
        name
      } else { nil }
    do throws(ManifestError) {
      return try Manifest(
        release: subject.release.description, date: subject.now, commit: subject.commit,
        branch: branch, artifacts: found.artifacts, images: found.images)
    } catch {
      throw Failure(.configuration, "this is no manifest: \(error.reason.safe)")
    }
  }
}

extension ArtifactError {
  /// The first of several, saying how many more there are.
  fileprivate func with(others count: Int) -> ArtifactError {
    guard count > 0 else { return self }
    return ArtifactError(kind, "\(message) (and \(count) more)", hint: hint, path: path)
  }
}

extension Failure {
  init(_ error: ArtifactError) {
    let kind: Kind =
      switch error.kind {
      case .refused, .outside, .special, .limit: .refused
      case .changed, .stopped: .repository
      case .missing, .unreadable, .unwritable: .usage
      }
    self.init(kind, error.message, hint: error.hint)
  }
}
