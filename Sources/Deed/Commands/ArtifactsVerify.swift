import ArgumentParser
import Checks
import Git
import Release

struct ArtifactsVerifyCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare files with what was recorded of a release.",
    usage: "deed artifacts verify [<version>] [<directory>] [<options>]",
    discussion: """
      Looks in the directory, or in the work tree, and names what is missing, changed or extra. Exits \
      0 where everything is as it was recorded, 1 where something is not or nothing was recorded, 2 where \
      that cannot be told.

        deed artifacts verify v1.4.0
        deed artifacts verify v1.4.0 /srv/models/v1.4.0
      """)

  @Argument(
    help: ArgumentHelp("The release, and where to look.", valueName: "version|directory"))
  var words: [String] = []

  @OptionGroup var place: ArtifactPlace
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let (release, paths) = try place.split(words, workspace)
    guard paths.count < 2 else {
      throw Failure(
        .usage, "more than one directory is named: \(paths.joined(separator: ", ").safe)")
    }
    let subject = try await workspace.gather(try workspace.subject(release, looking: true))
    let manifests = try subject.requiredManifests()
    let verified = try await workspace.verification(
      of: manifests, subject, in: paths.first, quiet: common.quiet)
    switch output.format {
    case .json: try context.output.print(json: Report(subject, verified))
    case .text: show(subject, verified, context)
    }
    if !common.quiet {
      let place = paths.first.map { "\($0)/\(subject.release)" }
      if let place, verified.comparison.same == 0, Files.exists(workspace.path(place)) {
        let words = "\(subject.release) \(GitError.quoted(place))"
        context.error.print("hint: deed artifacts verify \(words.safe)")
      } else if let directory = paths.first, verified.comparison.isOfAnotherPlace {
        let place = verified.comparison.place(from: directory, workspace.path(directory))
        let command = place.map {
          "deed artifacts verify \(subject.release) \(GitError.quoted($0).safe)"
            + "   # what was recorded lies as seen from there"
        }
        let what =
          "nothing that was recorded is in \(directory.safe): name the directory where it is"
        context.error.print("hint: \(command ?? what)")
      } else {
        hint(verified.comparison, context)
      }
    }
    guard verified.comparison.isSame, verified.unfit.isEmpty else { return 1 }
    return verified.unread.isEmpty ? 0 : 2
  }

  private func show(_ subject: ReleaseCase, _ verified: ArtifactVerification, _ context: Context) {
    let style = Style(hasColour: context.terminal.outputHasColour)
    let comparison = verified.comparison
    func say(_ mark: String, _ word: String, _ text: String) {
      context.say(text.safe, after: "\(mark) \(word.padded(to: 7))  ", indent: 11)
    }
    for artifact in comparison.missing { say(style.red("✗"), "missing", artifact.path) }
    for change in comparison.changed {
      let (found, artifact) = (change.found, change.artifact)
      say(
        style.red("✗"), "changed",
        "\(found.path): sha256 \(found.digest.short), not \(artifact.digest.short)"
          + Self.sizes(found.size, artifact.size))
    }
    for file in comparison.extra { say(style.red("✗"), "extra", file.path) }
    for error in verified.unfit { say(style.red("✗"), "unfit", error.message) }
    for error in verified.unread { say(style.yellow("?"), "unread", error.message) }
    let release = subject.release.description.safe
    let faults = [
      (comparison.missing.count, "missing"), (comparison.changed.count, "changed"),
      (comparison.extra.count, "extra"), (verified.unfit.count, "unfit"),
      (verified.unread.count, "unread"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    context.output.print(
      faults.isEmpty
        ? "\(release): \(comparison.same.counted("artifact")) as recorded"
        : "\(release): \(faults.joined(separator: ", ")); "
          + "\(comparison.same.counted("artifact")) as recorded")
  }

  private func hint(_ comparison: ManifestComparison, _ context: Context) {
    let faults = [
      ("missing", !comparison.missing.isEmpty), ("changed", !comparison.changed.isEmpty),
      ("extra", !comparison.extra.isEmpty),
    ]
    for (what, isThere) in faults where isThere {
      guard let remedy = Remedy.artifact(what) else { continue }
      context.note("hint: \(what): \(remedy)", indent: 6)
    }
  }

  /// How the sizes differ, to the byte where they look alike; empty where they do not.
  private static func sizes(_ found: Int, _ recorded: Int) -> String {
    guard found != recorded else { return "" }
    let isAlike = found.asBytes == recorded.asBytes
    return isAlike
      ? ", \(found) bytes instead of \(recorded)"
      : ", \(found.asBytes) instead of \(recorded.asBytes)"
  }

  fileprivate struct Report: Encodable {
    struct Artifact: Encodable {
      let name: String
      let path: String
      let sha256: String
      let size: Int
    }

    struct Change: Encodable {
      let artifact: Artifact
      let found: File
    }

    struct File: Encodable {
      let path: String
      let sha256: String
      let size: Int
    }

    struct Fault: Encodable {
      let path: String?
      let why: String
    }

    let v = 1
    let release: String
    let commit: String
    let ok: Bool
    /// How many are as they were recorded.
    let same: Int
    let missing: [Artifact]
    let changed: [Change]
    let extra: [File]
    let unfit: [Fault]
    let unread: [Fault]

    init(_ subject: ReleaseCase, _ verified: ArtifactVerification) {
      let comparison = verified.comparison
      release = subject.release.description
      commit = subject.commit.description
      ok = verified.isSame
      same = comparison.same
      missing = comparison.missing.map(Artifact.init)
      changed = comparison.changed.map { change in
        Change(artifact: Artifact(change.artifact), found: File(change.found))
      }
      extra = comparison.extra.map(File.init)
      unfit = verified.unfit.map { Fault(path: $0.path, why: $0.message) }
      unread = verified.unread.map { Fault(path: $0.path, why: $0.message) }
    }
  }
}

extension ManifestComparison {
  /// Whether nothing that was recorded is where it was looked for.
  fileprivate var isOfAnotherPlace: Bool { same == 0 && changed.isEmpty && !missing.isEmpty }

  /// From where a file that was found has the path that was recorded of it; `nil` where that is nowhere
  /// near.
  ///
  /// - Parameters:
  ///   - directory: Where they were looked for, as a person named it.
  ///   - path: The same, absolute.
  fileprivate func place(from directory: String, _ path: String) -> String? {
    let named = directory.trimmingSlashes
    for file in extra {
      for artifact in missing where artifact.digest == file.digest && artifact.size == file.size {
        if let below = file.path.withoutEnd("/\(artifact.path)") { return "\(named)/\(below)" }
        guard let above = artifact.path.withoutEnd("/\(file.path)"),
          let place = path.trimmingSlashes.withoutEnd("/\(above)")
        else { continue }
        return named == above ? "." : named.withoutEnd("/\(above)") ?? place
      }
    }
    return nil
  }
}

extension String {
  /// What is left without these bytes at its end; `nil` where it ends otherwise.
  fileprivate func withoutEnd(_ end: String) -> String? {
    guard utf8.reversed().starts(with: end.utf8.reversed()) else { return nil }
    return String(decoding: utf8.dropLast(end.utf8.count), as: UTF8.self)
  }

  /// Without those at its end, and of those at its beginning all but one.
  fileprivate var trimmingSlashes: String {
    let body = String(drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed())
    return hasPrefix("/") ? "/\(body)" : body
  }
}

extension ArtifactsVerifyCommand.Report.Artifact {
  fileprivate init(_ artifact: Manifest.Artifact) {
    self.init(
      name: artifact.name, path: artifact.path, sha256: artifact.digest.description,
      size: artifact.size)
  }
}

extension ArtifactsVerifyCommand.Report.File {
  fileprivate init(_ file: FoundFile) {
    self.init(path: file.path, sha256: file.digest.description, size: file.size)
  }
}

extension Workspace {
  /// The artifacts of manifests against the files in a directory that a person named, or in the work
  /// tree.
  func verification(
    of manifests: ManifestStanding, _ subject: ReleaseCase, in directory: String?, quiet: Bool
  ) async throws -> ArtifactVerification {
    try await ProgressLine.reading(
      context, "digesting", quiet: quiet,
      orSay: "whether the files are as they were recorded is not known",
      isWhole: { found in !found.unread.contains { $0.kind == .stopped } },
      { watch in try verification(of: manifests, subject, in: directory, watch) })
  }

  private func verification(
    of manifests: ManifestStanding, _ subject: ReleaseCase, in directory: String?,
    _ watch: ReadingWatch
  ) throws -> ArtifactVerification {
    if let directory, !Files.exists(path(directory)) {
      throw Failure(
        .usage, "there is no directory \(directory.safe)",
        hint: "name the one in which they are, or none for the work tree")
    }
    if let directory, Disk.resolved(path(directory)) != repository.workDirectory {
      return try ArtifactVerification(
        manifests, of: subject.release.description, in: path(directory), watch)
    }
    guard let root = repository.workDirectory else {
      throw Failure(
        .repository, "this is a bare repository: there are no artifacts in it",
        hint: "name the directory in which they are")
    }
    return try ArtifactVerification(
      manifests, patterns: try ArtifactRules.of(subject.policy).patterns, inWorkTree: root,
      of: repository, watch)
  }
}
