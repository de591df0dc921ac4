import ArgumentParser
import Release

struct NextCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "next",
    abstract: "Print the version that the commits since the last release ask for.",
    usage: "deed next [--pre <id>] [--commit <rev>] [--package <name>] [<options>]",
    discussion: """
      A breaking change asks for a new major version (a minor one before 1.0.0), a feature for a \
      minor one, anything else that is shown for a patch.

        deed next               v1.4.0
        deed next --pre rc      v1.4.0-rc.1
        deed next --package api api/v1.2.0
      """)

  @Option(name: .customLong("pre"), help: ArgumentHelp("Of a pre-release.", valueName: "id"))
  var prerelease: String?

  @Option(help: ArgumentHelp("Up to this commit, instead of HEAD.", valueName: "rev"))
  var commit: String?

  @OptionGroup var part: PackageOption
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private struct Report: Encodable {
    let v = 1
    let release: String
    let why: String
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let commit = try commit.map(workspace.commit) ?? workspace.head()
    let policy = try workspace.policy(at: commit)
    try await workspace.noteUncommittedPolicy(countingAt: commit, common)
    let part = try policy.part(named: self.part.package)
    let next = try workspace.suggestion(
      for: commit, policy, part, prerelease: prerelease, tellsBeside: !common.quiet)
    if !common.quiet { try await workspace.mentionNoReleases(prefix: part.prefix, policy) }
    switch output.format {
    case .json: try context.output.print(json: Report(release: "\(next.version)", why: next.reason))
    case .text:
      context.output.print("\(next.version)")
      if !common.quiet { context.error.print(next.reason.safe) }
    }
    return 0
  }
}
