import ArgumentParser
import Release

struct HookPreReceiveCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "pre-receive",
    abstract: "Judge a push; git runs this, with the references on standard input.",
    usage: "deed hook pre-receive [--require <environment>]…",
    discussion: """
      Refuses a release tag whose gate is not met or not known, which is lightweight or named \
      otherwise in its own header, and one that is moved or deleted; a ledger that would be deleted, \
      rewritten or lose a line, and lines that are no records of their commit. Says each reason to \
      whoever pushes, and exits 1; also where something cannot be judged.

        exec deed hook pre-receive --require production
      """)

  @OptionGroup var rules: HookRules
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let refusals: [PushRefusal]
    do {
      let pushed = try PushedReference.parse(try context.input())
      refusals = try await PushJudgement(pushed, requiring: rules.require, in: context).refusals()
    } catch {
      refusals = [PushRefusal("this push", error)]
    }
    guard !refusals.isEmpty else { return 0 }
    context.error.print("deed: nothing of this push was taken:")
    for refusal in refusals.prefix(PushJudgement.limit) {
      for line in refusal.lines { context.error.print(line) }
    }
    if refusals.count > PushJudgement.limit { context.error.print("- and more") }
    return 1
  }
}

/// What a server asks for beyond the policies of what is pushed.
struct HookRules: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "An environment that every release tag needs met, whatever its policy says; may be repeated.",
      valueName: "environment"))
  var require: [String] = []

  init() {}
}
