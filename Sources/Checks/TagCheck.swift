internal import Git
internal import Release

/// Whether the release's tag is what it should be; of a candidate, whether its version is free.
package struct TagCheck: Check {
  package let title = "Git tag"

  package init() {}

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    let release = subject.release
    var findings = [CheckFinding(.pass, "version", "\(release) is a version")]
    switch subject.tag {
    case .absent: findings += try await candidate(subject)
    case .lightweight:
      findings.append(
        CheckFinding(
          .fail, "tag-lightweight", "\(release) is a lightweight tag, and proves nothing",
          hint: whereCut(subject)))
      findings += moved(subject)
    case .other(let what):
      findings.append(
        CheckFinding(
          .fail, "tag-not-commit", "\(release) is a tag on \(what)",
          hint: whereCut(subject) ?? anew(subject, at: nil)))
      findings += moved(subject)
    case .annotated(let tag):
      findings += annotated(tag, subject)
      findings += try await remote(tag, subject)
      // What is wrong with the tag itself is wrong whoever cut it.
      if let doubt = subject.tagDoubt, !findings.contains(where: { $0.outcome == .fail }) {
        throw doubt
      }
    }
    findings += manifest(subject)
    findings.append(try identified(subject))
    return findings
  }

  /// Whether what is shipped is recorded, where that is asked for.
  private func manifest(_ subject: CheckSubject) -> [CheckFinding] {
    // What was cut elsewhere has its manifests there: that the tag is not is the one fault.
    let isElsewhere =
      !subject.tagRecords.isEmpty && !subject.tagRecords.contains { $0.commit == subject.commit }
    guard let manifests = subject.manifests, !isElsewhere else { return [] }
    guard manifests.isEmpty else {
      return manifests.entries.map { entry in
        CheckFinding(
          .pass, "manifest-recorded",
          "a manifest of \(entry.summary.counts) is recorded: sha256 \(entry.summary.file.digest.short)"
        )
      }
    }
    if case .absent = subject.tag, subject.tagRecords.isEmpty {
      return [
        CheckFinding(.pass, "manifest-later", "no manifest is recorded yet: deed cut does it")
      ]
    }
    return [
      CheckFinding(
        .fail, "manifest-none",
        "no manifest is recorded for it"
          + (subject.tagRecords.isEmpty ? ": a tag that is made by hand brings none" : ""))
    ]
  }

  /// The command that puts back what was cut; `nil` where nothing is recorded of that.
  private func whereCut(_ subject: CheckSubject) -> String? {
    subject.tagRecords.isEmpty ? nil : "put back what was cut: \(subject.restoreTag)"
  }

  /// The commands that make the tag anew where it is, and not where somebody stands by now; of what is no
  /// commit, nobody but a person can say where.
  private func anew(_ subject: CheckSubject, at commit: ObjectID?) -> String {
    let release = GitError.quoted(subject.release.description)
    guard let commit else {
      return "at the commit that is meant: git tag -d \(release) && deed cut \(release)"
    }
    return "git tag -d \(release) && deed cut \(release) --commit \(commit.short)"
  }

  private func candidate(
    _ subject: CheckSubject
  ) async throws(CheckTrouble) -> [CheckFinding] {
    let records = subject.sortedTagRecords.others
    guard records.isEmpty else {
      return records.map { record in
        CheckFinding(
          .fail, "tag-not-here",
          "\(subject.release) is recorded as cut at \(record.commit.short) by \(record.by.name), and its "
            + "tag is not here")
      }
    }
    var findings: [CheckFinding] = []
    if let remote = subject.remote, try await tag(on: remote, subject) != nil {
      findings.append(
        CheckFinding(
          .fail, "tag-not-here", "\(remote) has \(subject.release), and its tag is not here"))
    }
    if let highest = try subject.above() {
      findings.append(
        CheckFinding(.fail, "tag-order", subject.release.objection(below: highest)))
    }
    guard findings.isEmpty else { return findings }
    if let doubt = subject.tagDoubt, subject.remote == nil { throw doubt }
    return [
      CheckFinding(
        .pass, "tag-free",
        "\(subject.release) is free, and a candidate: to be checked again once it is cut")
    ]
  }

  private func annotated(
    _ tag: AnnotatedTag, _ subject: CheckSubject
  ) -> [CheckFinding] {
    let release = subject.release
    var findings = [CheckFinding(.pass, "tag-exists", "Git tag exists: \(release), annotated")]
    findings.append(
      tag.commit == subject.commit
        ? CheckFinding(.pass, "tag-commit", "it is at \(subject.commit.short)")
        : CheckFinding(
          .fail, "tag-not-commit",
          tag.commit.map { "it is at \($0.short), not at \(subject.commit.short)" }
            ?? "it points at no commit",
          hint: whereCut(subject) ?? anew(subject, at: tag.commit)))
    if !tag.name.utf8.elementsEqual(release.description.utf8) {
      findings.append(
        CheckFinding(
          .fail, "tag-renamed", "its own header says that it is \(tag.name)",
          hint: whereCut(subject) ?? anew(subject, at: tag.commit)))
    }
    guard subject.tagDoubt == nil else { return findings }
    guard !subject.tagRecords.isEmpty else {
      return findings + [
        CheckFinding(.warn, "tag-unrecorded", "no record says who cut it: was it made by hand?")
      ]
    }
    let records = subject.sortedTagRecords
    guard let record = records.agreeing.first else { return findings + moved(subject) }
    findings.append(
      CheckFinding(.pass, "tag-recorded", "not moved since \(record.by.name) cut it"))
    if records.count > 1 {
      findings.append(
        CheckFinding(
          .fail, "tag-records-disagree",
          "\(records.count) records say who cut it"))
    }
    return findings
  }

  /// What was cut under the name that something else has now.
  private func moved(_ subject: CheckSubject) -> [CheckFinding] {
    subject.sortedTagRecords.others.map { record in
      CheckFinding(
        .fail, "tag-moved",
        "it was moved: \(subject.release) is recorded as cut at \(record.commit.short) by "
          + record.by.name)
    }
  }

  /// The same tag on the remote, where that is asked for.
  private func remote(
    _ tag: AnnotatedTag, _ subject: CheckSubject
  ) async throws(CheckTrouble) -> [CheckFinding] {
    guard let remote = subject.remote else { return [] }
    switch try await self.tag(on: remote, subject) {
    case nil:
      return [CheckFinding(.fail, "tag-not-pushed", "\(remote) does not have it")]
    case tag.object?:
      return [CheckFinding(.pass, "tag-on-remote", "\(remote) has the same tag")]
    case let other?:
      return [
        CheckFinding(
          .fail, "tag-differs", "\(remote) has another tag of that name, \(other.short)")
      ]
    }
  }

  /// What the remote has under the release's name.
  private func tag(
    on remote: String, _ subject: CheckSubject
  ) async throws(CheckTrouble) -> ObjectID? {
    let reference = subject.release.reference
    do throws(GitError) {
      return try await subject.repository.listRemote(remote, [reference])[reference]
    } catch {
      throw CheckTrouble(error)
    }
  }

  private func identified(_ subject: CheckSubject) throws(CheckTrouble) -> CheckFinding {
    let commit: Commit?
    do throws(GitError) {
      commit = try subject.repository.commit(subject.commit)
    } catch {
      throw CheckTrouble(error)
    }
    guard let commit else {
      throw CheckTrouble("commit \(subject.commit.short) is not here", hint: "git fetch --tags")
    }
    let title = commit.message.prefix { !$0.isNewline }
    return CheckFinding(.pass, "commit", "commit \(subject.commit): \(title)")
  }
}
