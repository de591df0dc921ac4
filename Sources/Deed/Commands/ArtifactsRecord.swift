import ArgumentParser
import Checks
import Git
import Release

struct ArtifactsRecordCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "record",
    abstract: "Record the digests of what a release ships.",
    usage: "deed artifacts record [<version>] [<path>] ... [<options>]",
    discussion: """
      Digests the files that [checks.artifacts] names, or those given: paths and patterns with *, ?, \
      ** and {a,b}, and directories. Several manifests stand together, so that each job of a pipeline \
      can record its own; one that gives a recorded name another digest is refused.

        deed artifacts record v1.4.0 -o dist-info --push
        deed artifacts record v1.4.0 'models/**/*.{pt,bin}'
        deed artifacts record v1.4.0 --image ghcr.io/acme/app:1.4@sha256:…
      """)

  @Argument(
    help: ArgumentHelp(
      "The release; and what it ships, instead of what deed.toml says.", valueName: "version|path"))
  var words: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An image, with or without its @sha256 digest; may be repeated.", valueName: "ref"))
  var image: [String] = []

  @Option(
    name: .customShort("o"),
    help: ArgumentHelp(
      "Write the manifest, checksums and version into this directory, too.", valueName: "dir"))
  var outputDirectory: String?

  @Flag(help: "Put it in the place of all manifests that stand.")
  var replace = false

  @OptionGroup var place: ArtifactPlace
  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let identity = try await workspace.committer()
    let references = try image.map(reference)
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (release, words) = try place.split(words, workspace)
    let subject = try await workspace.gather(try workspace.subject(release))
    if let why = subject.tagElsewhere {
      throw Failure(.repository, why.safe, hint: subject.restoreTag.safe)
    }
    let paths = try words.map(workspace.fromRoot)
    let manifest = try await ProgressLine.reading(
      context, "digesting", quiet: common.quiet, orSay: "nothing was recorded",
      isWhole: { (_: Manifest) in false },
      { watch in
        let collection = try ArtifactCollection(
          workspace, subject, paths: paths, images: references, watch)
        return try await self.manifest(collection, isWhole: paths.isEmpty)
      })
    try refuseArtifactsOfOurOwn(manifest, subject.policy, workspace)
    try workspace.noteUnknownVersion(subject, common)
    let records = ManifestRecording(
      workspace: try await workspace.signing(signing, recording, factsOf: subject),
      subject: subject, identity: identity, isReplacing: replace)
    if recording.dryRun { return try rehearse(manifest, records, context) }
    let directory = outputDirectory.map(workspace.path)
    if let directory { try Files.makeDirectory(directory) }
    let outcome = try await records.record(manifest)
    let written = try directory.map { try write(outcome.manifest, into: $0) } ?? []
    try report(outcome, records, written, context)
    do {
      if let outputDirectory { try await workspace.noteUnclean(outputDirectory, common) }
      try await workspace.shareIfAsked("the manifest", remote, recording, common, subject.policy)
      return 0
    } catch {
      return Failure(error).told(in: context)
    }
  }

  private func reference(_ text: String) throws -> ImageReference {
    if let reference = ImageReference(text) { return reference }
    let why = ImageReference.objection(to: text).map { ": \($0)" } ?? ""
    throw Failure(
      .usage, "\u{201C}\(text.safe)\u{201D} is no image\(why)",
      hint: "such as ghcr.io/acme/app:1.4@sha256: and 64 digits")
  }

  /// - Parameter isWhole: Whether it is all that the policy names.
  private func manifest(
    _ collection: ArtifactCollection, isWhole: Bool
  ) async throws -> Manifest {
    let found = try await collection.found(asThePolicyHasIt: isWhole)
    guard found.lacking.isEmpty else {
      throw Failure(
        .usage,
        found.lacking.prefix(5).joined(separator: "; ")
          + (found.lacking.count > 5 ? "; and \(found.lacking.count - 5) more" : ""),
        hint: found.lacking.count == found.imagesLacking
          ? "pin it in the compose file, push the image, or name it: --image NAME@sha256:…"
          : "build them first, or say what is shipped: [checks.artifacts] in \(Policy.fileName)")
    }
    guard !found.isEmpty else {
      throw Failure(
        .usage, "nothing says what \(collection.subject.release.description.safe) ships",
        hint: "name files, or paths = [\"dist/**\"] in [checks.artifacts] of \(Policy.fileName)")
    }
    return try collection.manifest(of: found)
  }

  /// What is written must not be among the artifacts of the next time.
  private func refuseArtifactsOfOurOwn(
    _ manifest: Manifest, _ policy: Policy, _ workspace: Workspace
  ) throws {
    // A place outside the work tree has no artifacts.
    guard let outputDirectory, let place = try? workspace.fromRoot(outputDirectory) else { return }
    let patterns = try ArtifactRules.of(policy).patterns
    for file in manifest.files {
      let path = "\(place)/\(file.name)"
      guard let pattern = patterns.first(where: { $0.means(path) }) else { continue }
      throw Failure(
        .usage, "\(path.safe) would be an artifact itself: \(pattern.text.safe) means it",
        hint: "name another directory: -o \(GitError.quoted(outputDirectory + "-info"))")
    }
  }

  private func write(_ manifest: Manifest, into directory: String) throws -> [String] {
    try manifest.files.map { file in
      let path = "\(directory)/\(file.name)"
      try Files.write(file.content, to: path, exclusively: false)
      return file.name
    }
  }
}

// What people and machines read of it.
extension ArtifactsRecordCommand {
  private func rehearse(
    _ manifest: Manifest, _ records: ManifestRecording, _ context: Context
  ) throws -> Int32 {
    let stood = try records.standing(manifest)
    switch output.format {
    case .json:
      try context.output.print(
        json: try ManifestReport(stood?.manifest ?? manifest, stood?.record, isNew: false))
    case .text:
      context.output.print(
        (stood == nil ? "would record" : "is recorded already:") + " \(counts(manifest))")
      for line in lines(of: manifest) { context.output.print(line) }
    }
    return 0
  }

  private func report(
    _ outcome: ManifestRecording.Outcome, _ records: ManifestRecording, _ written: [String],
    _ context: Context
  ) throws {
    let (record, manifest) = (outcome.record, outcome.manifest)
    let isNew = if case .recorded = outcome { true } else { false }
    switch output.format {
    case .json:
      try context.output.print(json: try ManifestReport(manifest, record, isNew: isNew))
    case .text:
      let release = records.subject.release.description.safe
      let head =
        isNew
        ? "recorded \(record.id.short): \(release) ships \(counts(manifest))"
        : "\(release) is recorded already, with the same digests: \(record.id.short) by "
          + record.by.name.safe
      context.say(head)
      context.output.print("manifest sha256 \(Digest(of: manifest.canonical))")
    }
    guard !common.quiet else { return }
    if let directory = outputDirectory {
      let said = "wrote \(written.joined(separator: ", ")) into \(directory)"
      for line in said.safe.wrapped(to: context.terminal.errorWidth, indent: 2) {
        context.error.print(line)
      }
    }
    let stale = records.approvals.count
    if isNew, stale > 0 {
      context.error.print(
        "note: \(stale.counted("approval")) given before it no longer count\(stale == 1 ? "s" : "");"
          + " deed status \(records.subject.release) shows whose")
    }
  }

  private func counts(_ manifest: Manifest) -> String {
    [
      manifest.artifacts.isEmpty
        ? nil : "\(manifest.artifacts.count.counted("artifact")) (\(manifest.size.asBytes))",
      manifest.images.isEmpty ? nil : manifest.images.count.counted("image"),
    ].compactMap(\.self).joined(separator: " and ")
  }

  private func lines(of manifest: Manifest) -> [String] {
    manifest.artifacts.map { "  \($0.digest.short)  \($0.name.safe)" }
      + manifest.images.map { "  \($0.digest.short)  \($0.name.safe)" }
  }
}
