/// What SQL does: by itself, by what it calls, and by what it leaves to be called.
struct SQLEffects {
  private(set) var steps: [DestructiveStep] = []
  private(set) var calls: [SQLCall] = []
  private(set) var programs: [SQLProgram] = []
  /// The steps that take nothing from the release before, where this is all that a migration does.
  var harmless: Set<DestructiveStep> = []
  private var known: Set<DestructiveStep> = []
  private var asked: Set<SQLCall> = []

  init(
    _ steps: [DestructiveStep] = [], calls: [SQLCall] = [], programs: [SQLProgram] = []
  ) {
    for step in steps where known.insert(step).inserted { self.steps.append(step) }
    for call in calls where asked.insert(call).inserted { self.calls.append(call) }
    self.programs = programs
  }

  mutating func add(_ other: SQLEffects) {
    for step in other.steps where known.insert(step).inserted { steps.append(step) }
    for call in other.calls where asked.insert(call).inserted { calls.append(call) }
    programs += other.programs.filter { !programs.contains($0) }
  }
}

/// Something that statements call, or have called later on.
struct SQLCall: Hashable {
  /// In capital letters, without what it is in.
  let name: String
  let line: Int
  /// What is done with it: `calls f`.
  let what: String
  /// Whether it is a doubt where nobody defines it: `count(…)` is none.
  var isAsked: Bool
  /// The forms in which the script itself had defined it by then.
  var forms: Set<String> = []
  /// Those in which it defines it anywhere: it goes through them by itself.
  var ownForms: Set<String> = []
}

/// A program that is kept in the database, and what it does when it is called.
struct SQLProgram: Hashable {
  /// In capital letters, without what it is in.
  let name: String
  /// What it is given, as it stands there: one of the same form takes its place.
  let form: String
  let steps: [DestructiveStep]
  let calls: [SQLCall]
}

/// The programs that a database holds when a migration runs.
struct SQLPrograms {
  private struct Place {
    let program: SQLProgram
    /// Whose it is; `nil` of the migration's own.
    let path: String?
  }

  private var byName: [String: [Place]] = [:]

  /// Those of a file, which take the place of others of the same name and form.
  mutating func add(_ programs: [SQLProgram], from path: String?) {
    for program in programs {
      byName[program.name, default: []].removeAll { $0.program.form == program.form }
      byName[program.name, default: []].append(Place(program: program, path: path))
    }
  }

  /// What a call comes to, at the call's own line.
  func steps(of call: SQLCall) -> [DestructiveStep] {
    guard byName[call.name] != nil || !call.ownForms.isEmpty else {
      return call.isAsked ? [call.doubt("which no migration before it defines")] : []
    }
    var steps: [DestructiveStep] = []
    var seen: Set<String> = [call.name]
    var open = places(of: call)
    while let next = open.popLast() {
      for step in next.program.steps {
        let place = next.path.map { "\($0):\(step.line)" } ?? "line \(step.line)"
        steps.append(
          DestructiveStep(
            line: call.line, what: "\(call.what), which \(step.what) (\(place))",
            isCertain: step.isCertain))
      }
      for inner in next.program.calls where seen.insert(inner.name).inserted {
        if byName[inner.name] == nil, inner.isAsked {
          steps.append(call.doubt("which \(inner.what), which no migration before it defines"))
        }
        open += places(of: inner)
      }
    }
    return steps
  }

  private func places(of call: SQLCall) -> [Place] {
    (byName[call.name] ?? []).filter { place in
      !(place.path == nil ? call.ownForms : call.forms).contains(place.program.form)
    }
  }
}

extension SQLCall {
  fileprivate func doubt(_ why: String) -> DestructiveStep {
    DestructiveStep(line: line, what: "\(what), \(why)", isCertain: false)
  }
}
