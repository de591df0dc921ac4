import ArgumentParser
import Git
import Ledger
import Release

struct SyncCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "sync",
    abstract: "Fetch, unite and push the ledgers; neither side loses a record.",
    usage: "deed sync [<remote>|<url>] [--pull] [<options>]",
    discussion: """
      Works without any set-up, and without the right to push. What a remote lost or rewrote is kept \
      here, told of and pushed back; files that were redacted go from both. Exits 1 where the remote does not take \
      records that it lacks.

        deed sync
        deed sync upstream
        deed sync https://example.com/shop.git
      """)

  @Argument(
    help: ArgumentHelp("A remote's name, or an address. The configured one if left out."))
  var remote: String?

  @Flag(help: "Fetch and unite, and push nothing.")
  var pull = false

  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private struct Report: Encodable {
    struct Ledger: Encodable {
      let name: String
      let received: Int
      let restored: Int
      let redacted: Int
      let missed: Int
      let push: String
      let why: String?
    }

    let v = 1
    let remote: String
    let ledgers: [Ledger]
    /// Releases that are cut here and recorded there, and whose tags are not there.
    let untagged: [String]
    /// What was here and is not any more, though nobody took it back.
    let vanished: [Vanished]
  }

  private struct Vanished: Encodable {
    let name: String
    /// How many records or files; 0 where their very objects are gone.
    let count: Int
    let why: String
    let hint: String
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let policy = try workspace.policyOrDefaults()
    // Not any remote that there is: a fork's records are not the team's, nor ours for the fork.
    let configured = try await workspace.sharedRemote(policy)
    let remote =
      if let remote { remote } else {
        try await workspace.requireRemote(
          policy, to: "synchronise with", instead: "name an address: deed sync URL")
      }
    // Only the configured remote is written to; others are read.
    let pushes = !pull && remote == configured
    let sync = workspace.sync(with: remote)
    let results = pushes ? try await sync.run() : try await sync.receive()
    let refused = results.filter { if case .refused = $0.push { true } else { false } }
    let waiting = results.compactMap(\.waiting).first
    let isWithheld = results.contains { if case .withheld = $0.push { true } else { false } }
    if !common.quiet, results.contains(where: { $0.ledger == .attachments && $0.received > 0 }) {
      try await noteReturned(workspace)
    }
    var untagged: [ReleaseVersion] = []
    var trouble: Failure?
    do {
      if pushes { untagged = try await workspace.unpushedTags(on: remote, results) }
    } catch {
      // What was shared is told all the same.
      trouble = Failure(error)
    }
    switch output.format {
    case .json: try context.output.print(json: report(results, remote, untagged, workspace))
    case .text:
      let lines = results.compactMap { line($0, remote) }
      for line in lines { context.say(line) }
      if lines.isEmpty, try workspace.vanished().isEmpty {
        context.output.print(
          pull ? "nothing to receive from \(remote.safe)" : "already the same as \(remote.safe)")
      }
      if !pushes, !pull, !common.quiet {
        workspace.note(
          "\(remote.safe) is only read; pushes go to \(configured?.safe ?? "the configured remote")"
        )
      }
    }
    if !common.quiet { workspace.noteUnpushed(untagged, on: remote) }
    if !common.quiet {
      if let waiting { try await workspace.noteWaiting(waiting, remote) }
      if !refused.isEmpty { try noteRefused(refused, workspace) }
      try workspace.noteVanished()
    }
    if !refused.isEmpty || waiting != nil { return 1 }
    if let trouble {
      let why = trouble.message.safe
      workspace.note("error: whether \(remote.safe) has all tags is not known: \(why)")
      if let hint = trouble.hint { context.error.print("hint: \(hint.safe)") }
      return 2
    }
    return isWithheld ? 2 : 0
  }

  /// Says what sends records that the remote does not take.
  private func noteRefused(_ refused: [LedgerSync], _ workspace: Workspace) throws {
    // No server takes what is no record: what it says of that, nobody else can mend.
    let isSpoilt = try refused.contains { try !workspace.ledgers.refusable(in: $0.ledger).isEmpty }
    workspace.note(
      isSpoilt
        ? "hint: deed doctor --recover && deed sync"
        : "hint: your records are kept here; somebody who may push refs/notes/deed/* can share them"
    )
  }

  /// Tells of files that are here although somebody redacted them: a clone that was away may have brought
  /// one back whose redaction counts no more.
  private func noteReturned(_ workspace: Workspace) async throws {
    let judged = try await workspace.learnRedactions()
    guard judged.contains(where: { !$0.isProtected }) else { return }
    let attached = try workspace.ledgers.attachedFiles()
    for file in judged where !file.isProtected && attached.contains(file.blob) {
      guard case .void(let why) = file.state else { continue }
      workspace.note(
        "note: the file \(file.blob.short) is here: its redaction by \(file.first.by.name.safe) does not "
          + "count: \(why.safeLine); to have it gone, somebody whose word counts redacts it again")
    }
  }

  private func line(_ result: LedgerSync, _ remote: String) -> String? {
    var parts = result.loss(on: remote).map { [$0] } ?? []
    if result.received > 0 { parts.append("\(result.received) received") }
    if result.restored > 0 { parts.append("\(result.restored) put back that a history had lost") }
    if result.redacted > 0 { parts.append("\(result.redacted) redacted") }
    switch result.push {
    case .nothing: break
    case .pushed: parts.append("pushed")
    case .withheld(let why): parts.append("not all pushed: \(why.safeLine)")
    case .waiting(let waiting): parts.append("kept here: \(waiting.words(remote).safe)")
    case .refused(let why): parts.append("not taken by the remote: \(why.safeLine)")
    }
    return parts.isEmpty ? nil : "\(result.ledger.rawValue): \(parts.joined(separator: ", "))"
  }

  private func report(
    _ results: [LedgerSync], _ remote: String, _ untagged: [ReleaseVersion],
    _ workspace: Workspace
  ) throws -> Report {
    Report(
      remote: remote,
      ledgers: results.map { result in
        switch result.push {
        case .nothing: ledger(result, "nothing")
        case .pushed: ledger(result, "pushed")
        case .refused(let why): ledger(result, "refused", why)
        case .withheld(let why): ledger(result, "withheld", why)
        case .waiting(let waiting): ledger(result, "waiting", waiting.words(remote))
        }
      }, untagged: untagged.map(\.description),
      vanished: try workspace.vanished().map { ledger, count, words in
        Vanished(name: ledger.rawValue, count: count, why: words.what, hint: words.hint)
      })
  }

  private func ledger(_ result: LedgerSync, _ push: String, _ why: String? = nil) -> Report.Ledger {
    Report.Ledger(
      name: result.ledger.rawValue, received: result.received, restored: result.restored,
      redacted: result.redacted, missed: result.missed, push: push, why: why)
  }
}
