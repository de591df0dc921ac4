import ArgumentParser

/// What every command of deed is: arguments, and one run in a context.
protocol Command: ParsableCommand {
  var common: CommonOptions { get }

  /// Does the work; the result is the exit code of a command that could do it: 0 or 1, or 2 where
  /// the answer is unknown.
  func run(in context: Context) async throws -> Int32
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
