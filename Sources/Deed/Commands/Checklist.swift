import ArgumentParser
import Documents
import Git
import Release

struct ChecklistCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "checklist",
    abstract: "The items of a release's checklists, and what is recorded of each.",
    usage: "deed checklist [<version>] [--open|--lint|--diff <a> <b>] [<options>]",
    discussion: """
      --lint says what the documents' authors should mend, with line numbers; --diff says what \
      changed in them between two commits. All read the commit, never the work tree: what is edited \
      is seen once it is committed.

        deed checklist v1.4.0 -e staging
        deed checklist --open --section 2 --ids
        deed checklist --lint
        deed checklist --diff v1.3.0 HEAD
      """)

  @Argument(help: "The release, such as v1.4.0. May be left out where only one is at HEAD.")
  var version: String?

  @Flag(
    help: "Say what is to be mended in the documents, as committed; exits 1 where anything is.")
  var lint = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Say what changed in the documents from A to B.", valueName: "rev"))
  var diff: [String] = []

  @Flag(help: "Show only items that are not met.")
  var open = false

  @Option(help: ArgumentHelp("Only items of a section; may be repeated.", valueName: "section"))
  var section: [String] = []

  @Flag(help: "Show the items' ids too.")
  var ids = false

  @OptionGroup var place: PlaceOptions
  @OptionGroup var lists: ChecklistOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if lint, !diff.isEmpty { throw ValidationError("--lint and --diff exclude each other.") }
    if lint || !diff.isEmpty, open || ids || !section.isEmpty {
      throw ValidationError("--lint and --diff take no --open, --section or --ids.")
    }
    if !diff.isEmpty, diff.count != 2 { throw ValidationError("--diff wants two commits.") }
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    if !diff.isEmpty { return try showDiff(workspace) }
    if lint { return try showProblems(workspace) }
    let board = try await workspace.board(version, place, lists, suggesting: true)
    let shown = try shown(board)
    switch output.format {
    case .json: try context.output.print(json: ChecklistReport(board, shown: shown))
    case .text:
      let screen = ChecklistScreen(
        board, shown: shown, hasIDs: ids,
        style: Style(hasColour: context.terminal.outputHasColour),
        width: context.terminal.outputWidth)
      context.output.print(screen.lines().joined(separator: "\n"))
    }
    if !common.quiet {
      for gap in board.gaps { context.error.print("warning: \(gap.name.safe): \(gap.why.safe)") }
      if board.environment.checklists.isEmpty {
        context.error.print(
          "warning: \(board.environment.name.safe) has no checklists; name them in "
            + "\(Policy.fileName) under [checklists]")
      }
    }
    return 0
  }

  private func shown(_ board: ItemBoard) throws -> [ChecklistItem] {
    let wanted =
      section.isEmpty
      ? nil : Set(try section.flatMap { try board.items(ofSection: $0, inAnyChecklist: true) })
    return board.entries.filter { entry in
      (wanted?.contains(entry.item) ?? true) && !(open && entry.state.isMet)
    }.map(\.item)
  }

  private func showProblems(_ workspace: Workspace) throws -> Int32 {
    let commit =
      try version.map { try workspace.subject(place.release($0), looking: true).commit }
      ?? place.commit.map(workspace.commit) ?? workspace.head()
    let policy = try workspace.policy(at: commit)
    let environments = policy.environments.map(\.name)
    var reports: [LintReport.Problem] = []
    let chosen = try lists.names(among: policy.checklists.keys.sorted(), of: commit.short)
    let facts = workspace.checklists(of: policy, at: commit).filter { name, _ in
      chosen?.containsBytes(of: name) ?? true
    }
    for (name, fact) in facts.sorted(by: { $0.key < $1.key }) {
      let path = policy.checklists[name]?.path ?? name
      switch fact {
      case .read(let checklist):
        let problems =
          checklist.problems + checklist.unknownEnvironments(among: environments)
          + checklist.environmentsWithoutItems(policy)
        reports += problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) }.map {
          LintReport.Problem(
            checklist: name, path: path, line: $0.line, code: $0.code.rawValue, message: $0.message)
        }
      case .missing:
        reports.append(.init(name, path, "missing", "there is no such document at \(commit.short)"))
      case .invalid(let why):
        reports.append(.init(name, path, "invalid", why.replacing("\(path): ", with: "")))
      case .unreadable(let why): reports.append(.init(name, path, "unreadable", why))
      }
    }
    let output = workspace.context.output
    switch self.output.format {
    case .json: try output.print(json: LintReport(problems: reports))
    case .text:
      for problem in reports {
        let line = problem.line.map { ":\($0)" } ?? ""
        output.print("\(problem.path.safe)\(line): \(problem.message.safe) [\(problem.code)]")
      }
      if reports.isEmpty { output.print("nothing to mend") }
    }
    if facts.isEmpty, !common.quiet {
      workspace.context.error.print(
        "warning: no checklists are named in \(Policy.fileName) under [checklists]")
    }
    return reports.isEmpty ? 0 : 1
  }

  private func showDiff(_ workspace: Workspace) throws -> Int32 {
    let commits = try diff.map(workspace.commit)
    let policies = try commits.map(workspace.policy)
    let facts = zip(policies, commits).map { workspace.checklists(of: $0, at: $1) }
    var reports: [DiffReport.List] = []
    let known = Set(facts.flatMap(\.keys)).sorted()
    for name in try lists.names(among: known, of: diff.joined(separator: "..")) ?? known {
      let lists = try facts.map { try readable($0[name], name) }
      reports.append(DiffReport.List(name, ChecklistDiff(from: lists[0], to: lists[1])))
    }
    let output = workspace.context.output
    switch self.output.format {
    case .json: try output.print(json: DiffReport(checklists: reports))
    case .text:
      let style = Style(hasColour: workspace.context.terminal.outputHasColour)
      let lines = reports.flatMap { $0.lines(style) }
      output.print(lines.isEmpty ? "the same items" : lines.joined(separator: "\n"))
    }
    return 0
  }

  /// A checklist that is not there is one without items.
  private func readable(_ fact: ChecklistFact?, _ name: String) throws -> Checklist {
    switch fact {
    case .read(let checklist): return checklist
    case nil, .missing: return Checklist(name: name, path: "", items: [])
    case .invalid(let why), .unreadable(let why):
      throw Failure(.repository, "\(name.safe): \(why.safe)")
    }
  }
}

extension Checklist {
  /// Environments that ask for the checklist, and of which no item of it speaks.
  fileprivate func environmentsWithoutItems(_ policy: Policy) -> [ChecklistProblem] {
    guard !items.isEmpty else { return [] }
    let names = policy.environments.map(\.name)
    return policy.environments.filter { environment in
      environment.checklists.containsBytes(of: name)
        && !items.contains { $0.applies(to: environment.name, of: names) }
    }.map { environment in
      ChecklistProblem(
        .noItems, line: nil,
        "no item is for \(environment.name), which asks for this checklist: it can never be met there"
      )
    }
  }
}

/// `checklist --lint --format json`.
struct LintReport: Encodable {
  struct Problem: Encodable {
    let checklist: String
    let path: String
    let line: Int?
    let code: String
    let message: String

    init(checklist: String, path: String, line: Int?, code: String, message: String) {
      self.checklist = checklist
      self.path = path
      self.line = line
      self.code = code
      self.message = message
    }

    init(_ checklist: String, _ path: String, _ code: String, _ message: String) {
      self.init(checklist: checklist, path: path, line: nil, code: code, message: message)
    }
  }

  let v = 1
  let problems: [Problem]
}
