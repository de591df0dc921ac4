import ArgumentParser
import Checks
import Git
import Release

struct ArtifactsDistributeCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "distribute",
    abstract: "Copy what a release ships to where it is taken from.",
    usage: "deed artifacts distribute [<version>] --to <directory> [<options>]",
    discussion: """
      Copies the artifacts into <directory>/<version>, writes the manifest and checksums beside them, reads \
      everything back, and only then gives the directory its name. A version that is there with other \
      digests is refused; with the same ones, nothing is done.

        deed artifacts distribute v1.4.0 --to /srv/models
      """)

  @Argument(help: "The release, such as v1.4.0. May be left out where only one is at HEAD.")
  var version: String?

  @Option(help: ArgumentHelp("Where the releases are kept.", valueName: "directory"))
  var to: String

  @Option(
    help: ArgumentHelp("Where the artifacts lie, instead of in the work tree.", valueName: "dir"))
  var from: String?

  @OptionGroup var place: ArtifactPlace
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private struct Report: Encodable {
    let v = 1
    let release: String
    let commit: String
    let directory: String
    /// Whether anything was copied: else it was there already.
    let copied: Bool
    let artifacts: Int
    let size: Int
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let subject = try await workspace.gather(try workspace.subject(place.release(version)))
    let manifests = try subject.requiredManifests()
    let artifacts = manifests.artifacts
    guard !artifacts.isEmpty else {
      throw Failure(
        .refused, "the manifest of \(subject.release.description.safe) names images alone",
        hint: "a registry distributes them")
    }
    guard Files.exists(workspace.path(to)) else {
      throw Failure(
        .usage, "there is no directory \(to.safe)", hint: "mkdir -p \(GitError.quoted(to).safe)")
    }
    let source = try self.source(workspace)
    let directory = "\(to)/\(subject.release)"
    let outcome = try await ProgressLine.reading(
      context, "copying", quiet: common.quiet, orSay: "nothing was put into \(directory.safe)",
      isWhole: { _ in true },
      { watch in
        try Distribution(
          artifacts, manifests.filesBeside, of: subject.release.description,
          from: source, to: try ArtifactRoot(workspace.path(to)), watch
        ).run()
      })
    let isCopied = outcome == .copied
    switch output.format {
    case .json:
      try context.output.print(
        json: Report(
          release: subject.release.description, commit: subject.commit.description,
          directory: directory, copied: isCopied, artifacts: artifacts.count,
          size: artifacts.map(\.size).reduce(0, +)))
    case .text:
      let what = "\(artifacts.count.counted("artifact")) of \(subject.release.description.safe)"
      context.output.print(
        isCopied
          ? "copied \(what) into \(directory.safe), and read back"
          : "\(what) are in \(directory.safe) already, with the same digests")
    }
    return 0
  }

  private func source(_ workspace: Workspace) throws -> ArtifactRoot {
    if let from { return try ArtifactRoot(workspace.path(from)) }
    if let root = workspace.repository.workDirectory {
      return try ArtifactRoot(workTree: root, of: workspace.repository)
    }
    throw Failure(
      .repository, "this is a bare repository: there are no artifacts in it",
      hint: "say where they lie with --from")
  }
}
