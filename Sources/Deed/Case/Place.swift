import ArgumentParser
import Git
import Glibc
import Release

/// Where something is recorded: commit and environment.
struct PlaceOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The environment; may be left out where there is only one.", valueName: "name"))
  var environment: String?

  @Option(help: ArgumentHelp("The candidate's commit, instead of HEAD.", valueName: "rev"))
  var commit: String?

  @OptionGroup var part: PackageOption

  init() {}

  /// The arguments that name the release.
  func release(_ version: String?) -> ReleaseArguments {
    ReleaseArguments(version: version, commit: commit, package: part.package)
  }
}

/// What somebody states, and of which release in which environment.
struct StatementOptions: ParsableArguments {
  @OptionGroup var release: ReleaseArguments

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The environment; may be left out where there is only one.", valueName: "name"))
  var environment: String?

  @Option(
    name: [.short, .long], parsing: .unconditional,
    help: ArgumentHelp("A comment.", valueName: "text"))
  var message: String?

  init() {}
}

/// Whose items are meant, where an environment has several checklists.
struct ChecklistOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Only items of this checklist; may be repeated.", valueName: "name"))
  var checklist: [String] = []

  init() {}

  /// The names given, all of which must be among those that there are; `nil` where none is given.
  func names(among known: [String], of place: String) throws -> [String]? {
    guard let unknown = checklist.first(where: { !known.containsBytes(of: $0) }) else {
      return checklist.isEmpty ? nil : checklist
    }
    throw Failure.unknownName(
      "\(place.safe) has no checklist \u{201C}\(unknown.safe)\u{201D}", unknown, among: known,
      otherwise: known.isEmpty
        ? "name checklists in \(Policy.fileName) under [checklists]"
        : "its checklists are: \(known.joined(separator: ", ").safe)")
  }
}

extension [String] {
  /// Whether a name is among them, compared by bytes as all names are.
  func containsBytes(of name: String) -> Bool {
    contains { $0.utf8.elementsEqual(name.utf8) }
  }
}

extension Workspace {
  /// The words of a command line: at most one version, and all others.
  ///
  /// A word that is a prefix and SemVer is the version. One that only begins so is a mistyped version,
  /// unless an item or a check is called just that: taken for a part of some text, it could answer for
  /// the wrong release.
  func splitVersion(
    _ words: [String], _ place: PlaceOptions
  ) throws -> (version: String?, others: [String]) {
    let commit = try place.commit.map(commit) ?? head()
    let policy = try policy(at: commit)
    let versions = words.filter { policy.release(named: $0) != nil }
    guard versions.count < 2 else {
      throw Failure(.usage, "more than one release is named: \(versions.joined(separator: ", "))")
    }
    let others = words.filter { policy.release(named: $0) == nil }
    for word in others
    where policy.likeliestPrefix(of: word) != nil && !word.contains(where: \.isWhitespace) {
      let isCheck = policy.environments.contains { $0.checks.containsBytes(of: word) }
      let isItem = checklists(of: policy, at: commit).values.contains { fact in
        if case .read(let list) = fact {
          list.items.contains { TextForm.folded($0.id.text).hasPrefix(TextForm.folded(word)) }
        } else {
          false
        }
      }
      if !isItem, !isCheck { _ = try policy.version(word) }
    }
    return (versions.first, others)
  }

  /// The board that a command works on: release, environment, items and what is recorded of them.
  ///
  /// - Parameter suggesting: Whether it is only looked at: then a release that is still to come will
  ///   do.
  func board(
    _ version: String?, _ place: PlaceOptions, _ lists: ChecklistOptions, suggesting: Bool = false
  ) async throws -> ItemBoard {
    let subject = try subject(
      place.release(version), suggesting: suggesting, looking: suggesting)
    let environment = try environment(named: place.environment, of: subject)
    let chosen = try lists.names(among: environment.checklists, of: environment.name)
    return ItemBoard(try await gather(subject), environment, only: chosen)
  }

  /// With `--push`: the remote, its ledgers united with ours.
  ///
  /// Before the release is known, only the policy at `commit`, or at HEAD, can say where to push.
  func receiveIfAsked(_ recording: RecordingOptions, commit: String?) async throws -> String? {
    guard recording.push, !recording.dryRun else { return nil }
    let remote = try await requireRemote(policy(at: commit.map(self.commit) ?? head()))
    try await Interruption.noted {
      let watcher = watch(remote)
      defer { watcher.cancel() }
      do {
        _ = try await receive(from: remote)
      } catch {
        // A key pressed at a terminal ends git too, which may have heard of it first.
        if context.terminal.isInteractive { try? await Task.sleep(for: .milliseconds(100)) }
        if let signal = Interruption.signal { throw Self.stopped(by: signal, asking: remote) }
        let failure = Failure(error)
        let way = "to record it here, and share it later: the same without --push, then deed sync"
        throw Failure(
          failure.kind, "nothing is recorded: \(failure.message)",
          hint: failure.hint.map { "\($0)\n\(way)" } ?? way)
      }
      if let signal = Interruption.signal { throw Self.stopped(by: signal, asking: remote) }
    }
    return remote
  }

  private static func stopped(by signal: Int32, asking remote: String) -> Failure {
    Failure(
      .repository, "stopped by signal \(signal) while \(remote.safe) was asked; nothing is recorded"
    )
  }

  /// Says whom somebody waits for, and ends the program where they will not: what they ask may never
  /// answer.
  private func watch(_ remote: String) -> Task<Void, any Error> {
    let context = context
    return Task {
      var waited = 0
      while true {
        try await Task.sleep(for: .milliseconds(100))
        waited += 1
        if waited == 50, context.terminal.isInteractive {
          context.error.print("note: \(remote.safe) has not answered yet; Ctrl-C ends this")
        }
        guard let signal = Interruption.signal else { continue }
        // git may hear of it, too, and end by itself.
        try await Task.sleep(for: .seconds(1))
        exit(Self.stopped(by: signal, asking: remote).told(in: context))
      }
    }
  }

  /// Pushes what was recorded, or says how to.
  ///
  /// - Parameter quietly: Whether to say nothing but errors.
  func shareIfAsked(
    _ what: String, _ remote: String?, _ recording: RecordingOptions, _ common: CommonOptions,
    _ policy: Policy, quietly: Bool = false
  ) async throws {
    let isQuiet = common.quiet || quietly
    if let remote {
      try await share(what, with: remote)
      if !isQuiet { context.error.print("pushed to \(remote.safe)") }
    } else if !recording.dryRun, !isQuiet, let remote = try await self.remote(policy) {
      context.error.print("hint: deed sync   # shares it with \(remote.safe)")
    }
  }
}
