import ArgumentParser
import Configuration
import Git
import Ledger
import Release
import Templates

struct InitCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "init",
    abstract: "Write a deed.toml and checklists, and let plain git fetch bring the ledgers.",
    usage: "deed init [--template <name[.lang]>] ... [--list] [--dry-run] [<options>]",
    discussion: """
      Nothing needs it: every command works without. Running it again changes nothing, and no file \
      that is there is written over. A template goes to docs/release/NAME.md, the runbook to \
      RUNBOOK.md, a pipeline to where its CI system looks: for your team to change. Undo it with:

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

  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if list, !template.isEmpty {
      throw ValidationError("--list and --template exclude each other.")
    }
  }

  func run(in context: Context) async throws -> Int32 {
    if list {
      switch output.format {
      case .json: try context.output.print(json: TemplatesReport(templates: Adoption.list()))
      case .text:
        context.output.print(Adoption.lines(of: try Adoption.list()).joined(separator: "\n"))
      }
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
    var steps = [
      try write(
        Policy.fileName, in: directory, "every rule with its default; commit it",
        adoption.configuration)
    ]
    for document in adoption.documents {
      steps.append(
        try write(document.path, in: directory, "for your team to change; commit it") {
          document.content
        })
    }
    // No other remote's: what somebody records in a fork is not to count here because it was fetched.
    let policy =
      Files.exists(path)
      ? try ConfigurationFile.policy(from: Files.read(path), file: Policy.fileName) : Policy()
    if let remote = try await workspace.sharedRemote(policy) {
      steps.append(try await addRefspec(of: remote, workspace))
    } else if try await !workspace.repository.remotes().isEmpty {
      context.error.print(
        "note: none of the remotes is \(policy.remote.safe): name the team's by remote = \"…\" in "
          + "\(Policy.fileName), and run deed init again, to have git fetch bring its ledgers")
    }
    switch output.format {
    case .json:
      try context.output.print(
        json: InitReport(steps: steps, lacking: lacking.filter { !$0.isEmpty }))
    case .text:
      for step in steps { context.output.print(step.line) }
      for line in lacking { context.output.print(line) }
    }
    return 0
  }

  private func write(
    _ name: String, in directory: String, _ remark: String, _ content: () throws -> [UInt8]
  ) throws -> InitReport.Step {
    let path = "\(directory)/\(name)"
    guard !Files.exists(path) else {
      return InitReport.Step(.kept, file: name, remark: "it is there already")
    }
    if !dryRun {
      try Files.makeDirectories(above: name, in: directory)
      try Files.write(content(), to: path, exclusively: true)
    }
    return InitReport.Step(dryRun ? .wouldWrite : .wrote, file: name, remark: remark)
  }

  /// A fetch refspec into a namespace of its own: never into `refs/notes/`, where it would
  /// overwrite records that were not pushed yet, and never a push refspec, which would change what
  /// plain `git push` does.
  private func addRefspec(of remote: String, _ workspace: Workspace) async throws -> InitReport.Step
  {
    let key = "remote.\(remote).fetch"
    let name = try workspace.ledgers.trackingName(of: remote)
    let refspec = "+\(LedgerName.root)*:\(LedgerStore.trackingRoot)\(name)/*"
    let configured = try await workspace.repository.configuration().values(key)
    if configured.contains(refspec) {
      return InitReport.Step(.kept, key: key, remark: "it brings the ledgers already")
    }
    if !dryRun {
      let result = try await workspace.repository.program.run(
        ["config", "--local", "--add", key, refspec])
      guard result.status == 0 else {
        throw Failure(.repository, "git config: \(result.error.safeLine)")
      }
    }
    return InitReport.Step(dryRun ? .wouldAdd : .added, key: key, value: refspec)
  }
}

/// `init --format json`.
struct InitReport: Encodable {
  struct Step: Encodable {
    enum Done: String, Encodable {
      case kept
      case wrote
      case wouldWrite = "would write"
      case added
      case wouldAdd = "would add"
    }

    let done: Done
    /// From the root of the repository; `nil` where the step is one of git's configuration.
    let file: String?
    let key: String?
    let value: String?
    private let remark: String?

    private enum CodingKeys: CodingKey { case done, file, key, value }

    init(
      _ done: Done, file: String? = nil, key: String? = nil, value: String? = nil,
      remark: String? = nil
    ) {
      self.done = done
      self.file = file
      self.key = key
      self.value = value
      self.remark = remark
    }

    /// For people.
    var line: String {
      let what = (file ?? key ?? "").safe
      let rest = value.map { " = \($0.safe)" } ?? remark.map { ": \($0)" } ?? ""
      return "\(done.rawValue.padded(to: 8)) \(what)\(rest)"
    }
  }

  let v = 1
  let steps: [Step]
  /// What a `deed.toml` that was there already would need besides, in lines for people.
  let lacking: [String]
}

/// `init --list --format json`.
struct TemplatesReport: Encodable {
  struct Template: Encodable {
    let name: String
    let languages: [String]
    /// Of the document in the first language; 0 of a pipeline.
    let items: Int
  }

  let v = 1
  let templates: [Template]
}
