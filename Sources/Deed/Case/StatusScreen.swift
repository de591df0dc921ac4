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
      case .absent: "candidate at \(subject.commit.short)"
      case .annotated(let tag) where tag.commit == nil: "a tag on what is no commit"
      case .annotated(let tag) where !tag.name.utf8.elementsEqual(subject.release.description.utf8):
        "a tag that says it is \(tag.name.safe), at \(subject.commit.short)"
      case .annotated(let tag):
        (subject.evidence.tagRecords.isEmpty ? "tagged" : "cut") + " at \(subject.commit.short)"
          + (tag.isSigned ? ", with a signature" : "")
      case .lightweight: "a lightweight tag at \(subject.commit.short), not cut by deed"
      case .other(let what): "a tag on \(what.safe)"
      }
    return ["\(style.bold(subject.release.description.safe))  \(state)"]
  }

  /// One environment: its verdict, every requirement, who signed.
  func environment(_ verdict: Verdict) -> [String] {
    let answer =
      switch verdict.state {
      case .met: style.green("met")
      case .unmet: style.red("unmet")
      case .unknown: style.yellow("unknown")
      }
    var lines = ["", "\(style.bold(verdict.environment.safe))  \(answer)"]
    let names = verdict.requirements.map { $0.id.description.safe }
    let column = min(24, names.map(\.displayWidth).max() ?? 0)
    for (requirement, name) in zip(verdict.requirements, names) {
      let why = requirement.why.safe
      lines += why.wrapped(
        to: width, after: "  \(style.mark(requirement.state)) \(name.padded(to: column))  ",
        indent: max(column, name.displayWidth) + 6)
    }
    return lines + verdict.signoffs.flatMap(signoff)
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
    if let discounted = standing.discounted { text += " (\(discounted))" }
    var lines = text.safe.wrapped(to: width, after: "      \(mark) ", indent: 8)
    if let comment = standing.signoff.comment {
      lines += comment.quotedLines(to: width, indent: 8)
    }
    return lines
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
}

extension Verdict {
  fileprivate var isShortOfApprovals: Bool { approvals.counted < approvals.required }
}

/// The one next thing to do for a release.
struct NextStep {
  /// A command, ready to be typed; `nil` where nothing is left to do.
  let command: String?

  /// - Parameter hasRemote: Whether there is somewhere to push to.
  init(_ subject: ReleaseCase, _ verdicts: [Verdict], hasRemote: Bool) {
    let push = hasRemote ? " --push" : ""
    let release = subject.release.description
    let isCut = if case .absent = subject.tag { false } else { true }
    let open = verdicts.first { $0.state != .met }
    let place =
      verdicts.count > 1 ? open.map { " -e \(GitError.quoted($0.environment))" } ?? "" : ""
    let mends = open?.requirements.filter { $0.state != .met }.compactMap(\.mend) ?? []
    // Approving with --push fetches first, so that it also brings what was never fetched.
    let mend = mends.first { $0 != .sync } ?? mends.first
    guard subject.tag.isSound else {
      command = "deed verify \(release)"
      return
    }
    // What went missing here is put back before anybody judges without it.
    if open?.requirements.contains(where: { $0.id == .ledger && $0.state == .unmet }) ?? false {
      command = "deed sync"
      return
    }
    switch mend {
    case .approve(let role):
      command =
        "deed approve \(release)\(place)\(role.map { " --role \(GitError.quoted($0))" } ?? "")\(push)"
    case .withdraw: command = "deed show \(release)"
    case .walk(let environment):
      command = "deed walk \(release) -e \(GitError.quoted(environment))\(push)"
    case .check(let name, let environment):
      command =
        "deed check \(release) \(GitError.quoted(name)) -e \(GitError.quoted(environment))"
    case .go(let environment):
      command = "deed go \(release) -e \(GitError.quoted(environment))"
    case .deploy(let environment):
      command = "deed deploy \(release) -e \(GitError.quoted(environment))"
    case .wait: command = nil
    case .other(let text): command = text
    case .sync where subject.lacksLedgers && open?.isShortOfApprovals ?? false:
      command = "deed approve \(release)\(place)\(push)"
    case .sync: command = "deed sync"
    case nil where open != nil: command = nil
    case nil: command = isCut ? "deed verify \(release)" : "deed cut \(release)\(push)"
    }
  }
}
