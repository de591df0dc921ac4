import ArgumentParser

/// The commands for whoever runs a server.
struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook",
    abstract: "Let a git server refuse what would harm the evidence.",
    usage: "deed hook install|pre-receive [<options>]",
    discussion: """
      For bare repositories that people push to. Release tags are let in where the gate is met by the \
      records that are there and those in the same push; ledgers only ever grow. docs/server.md says \
      what to do where no hook can be installed.

        deed hook install -C /srv/git/shop.git --require production
      """,
    subcommands: [HookInstallCommand.self, HookPreReceiveCommand.self])
}
