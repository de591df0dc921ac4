import ArgumentParser
import Git
import Release
import Templates

struct NotesCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "notes",
    abstract: "What changed between two releases, for people.",
    usage: "deed notes [<version>|<a>..<b>] [--from <rev>] [--to <rev>] [<options>]",
    discussion: """
      Without arguments: since the previous release, or of the release at HEAD. A stable release is \
      compared with the stable one that came before, a candidate with any. Every commit is either shown or \
      hidden for a reason; the JSON names both.

        deed notes
        deed notes v1.4.0 -o notes.md
        deed notes v1.2.0..v1.4.0 --format json
        deed notes --all -o history.md
        deed notes v1.2.0.. --path services/api --exclude-path 'services/api/**/*.md'
        deed notes --show-template > notes.md.mustache
        deed notes --template notes.md.mustache
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

  @Flag(help: "What HEAD has and no release.")
  var unreleased = false

  @Flag(help: "Every release, the highest first; candidates only where theirs is not out.")
  var all = false

  @Option(
    help: ArgumentHelp(
      "Only what changes these paths, and all below; may be repeated.", valueName: "glob"))
  var path: [String] = []

  @Option(
    help: ArgumentHelp("Leave out what is at these paths; may be repeated.", valueName: "glob"))
  var excludePath: [String] = []

  @OptionGroup var part: PackageOption

  @Option(name: [.short, .long], help: ArgumentHelp("Write to this file.", valueName: "file"))
  var output: String?

  @Option(help: "How the notes are written.")
  var format = Format.markdown

  @Option(
    help: ArgumentHelp(
      "Tell them by this Mustache template; escaped as HTML where its name says so.",
      valueName: "file"))
  var template: String?

  @Flag(help: "Print a template that tells them as without one.")
  var showTemplate = false

  @Option(
    help: ArgumentHelp(
      "Say who made the changes; with new, by the whole history, who did for the first time.",
      valueName: "who"))
  var contributors: NotesRules.Contributors?

  @Flag(
    inversion: .prefixedNo,
    help: "Tell how it was released: checks, checklists, approvals, manifests.")
  var evidence: Bool?

  @Flag(help: "Exit with 1 where a commit that is shown was not understood.")
  var strict = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    let isRange = range?.contains("..") == true
    let ways = [range != nil, unreleased, all].count { $0 }
    if let range, let dots = range.firstRange(of: "...") {
      let meant = "\(range[..<dots.lowerBound])..\(range[dots.upperBound...].drop { $0 == "." })"
      throw ValidationError("a range has two dots: \u{201C}\(meant.safe)\u{201D}, not three")
    }
    if isRange, from != nil || to != nil {
      throw ValidationError("a range and --from or --to exclude each other")
    }
    if ways > 1 || (unreleased || all) && (from != nil || to != nil) {
      throw ValidationError("a release or range, --unreleased and --all exclude each other")
    }
    if template != nil, format == .json {
      throw ValidationError("--template and --format json exclude each other")
    }
    if range != nil, !isRange, to != nil {
      throw ValidationError("a release and --to exclude each other")
    }
  }

  func run(in context: Context) async throws -> Int32 {
    if showTemplate {
      context.output.write(Templates.releaseNotes)
      return 0
    }
    let workspace = try Workspace(context)
    // Before anything is read: whoever writes a template tries it often.
    let template = try template.map { try NotesTemplate($0, workspace) }
    let part = NotesPart(package: self.part.package, paths: path, exclude: excludePath)
    try await workspace.noteUncommittedPolicy(countingAt: workspace.head(), common)
    let ranges = try all ? workspace.allRanges(part) : [workspace.range(request, part)]
    if let tip = ranges.first?.tip { try workspace.mentionWithheld(at: tip) }
    for range in ranges { try workspace.checkIsNext(range) }
    var notes = try ranges.map { try workspace.notes($0, contributors: contributors) }
    if notes.allSatisfy({ $0.counts.considered == 0 }) {
      try workspace.checkPaths(of: ranges)
    }
    if let tip = ranges.first?.tip,
      try evidence ?? workspace.notesPolicy(at: tip).notes.evidence
    {
      let reader = NotesEvidenceReader(workspace)
      for (place, range) in ranges.enumerated() {
        notes[place].evidence = try await reader.evidence(of: range)
      }
    }
    context.leftovers.keep(notes)
    try write(notes, template, workspace)
    if let unknown = template?.unknownNames, !unknown.isEmpty, !common.quiet {
      context.error.print(
        "note: notes have no \(unknown.map(\.safe).joined(separator: ", ")), for which the template asks; "
          + "deed notes --format json shows what they have")
    }
    if let output, output != "-" {
      try await workspace.noteUnclean(output, common, isNotes: true)
    }
    if !common.quiet {
      if let range = ranges.first, range.isCandidate, let release = range.release {
        context.error.print(
          "note: there is no tag \(release) yet: these are the notes that it would have at "
            + range.tip.short)
      }
      for notes in notes { context.error.print(notes.summary.safe) }
      if let range = ranges.first { try workspace.mentionBeside(range.before, at: range.tip) }
    }
    guard strict else { return 0 }
    let unclear = notes.flatMap(\.complaints)
    guard !unclear.isEmpty else { return 0 }
    context.error.print(
      unclear.count == 1
        ? "1 commit was not understood:" : "\(unclear.count) commits were not understood:")
    for line in unclear { context.error.print("  " + line.safe) }
    return 1
  }

  private func write(
    _ notes: [ReleaseNotes], _ template: NotesTemplate?, _ workspace: Workspace
  ) throws {
    let bytes =
      switch format {
      case .markdown:
        Array(
          notes.map { notes in
            let text = template?.text(of: notes) ?? markdown(notes, workspace)
            return isRead(workspace) ? text.safeLines : text.safeDocument
          }.joined(separator: "\n").utf8)
      case .json where all: try Output.json(AllNotes(releases: notes))
      case .json: try Output.json(notes.first)
      }
    if let output, output != "-" {
      try workspace.write(bytes, to: output)
    } else {
      workspace.context.output.write(bytes)
    }
  }

  /// Addresses are left out where somebody reads it at a terminal.
  private func markdown(_ notes: ReleaseNotes, _ workspace: Workspace) -> String {
    notes.markdown(links: !isRead(workspace))
  }

  private func isRead(_ workspace: Workspace) -> Bool {
    (output ?? "-") == "-" && workspace.context.terminal.isOutput
  }

  private struct AllNotes: Encodable {
    let v = 1
    let releases: [ReleaseNotes]
  }

  private var request: NotesRequest {
    if unreleased { return .unreleased }
    guard let range else {
      return from == nil && to == nil ? .current : .range(from: from, to: to)
    }
    guard let dots = range.firstRange(of: "..") else {
      return from.map { .range(from: $0, to: range) } ?? .release(range)
    }
    func named(_ text: some StringProtocol) -> String? { text.isEmpty ? nil : String(text) }
    return .range(
      from: named(range[..<dots.lowerBound]),
      to: named(range[dots.upperBound...]))
  }
}

extension NotesRules.Contributors: ExpressibleByArgument {}

extension ReleaseNotes {
  /// `v1.3.0..v1.4.0: 12 commits, 8 shown, 4 hidden`.
  var summary: String {
    let counts =
      "\(counts.considered.counted("commit")), \(counts.shown) shown, \(counts.hidden) hidden"
    guard self.counts.returned > 0, let previous else { return "\(range): \(counts)" }
    return "\(range): \(counts); \(self.counts.returned) that \(previous) had taken back included"
  }

  /// What was not understood, a line a commit: `1a2b3c4d5e6f no type: Tidy up`.
  var complaints: [String] {
    unclear.map { commit in
      let subject = commit.change ?? ""
      return "\(commit.id.short) \(commit.why)\(subject.isEmpty ? "" : ": " + subject)"
    }
  }
}
