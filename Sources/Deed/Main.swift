import ArgumentParser
import Glibc
import Release

@main
struct Main: ParsableCommand {
  static let name = "deed"
  static let version = "0.1.0"

  /// What `--version` prints.
  private static let fullVersion = "\(name) \(version)"

  static let configuration = CommandConfiguration(
    commandName: name,
    abstract: "Release records in git: checks, sign-offs and tags that travel with the history.",
    usage: "deed [-C <dir>] <command> [<options>]",
    discussion: """
      The repository is the database, git's remotes are the network. A first release:

        deed status                  what is to be released, and what is missing
        deed approve v1.4.0 --push   sign off; a second person does the same
        deed cut v1.4.0 --push       the annotated tag, with its evidence
        deed verify v1.4.0           prove it, from any clone

      Exit codes: 0 yes or done, 1 the answer is no, 2 trouble or unknown.
      """,
    version: fullVersion,
    groupedSubcommands: [
      CommandGroup(
        name: "Look:", subcommands: [StatusCommand.self, ShowCommand.self, NotesCommand.self]),
      CommandGroup(
        name: "Work through checklists:",
        subcommands: [
          ChecklistCommand.self, WalkCommand.self, TickCommand.self, CheckCommand.self,
          WaiveCommand.self, CarryCommand.self,
        ]),
      CommandGroup(
        name: "Sign off:",
        subcommands: [ApproveCommand.self, RejectCommand.self, WithdrawCommand.self]),
      CommandGroup(
        name: "Release:",
        subcommands: [
          NextCommand.self, ChangelogCommand.self, ArtifactsCommand.self, CutCommand.self,
        ]),
      CommandGroup(
        name: "Let it go:",
        subcommands: [GoCommand.self, NoGoCommand.self, DeployCommand.self]),
      CommandGroup(
        name: "Prove and share:",
        subcommands: [
          VerifyCommand.self, SyncCommand.self, DoctorCommand.self, RedactCommand.self,
        ]),
      CommandGroup(name: "Set up:", subcommands: [InitCommand.self, HookCommand.self]),
    ])

  static func main() async {
    let output = StandardOutput()
    let context = Context.ofProcess(CommandLine.arguments, writing: output)
    var code = await run(Array(CommandLine.arguments.dropFirst()), in: context)
    if let fault = output.fault {
      fault.print(in: context)
      code = max(code, fault.exitCode)
    }
    withExtendedLifetime(context) { Glibc.exit(code) }
  }

  /// Runs one command line and returns the exit code: 0 yes or done, 1 no, 2 trouble or unknown.
  static func run(_ arguments: [String], in context: Context) async -> Int32 {
    do {
      let arguments = try commandFirst(arguments)
      var parsed = try parse(arguments)
      guard let command = parsed as? any Command else {
        try parsed.run()
        return 0
      }
      return try await command.run(in: context.inside(command.common.directories))
    } catch {
      return report(error, arguments, context)
    }
  }

  /// Reads the arguments by the named command alone, since the whole tree takes long to build.
  ///
  /// Help, and to say what was refused, is for the tree, which knows the way to the command.
  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    if let command = subcommand(named: arguments.first),
      command.configuration.subcommands.isEmpty,
      let parsed = try? command.parse(Array(arguments.dropFirst()))
    {
      return parsed
    }
    return try parseAsRoot(arguments)
  }

  private static func subcommand(named verb: String?) -> (any ParsableCommand.Type)? {
    configuration.groupedSubcommands.lazy.flatMap(\.subcommands)
      .first { $0.configuration.commandName == verb }
  }

  /// `-C DIR` before the command, as git has it, becomes one of the command's own options.
  private static func commandFirst(_ arguments: [String]) throws(Failure) -> [String] {
    var directories: [String] = []
    var rest = arguments[...]
    while rest.first == "-C" {
      guard rest.count >= 2 else {
        throw Failure(.usage, "-C wants a directory", hint: "deed -C DIRECTORY status")
      }
      directories += rest.prefix(2)
      rest = rest.dropFirst(2)
    }
    guard let verb = rest.first, !verb.hasPrefix("-") else { return Array(rest) }
    let isHelp = verb == "help"
    guard let sought = isHelp ? rest.dropFirst().first : verb, !sought.hasPrefix("-") else {
      return Array(rest)
    }
    guard let command = subcommand(named: sought) else {
      throw Failure.unknownName(
        "there is no command \u{201C}\(sought.safe)\u{201D}", sought,
        among: configuration.groupedSubcommands.flatMap(\.subcommands).names,
        otherwise: "deed help   # lists them all")
    }
    // A command of commands has no options of its own.
    let below = command.configuration.subcommands.names
    let next = rest.dropFirst(isHelp ? 2 : 1).first
    if let next, !below.isEmpty, !next.hasPrefix("-"), next != "help", !below.contains(next) {
      throw Failure.unknownName(
        "\(sought) has no command \u{201C}\(next.safe)\u{201D}", next, among: below,
        otherwise: "its commands are: \(below.joined(separator: ", "))")
    }
    if isHelp { return Array(rest) }
    let depth = next.map(below.contains) ?? false ? 2 : 1
    return rest.prefix(depth) + directories + rest.dropFirst(depth)
  }

  private static func report(
    _ error: any Error, _ arguments: [String], _ context: Context
  ) -> Int32 {
    if exitCode(for: error) == .success {
      // As wide as most terminals: help is read in pipes and documents too.
      let help = fullMessage(for: error, columns: 80)
      context.output.print(help.replacing(": SUBCOMMANDS:", with: ":"))
      return 0
    }
    let failure = Failure(error)
    if wantsJSON(arguments) {
      do {
        try context.output.print(json: FailureReport(failure))
      } catch {
        context.error.print("error: \(error)")
      }
      return failure.exitCode
    }
    let isUsage = !(error is Failure) && failure.kind == .usage
    failure.print(in: context, usage: isUsage ? usageLines(of: error) : "")
    return failure.exitCode
  }

  private static func usageLines(of error: any Error) -> String {
    let full = fullMessage(for: error, columns: 80).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard let start = full.firstIndex(where: { $0.hasPrefix("Usage:") }) else { return "" }
    return "\n" + full[start...].joined(separator: "\n")
  }

  private static func wantsJSON(_ arguments: [String]) -> Bool {
    if arguments.contains("--format=json") { return true }
    return zip(arguments, arguments.dropFirst()).contains { $0 == "--format" && $1 == "json" }
  }
}

extension [any ParsableCommand.Type] {
  /// What they are called on the command line.
  fileprivate var names: [String] { compactMap { $0.configuration.commandName } }
}
