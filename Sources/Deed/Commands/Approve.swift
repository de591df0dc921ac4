import ArgumentParser
import Release

struct ApproveCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "approve",
    abstract: "Sign off a release in an environment.",
    usage: "deed approve [<version>] [-e <name>] [--role <role>] [--push] [<options>]",
    discussion: """
      Shows what is being approved, then records it under your git identity. A later sign-off of \
      yours replaces it.

        deed approve v1.4.0 --push
        deed approve v1.4.0 -e staging --role reviewer -m "smoke tests ran"
      """)

  @Option(help: ArgumentHelp("The role in which you sign off.", valueName: "role"))
  var role: String?

  @OptionGroup var options: SignoffOptions
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    try await Signoff(decision: .approve, role: role, options: options, common: common)
      .run(in: context)
  }
}
