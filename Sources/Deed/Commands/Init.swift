import ArgumentParser
import Configuration
import Git
import Ledger
import Release
import Templates

struct InitCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a deed.toml and checklists, and let plain git fetch bring the ledgers.",
    usage: "deed init [--template <name[.lang]>] ... [--list] [--dry-run] [<options>]",
    discussion: """
      Nothing needs it: every command works without. Running it again changes nothing, and no file
      that is there is written over. A template goes to docs/release/NAME.md, the runbook to
      RUNBOOK.md: documents for your team to change. Undo it with:

        rm deed.toml
        git config --unset-all remote.origin.fetch refs/notes/deed

      For example:

        deed init
        deed init --list
        deed init --template production --template pre-deployment.ko
      """)

  @Option(
    help: ArgumentHelp(
      "Write this template too, in English or in the language given; may be repeated.",
      valueName: "name[.lang]"))
  var template: [String] = []

  @Flag(help: "List the templates, with their languages, and change nothing.")
  var list = false

  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if list, !template.isEmpty {
      throw ValidationError("--list and --template exclude each other.")
    }
  }

  func run(in context: Context) async throws -> Int32 {
    if list {
      context.output.print(try Adoption.list().joined(separator: "\n"))
      return 0
    }
    let adoption = try Adoption(template)
    let workspace = try Workspace(context)
    guard let directory = workspace.repository.workDirectory else {
      throw Failure(
        .repository, "this is a bare repository: there is no work tree for \(Policy.fileName)",
        hint: "run deed init in a clone of it")
    }
    let path = "\(directory)/\(Policy.fileName)"
    // A deed.toml that cannot be read is said before anything is written.
    let lacking =
      template.isEmpty || !Files.exists(path)
      ? []
      : adoption.lines(
        lackingIn: try ConfigurationFile.policy(
          from: Files.read(path), file: Policy.fileName))
    try write(
      Policy.fileName, in: directory, "every rule with its default; commit it", context,
      adoption.configuration)
    for document in adoption.documents {
      try write(
        document.path, in: directory, "for your team to change; commit it", context
      ) { document.content }
    }
    for remote in try await workspace.repository.remotes().keys.sorted() {
      try await addRefspec(of: remote, workspace)
    }
    for line in lacking { context.output.print(line) }
    return 0
  }

  private func write(
    _ name: String, in directory: String, _ remark: String, _ context: Context,
    _ content: () throws -> [UInt8]
  ) throws {
    let path = "\(directory)/\(name)"
    guard !Files.exists(path) else {
      return context.output.print("kept     \(name): it is there already")
    }
    if !dryRun {
      try Files.makeDirectories(above: name, in: directory)
      try Files.write(content(), to: path, exclusively: true)
    }
    context.output.print("\(dryRun ? "would write" : "wrote")    \(name): \(remark)")
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
