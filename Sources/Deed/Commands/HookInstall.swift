import ArgumentParser
import Git
import Glibc
import Release

struct HookInstallCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "install",
    abstract: "Put the hook into the repository that people push to.",
    usage: "deed hook install [--require <environment>]… [--dry-run]",
    discussion: """
      Writes hooks/pre-receive, where git looks for it. The same command again changes what is \
      required. A hook that is there already and is not deed's own is left alone.

        deed hook install -C /srv/git/shop.git
        deed hook install -C /srv/git/shop.git --require production --dry-run
      """)

  @OptionGroup var rules: HookRules

  @Flag(help: "Show what would be written, and write nothing.")
  var dryRun = false

  @OptionGroup var common: CommonOptions

  private static let mark = "# Written by deed hook install; the same command writes it anew."

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context, isServer: true)
    let branch = try defaultBranch(workspace)
    let path = try await hookPath(workspace)
    let script = script(context)
    if Files.exists(path) {
      let there = String(decoding: try Files.readRegularFile(path), as: UTF8.self)
      guard there.split(separator: "\n").contains(Substring(Self.mark)) else {
        throw Failure(
          .refused, "there is a hook already, and it is not deed's: \(path.safe)",
          hint: "let it run deed too, with the same standard input: \(command(context))")
      }
    }
    if !common.quiet { note(workspace, unborn: branch) }
    if dryRun {
      context.output.print("would write \(path.safe):\n\n\(script.safeLines)")
      return 0
    }
    try install(script, at: path)
    context.say(
      "every push to this repository is judged now, by \(path.safe)", keeping: [path.safe])
    return 0
  }

  /// The hook rests on the default branch; and a name that is mistyped would keep every release out.
  ///
  /// - Returns: Its name where it is not there yet.
  private func defaultBranch(_ workspace: Workspace) throws -> String? {
    switch try workspace.repository.head() {
    case .unborn(let branch): return branch
    case .branch(_, let commit), .detached(let commit):
      if rules.require.isEmpty { return nil }
      let policy = try workspace.policy(at: commit)
      for name in rules.require { _ = try policy.environment(named: name) }
      return nil
    }
  }

  private func note(_ workspace: Workspace, unborn branch: String?) {
    if !workspace.repository.isBare {
      workspace.note(
        "note: this repository has a work tree, so it is hardly the one that people push to: a hook "
          + "judges what comes in, and nothing that goes out")
    }
    guard let branch else { return }
    workspace.note(
      "note: there is no \(branch.safe) yet, which HEAD names, and by its policy tags are judged")
    workspace.context.error.print(
      "hint: git symbolic-ref HEAD refs/heads/NAME   # if the default branch is another")
    for name in rules.require {
      workspace.note(
        "note: whether \(name.safe) is an environment of its policy cannot be told yet; where it is "
          + "none, no release gets in")
    }
  }

  /// Where git looks for the hook, which `core.hooksPath` can change.
  private func hookPath(_ workspace: Workspace) async throws -> String {
    let program = workspace.repository.program
    let result = try await program.run(["rev-parse", "--git-path", "hooks/pre-receive"])
    let path = result.text.split(separator: "\n").first.map(String.init)
    guard result.status == 0, let path else {
      throw Failure(.repository, "git does not say where its hooks are: \(result.error.safeLine)")
    }
    return path.hasPrefix("/") ? path : "\(program.directory)/\(path)"
  }

  private func command(_ context: Context) -> String {
    let required = rules.require.map { " --require \(GitError.quoted($0))" }.joined()
    return "\(GitError.quoted(context.program)) hook pre-receive\(required)"
  }

  private func script(_ context: Context) -> String {
    "#!/bin/sh\n\(Self.mark)\nexec \(command(context))\n"
  }

  /// By one rename: a push meets the old hook or the new one, never half of one.
  private func install(_ script: String, at path: String) throws {
    try Files.makeDirectories(above: path, in: "")
    let new = "\(path).new-\(getpid())"
    try Files.write(Array(script.utf8), to: new, exclusively: true)
    guard chmod(new, 0o755) == 0, rename(new, path) == 0 else {
      let reason = String(cString: strerror(errno))
      try Files.remove(new)
      throw Failure(.repository, "cannot write \(path.safe): \(reason)")
    }
  }
}
