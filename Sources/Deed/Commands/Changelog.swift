import ArgumentParser
import Git
import Release

struct ChangelogCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "changelog",
    abstract: "Put a release's notes into a changelog, and keep what people wrote.",
    usage: "deed changelog [<version>] [-o <file>] [--check] [--written] [<options>]",
    discussion: """
      Makes the section of one version, or brings it up to date; everything else in the file stays \
      as it is, byte for byte. What stands under “Unreleased” becomes part of a new section. An entry \
      is known by its commit, so one whose words you have changed stays changed. Without a version, \
      the release at HEAD or the one that deed next proposes. In a file that packages share, each \
      section's heading has the whole tag.

        deed changelog
        deed changelog v1.4.0 -o CHANGES.md
        deed changelog --package api -o services/api/CHANGELOG.md
        deed changelog v1.4.0 --check      for CI: exit 1 where something is missing
      """)

  @Argument(help: ArgumentHelp("The release.", valueName: "version"))
  var version: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The changelog; - prints it instead.", valueName: "file"))
  var output = "CHANGELOG.md"

  @Flag(help: "Change nothing; exit with 1 where the file would change.")
  var check = false

  @Flag(help: "Take what stands under “Unreleased”, and add nothing.")
  var written = false

  @OptionGroup var part: PackageOption
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    try await workspace.noteUncommittedPolicy(countingAt: workspace.head(), common)
    let (version, range) = try release(workspace)
    let file = try ChangelogFile(path(workspace), named: name)
    var changelog = try workspace.changelog(file, isNamed: !isDefault, of: version, range)
    try checkMerged(changelog, version)
    if written, !changelog.hasWritten(for: version) { throw nothingWritten(for: version) }
    let notes = try workspace.notes(range, changelog: changelog.preset)
    if notes.counts.considered == 0 { try workspace.checkPaths(of: [range]) }
    let isNew = !changelog.has(version)
    if let line = changelog.versionInText {
      throw Failure(
        .refused,
        "\(name.safe) names versions, but in no heading: \u{201C}\(line.safe)\u{201D}",
        hint: "make such lines headings (\u{201C}## 1.4.0\u{201D}), or name another file by -o FILE"
      )
    }
    let place = place(in: changelog)
    let former = try workspace.notes(
      ofCommits: changelog.untold(version, by: notes), range, changelog: changelog.preset)
    let left = changelog.update(
      Changelog.Release(
        version: version, date: try workspace.date(of: range.tip), notes: notes,
        isWritten: written, former: former))
    if let line = changelog.unclosed, !changelog.has(version) {
      throw Failure(
        .refused,
        "a comment or code begins on line \(line) of \(name.safe) and never ends: "
          + "the section of \(version) would be part of it",
        hint: "end it, with --> or a fence like its first; then the same command again")
    }
    let new = changelog.bytes
    if check {
      guard new != file.bytes else { return say("has all of \(version)", context) }
      throw Failure(
        .refused,
        "\(name.safe) \(isNew ? "has no section for" : "is not up to date with") \(version)",
        hint: "deed changelog \(version)\(written ? " --written" : "")\(fileOption)")
    }
    if output == "-" {
      context.output.write(new)
    } else {
      guard new != file.bytes else { return say("has all of \(version) already", context) }
      try Files.write(new, to: file.path, exclusively: false)
      let own = left == 0 ? "" : " (\(left) of its changes in your own words)"
      _ = say(
        "\(isNew ? "now has" : "is brought up to date with") \(version)\(own)", context)
    }
    if let place, !common.quiet {
      context.error.print(
        "note: no heading in \(name.safe) is known to be a version's: \(version) stands \(place)")
    }
    return 0
  }

  /// A merge may leave a conflict, or two sections of one version.
  private func checkMerged(_ changelog: Changelog, _ version: ReleaseVersion) throws {
    if let line = changelog.conflict {
      throw Failure(
        .refused, "\(name.safe) has a merge conflict on line \(line)",
        hint: "settle it, then the same command again")
    }
    let lines = changelog.repeatedHeadings(of: version)
    guard !lines.isEmpty else { return }
    throw Failure(
      .refused,
      "\(name.safe) has \(lines.count) sections of \(version), on lines "
        + lines.map(String.init).joined(separator: ", "),
      hint: "make one of them, then the same command again")
  }

  /// Where the section will stand, if that is but a guess.
  private func place(in changelog: Changelog) -> String? {
    if changelog.hasUnknownSections { return "above the first" }
    return changelog.hasEntriesAlone ? "at the end" : nil
  }

  private func nothingWritten(for version: ReleaseVersion) -> Failure {
    Failure(
      .refused, "nothing is written for \(version) in \(name.safe)",
      hint: "deed changelog \(version)\(fileOption)   # lets the commits tell; "
        + "or write it under \u{201C}## Unreleased\u{201D}")
  }

  private var isDefault: Bool { output == "-" || output == "CHANGELOG.md" }

  private var name: String { output == "-" ? "CHANGELOG.md" : output }

  private var fileOption: String { isDefault ? "" : " -o \(GitError.quoted(output).safe)" }

  private func say(_ what: String, _ context: Context) -> Int32 {
    if !common.quiet { context.error.print("\(name.safe) \(what)") }
    return 0
  }

  /// The default file is at the root of the work tree, others are named from here.
  private func path(_ workspace: Workspace) throws -> String {
    guard isDefault else { return workspace.path(output) }
    guard let root = workspace.repository.workDirectory else {
      throw Failure(
        .repository, "a bare repository has no work tree, and so no CHANGELOG.md",
        hint: "deed changelog -o FILE")
    }
    return "\(root)/CHANGELOG.md"
  }

  private func release(_ workspace: Workspace) throws -> (ReleaseVersion, NotesRange) {
    let part = NotesPart(package: part.package)
    let range: NotesRange
    do {
      range = try workspace.range(version.map(NotesRequest.release) ?? .proposed, part)
    } catch let failure as Failure {
      // What is out already is what is asked for where there is nothing else.
      guard check, let last = failure.last else { throw failure }
      range = try workspace.range(.release(last.description), part)
    }
    guard let version = range.release else {
      throw Failure(.usage, "that is no release", hint: "deed changelog v1.4.0")
    }
    try workspace.checkIsNext(range, instead: "deed changelog")
    return (version, range)
  }
}
