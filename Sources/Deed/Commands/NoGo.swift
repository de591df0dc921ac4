import ArgumentParser
import Release

struct NoGoCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "no-go",
    abstract: "Decide that a release may not go to an environment.",
    usage: "deed no-go [<version>] [-e <name>] -m <why> [--push] [<options>]",
    discussion: """
      Needs nothing to be met. Of decisions that did not see each other the worst counts, so a no-go \
      outweighs a go until somebody who saw both decides again.

        deed no-go v1.4.0 -e production -m "the migration takes an hour" --push
      """)

  @OptionGroup var options: DecisionOptions
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let reason = try Reason.require(options.statement.message, of: "a no-go")
    let deciding = try await Deciding(options, in: context)
    var decision = Record.Decision(.noGo)
    decision.comment = reason
    try await deciding.record(decision, seals: false, common)
    return 0
  }
}
