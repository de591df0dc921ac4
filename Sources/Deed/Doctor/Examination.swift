import Git
import Ledger
import Release

/// Looks at everything here that could lose records, or keep them from being seen.
struct Examination {
  /// A program of git holds a lock for much less, in seconds.
  private static let lockAge = 60

  let workspace: Workspace
  /// Whether all objects are searched, which may take minutes.
  let searchesObjects: Bool
  var repository: Repository { workspace.repository }

  func diagnoses() async -> Diagnoses {
    var found = Diagnoses()
    await found.look { _ in try await workspace.learnRedactions() }
    await found.look(person)
    await found.look(rules)
    await found.look(clone)
    await found.look(locks)
    await found.look(refspecs)
    await found.look(trust)
    await found.look(reflogs)
    await found.look(remote)
    await LedgerExamination(workspace).diagnose(&found)
    await found.look(RedactionExamination(workspace, searchesObjects: searchesObjects).diagnose)
    if searchesObjects { await found.look(unnamed) }
    return found
  }

  private func person(_ found: inout Diagnoses) async throws {
    do {
      let person = try await workspace.committer().person
      found.add(.info, "person", "\(person.name) <\(person.email)> records here")
    } catch let error as GitError where error.kind == .identity {
      // A server, or an auditor, records nothing.
      found.add(.warning, "no-person", error.message, hint: error.hint)
    }
  }

  private func rules(_ found: inout Diagnoses) throws {
    guard case .branch(_, let head) = try repository.head() else { return }
    do {
      _ = try workspace.policy(at: head)
    } catch {
      let failure = Failure(error)
      guard failure.kind == .configuration else { throw failure }
      found.add(.error, "policy", failure.message, hint: failure.hint)
    }
  }

  private func clone(_ found: inout Diagnoses) throws {
    guard repository.isShallow else { return }
    found.add(
      .warning, "shallow",
      "this is a shallow clone: which releases came before cannot be told from it",
      hint: "git fetch --unshallow --tags   # in CI: fetch-depth: 0")
  }

  private func locks(_ found: inout Diagnoses) throws {
    for lock in try repository.locks() where lock.age >= Self.lockAge {
      found.add(
        .error, "stale-lock",
        "\(lock.path) has been there for \(Self.time(lock.age)): nothing can be written beside it",
        hint: "rm \(GitError.quoted(lock.path))   # only where no other git is running")
    }
  }

  /// A length of time in seconds as people say it.
  private static func time(_ seconds: Int) -> String {
    for (length, unit) in [(86_400, "day"), (3600, "hour")] where seconds >= 2 * length {
      return (seconds / length).counted(unit)
    }
    return (seconds / 60).counted("minute")
  }

  private func reflogs(_ found: inout Diagnoses) throws {
    let without = try LedgerName.allCases.filter { ledger in
      try repository.reference(ledger.reference) != nil && !repository.hasReflog(ledger.reference)
    }
    guard !without.isEmpty else { return }
    found.add(
      .warning, "no-reflog",
      "git notes nothing of what \(without.map(\.rawValue).joined(separator: ", ")) pointed at: "
        + "what another program takes away there is harder to find",
      hint: "git config core.logAllRefUpdates always")
  }

  private func remote(_ found: inout Diagnoses) async throws {
    let policy = try workspace.policyOrDefaults()
    guard let remote = try await workspace.sharedRemote(policy) else {
      // Without any remote, all is here.
      if try await !workspace.repository.remotes().isEmpty {
        found.add(
          .warning, "no-shared-remote",
          "there is no remote \u{201C}\(policy.remote)\u{201D}, and more than one other: "
            + "by which of them the team shares its records is not known",
          hint: Workspace.namingRemote(policy))
      }
      return
    }
    guard try workspace.ledgers.wasFetched(from: remote) else {
      found.add(
        .warning, "never-fetched",
        "the ledgers of \(remote) were never fetched: what is recorded there is not known here",
        hint: "deed sync")
      return
    }
    let recorded = try recorded(policy)
    try tagsInTheWay(recorded, policy, &found)
    try untagged(recorded, policy, &found)
    try tags(policy, remote, &found)
    var lacking = try Sync(workspace.ledgers, remote: remote).lacking()
    if lacking.contains(.deployments) {
      let unsent = try await unsentCuts(on: remote)
      let waiting = try await WaitingCuts(unsent, on: remote, workspace)
      for cut in unsent {
        found.add(
          .warning, "unsent-cut",
          "\(cut.release) is cut here, and its record is on no remote: "
            + (cut.isTaken ? "\(remote) has another tag of the name" : "nobody else knows of it"),
          hint: try waiting.hint(for: cut))
      }
      if !unsent.isEmpty { lacking.removeAll { $0 == .deployments } }
    }
    guard !lacking.isEmpty else { return }
    let names = lacking.map(\.rawValue).joined(separator: ", ")
    found.add(
      .warning, "not-shared", "not all of \(names) is on \(remote) yet", hint: "deed sync")
  }

  /// Cuts that no remote has a record of, with what has become of their names on the remote: without an
  /// answer from there they are told as well.
  private func unsentCuts(on remote: String) async throws -> [UnsentCut] {
    let cuts = try workspace.ledgers.unsentCuts().cuts
    guard !cuts.isEmpty else { return [] }
    do {
      let taken = try await Sync(workspace.ledgers, remote: remote).waiting()?.cuts ?? []
      return cuts.map { cut in taken.first { $0.tag == cut.tag } ?? cut }
    } catch {
      guard error.kind == .network || error.kind == .refused else { throw error }
      return cuts
    }
  }

  /// What says of releases by the policy's names that they were cut, by release.
  private func recorded(
    _ policy: Policy
  ) throws -> [(release: ReleaseVersion, record: Record)] {
    let lines = DeploymentLines(try workspace.ledgers.lines(of: .deployments))
    return try workspace.counted(lines).standingTags.compactMap { record in
      ReleaseVersion(recorded: record.release).map { ($0, record) }
    }.filter { policy.prefixes.contains($0.0.prefix) }
      .sorted { ($0.0.prefix, $0.0, $0.1.id) < ($1.0.prefix, $1.0, $1.1.id) }
  }

  /// Tags here that keep git from fetching that of a release.
  private func tagsInTheWay(
    _ recorded: [(release: ReleaseVersion, record: Record)], _ policy: Policy,
    _ found: inout Diagnoses
  ) throws {
    var told: Set<ReleaseVersion> = []
    for (release, _) in recorded where told.insert(release).inserted {
      let others = try workspace.tagsInTheWay(of: release)
      guard let first = others.first else { continue }
      found.add(
        .error, "tag-in-the-way",
        "the tag \(first) leaves no room for \(release), which is cut: git keeps tags as files",
        hint: try workspace.fetching(release, from: policy.remote, withOthers: false))
    }
  }

  /// Records of releases whose tags are not here: whoever keeps such a tag back makes it a release when they
  /// push it.
  private func untagged(
    _ recorded: [(release: ReleaseVersion, record: Record)], _ policy: Policy,
    _ found: inout Diagnoses
  ) throws {
    let lacking = try recorded.filter { try repository.reference($0.release.reference) == nil }
    guard let last = lacking.last else { return }
    let others = lacking.count > 1 ? ", nor are those of \(lacking.count - 1) more" : ""
    found.add(
      .warning, "tag-not-here",
      "\(last.release) is recorded as cut by \(last.record.by.name), \(last.record.at.minute) UTC, and its "
        + "tag is not here\(others)",
      hint: try workspace.fetching(
        last.release, from: policy.remote, withOthers: lacking.count > 1)
        + "   # where that brings none, ask them: whoever pushes it later makes it a release")
  }

  /// Releases of which less is here than stood when they were cut.
  private func tags(_ policy: Policy, _ remote: String, _ found: inout Diagnoses) throws {
    let contents = try LedgerContents(workspace.ledgers, remote: nil)
    var behind: [ReleaseVersion] = []
    for tag in try workspace.releaseTags(prefixes: policy.prefixes) {
      guard let commit = tag.commit, try workspace.hasTrailers(tag.version) else { continue }
      let evidence = LedgerReading(contents, commit: commit).evidence(of: tag.version)
      if try !workspace.ledgersBehind(workspace.tagFact(tag.version), evidence, remote).isEmpty {
        behind.append(tag.version)
      }
    }
    guard let last = behind.last else { return }
    let others = behind.count > 1 ? ", and than those of \(behind.count - 1) more" : ""
    found.add(
      .warning, "ledgers-behind",
      "the ledgers here are older than the tag \(last)\(others): not all is here that stood then",
      hint: "deed sync")
  }

  /// Whoever could once push to a branch, or was fetched from, may have left such commits: they are
  /// brought back one by one, by somebody who has read what they say.
  private func unnamed(_ found: inout Diagnoses) async throws {
    let told = try LedgerName.allCases.flatMap { try workspace.ledgers.forgotten(in: $0) }
    for tip in try await workspace.ledgers.forgotten() where !told.contains(tip) {
      found.add(
        .warning, "unnamed",
        "\(tip.words) that no ref and no reflog leads to: "
          + (try workspace.ledgers.description(of: tip)),
        hint: "deed doctor --recover --from \(tip.commit.short)   # if they are to count")
    }
  }
}

extension ForgottenTip {
  /// `1a2b3c has 3 records of signoffs`.
  var words: String {
    "\(commit.short) has \(count.counted(ledger.noun)) of \(ledger.rawValue)"
  }
}

extension LedgerStore {
  /// So many are told one by one.
  private static let told = 3

  /// What a forgotten commit says, and who by their own word.
  fileprivate func description(of tip: ForgottenTip) throws -> String {
    guard tip.ledger != .attachments else { return "files" }
    let records = try lines(at: [tip.commit]).values.joined().compactMap { line -> Record? in
      if case .record(let record) = LedgerLine(parsing: line) { record } else { nil }
    }.sorted { $0.at > $1.at }
    let words = records.prefix(Self.told).map { record in
      "\(record.kind.rawValue) of \(record.release) by \(record.by.name)"
    }
    return words.joined(separator: ", ") + (records.count > Self.told ? ", …" : "")
  }
}

extension LedgerName {
  /// What it holds, one of it.
  var noun: String { self == .attachments ? "file" : "record" }
}
