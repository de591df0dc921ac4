import Git
import Release

/// A release case on one screen of 80 columns.
struct StatusScreen {
  let subject: ReleaseCase
  let verdicts: [Verdict]
  let style: Style
  let width: Int

  var heading: [String] {
    let state =
      switch subject.tag {
      case .absent where !subject.evidence.tagRecords.isEmpty:
        "cut, and its tag is not here; at \(subject.commit.short)"
      case .absent: "candidate at \(subject.commit.short)"
      case .annotated(let tag) where tag.commit == nil: "a tag on what is no commit"
      case .annotated(let tag) where !tag.name.utf8.elementsEqual(subject.release.description.utf8):
        "a tag that says it is \(tag.name.safe), at \(subject.commit.short)"
      case .annotated where subject.isTagMoved:
        "a tag at \(subject.commit.short), and not the one that was cut"
      case .annotated(let tag):
        (subject.evidence.tagRecords.isEmpty ? "tagged" : "cut") + " at \(subject.commit.short)"
          + (tag.isSigned ? ", with a signature" : "")
      case .lightweight where subject.isTagMoved:
        "a lightweight tag at \(subject.commit.short), and not the one that was cut"
      case .lightweight: "a lightweight tag at \(subject.commit.short), not cut by deed"
      case .other(let what): "a tag on \(what.safe)"
      }
    return ["\(style.bold(subject.release.description.safe))  \(state)"]
  }

  /// One environment: its verdict, every requirement, who signed, what was decided and done.
  func environment(_ verdict: Verdict) -> [String] {
    var lines = ["", "\(style.bold(verdict.environment.safe))  \(word(for: verdict.state))"]
    lines += requirements(verdict.requirements, verdict)
    lines += verdict.signoffs.flatMap(signoff)
    for late in verdict.late where late.state == .met {
      lines += said(late.words, style.yellow("!"))
    }
    lines += decision(verdict) + runs(verdict)
    if !verdict.afterwards.isEmpty {
      lines.append("  during and after the deployment:")
      lines += requirements(verdict.afterwards, verdict)
      if verdict.closed == .met { lines.append("  \(style.green("✓")) closed: all is met") }
    }
    return lines
  }

  func word(for answer: Answer) -> String {
    switch answer {
    case .met: style.green("met")
    case .unmet: style.red("unmet")
    case .unknown: style.yellow("unknown")
    }
  }

  private func requirements(_ requirements: [Requirement], _ verdict: Verdict) -> [String] {
    let names = verdict.requirements + verdict.afterwards
    let column = min(24, names.map { $0.id.description.safe.displayWidth }.max() ?? 0)
    return requirements.flatMap { requirement in
      let name = requirement.id.description.safe
      // A name in git is a claim, and nobody is to read more into an answer than is there.
      let isClaim =
        requirement.id == .signoffs && requirement.state == .met && !verdict.areApproversProven
      let words = told(requirement, before: verdict) ?? requirement.why
      let why = words.safe + (isClaim ? " (names not proven)" : "")
      return why.wrapped(
        to: width, after: "  \(style.mark(requirement.state)) \(name.padded(to: column))  ",
        indent: max(column, name.displayWidth) + 6)
        + sections(of: requirement, verdict, isAfter: verdict.afterwards.contains(requirement))
    }
  }

  /// What stands for the words on the rules, where an environment above has the same and they are long.
  private func told(_ requirement: Requirement, before verdict: Verdict) -> String? {
    guard requirement.id == .policy, requirement.why.displayWidth > width,
      let first = verdicts.first(where: { $0.requirements.contains(requirement) }),
      first.environment != verdict.environment
    else { return nil }
    return "as in \(first.environment)"
  }

  /// How far each section of a checklist is that is not done; of what comes after the deployment,
  /// once it is due.
  private func sections(
    of requirement: Requirement, _ verdict: Verdict, isAfter: Bool
  ) -> [String] {
    guard case .checklist(let name) = requirement.id, requirement.state == .unmet,
      !isAfter || subject.isRunning(in: verdict.environment),
      let environment = subject.policy.environment(verdict.environment)
    else { return [] }
    let entries = ItemBoard(subject, environment, only: [name]).entries
      .filter { ($0.item.stage != .before) == isAfter }
    let sections = ChecklistProgress(of: entries.map { ($0.item, $0.state) }).sections
      .filter { $0.count.total > 0 }
    let open = sections.filter { $0.count.met < $0.count.total }
    guard sections.count > 1 else { return [] }
    let titles = open.map { ($0.path.last ?? "(no heading)").safe.truncated(to: 40) }
    let column = titles.map(\.displayWidth).max() ?? 0
    var lines = zip(open, titles).map { section, title in
      "      \(title.padded(to: column))  \(style.bar(section.count, cells: 10))"
    }
    let done = sections.count - open.count
    if done > 0 { lines.append(style.dim("      \(done.counted("section")) done")) }
    return lines
  }

  private func signoff(_ standing: SignoffStanding) -> [String] {
    let record = standing.record
    let mark =
      switch (standing.signoff.decision, standing.discounted) {
      case (.approve, nil): style.green("✓")
      case (.reject, _): style.red("✗")
      default: style.dim("·")
      }
    let role = standing.signoff.role.map { " as \($0)" } ?? ""
    var text =
      "\(record.by.description) \(standing.signoff.decision.past)\(role), \(record.at.shown)"
    if standing.proof.isSigned { text += ", signed" }
    if standing.later > 0 { text += ", \(standing.later.counted("record")) since" }
    if let discounted = standing.discounted { text += " (\(discounted))" }
    var lines = text.safe.wrapped(to: width, after: "      \(mark) ", indent: 8)
    if let comment = standing.signoff.comment {
      lines += comment.quotedLines(to: width, indent: 8)
    }
    return lines
  }

  private func decision(_ verdict: Verdict) -> [String] {
    var lines: [String] = []
    if let standing = verdict.decision {
      let isProven = standing.isInForce && standing.claim == nil
      let mark =
        standing.decision.choice != .go
        ? style.red("✗") : isProven ? style.green("✓") : style.dim("·")
      let remarks = [standing.objection, standing.claim].compactMap(\.self)
      lines += said(
        standing.record.decisionLine + (standing.proof.isSigned ? "; signed" : "")
          + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"), mark)
      if let comment = standing.decision.comment {
        lines += comment.quotedLines(to: width, indent: 4)
      }
    }
    for record in verdict.unnamedBreakGlass {
      lines += said(
        "the break-glass \(record.id.short) by \(record.by.name) waits for a sign-off that answers "
          + "for it", style.yellow("!"))
    }
    return lines
  }

  /// What stands of the environment, whichever release it is of.
  private func runs(_ verdict: Verdict) -> [String] {
    let standing = subject.runs(in: verdict.environment)
    let disputed = standing.count > 1 ? " (disputed: \(standing.count) stand)" : ""
    return standing.flatMap { record in
      said(
        record.runLine(elsewhereThan: subject.commit) + disputed,
        record.run?.outcome == .failed ? style.red("✗") : style.dim("·"))
    }
  }

  private func said(_ text: String, _ mark: String) -> [String] {
    text.safe.wrapped(to: width, after: "  \(mark) ", indent: 4)
  }

  /// What a sign-off given now answers for besides what the screen shows: waivers and manifests.
  func covered(_ environment: String) -> [String] {
    let covers = subject.evidence.covers(in: environment)
    let records = subject.evidence.records.filter { record in
      covers.waivers.contains(record.id) || covers.manifests.contains(record.id)
    }
    guard !records.isEmpty else { return [] }
    return ["  with it:"]
      + records.flatMap { record -> [String] in
        said(record.summary + (record.comment.map { ": \($0)" } ?? ""), style.yellow("!"))
      }
  }

  /// Records that were taken out of a ledger here; what is gone for good is the gate's to say.
  var removed: [String] {
    remarks(subject.evidence.findings.filter { $0.code == "record-removed" })
  }

  /// Files of these records that were redacted, or were to be.
  var redacted: [String] { remarks(subject.evidence.redactionFindings) }

  private func remarks(_ findings: [Finding]) -> [String] {
    guard !findings.isEmpty else { return [] }
    return [""]
      + findings.flatMap { finding in
        finding.message.safe.wrapped(to: width, after: "\(style.yellow("!")) ", indent: 2)
      }
  }

  /// Sign-offs of this release that stand on other commits, and therefore count for nothing here.
  var elsewhere: [String] {
    guard !subject.signoffsElsewhere.isEmpty else { return [] }
    return ["", "On other commits, counting for nothing here:"]
      + subject.signoffsElsewhere.flatMap { record -> [String] in
        guard case .signoff(let signoff) = record.body else { return [] }
        let text =
          "\(record.by.name) \(signoff.decision.past) \(record.release) in "
          + "\(record.environment ?? "") at \(record.commit.short), \(record.at.shown)"
        return text.safe.wrapped(to: width, after: "  \(style.yellow("!")) ", indent: 4)
      }
  }
}

extension Timestamp {
  /// `2026-11-21 08:00 UTC`, which no line break parts.
  var shown: String { "\(minute) UTC".replacing(" ", with: "\u{a0}") }
}

extension String {
  /// What somebody wrote, in quotation marks, its own line breaks kept.
  func quotedLines(to width: Int, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    return "\u{201C}\(self)\u{201D}".split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { String($0).safe.wrapped(to: width, after: margin, indent: indent) }
  }
}

extension TagFact {
  /// Whether it is an annotated tag of a commit, or none yet.
  var isSound: Bool {
    switch self {
    case .absent: true
    case .annotated(let tag): tag.commit != nil
    case .lightweight, .other: false
    }
  }
}

extension ReleaseCase {
  /// Whether the ledgers are yet to be fetched.
  var lacksLedgers: Bool {
    evidence.ledgers.values.contains { if case .neverFetched = $0 { true } else { false } }
  }

  /// Whether more of them is to be fetched, since the tag was cut with more.
  var isBehindTag: Bool {
    evidence.ledgers.values.contains { if case .behind = $0 { true } else { false } }
  }
}
