import ArgumentParser

/// What every command of deed is: arguments, and one run in a context.
protocol Command: ParsableCommand {
  /// What it is called, and what help says of it.
  static var summary: CommandConfiguration { get }
  var common: CommonOptions { get }

  /// Does the work; the result is the exit code of a command that could do it: 0 or 1, or 2 where
  /// the answer is unknown.
  func run(in context: Context) async throws -> Int32
}

extension Command {
  /// A command is read by itself, and is still no root: in each root the parser first looks for requests
  /// for completion scripts, which takes a fifth of the time in which a command starts.
  static var configuration: CommandConfiguration {
    var configuration = summary
    configuration._superCommandName = Main.name
    return configuration
  }
}

/// Options that every command understands.
struct CommonOptions: ParsableArguments {
  @Option(
    name: .customShort("C"),
    help: ArgumentHelp("Run as if started in this directory.", valueName: "dir"))
  var directories: [String] = []

  @Flag(name: [.customShort("q"), .long], help: "Say only what was asked for.")
  var quiet = false

  init() {}
}

/// How results are written.
enum ResultFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
}

struct FormatOption: ParsableArguments {
  @Option(help: "How the result is written.")
  var format = ResultFormat.text

  init() {}
}
