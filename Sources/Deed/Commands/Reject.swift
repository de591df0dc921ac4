import ArgumentParser
import Release

struct RejectCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "reject",
    abstract: "Object to a release in an environment.",
    usage: "deed reject [<version>] [-e <name>] [--role <role>] [--push] [<options>]",
    discussion: """
      While your objection stands, the release may not go. Only you can take it back, with \
      `deed approve` or `deed withdraw`.

        deed reject v1.4.0 --push -m "the migration locks the orders table"
      """)

  @Option(help: ArgumentHelp("The role in which you object.", valueName: "role"))
  var role: String?

  @OptionGroup var options: SignoffOptions
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    try await Signoff(decision: .reject, role: role, options: options, common: common)
      .run(in: context)
  }
}
