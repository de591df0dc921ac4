internal import Git
internal import Release

// What must say that there are new ones, and other files that say how data is laid out.
extension MigrationsCheck {
  func undocumented(
    _ new: [Migration], _ subject: CheckSubject
  ) throws(CheckTrouble) -> [CheckFinding] {
    guard !documents.isEmpty else { return [] }
    var findings: [CheckFinding] = []
    var texts: [String] = []
    for document in documents {
      guard let content = try subject.file(at: document) else {
        findings.append(
          CheckFinding(
            .fail, "document-missing", try subject.lack(of: document), path: document, line: 1))
        continue
      }
      texts.append(String(decoding: content, as: UTF8.self))
    }
    if !documents.contains("CHANGELOG.md"), let content = try subject.file(at: "CHANGELOG.md") {
      texts.append(String(decoding: content, as: UTF8.self))
    }
    let silent = new.filter { migration in
      !migration.names.contains { name in texts.contains { name.isMentioned(in: $0) } }
    }
    findings += silent.map { migration in
      CheckFinding(
        .fail, "migration-undocumented",
        "neither \(documents.joined(separator: ", ")) nor the changelog mentions \(migration.shownName)",
        path: migration.path, line: migration.line)
    }
    guard findings.isEmpty, !new.isEmpty else { return findings }
    return [CheckFinding(.pass, "migrations-documented", "the new ones are documented")]
  }

  func schema(
    _ path: String, _ subject: CheckSubject, _ previous: PreviousRelease?
  ) throws(CheckTrouble) -> CheckFinding {
    // What a link leads to may have changed where the link has not.
    guard let now = try subject.entry(at: path), now.isFile || now.isDirectory else {
      return CheckFinding(
        .fail, "schema-missing", try subject.lack(of: path), path: path, line: 1,
        hint: try subject.obstacle(at: path) == nil
          ? nil : "name files of the release itself in `schemas` of [checks.migrations]")
    }
    guard let previous else {
      return CheckFinding(
        .pass, "schema", "\(path) is there; there is no release before", path: path)
    }
    let before = try subject.entry(at: path, in: previous.commit)
    if before?.id == now.id {
      return CheckFinding(.pass, "schema", "\(path) is as in \(previous.release)", path: path)
    }
    var line = 1
    if let before, before.isFile, now.isFile {
      line = try firstDifference(before.id, now.id, subject)
    }
    return CheckFinding(
      .warn, "schema-changed", "not as in \(previous.release): what is stored in the old form?",
      path: path, line: line)
  }
}
