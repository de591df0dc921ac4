import Release

extension StatusScreen {
  /// Environments side by side, where there are several and they have room.
  var overview: [String] {
    let label = 11
    guard verdicts.count > 1 else { return [] }
    let column = min(24, (width - label - 2) / verdicts.count - 2)
    guard column >= 12 else { return [] }
    func row(_ name: String, _ cells: [(String, (String) -> String)]) -> String {
      let shown = cells.map { text, paint in
        let cut = text.safe.truncated(to: column)
        return paint(cut) + String(repeating: " ", count: column - cut.displayWidth + 2)
      }
      let line = "  " + style.dim(name.padded(to: label)) + shown.joined()
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    func plain(_ text: String) -> String { text }
    return [
      "", row("", verdicts.map { ($0.environment, style.bold) }),
      row("verdict", verdicts.map { ("\($0.state.sign) \($0.state.rawValue)", paint($0.state)) }),
      row(
        "items",
        verdicts.map { verdict in
          (verdict.items.map { "\($0.met)/\($0.asked)" } ?? "–", plain)
        }),
      row(
        "sign-offs",
        verdicts.map { verdict in
          ("\(verdict.approvals.counted)/\(verdict.approvals.required)", plain)
        }),
      row(
        "decision",
        verdicts.map { verdict in
          let word = verdict.decision.map {
            $0.decision.choice.rawValue + ($0.isInForce ? "" : " (not in force)")
          }
          return (word ?? "–", plain)
        }),
      row(
        "runs",
        verdicts.map { verdict in
          (running(in: verdict.environment), plain)
        }),
    ]
  }

  private func paint(_ answer: Answer) -> (String) -> String {
    switch answer {
    case .met: style.green
    case .unmet: style.red
    case .unknown: style.yellow
    }
  }

  private func running(in environment: String) -> String {
    let runs = subject.runs(in: environment)
    guard let last = runs.last, let run = last.run else { return "–" }
    if runs.count > 1 { return "disputed" }
    return run.outcome == .succeeded ? last.release : "\(last.release) \(run.outcome.rawValue)"
  }
}

extension Answer {
  /// `✓`, `✗` or `?`.
  var sign: String {
    switch self {
    case .met: "✓"
    case .unmet: "✗"
    case .unknown: "?"
    }
  }
}

extension Style {
  /// Progress in cells and in figures.
  func bar(_ progress: ChecklistProgress.Count, cells: Int) -> String {
    let full = progress.total == 0 ? 0 : progress.met * cells / progress.total
    return green(String(repeating: "█", count: full))
      + dim(String(repeating: "░", count: cells - full)) + " \(progress.shown)"
  }
}
