import ArgumentParser
import Git
import Ledger
import Release

/// Options of every command that records something.
struct RecordingOptions: ParsableArguments {
  @Flag(help: "Fetch and unite the ledgers first, and push them afterwards.")
  var push = false

  @Flag(help: "Show what would be recorded, and record nothing.")
  var dryRun = false

  init() {}
}

/// Options of commands whose record may count for nothing without a signature.
struct SigningOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Sign the record, as git is configured to; by default where only signatures count.")
  var sign: Bool?

  init() {}
}

/// What a recording command prints as JSON.
struct RecordedReport: Encodable {
  let v = 1
  let id: String
  let record: RecordLine
}

/// A record, encoded as the very members of its line.
struct RecordLine: Encodable {
  private let members: JSON

  init(_ record: Record) throws {
    members = try JSON(canonical: record.line)
  }

  func encode(to encoder: any Encoder) throws { try members.encode(to: encoder) }
}

extension Signer {
  /// The record with a signature of it.
  func signed(_ record: Record) async throws -> Record {
    let signature = try await sign(record.payload, namespace: "deed")
    return try record.signed(
      Record.Signature(format: format.rawValue, value: String(decoding: signature, as: UTF8.self)))
  }
}

extension Workspace {
  /// How many lines that cannot be judged one record replaces: its own line has an end.
  private static let unreadableAtOnce = 256

  /// Makes the record that says `body` of a case now, replacing what stands of its subject.
  ///
  /// - Parameter standing: What stands as the gate sees it; a sign-off's: where only signatures count,
  ///   others replace nothing that is signed.
  func record(
    _ body: Record.Body, environment: String?, in subject: ReleaseCase, by identity: Identity,
    replacing standing: [Record]? = nil
  ) throws -> Record {
    let topic = Subject(
      of: body, release: subject.release.description, commit: subject.commit,
      environment: environment)
    // What these speak about lies on whichever commit.
    let found =
      switch body.kind {
      case .tag:
        // What stands though another says that it replaces it is replaced by this one; so is what does
        // not count, and replaces nothing.
        (subject.evidence.tagRecords + subject.evidence.voidTagRecords).sorted { $0.id < $1.id }
      case .deployment, .rollback:
        Standing(of: subject.evidence.deployments).about(topic, by: identity.person)
      default: subject.evidence.standing.about(topic, by: identity.person)
      }
    var replaced = (standing ?? found).map(\.id)
    if let environment, [.deployment, .rollback].contains(body.kind) {
      // What nobody can judge was there before this, whatever it says.
      replaced += subject.openRuns(in: environment).prefix(Self.unreadableAtOnce).map(\.id)
    }
    return try Record(
      at: subject.now, by: identity.person, commit: subject.commit, release: subject.release,
      environment: environment, body: body, replaces: replaced)
  }

  /// Adds records to their ledger, and gives them as they stand there: signed where the command signs.
  ///
  /// - Parameter files: What they name. It is kept before them, so that no record names what is not
  ///   there, and after they are signed, so that there is nothing which no record names.
  @discardableResult
  func append(
    _ records: [Record], with files: [PendingFile] = [], by identity: Identity, message: String
  ) async throws -> [Record] {
    var records = records
    if let signer {
      for index in records.indices { records[index] = try await signer.signed(records[index]) }
    }
    try await keep(files, namedBy: records, by: identity)
    try ledgers.append(records, by: identity, message: message)
    return records
  }

  /// The same workspace, with what its records are to be signed with: a signature that is wanted and
  /// cannot be made is an error.
  ///
  /// - Parameters:
  ///   - isAsked: Whether the record counts for nothing without a signature.
  ///   - isFitting: Whether it is signed beside those that are, where there is a key to do it with.
  func signing(
    _ signing: SigningOptions, _ recording: RecordingOptions, isAsked: Bool,
    isFitting: Bool = false
  ) async throws -> Workspace {
    if recording.dryRun || signing.sign == false { return self }
    let configuration = try await repository.configuration()
    // Whoever signs their commits with such a key means to sign what they say.
    let isHabit =
      try configuration.flag("commit.gpgsign") == true
      && SigningFormat(rawValue: configuration.value("gpg.format") ?? "openpgp") != nil
    guard
      signing.sign == true || isAsked || isHabit
        || (isFitting && repository.hasSigningKey(configuration))
    else { return self }
    var workspace = self
    workspace.signer = try await repository.signer(configuration)
    return workspace
  }

  /// The same for what is no sign-off and no decision: the gate counts it without a signature too.
  func signing(
    _ options: SigningOptions, _ recording: RecordingOptions, factsOf subject: ReleaseCase,
    in environment: EnvironmentRules? = nil
  ) async throws -> Workspace {
    let environments = environment.map { [$0] } ?? subject.policy.environments
    let isFitting = environments.contains { rules in
      EffectiveApprovals(
        environment: rules, policy: subject.policy, floor: subject.floor.policy
      ).signed
    }
    return try await signing(options, recording, isAsked: false, isFitting: isFitting)
  }

  /// Fetches the remote's ledgers and unites ours with them.
  func receive(from remote: String) async throws -> [LedgerSync] {
    let results = try await sync(with: remote).receive()
    noteLosses(results, on: remote)
    return results
  }

  /// Unites the ledgers with what was fetched of others before, asking no network.
  func uniteFetched() async throws {
    try await learnRedactions()
    try ledgers.uniteFetched()
  }

  /// Says what the remote had and has lost: whoever records hears of it without asking.
  private func noteLosses(_ results: [LedgerSync], on remote: String) {
    for result in results {
      guard let loss = result.loss(on: remote) else { continue }
      let text = "note: \(result.ledger.rawValue): \(loss)"
      // A command that fetches, records and pushes meets it twice.
      if memory.mentioned.insert(text).inserted { note(text) }
    }
  }

  /// Says something beside the result, in lines as wide as the terminal.
  func note(_ text: String) { context.note(text, indent: 6) }

  /// Names the ways on from cuts that stand here alone.
  func noteWaiting(_ waiting: WaitingLedger, _ remote: String) async throws {
    let hints = try await WaitingCuts(waiting.cuts, on: remote, self).hints()
    for line in hints.split(separator: "\n") {
      context.error.print("hint: \(String(line).safe)")
    }
  }

  /// What was here and is not any more, though nobody took it back: it may be all that there was.
  func vanished() throws -> [(ledger: LedgerName, count: Int, words: (what: String, hint: String))]
  {
    try LedgerName.allCases.compactMap { ledger in
      let vanished = try ledgers.vanished(from: ledger)
      return vanished.words(ledger).map { (ledger, vanished.count, $0) }
    }
  }

  /// Warns of what vanished.
  func noteVanished() throws {
    for (_, _, words) in try vanished() {
      note("warning: \(words.what)")
      context.error.print("hint: \(words.hint)")
    }
  }

  /// Shares what was recorded.
  ///
  /// The record stands here whatever happens, and the error says so.
  func share(_ what: String, with remote: String) async throws {
    let results: [LedgerSync]
    do {
      results = try await sync(with: remote).run()
    } catch {
      let failure = Failure(error)
      throw Failure(
        failure.kind, "\(what) is recorded here, and not on \(remote.safe): \(failure.message)",
        hint: "deed sync")
    }
    noteLosses(results, on: remote)
    for result in results {
      if case .withheld(let why) = result.push {
        throw Failure(
          .repository,
          "\(what) is recorded here and on \(remote.safe), and not all files are sent: \(why.safeLine)",
          hint: "deed sync   # once that can be told")
      }
      if case .refused(let why) = result.push {
        throw Failure(
          .refused,
          "\(what) is recorded here, and \(remote.safe) does not take the ledger "
            + "\(result.ledger.rawValue): \(why.safeLine)",
          hint: "deed sync   # once you may push refs/notes/deed/* there")
      }
    }
    if let waiting = results.compactMap(\.waiting).first {
      guard waiting.others == 0 else {
        throw Failure(
          .refused,
          "\(what) is recorded here, and the ledger of deployments waits: \(waiting.words(remote).safe)",
          hint: try await WaitingCuts(waiting.cuts, on: remote, self).hints())
      }
      note("note: deployments stays here: \(waiting.words(remote).safe)")
      try await noteWaiting(waiting, remote)
    }
    do {
      noteUnpushed(try await unpushedTags(on: remote, results), on: remote)
    } catch {
      // All is shared by now: that is no failure of it.
      context.error.print(
        "note: whether \(remote.safe) has all tags could not be asked: \(Failure(error).message.safe)"
      )
    }
  }
}

extension LedgerSync {
  /// What keeps the ledger here until some tags are on the remote; `nil` where nothing does.
  var waiting: WaitingLedger? { if case .waiting(let waiting) = push { waiting } else { nil } }

  /// What a remote has lost of this ledger; `nil` where it has all that it had.
  func loss(on remote: String) -> String? {
    guard missed > 0 else { return nil }
    let verb = missed == 1 ? "is" : "are"
    return "\(missed.counted(ledger.noun)) that \(remote.safe) has lost \(verb) kept here"
  }
}
