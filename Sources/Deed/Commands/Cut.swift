import ArgumentParser
import Git
import Ledger
import Release

struct CutCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "cut",
    abstract: "Check everything, then make the annotated tag and its record.",
    usage: """
      deed cut [<version>|--auto] [--push [<remote>]] [<options>]
      deed cut <version> --take-back
      """,
    discussion: """
      All answers of the preflight come at once, and nothing is written where one of them is no. \
      The message is the release notes unless -m, -F or --edit says otherwise; approvals that stand \
      are added as trailers. A cut that failed half-way is finished by the same command; one that \
      nobody else has is undone by --take-back.

        deed cut v1.4.0 --push
        deed cut --auto --pre rc --dry-run
        deed cut v1.4.1 --commit release/1.4 -m "Fix the login"
        deed cut --package api --auto --push
      """)

  @Argument(
    help: ArgumentHelp(
      "The version, such as v1.4.0; with --push, also a remote.", valueName: "version"))
  var words: [String] = []

  @Flag(help: "Take the version that the commits ask for.")
  var auto = false

  @Option(
    name: .customLong("pre"),
    help: ArgumentHelp("With --auto: of a pre-release, such as rc.", valueName: "id"))
  var prerelease: String?

  @Option(
    name: [.short, .long], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("The message; several are paragraphs.", valueName: "text"))
  var message: [String] = []

  @Option(
    name: [.customShort("F"), .customLong("file")],
    help: ArgumentHelp(
      "Take the message from this file, or - for standard input.", valueName: "file"))
  var messageFile: String?

  @Flag(help: "Open the message in the editor first.")
  var edit = false

  @Option(help: ArgumentHelp("Tag this commit instead of HEAD.", valueName: "rev"))
  var commit: String?

  @OptionGroup var part: PackageOption

  @Flag(inversion: .prefixedNo, help: "Sign the tag, or do not; else as the policy and git say.")
  var sign: Bool?

  @Flag(
    help: "Unite the ledgers with the remote's first; push tag and ledgers together afterwards.")
  var push = false

  @Flag(help: "Undo a cut that no configured remote has: remove its tag and its record here.")
  var takeBack = false

  @Flag(help: "Show what would be done, and do nothing.")
  var dryRun = false

  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !message.isEmpty, messageFile != nil {
      throw ValidationError("-m and -F exclude each other")
    }
    let makes =
      auto || !message.isEmpty || messageFile != nil || edit || commit != nil || push || sign != nil
    if takeBack, makes || words.count != 1 {
      throw ValidationError("--take-back takes a version, and nothing that makes a tag")
    }
    if prerelease != nil, !auto { throw ValidationError("--pre goes with --auto") }
    if words.count > (push ? 2 : 1) {
      throw ValidationError(
        push ? "only a version and a remote can be named" : "only one version can be named")
    }
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    if takeBack { return try await undo(workspace) }
    let target = try commit.map(workspace.commit) ?? workspace.head()
    let policy = try workspace.policy(at: target)
    try await workspace.noteUncommittedPolicy(countingAt: target, common)
    let words = try await CutWords(
      words, takesRemote: push, takesVersion: !auto, policy, workspace)
    let remote = push ? try await remote(named: words.remote, policy, workspace) : nil
    if !dryRun { try await receive(from: remote, workspace) }

    let planned = try await CutPlan(
      workspace, version: version(words.version, target, policy, workspace), target: target,
      policy: policy, remote: remote,
      message: RequestedMessage(text: try requestedMessage(workspace), isEdited: edit),
      isCommitGiven: commit != nil, signing: signing(policy))
    guard planned.isClear else { return try refuse(planned, context) }
    if dryRun { return try await rehearse(planned, context) }
    let plan = try await planned.recordingManifest(workspace)
    let cut = Cut(workspace: workspace, plan: plan, edits: edit)
    let done = try await cut.carryOut()
    try await report(plan, done, workspace)
    return 0
  }

  /// Unites the ledgers before the version is looked for: it may be that of records which are elsewhere.
  ///
  /// The tag names where the ledgers stand, which it can where they stand in one place.
  private func receive(from remote: String?, _ workspace: Workspace) async throws {
    if let remote {
      _ = try await workspace.receive(from: remote)
    } else {
      try await workspace.uniteFetched()
    }
  }

  private func remote(
    named name: String?, _ policy: Policy, _ workspace: Workspace
  ) async throws -> String {
    if let name { return name }
    return try await workspace.requireRemote(policy)
  }

  /// The version that was typed, that the commits ask for, or that has records at the commit.
  private func version(
    _ typed: String?, _ target: ObjectID, _ policy: Policy, _ workspace: Workspace
  ) throws -> CutPlan.Version {
    if auto {
      guard typed == nil else { throw Failure(.usage, "a version and --auto exclude each other") }
      return .suggested(package: part.package, prerelease: prerelease)
    }
    if let typed { return .named(typed, package: part.package) }
    let prefixes =
      try part.package.map { [try policy.part(named: $0).prefix] } ?? policy.prefixes
    let releases = try workspace.releases(at: target, prefixes: prefixes)
    if let only = releases.first, releases.count == 1 {
      return .named(only.description, package: nil)
    }
    guard releases.isEmpty else {
      throw Failure(
        .usage,
        "\(releases.count) releases are at \(target.short): "
          + releases.map(\.description).joined(separator: ", ").safe,
        hint: "say which one")
    }
    throw Failure(
      .usage, "which version is to be cut?",
      hint: "deed cut --auto"
        + (prefixes.count == 1
          ? "   # takes the one that the commits ask for; deed next prints it"
          : " --package NAME   # takes the one that the commits ask for; NAME is one of: "
            + policy.packageNames))
  }

  private func requestedMessage(_ workspace: Workspace) throws -> [UInt8]? {
    if let messageFile { return try workspace.read(messageFile) }
    return message.isEmpty ? nil : Array(message.joined(separator: "\n\n").utf8)
  }

  private func signing(_ policy: Policy) -> CutSigning {
    if let sign { return sign ? .wanted : .refused }
    return .left(to: policy.tags.sign)
  }
}

extension CutCommand {
  /// A release by a name that no policy has to know: somebody else's record of it may stand here.
  private func recorded(_ workspace: Workspace) throws -> ReleaseVersion? {
    guard part.package == nil, let word = words.first else { return nil }
    let lines = DeploymentLines(try workspace.ledgers.lines(of: .deployments))
    let names = lines.tags.map(\.release) + lines.unreadableTags.compactMap(\.release)
    guard names.contains(where: { $0.utf8.elementsEqual(word.utf8) }) else { return nil }
    return ReleaseVersion(recorded: word)
  }

  private func undo(_ workspace: Workspace) async throws -> Int32 {
    let context = workspace.context
    let policy = try workspace.policyOrDefaults()
    let release =
      try recorded(workspace) ?? policy.version(words.first ?? "", package: part.package)
    let identity = try await workspace.committer()
    let remote = try await workspace.sharedRemote(policy)
    // What the remote has by now is not ours alone any more.
    if let remote, !dryRun { _ = try await workspace.receive(from: remote) }
    let undoing = try await TakingBack(release, workspace, remote: remote)
    if !dryRun { try undoing.carryOut(by: identity) }
    switch output.format {
    case .json: try context.output.print(json: undoing.report(isDone: !dryRun))
    case .text: context.say(dryRun ? undoing.plan : undoing.words)
    }
    return 0
  }
}

// What people and machines read of it.
extension CutCommand {
  private func refuse(_ plan: CutPlan, _ context: Context) throws -> Int32 {
    switch output.format {
    case .json: try context.output.print(json: CutReport(plan, tag: nil, pushed: false))
    case .text:
      let style = Style(hasColour: context.terminal.errorHasColour)
      let open = plan.preflight.filter { $0.state != .met }
      context.error.print(
        "\(style.red("error:")) \(plan.name.safe) cannot be cut:")
      for check in open {
        let lines = check.why.safeLine.wrapped(
          to: context.terminal.errorWidth, after: "  \(style.mark(check.state)) ", indent: 4)
        for line in lines { context.error.print(line) }
        if let hint = check.hint { context.error.print("    hint: \(hint.safeLine)") }
      }
    }
    return plan.isMistyped ? 2 : Answer.all(plan.preflight.map(\.state)).exitCode
  }

  private func rehearse(_ plan: CutPlan, _ context: Context) async throws -> Int32 {
    switch output.format {
    case .json: try context.output.print(json: CutReport(plan, tag: nil, pushed: false))
    case .text:
      let style = Style(hasColour: context.terminal.errorHasColour)
      for check in plan.preflight where !common.quiet {
        context.error.print("\(style.mark(check.state)) \(check.why.safeLine)")
      }
      context.error.print("would tag \(plan.target.short) as \(plan.name.safe) with this message:")
      context.output.write(
        String(decoding: try plan.message(), as: UTF8.self).safeLines.utf8)
    }
    noteOpenRequirements(plan, context)
    noteAdvice(plan, context)
    return 0
  }

  private func report(
    _ plan: CutPlan, _ done: Cut.Done, _ workspace: Workspace
  ) async throws {
    let context = workspace.context
    switch output.format {
    case .json:
      try context.output.print(json: CutReport(plan, tag: done.tag, pushed: done.pushedTo != nil))
    case .text:
      let signed = done.isSigned ? ", signed" : ""
      context.output.print(
        "\(plan.name.safe) cut at \(plan.target.short) (tag \(done.tag.short)\(signed))")
      if let remote = done.pushedTo {
        context.output.print("pushed to \(remote.safe), tag and ledgers together")
      }
    }
    noteOpenRequirements(plan, context)
    noteAdvice(plan, context)
    if done.pushedTo == nil { try await noteHere(plan, done, workspace) }
    try await noteDueAgain(plan, done, workspace)
  }

  /// Names what is to be run again now that the tag is there.
  private func noteDueAgain(
    _ plan: CutPlan, _ done: Cut.Done, _ workspace: Workspace
  ) async throws {
    let places = plan.placesToCheckAgain(done.tag)
    guard !common.quiet, !places.isEmpty else { return }
    let words = StepWords(
      release: plan.name,
      push: try await workspace.remote(plan.policy) == nil ? "" : " --push",
      isOnlyEnvironment: plan.policy.environments.count == 1)
    for place in places {
      workspace.context.error.print("hint: \(words.check([CheckRules.tag], in: place).safe)")
    }
  }

  /// Says that nobody else has the tag yet, and what sends it.
  private func noteHere(_ plan: CutPlan, _ done: Cut.Done, _ workspace: Workspace) async throws {
    guard !common.quiet, let release = plan.release,
      let remote = try await workspace.remote(plan.policy)
    else { return }
    workspace.note("note: the tag and its record are here alone, until they are pushed")
    let place = commit == nil ? "" : " --commit \(plan.target.short)"
    workspace.context.error.print(
      "hint: deed cut \(GitError.quoted(release.description))\(place) --push "
        + GitError.quoted(remote))
  }

  private func noteAdvice(_ plan: CutPlan, _ context: Context) {
    guard !common.quiet, let advice = plan.advice else { return }
    context.note("note: \(advice.safe)", indent: 6)
  }

  /// What is wanting and nothing requires is said, not enforced.
  private func noteOpenRequirements(_ plan: CutPlan, _ context: Context) {
    let open = plan.openRequirements
    guard !common.quiet, !open.isEmpty else { return }
    context.note(
      "note: not met yet: \(open.joined(separator: ", ").safe); [tags] require does not ask for it",
      indent: 6)
  }
}

/// What was typed after `cut`: a version, and with `--push` a remote, in either order.
private struct CutWords {
  private(set) var version: String?
  private(set) var remote: String?

  init(
    _ words: [String], takesRemote: Bool, takesVersion: Bool, _ policy: Policy,
    _ workspace: Workspace
  ) async throws {
    let remotes = takesRemote ? Set(try await workspace.repository.remotes().keys) : []
    for word in words {
      // A package's version has a slash in it, as an address has.
      let isVersion =
        policy.release(named: word) != nil || policy.likeliestPrefix(of: word) != nil
      let isRemote =
        !isVersion && takesRemote && (remotes.contains(word) || word.contains("/"))
      if isRemote, remote == nil {
        remote = word
      } else if takesRemote, !takesVersion, !isVersion {
        throw Failure.unknownName(
          "there is no remote \u{201C}\(word.safe)\u{201D}", word, among: remotes.sorted(),
          otherwise: remotes.isEmpty
            ? nil : "the remotes are: \(remotes.sorted().joined(separator: ", ").safe)")
      } else if version == nil {
        version = word
      } else if remote == nil {
        remote = word
      } else {
        throw Failure(.usage, "there are two remotes: \(word.safe)")
      }
    }
  }
}

/// `cut --format json`.
struct CutReport: Encodable {
  struct Check: Encodable {
    let id: String
    let state: Answer
    let why: String
    let mend: String?
  }

  let v = 1
  let release: String
  let commit: String
  let tag: String?
  let pushed: Bool
  let preflight: [Check]

  init(_ plan: CutPlan, tag: ObjectID?, pushed: Bool) {
    release = plan.name
    commit = plan.target.description
    self.tag = tag?.description
    self.pushed = pushed
    preflight = plan.preflight.map {
      Check(id: $0.id, state: $0.state, why: $0.why, mend: $0.hint)
    }
  }
}
