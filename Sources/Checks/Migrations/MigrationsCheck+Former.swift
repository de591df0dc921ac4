internal import Git
internal import Release

// What shipped where the policy does not look any more: to name other paths hides no migration.
extension MigrationsCheck {
  /// Where those that are gone from their places are now, each at a place of its own.
  static func newPlaces(
    of former: [TreeFile], among added: [TreeFile], _ files: [TreeFile]
  ) -> [ExactName: String] {
    let there = Set(files.map(\.key))
    var open = Dictionary(grouping: added, by: \.id)
    var places: [ExactName: String] = [:]
    for file in former where !there.contains(file.key) && open[file.id]?.isEmpty == false {
      places[file.key] = open[file.id]?.removeFirst().path
    }
    return places
  }

  /// Those that shipped, and are where and what they were.
  static func kept(_ files: [TreeFile], _ former: [TreeFile]?) -> Set<ExactName> {
    let before = Dictionary(
      (former ?? []).map { ($0.key, $0.id) }, uniquingKeysWith: { first, _ in first })
    return Set(files.filter { before[$0.key] == $0.id }.map(\.key))
  }

  /// That there are none, and what shipped.
  func missing(
    _ tool: any MigrationTool, _ subject: CheckSubject, _ previous: PreviousRelease?
  ) throws(CheckTrouble) -> [CheckFinding] {
    let none = CheckFinding(
      .fail, "migrations-missing",
      "\(subject.release) has no migrations under \(paths.joined(separator: ", "))"
        + (paths.contains { $0.contains("*") } ? ": directories are named, no patterns" : ""),
      path: paths.first)
    guard let previous else { return [none] }
    let former = try released(previous.commit, tool, subject).filter { !tool.isRepeatable($0.path) }
    return [none] + former.map { previous.lost($0.path, now: nil) }
      + (try leftOut([], isCompared: !former.isEmpty, previous, subject))
  }

  private func excepted(_ file: TreeFile, _ previous: PreviousRelease) -> CheckFinding {
    CheckFinding(
      .fail, "migration-removed",
      "it shipped in \(previous.release), and the policy leaves it out now", path: file.path,
      line: 1, hint: "take it out of `except` of [checks.migrations]")
  }

  /// Whether a file could be read as a migration: one that could not has held its release back.
  private func wasRead(
    _ file: TreeFile, _ tool: any MigrationTool, _ subject: CheckSubject
  ) throws(CheckTrouble) -> Bool {
    let content = try subject.content(of: file.id)
    do throws(UnreadableMigration) {
      return try tool.read(
        MigrationFile(path: file.path, content: content), among: MigrationFiles()) != nil
    } catch {
      return false
    }
  }

  /// - Parameters:
  ///   - files: The release's migrations.
  ///   - isCompared: Whether the release before had migrations under today's paths.
  func leftOut(
    _ files: [TreeFile], isCompared: Bool, _ previous: PreviousRelease, _ subject: CheckSubject
  ) throws(CheckTrouble) -> [CheckFinding] {
    guard case .builtIn(let rules)? = previous.policy.checks["migrations"] else { return [] }
    let settings = CheckSettings(rules.inside(subject.environment))
    let word = settings.text("tool") ?? "plain"
    // What another tool owns today's may not see, under the same paths too.
    let isOtherTool = !word.isExactly(self.tool)
    let places = settings.texts("paths").filter { place in
      isOtherTool || isExceptive || !paths.contains { $0.isExactly(place) }
    }
    guard !places.isEmpty, let tool = MigrationTools.all[word]?(),
      let own = MigrationTools.all[self.tool]?()
    else { return [] }
    let known = try released(previous.commit, own, subject, under: paths) + files
    let seen = Set(known.map(\.key))
    let before = try released(
      previous.commit, tool, subject, under: places, except: settings.texts("except"))
    let shipped = before.filter { !seen.contains($0.key) && !tool.isRepeatable($0.path) }
    let here = isOtherTool ? try released(subject.commit, tool, subject, under: paths) : []
    let now = Dictionary(here.map { ($0.key, $0.id) }, uniquingKeysWith: { first, _ in first })
    var findings: [CheckFinding] = []
    for file in shipped {
      let isThere = try subject.entry(at: file.path) != nil
      if isThere, isExcepted(file.path) {
        if try wasRead(file, tool, subject) { findings.append(excepted(file, previous)) }
        continue
      }
      if let id = now[file.key] {
        if id != file.id { findings.append(previous.changed(file.path)) }
        continue
      }
      let name = ExactName(tool.name(of: file.path))
      let same = files.first { $0.id == file.id }
      if let now = same ?? files.first(where: { ExactName(tool.name(of: $0.path)) == name }) {
        // Where nothing else is compared, that was told of the new file.
        guard isCompared else { continue }
        findings.append(
          CheckFinding(
            .fail, same == nil ? "migration-changed" : "migration-renamed",
            "it shipped in \(previous.release), and is \(now.path) now"
              + (same == nil ? ", and changed" : ""), path: file.path, line: 1,
            hint: (same == nil ? "put back what shipped, and its name: " : "")
              + PreviousRelease.moves(now.path, to: file.path)))
      } else {
        findings.append(
          CheckFinding(
            .fail, "migration-removed",
            "it shipped in \(previous.release), and "
              + (isThere ? "the policy's paths leave it out now" : "is not there any more"),
            path: file.path, line: 1,
            hint: isThere
              ? "name its directory in `paths` of [checks.migrations] again"
              : previous.restores(file.path)))
      }
    }
    return findings
  }
}

extension UnreadableMigration {
  func finding(_ path: String) -> CheckFinding {
    CheckFinding(
      .fail, "migration-unreadable", "it cannot be read: \(why)", path: self.path ?? path,
      line: line ?? 1, hint: hint)
  }
}

extension PreviousRelease {
  /// The command that brings one of its files back.
  func restores(_ path: String) -> String {
    "git restore --source \(GitError.quoted(release.description)) -- \(GitError.quoted(path))"
  }

  static func moves(_ path: String, to other: String) -> String {
    "git mv -- \(GitError.quoted(path)) \(GitError.quoted(other))"
  }

  func changed(_ path: String, line: Int = 1) -> CheckFinding {
    CheckFinding(
      .fail, "migration-changed", "it shipped in \(release), and was changed since", path: path,
      line: line, hint: "write a new migration, and put this one back: \(restores(path))")
  }

  /// That a migration which it has is not at its place.
  func lost(_ path: String, now place: String?) -> CheckFinding {
    guard let place else {
      return CheckFinding(
        .fail, "migration-removed", "it shipped in \(release), and is not there any more",
        path: path, line: 1, hint: restores(path))
    }
    return CheckFinding(
      .fail, "migration-renamed", "it shipped in \(release), and is \(place) now", path: path,
      line: 1,
      hint: Self.moves(place, to: path))
  }
}
