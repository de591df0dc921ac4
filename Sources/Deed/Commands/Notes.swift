import ArgumentParser
import Git
import Release

struct NotesCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "notes",
    abstract: "What changed between two releases, for people.",
    usage: "deed notes [<version>|<a>..<b>] [--from <rev>] [--to <rev>] [<options>]",
    discussion: """
      Without arguments: since the previous release, or of the release at HEAD. A stable release is \
      compared with the previous stable one that is its ancestor. Every commit is either shown or \
      hidden for a reason; the JSON names both.

        deed notes
        deed notes v1.4.0 -o notes.md
        deed notes v1.2.0..v1.4.0 --format json
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case markdown
    case json
  }

  @Argument(help: ArgumentHelp("A release, or a range A..B.", valueName: "version|A..B"))
  var range: String?

  @Option(help: ArgumentHelp("After this release, tag or commit.", valueName: "rev"))
  var from: String?

  @Option(help: ArgumentHelp("Up to this release, tag or commit.", valueName: "rev"))
  var to: String?

  @Option(name: [.short, .long], help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output: String?

  @Option(help: "How the notes are written.")
  var format = Format.markdown

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if range != nil, from != nil || to != nil, range?.contains("..") == true {
      throw ValidationError("a range and --from or --to exclude each other")
    }
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let notes = try workspace.notes(request(workspace))
    let bytes =
      switch format {
      case .markdown: Array(notes.markdown().safeLines.utf8)
      case .json: try Output.json(notes)
      }
    if let output, output != "-" {
      try workspace.write(bytes, to: output)
    } else {
      context.output.write(bytes)
    }
    if !common.quiet {
      let counts = notes.counts
      context.error.print(
        "\(notes.range.safe): \(counts.considered.counted("commit")), \(counts.shown) shown, "
          + "\(counts.hidden) hidden")
    }
    return 0
  }

  private func request(_ workspace: Workspace) throws -> NotesRequest {
    guard let range, let dots = range.firstRange(of: "..") else {
      return NotesRequest(release: range, from: from, to: to)
    }
    let to = String(range[dots.upperBound...].drop { $0 == "." })
    return NotesRequest(
      release: nil, from: String(range[..<dots.lowerBound]), to: to.isEmpty ? nil : to)
  }
}
