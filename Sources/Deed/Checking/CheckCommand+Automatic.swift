import Checks
import Git
import Release

// `deed check` without `--run`: the automatic checks.
extension CheckCommand {
  func runChecks(in context: Context) async throws -> Int32 {
    let files = CheckFiles(
      context: context, names: outputFiles, format: format)
    let checks: AutomaticChecks
    let remote: String?
    do {
      try files.begin()
      (checks, remote) = try await prepared(in: context)
    } catch {
      let failure = Failure(error)
      if let fault = files.write(failure), fault.message != failure.message {
        fault.print(in: context)
      }
      if format == .junit {
        context.output.write(Array(JUnit.document(failure, at: context.now()).utf8))
      }
      throw error
    }
    if recording.dryRun {
      for name in checks.names { context.output.print(name.safe) }
      return 0
    }
    let isUntold = try await noteEarly(checks, context)
    let (output, unwritten) = try await Interruption.noted {
      files.clear()
      let output = await checks.output(isShown: format == .text, isQuiet: common.quiet)
      if format != .text { context.output.write(try output.bytes(format)) }
      return (output, files.write(output))
    }
    let unshared = output.problem == nil ? await share(output, checks, remote) : nil
    // Standard output has its one result already.
    return [unwritten, output.problem, unshared].compactMap { $0?.told(in: context) }
      .reduce(max(output.exitCode, isUntold && records ? 2 : 0), max)
  }

  /// Says which checks are about a deployment that was not made yet, so that they are not recorded.
  ///
  /// - Returns: Whether of any of them that cannot be told.
  private func noteEarly(_ checks: AutomaticChecks, _ context: Context) async throws -> Bool {
    let (subject, environment) = (checks.subject, checks.environment.name)
    var isUntold = false
    for stage in [Stage.during, .after] {
      let names = checks.names.filter { subject.policy.stage(ofCheck: $0) == stage }
      guard !names.isEmpty, records || !common.quiet,
        let early = subject.early(for: stage, in: environment)
      else { continue }
      let what = "a deployment of \(subject.release) to \(environment.safe)"
      let ending = stage == .during ? "has begun" : "has succeeded"
      let listed = names.joined(separator: ", ").safe
      switch early {
      case .known:
        context.note(
          "warning: the records here do not say that \(what) \(ending) and is the last one there: "
            + "\(listed) \(names.count == 1 ? "is" : "are") not recorded, and to be run again then")
        let words = [subject.release.description] + names + ["-e", environment]
        let command = words.map(GitError.quoted).joined(separator: " ")
        let isAlone = try await checks.workspace.remote(subject.policy) == nil
        let first = isAlone || recording.push ? "" : "deed sync && "
        context.error.print("hint: \(first)deed check \(command.safe)")
      case .unknown(let why, let hint):
        isUntold = true
        context.note(
          "warning: whether \(what) \(ending) cannot be told, so nothing is recorded of "
            + "\(listed): \(why.safe)")
        context.error.print("hint: \(hint)")
      }
    }
    return isUntold
  }

  /// - Returns: Why what was recorded is on nobody else's machine, where it was to be.
  private func share(
    _ output: CheckOutput, _ checks: AutomaticChecks, _ remote: String?
  ) async -> Failure? {
    do {
      for file in outputFiles { try await checks.workspace.noteUnclean(file, common) }
      if output.isRecorded {
        try await checks.workspace.shareIfAsked(
          "the outcome", remote, recording, common, checks.subject.policy)
      }
      return nil
    } catch {
      return Failure(error)
    }
  }

  /// What is to be run, and with whom the outcome is shared.
  private func prepared(in context: Context) async throws -> (AutomaticChecks, remote: String?) {
    let workspace = try Workspace(context)
    let identity = records ? try await workspace.committer() : nil
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (version, names) = try workspace.splitVersion(words, place)
    // Who records nothing may look at what there is to come.
    let chosen = try subject(version, names, workspace)
    try await workspace.noteUncommittedPolicy(countingAt: chosen.commit, common)
    let environment = try workspace.environment(named: place.environment, of: chosen)
    let subject = try await workspace.gather(chosen)
    if records { try workspace.noteUnknownVersion(subject, common) }
    let selected = try selection(
      names, environment, chosen.policy, isWritten: try !workspace.lacksPolicy(chosen.commit))
    let asked = checkRemote ? try await workspace.requireRemote(chosen.policy) : nil
    let run = CheckRun(
      context: context, subject: subject, environment: environment, remote: asked, isOnline: online)
    let checks = AutomaticChecks(
      workspace: try await workspace.signing(
        signing, recording, factsOf: subject, in: environment), run: run,
      names: selected, isStrict: strict, identity: identity)
    return (checks, remote)
  }

  private var records: Bool { record && !recording.dryRun }

  private func subject(
    _ version: String?, _ names: [String], _ workspace: Workspace
  ) throws -> ReleaseSubject {
    do {
      return try workspace.subject(place.release(version), suggesting: !records, looking: true)
    } catch let failure as Failure where version == nil && failure.kind == .usage {
      // What was typed in its place says more than that it is wanting.
      let policy = try workspace.policy(at: place.commit.map(workspace.commit) ?? workspace.head())
      try requireKnown(names, policy)
      throw failure
    }
  }

  /// The checks that are named, or those of the environment that are due at the stage.
  private func selection(
    _ names: [String], _ environment: EnvironmentRules, _ policy: Policy, isWritten: Bool
  ) throws -> [String] {
    let stage = try chosenStage()
    guard names.isEmpty else {
      try requireKnown(names, policy)
      return names.reduce(into: []) { if !$0.containsBytes(of: $1) { $0.append($1) } }
    }
    let due = policy.checks(of: environment, at: stage)
    guard !due.isEmpty else {
      guard isWritten else {
        throw Failure(
          .usage, "there is no \(Policy.fileName) in the commit, so no check is asked for",
          hint: "\(Workspace.bringPolicy); or name checks: deed check tag")
      }
      throw Failure(
        .usage,
        "\(environment.name.safe) asks for no checks at the stage \(stage.rawValue)",
        hint: "list some as `checks` of [environments.\(environment.name.safe)] in "
          + "\(Policy.fileName), or name them: deed check tag")
    }
    return due
  }

  private func requireKnown(_ names: [String], _ policy: Policy) throws {
    let known = Set(policy.checks.keys).union(CheckRules.builtIn.keys).sorted()
    for name in names where !known.containsBytes(of: name) {
      throw Failure.unknownName(
        "there is no check \u{201C}\(name.safe)\u{201D}", name, among: known,
        otherwise: policy.versionMeant(by: name).map { NearestName.question("\($0)").safe }
          ?? "there are: \(known.joined(separator: ", ").safe)")
    }
  }
}
