internal import Git
internal import Release

/// Whether the database's migrations are complete, in order, and only added to.
package struct MigrationsCheck: Check {
  package let title = "Migrations"
  let tool: String
  let paths: [String]
  /// Files and directories below these that hold none.
  private let except: [String]
  let documents: [String]
  /// A pattern that new files' names must match.
  private let rule: String?
  /// How a destructive step is judged; `nil`: it is not looked for.
  private let destructive: Record.CheckOutcome?
  /// How it is judged that there is no way back; `nil`: not at all.
  private let down: Record.CheckOutcome?
  /// Other files that say how data is laid out, such as those of a cache.
  private let schemas: [String]

  init(_ settings: CheckSettings) {
    tool = settings.text("tool") ?? "plain"
    paths = settings.texts("paths")
    except = settings.texts("except")
    documents = settings.texts("documents")
    rule = settings.text("rule")
    destructive = Self.outcome(settings.text("destructive") ?? "warn")
    down = Self.outcome(settings.text("down") ?? "fail")
    schemas = settings.texts("schemas")
  }

  private static func outcome(_ word: String) -> Record.CheckOutcome? {
    word == "ignore" ? nil : Record.CheckOutcome(rawValue: word)
  }

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    guard !paths.isEmpty || !schemas.isEmpty else {
      let lost = try subject.previous().map { previous throws(CheckTrouble) in
        try leftOut([], isCompared: false, previous, subject)
      }
      if let lost, !lost.isEmpty { return lost }
      return [CheckFinding(.pass, "migrations-none", "the policy names no paths of migrations")]
    }
    guard let tool = MigrationTools.all[tool]?() else {
      throw CheckTrouble(
        "there is no migration tool \u{201C}\(tool)\u{201D}",
        hint: "there are: \(MigrationTools.all.keys.sorted().joined(separator: ", "))")
    }
    let previous = try subject.previous()
    var findings: [CheckFinding] = []
    if !paths.isEmpty {
      findings += try await migrations(of: tool, subject, previous)
    }
    if previous == nil { findings.append(try await FirstRelease.finding(subject)) }
    for schema in schemas {
      findings.append(try self.schema(schema, subject, previous))
    }
    return findings
  }

  private func migrations(
    of tool: any MigrationTool, _ subject: CheckSubject, _ previous: PreviousRelease?
  ) async throws(CheckTrouble) -> [CheckFinding] {
    let all = try released(subject.commit, tool, subject, except: [])
    let files = all.filter { !isExcepted($0.path) }
    guard !files.isEmpty else { return try missing(tool, subject, previous) }
    let former: [TreeFile]? = try previous.map { previous throws(CheckTrouble) in
      try released(previous.commit, tool, subject)
    }
    let known = Set((former ?? []).map(\.key))
    let added = files.filter { !known.contains($0.key) }
    // What is run again whenever it changes has shipped only as it was.
    let ids = Set((former ?? []).map(\.id))
    let again = files.filter { file in
      tool.isCallback(file.path) || (tool.isRepeatable(file.path) && !ids.contains(file.id))
    }
    let shipped = known.subtracting(again.map(\.key))
    // Those that shipped under another path: that is told, and they are documented as what they were.
    var moved: Set<ExactName> = []
    var findings = [Self.count(files.count, added.count, previous)]
    findings += try emptyPlaces(subject)
    findings += leftOut(of: all.map(\.path))
    findings += try await uncommitted(tool, shipped, subject)
    if let former, let previous {
      let once = former.filter { !tool.isRepeatable($0.path) }
      let places = Self.newPlaces(of: once, among: added, files)
      findings += try changed(once, files, places, previous, subject)
      moved = Set(places.values.map(ExactName.init))
      if former.isEmpty {
        let elsewhere = try self.moved(files, tool, previous, subject)
        moved = Set(elsewhere.compactMap(\.path).map(ExactName.init))
        findings += elsewhere
      }
      findings += try leftOut(files, isCompared: !former.isEmpty, previous, subject)
    }
    findings += try misnamed(added.filter { !tool.isCallback($0.path) }.map(\.path), tool)
    let (read, unreadable) = try Self.read(files, kept: Self.kept(files, former), tool, subject)
    findings += unreadable
    // Which comes after which is clear only where all could be read.
    if unreadable.isEmpty {
      let ordered = read.filter { !tool.isRepeatable($0.path) }
      findings += tool.order(ordered) { shipped.contains($0.key) }
    }
    let new = read.filter { !shipped.contains($0.key) }
    let programs = MigrationPrograms(read, tool)
    findings += judged(new, programs, isWhole: unreadable.isEmpty)
    let untold = new.filter { migration in
      !tool.isRepeatable(migration.path) && !moved.contains(migration.key) && !migration.joins
    }
    findings += try undocumented(untold, subject)
    return findings
  }

  /// Paths under which there is nothing: a slip there would hide all that lies under the right one.
  private func emptyPlaces(_ subject: CheckSubject) throws(CheckTrouble) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    do throws(GitError) {
      for place in paths
      where try subject.repository.files(in: subject.commit, under: place).isEmpty {
        findings.append(
          CheckFinding(
            .fail, "migrations-missing", "\(subject.release) has nothing under \(place)",
            path: place))
      }
    } catch {
      throw CheckTrouble(error)
    }
    return findings
  }

  /// What `except` leaves out, and what of it leaves nothing out: a slip there would go unseen.
  private func leftOut(of all: [String]) -> [CheckFinding] {
    let left = all.filter(isExcepted)
    let idle = except.filter { place in !all.contains { Self.lies($0, in: [place]) } }
    var findings = idle.map { place in
      CheckFinding(
        .warn, "migrations-except", "`except` names \(place), and nothing is there that is read",
        hint: "it takes paths, of files or directories, and no patterns")
    }
    if let first = left.first {
      let others = left.count > 1 ? " and \(left.count - 1) more" : ""
      findings.append(
        CheckFinding(.pass, "migrations-except", "not read, as `except` says: \(first)\(others)"))
    }
    return findings
  }

  private static func count(
    _ all: Int, _ added: Int, _ previous: PreviousRelease?
  ) -> CheckFinding {
    let noun = all == 1 ? "migration" : "migrations"
    let new = previous.map { ", \(added) of them new since \($0.release)" } ?? ""
    return CheckFinding(.pass, "migrations", "\(all) \(noun)\(new)")
  }

  /// The tool's files in a commit.
  func released(
    _ commit: ObjectID, _ tool: any MigrationTool, _ subject: CheckSubject,
    under places: [String]? = nil, except: [String]? = nil
  ) throws(CheckTrouble) -> [TreeFile] {
    let left = except ?? self.except
    do throws(GitError) {
      var files: [TreeFile] = []
      for path in places ?? paths { files += try subject.repository.files(in: commit, under: path) }
      // One path may lie in another one.
      var seen: Set<ExactName> = []
      return files.filter { file in
        seen.insert(file.key).inserted && tool.owns(file.path) && !Self.lies(file.path, in: left)
      }
    } catch {
      throw CheckTrouble(error)
    }
  }

  var isExceptive: Bool { !except.isEmpty }

  /// Whether the policy says that a file is no migration.
  func isExcepted(_ path: String) -> Bool { Self.lies(path, in: except) }

  private static func lies(_ path: String, in places: [String]) -> Bool {
    places.contains { place in
      "\(path)/".utf8.starts(with: place.hasSuffix("/") ? place.utf8 : "\(place)/".utf8)
    }
  }

  private func uncommitted(
    _ tool: any MigrationTool, _ shipped: Set<ExactName>, _ subject: CheckSubject
  ) async throws(CheckTrouble) -> [CheckFinding] {
    guard subject.repository.workDirectory != nil else {
      return [
        CheckFinding(
          .pass, "migrations-committed", "there is no work tree here that could hold more of them")
      ]
    }
    var dirty: [CheckFinding]
    let ignored: [String]
    do throws(GitError) {
      dirty = try await subject.repository.status(under: paths).filter { !isExcepted($0) }
        .map { path throws(GitError) in
          let isReleased = try subject.repository.entry(at: path, in: subject.commit) != nil
          return CheckFinding(
            .fail, "migration-uncommitted", "not committed: \(path)", path: path, line: 1,
            hint: isReleased
              ? Self.putBack(path, isShipped: shipped.contains(ExactName(path))) : nil)
        }
      ignored = try await subject.repository.ignored(under: paths).filter { path in
        tool.owns(path) && !isExcepted(path)
      }
      dirty += try await subject.repository.unseenFiles().filter { file in
        file.isThere && Self.lies(file.path, in: paths) && !isExcepted(file.path)
      }.map { file in
        CheckFinding(
          .fail, "migration-uncommitted",
          "git is told not to see whether it was changed (git ls-files -v): \(file.path)",
          path: file.path, line: 1, hint: file.reveal)
      }
    } catch {
      throw CheckTrouble(error)
    }
    let findings =
      dirty
      + ignored.map { path in
        CheckFinding(
          .fail, "migration-ignored", "git ignores it, so no release has it: \(path)",
          path: path, line: 1)
      }
    guard findings.isEmpty else { return findings }
    return [
      CheckFinding(
        .pass, "migrations-committed",
        "all is committed under \(paths.joined(separator: ", "))")
    ]
  }

  /// What mends a change of a file that the release has.
  private static func putBack(_ path: String, isShipped: Bool) -> String {
    (isShipped ? "it shipped as it was; " : "commit it, and release that; or ")
      + "put it back: git restore --staged --worktree -- \(GitError.quoted(path))"
  }

  /// Those that shipped and are not what they were.
  ///
  /// - Parameter places: Where those are now that are gone from their places.
  private func changed(
    _ former: [TreeFile], _ files: [TreeFile], _ places: [ExactName: String],
    _ previous: PreviousRelease, _ subject: CheckSubject
  ) throws(CheckTrouble) -> [CheckFinding] {
    let now = Dictionary(files.map { ($0.key, $0.id) }, uniquingKeysWith: { first, _ in first })
    var findings: [CheckFinding] = []
    for file in former {
      switch now[file.key] {
      case file.id?: continue
      case let id?:
        findings.append(
          previous.changed(file.path, line: try firstDifference(file.id, id, subject)))
      case nil:
        findings.append(previous.lost(file.path, now: places[file.key]))
      }
    }
    guard findings.isEmpty, !former.isEmpty else { return findings }
    return [
      CheckFinding(
        .pass, "migrations-kept",
        "none of the \(former.count) that shipped in "
          + "\(previous.release) was changed")
    ]
  }

  /// Those that shipped under another path, where none shipped under these.
  private func moved(
    _ files: [TreeFile], _ tool: any MigrationTool, _ previous: PreviousRelease,
    _ subject: CheckSubject
  ) throws(CheckTrouble) -> [CheckFinding] {
    let before: [TreeFile]
    do throws(GitError) {
      before = try subject.repository.files(in: previous.commit)
    } catch {
      throw CheckTrouble(error)
    }
    func name(_ file: TreeFile) -> [ExactName] {
      [tool.name(of: file.path), PathName.last(file.path)].map { ExactName($0) }
    }
    let byName = Dictionary(grouping: before, by: name)
    return files.compactMap { file in
      guard let former = byName[name(file)]?.first else { return nil }
      let isSame = former.id == file.id
      return CheckFinding(
        .fail, isSame ? "migration-renamed" : "migration-changed",
        "it shipped in \(previous.release) as \(former.path)"
          + (isSame ? "" : ", and was changed since"), path: file.path, line: 1,
        hint: (isSame ? "" : "put back what shipped, and its name: ")
          + PreviousRelease.moves(file.path, to: former.path))
    }
  }

  func firstDifference(
    _ old: ObjectID, _ new: ObjectID, _ subject: CheckSubject
  ) throws(CheckTrouble) -> Int {
    let old = try subject.content(of: old)
    let new = try subject.content(of: new)
    let same = zip(old, new).prefix { $0 == $1 }
    return 1 + same.count { $0.0 == UInt8(ascii: "\n") }
  }

  private func misnamed(
    _ added: [String], _ tool: any MigrationTool
  ) throws(CheckTrouble) -> [CheckFinding] {
    guard let rule else { return [] }
    let pattern: Regex<AnyRegexOutput>
    do {
      pattern = try Regex(rule)
    } catch {
      throw CheckTrouble(
        "\u{201C}\(rule)\u{201D} is no pattern: \(error)",
        hint: "mend `rule` in [checks.migrations]")
    }
    return added.filter { !tool.name(of: $0).contains(pattern) }.map { path in
      CheckFinding(
        .fail, "migration-name", "its name is not as the policy's rule has it: \(rule)", path: path,
        line: 1)
    }
  }

  private static func read(
    _ files: [TreeFile], kept: Set<ExactName>, _ tool: any MigrationTool, _ subject: CheckSubject
  ) throws(CheckTrouble) -> (read: [Migration], unreadable: [CheckFinding]) {
    let contents = MigrationFiles(
      try files.map { file throws(CheckTrouble) in
        MigrationFile(path: file.path, content: try subject.content(of: file.id))
      })
    var read: [Migration] = []
    var unreadable: [CheckFinding] = []
    for file in files {
      do throws(UnreadableMigration) {
        guard file.isFile, let content = contents[file.path] else {
          throw UnreadableMigration(
            line: nil, why: "it is a link", hint: "put the file itself there")
        }
        // What shipped under another tool's rules is not held to this one's.
        if kept.contains(file.key), !tool.knows(content) { continue }
        let migration = try tool.read(content, among: contents)
        if let migration { read.append(migration) }
      } catch {
        unreadable.append(error.finding(file.path))
      }
    }
    return (read, unreadable)
  }

  /// What new ones do, and whether there is a way back.
  private func judged(
    _ new: [Migration], _ programs: MigrationPrograms, isWhole: Bool
  ) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    for migration in new {
      if let hidden = migration.hidden {
        findings.append(hidden.finding(migration.path))
        continue
      }
      if let destructive {
        findings += programs.steps(of: migration).map { step in
          step.isCertain
            ? CheckFinding(
              destructive, "migration-destructive", "it \(step.what)", path: migration.path,
              line: step.line)
            : CheckFinding(
              destructive, "migration-unjudged", "cannot be judged: it \(step.what)",
              path: migration.path, line: step.line)
        }
      }
      if migration.isBlank {
        findings.append(
          CheckFinding(
            .warn, "migration-empty", "it does nothing", path: migration.path,
            line: migration.upLine ?? migration.line))
      }
      if let down, !migration.hasDown {
        findings.append(
          CheckFinding(
            down, "migration-no-way-back", "it has no way back", path: migration.path,
            line: migration.downLine ?? migration.upLine ?? migration.line))
      }
    }
    guard findings.isEmpty, !new.isEmpty, isWhole else { return findings }
    return [
      CheckFinding(.pass, "migrations-safe", "nothing is seen in the new ones that takes data away")
    ]
  }
}

// Paths are told apart by bytes: what two forms of Unicode spell alike may be two files.
extension TreeFile {
  var key: ExactName { ExactName(path) }
}

extension Migration {
  fileprivate var key: ExactName { ExactName(path) }
}
