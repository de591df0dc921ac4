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
      case .annotated(let tag): "cut at \(subject.commit.short)" + (tag.isSigned ? ", signed" : "")
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
      lines += wrapped(
        why, after: "  \(style.mark(requirement.state)) \(name.padded(to: column))  ",
        indent: column + 6)
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
      "\(record.by.description) \(standing.signoff.decision.past)\(role), \(record.at.minute) UTC"
    if let discounted = standing.discounted { text += " (\(discounted))" }
    var lines = wrapped(text.safe, after: "      \(mark) ", indent: 8)
    if let comment = standing.signoff.comment {
      lines += wrapped("\u{201C}\(comment.safe)\u{201D}", after: "        ", indent: 8)
    }
    return lines
  }

  /// Sign-offs of this release that stand on other commits, and therefore count for nothing here.
  var elsewhere: [String] {
    guard !subject.signoffsElsewhere.isEmpty else { return [] }
    return ["", "On other commits, counting for nothing here:"]
      + subject.signoffsElsewhere.compactMap { record in
        guard case .signoff(let signoff) = record.body else { return nil }
        let text = "\(record.by.name) \(signoff.decision.past) \(record.release)"
        return "  \(style.yellow("!")) \(text.safe) in \((record.environment ?? "").safe)"
          + " at \(record.commit.short), \(record.at.minute) UTC"
      }
  }

  /// `text` in lines of the terminal's width, the first one after `head`, the others indented.
  private func wrapped(_ text: String, after head: String, indent: Int) -> [String] {
    let room = max(20, width - indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let longer = line.isEmpty ? String(word) : line + " " + word
      if longer.displayWidth > room, !line.isEmpty {
        lines.append(line)
        line = String(word)
      } else {
        line = longer
      }
    }
    lines.append(line)
    return lines.enumerated().map { index, line in
      (index == 0 ? head : String(repeating: " ", count: indent)) + line
    }
  }
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
    let place = verdicts.count > 1 ? open.map { " -e \($0.environment)" } ?? "" : ""
    let mends = open?.requirements.filter { $0.state != .met }.compactMap(\.mend) ?? []
    // Approving with --push fetches first, so that it also brings what was never fetched.
    let mend = mends.first { $0 != .sync } ?? mends.first
    if case .lightweight = subject.tag {
      command = "deed cut \(release)\(push)"
      return
    }
    switch mend {
    case .approve(let role):
      command = "deed approve \(release)\(place)\(role.map { " --role \($0)" } ?? "")\(push)"
    case .withdraw: command = "deed show \(release)"
    case .other(let text): command = text
    case .sync where open?.approvals.counted ?? 0 < open?.approvals.required ?? 0:
      command = "deed approve \(release)\(place)\(push)"
    case .sync: command = "deed sync"
    case nil where open != nil: command = nil
    case nil: command = isCut ? "deed verify \(release)" : "deed cut \(release)\(push)"
    }
  }
}
