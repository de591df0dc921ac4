import ArgumentParser
import Git
import Ledger
import Release
import Templates

struct InitCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a deed.toml, and let plain git fetch bring the ledgers.",
    discussion: """
      Nothing needs it: every command works without. Running it again changes nothing. Undo it with:

        git rm deed.toml
        git config --unset-all remote.origin.fetch refs/notes/deed

      For example:

        deed init
      """)

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    guard let directory = workspace.repository.workDirectory else {
      throw Failure(
        .repository, "this is a bare repository: there is no work tree for \(Policy.fileName)",
        hint: "run deed init in a clone of it")
    }
    let path = "\(directory)/\(Policy.fileName)"
    if Files.exists(path) {
      context.output.print("kept     \(Policy.fileName): it is there already")
    } else {
      if !dryRun { try Files.write(Templates.configuration, to: path, exclusively: true) }
      context.output.print(
        "\(dryRun ? "would write" : "wrote")    \(Policy.fileName): every rule with its default; commit it"
      )
    }
    for remote in try await workspace.repository.remotes().keys.sorted() {
      try await addRefspec(of: remote, workspace)
    }
    return 0
  }

  /// A fetch refspec into a namespace of its own: never into `refs/notes/`, where it would
  /// overwrite records that were not pushed yet, and never a push refspec, which would change what
  /// plain `git push` does.
  private func addRefspec(of remote: String, _ workspace: Workspace) async throws {
    let key = "remote.\(remote).fetch"
    let name = try workspace.ledgers.trackingName(of: remote)
    let refspec = "+\(LedgerName.root)*:\(LedgerStore.trackingRoot)\(name)/*"
    let configured = try await workspace.repository.configuration().values(key)
    if configured.contains(refspec) {
      workspace.context.output.print("kept     \(key.safe): it brings the ledgers already")
      return
    }
    if !dryRun {
      let result = try await workspace.repository.program.run(
        ["config", "--local", "--add", key, refspec])
      guard result.status == 0 else {
        throw Failure(.repository, "git config: \(result.error.safeLine)")
      }
    }
    workspace.context.output.print(
      "\(dryRun ? "would add" : "added")    \(key.safe) = \(refspec.safe)")
  }
}
