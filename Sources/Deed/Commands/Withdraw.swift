import ArgumentParser
import Release

struct WithdrawCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "withdraw",
    abstract: "Take back your own approval or objection.",
    usage: "deed withdraw [<version>] [-e <name>] [--push] [<options>]",
    discussion: """
      Your sign-off then counts neither way; that you gave it, and took it back, stays on record.

        deed withdraw v1.4.0 --push -m "a waiver was added after I approved"
      """)

  @OptionGroup var options: SignoffOptions
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    try await Signoff(decision: .withdraw, role: nil, options: options, common: common)
      .run(in: context)
  }
}
