import ArgumentParser
import Release

struct ShowCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "show",
    abstract: "Everything that is recorded about one release, in order.",
    usage: "deed show [<version>] [--commit <rev>] [<options>]",
    discussion: """
      One line a record, the earliest first, with its id. The records themselves are git notes: \
      `git notes --ref deed/signoffs show <commit>` prints them as they stand. Exits 1 where the tag is \
      not the one that was cut, 2 where ledgers are not known.

        deed show v1.4.0
        deed show v1.4.0 --format json
      """)

  @OptionGroup var release: ReleaseArguments
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private struct Report: Encodable {
    let v = 1
    let release: String
    let commit: String
    let tag: String?
    /// What was cut elsewhere, where the tag is not that.
    let moved: String?
    let records: [Entry]
    /// Ledgers of which it is not known what they hold.
    let unknown: [Unknown]
  }

  private struct Unknown: Encodable {
    let ledger: String
    let why: String
  }

  private struct Entry: Encodable {
    let id: String
    let stands: Bool
    let record: RecordLine
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let subject = try await workspace.gather(try workspace.subject(release, looking: true))
    guard subject.isKnown else { throw Failure.noRelease(subject.release) }
    let evidence = subject.evidence
    let tags = evidence.tagRecords.filter { tag in !evidence.records.contains { $0.id == tag.id } }
    let records = (evidence.records + tags).sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    // What another release's deployment replaced stands no more.
    let standing = Set(Standing(of: records + evidence.deployments).records.map(\.id))
    let unknown = LedgerName.ofRecords.compactMap { ledger in
      evidence.ledgers[ledger]?.doubt.map { Unknown(ledger: ledger.rawValue, why: $0) }
    }
    switch output.format {
    case .json:
      try context.output.print(
        json: Report(
          release: subject.release.description, commit: subject.commit.description,
          tag: subject.tag.object?.description,
          moved: subject.isTagMoved ? subject.movedTag : nil,
          records: try records.map { record in
            Entry(
              id: record.id.description, stands: standing.contains(record.id),
              record: try RecordLine(record))
          }, unknown: unknown))
    case .text:
      show(subject, records, standing, context)
      show(unknown, context)
      if subject.isTagMoved, !common.quiet {
        context.error.print("hint: \(subject.restoreTag.safe)")
      }
    }
    return subject.isTagMoved ? 1 : unknown.isEmpty ? 0 : 2
  }

  private func show(_ unknown: [Unknown], _ context: Context) {
    let style = Style(hasColour: context.terminal.outputHasColour)
    // Never fetched is one reason for all of them.
    var said: [String] = []
    for (ledger, why) in unknown.map({ ($0.ledger, $0.why) }) where !said.contains(why) {
      said.append(why)
      let isAlone = unknown.filter { $0.why == why }.count == 1
      let text = (isAlone ? "\(ledger): \(why)" : why).safeLine
      context.say(text, after: "\(style.mark(.unknown)) ")
    }
  }

  private func show(
    _ subject: ReleaseCase, _ records: [Record], _ standing: Set<RecordID>, _ context: Context
  ) {
    let style = Style(hasColour: context.terminal.outputHasColour)
    let screen = StatusScreen(
      subject: subject, verdicts: [], style: style, width: context.terminal.outputWidth)
    var lines = screen.heading
    let moved = subject.isTagMoved ? subject.movedTag : nil
    if let moved {
      lines += moved.safe.wrapped(
        to: context.terminal.outputWidth, after: "\(style.mark(.unmet)) ", indent: 2)
    } else if case .annotated(let tag) = subject.tag, let tagger = tag.tagger {
      lines.append("tag \(tag.object) by \(tagger.description.safe)")
    }
    lines.append("commit \(subject.commit)")
    lines.append("")
    if records.isEmpty { lines.append("Nothing is recorded about it here.") }
    for record in records {
      let replaced = standing.contains(record.id) ? "" : " (replaced)"
      let head = "\(style.dim(record.id.short))  \(record.at.minute)  "
      let indent = record.id.short.count + 2
      lines += (record.summary + replaced).safe.wrapped(
        to: context.terminal.outputWidth, after: head, indent: indent,
        head: indent + record.at.minute.count + 2)
      if let comment = record.comment {
        lines += comment.quotedLines(to: context.terminal.outputWidth, indent: indent)
      }
    }
    for finding in subject.evidence.findings {
      lines += finding.message.safe.wrapped(
        to: context.terminal.outputWidth, after: "\(style.mark(finding)) ", indent: 2)
    }
    context.output.print((lines + screen.elsewhere).joined(separator: "\n"))
  }
}

extension TagFact {
  /// The tag object's id, where there is one.
  var object: ObjectID? {
    if case .annotated(let tag) = self { tag.object } else { nil }
  }
}

extension Record {
  /// One line for people.
  var summary: String {
    let place = environment.map { " in \($0)" } ?? ""
    return switch body {
    case .signoff(let signoff):
      "\(by) \(signoff.decision.done)\(place)" + (signoff.role.map { " as \($0)" } ?? "")
    case .tag(let object): "\(by) cut the tag \(object.short)"
    case .redaction(let redaction):
      "\(by) redacted the file \(redaction.blob.short): \(redaction.reason)"
    case .decision(let decision):
      "\(by) decided \(decision.choice.rawValue)\(place)" + decision.details
    case .result(let result):
      "\(by) answered \(result.outcome.rawValue)\(place): \(result.text ?? result.item)"
        + result.details
    case .check(let check): "\(by) ran \(check.name): \(check.outcome.rawValue)\(place)"
    case .waiver(let waiver): "\(by) waived \(waiver.what)\(place): \(waiver.reason)"
    case .manifest(let summary):
      "\(by) recorded a manifest of \(summary.counts): sha256 \(summary.file.digest.short)"
    case .deployment(let run):
      "\(by) \(run.isReported ? "reported" : "ran") a deployment\(place): "
        + run.outcome.rawValue
    case .rollback(let run):
      "\(by) rolled back\(place)" + (run.from.map { " from \($0)" } ?? "")
        + ": \(run.outcome.rawValue)"
    }
  }

  var comment: String? {
    switch body {
    case .signoff(let signoff): signoff.comment
    case .decision(let decision): decision.comment
    case .result(let result): result.comment
    case .check(let check): check.comment
    case .deployment(let run), .rollback(let run): run.comment
    default: nil
    }
  }
}

extension Record.Decision {
  /// What belongs to the decision, for people.
  fileprivate var details: String {
    (until.map { ", until \($0.minute) UTC" } ?? "")
      + (seal.map { "; seals \($0.count.counted("record"))" } ?? "")
      + (isOffline ? "; without asking the remote" : "")
  }
}

extension Record.ItemResult {
  /// What belongs to the answer, for people.
  fileprivate var details: String {
    let parts =
      [value.map { "value \u{201C}\($0)\u{201D}" }].compactMap(\.self) + links
      + attachments.map { "\($0.name) (\($0.size) bytes)" }
      + [carried.map { "carried over from \($0.release) at \($0.commit.short)" }]
      .compactMap(\.self)
    return parts.isEmpty ? "" : "; \(parts.joined(separator: "; "))"
  }
}

extension Record.Waiver {
  /// What it waives, for people.
  fileprivate var what: String {
    switch topic {
    case .item(let id): text ?? id
    case .check(let name): "the check \(name)"
    }
  }
}
