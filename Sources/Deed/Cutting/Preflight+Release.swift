import Git
import Ledger
import Release

// Answers that need to know which release it is.
extension Preflight {
  /// The name must be free: here, in the ledgers, and on the remote.
  ///
  /// - Parameters:
  ///   - records: The tag records of this release that stand.
  ///   - message: What the tag would say, trailers left out.
  /// - Returns: The tag of an earlier run that was not finished.
  mutating func tag(
    _ release: ReleaseVersion, tagger: Identity?, records: [Record], message: [UInt8],
    signs: Bool, isCommitGiven: Bool
  ) async throws -> AnnotatedTag? {
    do {
      if let other = try workspace.tagsInTheWay(of: release).first {
        add(
          "tag", .unmet, "the tag \(other) leaves no room for \(release): git keeps them as files",
          hint: "git tag -d \(GitError.quoted(other))   # if nobody else has it; or another prefix")
        return nil
      }
      let found = try workspace.tagFact(release)
      let there =
        if let remote {
          try await remoteReferences(remote)[release.reference]
        } else { ObjectID?.none }
      let own = OwnTag(
        found, release: release, target: target, tagger: tagger?.person, records: records,
        message: message, signs: signs, nextCommand: policy.part(of: release).nextCommand)
      if let tag = own.unfinished, !tag.isSigned, there != tag.object, unsigned(release) {
        return nil
      }
      local(
        own, release, isOnRemote: there == found.object,
        knownOn: try await place(knownToHave: own), isTaken: there != nil,
        mayBeRepeated: try isCommitGiven && there == nil && wasNeverPushed(records))
      if let remote {
        let sync = Sync(workspace.ledgers, remote: remote)
        let isComplete = try sync.mayLack().isEmpty && sync.withheld().isEmpty
        onRemote(there, own, release, remote, isComplete: isComplete)
      }
      return own.unfinished
    } catch {
      add("tag", error)
      return nil
    }
  }

  /// The remote that has a tag and its record, by what was last fetched; `nil` where that is not known.
  private func place(knownToHave own: OwnTag) async throws -> String? {
    guard remote == nil, case .unfinished(let tag, isRecorded: true) = own,
      let place = try await workspace.remote(policy),
      try !workspace.ledgers.unsentCuts(on: place).cuts.contains(where: { $0.tag == tag.object })
    else { return nil }
    return place
  }

  /// Whether what is recorded as cut cannot have gone out: the team's own remote is asked, not any, and
  /// nobody has the tag from anywhere.
  private func wasNeverPushed(_ records: [Record]) throws -> Bool {
    guard remote == policy.remote else { return false }
    return try records.allSatisfy { record in
      guard case .tag(let object) = record.body else { return true }
      return try workspace.repository.header(of: object) == nil
    }
  }

  /// Whether a tag that an earlier run left unsigned may not go out so.
  private mutating func unsigned(_ release: ReleaseVersion) -> Bool {
    let hint = "git tag -d \(release)   # the same command then makes a signed one"
    switch tagWish {
    case .no: return false
    case .yes(let policy):
      add(
        "tag", .unmet, "\(release) is tagged here without a signature, and \(policy) wants one",
        hint: hint)
    case .unknown(let why):
      add(
        "tag", .unknown,
        "\(release) is tagged here without a signature, and whether it needs one cannot be told: \(why)",
        hint: "deed sync && git fetch --tags   # or else: \(hint)")
    }
    return true
  }

  /// Whether nothing goes out with it of which the tag is not on the remote.
  mutating func others(than release: ReleaseVersion) async {
    guard let remote else { return }
    do {
      let cuts = try await Sync(workspace.ledgers, remote: remote).waiting()?.cuts ?? []
      let waiting = try await WaitingCuts(cuts, on: remote, workspace)
      for cut in cuts where cut.release != release {
        add(
          "untagged", .unmet,
          "\(cut.release) is cut here, and its record would go out without its tag",
          hint: try waiting.hint(for: cut))
      }
    } catch {
      add("untagged", error)
    }
  }

  /// Whether all that the release rests on may be sent with it.
  mutating func attachments(of subject: ReleaseCase) {
    guard let remote else { return }
    do {
      let sync = Sync(workspace.ledgers, remote: remote)
      guard let doubt = try sync.doubt(about: subject) else { return }
      add(
        "attachments", .unknown,
        "not all files of \(subject.release) can be sent to \(remote): \(doubt)",
        hint: "deed sync   # once that can be told")
    } catch {
      add("attachments", error)
    }
  }

  /// - Parameters:
  ///   - place: The remote that has the tag, as is known here.
  ///   - isTaken: Whether the remote has a tag of the name.
  ///   - mayBeRepeated: Whether what another one cut was never pushed, and somebody said which commit they
  ///     mean: then it does not keep the version for good.
  private mutating func local(
    _ own: OwnTag, _ release: ReleaseVersion, isOnRemote: Bool, knownOn place: String?,
    isTaken: Bool, mayBeRepeated: Bool
  ) {
    switch own {
    case .free: add("tag", .met, "\(release) is not a tag here yet")
    case .unfinished(_, let isRecorded) where remote != nil || !isRecorded:
      add("tag", .met, "\(release) was tagged by an earlier run, which is to be finished")
    case .unfinished where place != nil:
      add(
        "tag", .unmet, "\(release) is cut, and on \(place ?? "") already",
        hint: "deed verify \(release)")
    case .unfinished:
      add(
        "tag", .unmet, "\(release) is cut already", hint: "deed cut \(release) --push   # shares it"
      )
    case .disputed(_, let others) where remote != nil && isOnRemote:
      add(
        "tag", .met,
        "the tag \(release) is right: \(others.counted("other record")) of it will be settled")
    case .disputed(_, let others):
      add(
        "tag", .unmet,
        "\(release) is cut, and \(others.counted("other record")) of it \(others == 1 ? "says" : "say") otherwise",
        hint: "deed cut \(release) --push   # settles it where the remote has the right tag")
    case .cutElsewhere(let record):
      let cut = "\(release) was cut by \(record.by.name) at \(record.commit.short)"
      guard !mayBeRepeated else {
        return add("tag", .met, "\(cut), and never pushed: it is cut anew")
      }
      let remote = remote ?? policy.remote
      let ways = workspace.unpushedWays(release.description, on: remote)
      add(
        "tag", .unmet, "\(cut), and that tag is not here",
        hint: isTaken
          ? "git fetch \(GitError.quoted(remote)) tag \(release) && deed show \(release)"
          : "git fetch --tags   # where it was never pushed, \(ways)")
    case .foreign(let what, let hint): add("tag", .unmet, what, hint: hint)
    }
  }

  private mutating func onRemote(
    _ there: ObjectID?, _ own: OwnTag, _ release: ReleaseVersion, _ remote: String,
    isComplete: Bool
  ) {
    switch (there, own) {
    case (nil, _): add("remote-tag", .met, "\(release) is not a tag on \(remote) yet")
    case (let there?, .unfinished(let tag, isRecorded: true))
    where there == tag.object && isComplete:
      add(
        "remote-tag", .unmet, "\(release) is cut, and on \(remote) already",
        hint: "deed verify \(release)")
    case (let there?, .unfinished(let tag, _)) where there == tag.object,
      (let there?, .disputed(let tag, _)) where there == tag.object:
      // The connection was lost after the remote took it, or git pushed it: the ledgers remain.
      add("remote-tag", .met, "\(remote) has this very tag \(release)")
    case (_?, _):
      add(
        "remote-tag", .unmet, "\(remote) has a tag \(release) already",
        hint: "git fetch --tags && deed show \(release)")
    }
  }

  /// A package must have files, or its paths are mistyped.
  mutating func package(of release: ReleaseVersion) {
    let part = policy.part(of: release)
    guard let package = part.package else { return }
    do {
      try workspace.checkFiles(of: part, in: target)
      add("package", .met, "\(target.short) has files of the package \(package)")
    } catch {
      add("package", error)
    }
  }

  /// Greater than every release that is an ancestor; a maintenance branch may be below the newest.
  ///
  /// Returns whether these are known.
  mutating func order(_ release: ReleaseVersion) async -> Bool {
    do {
      if let (other, hint) = try await unfetched(besides: release) {
        add(
          "order", .unmet,
          "\(target.short) has the release \(other) in its history, and its tag is not here",
          hint: hint)
        return false
      }
      let history = try workspace.history(of: target, prefix: release.prefix)
      var others = history.reachable.filter { $0 != release }
      while let last = others.last, last >= release, try await !isRelease(last) {
        others.removeLast()
      }
      if let highest = others.last, highest >= release {
        let isTagged = try workspace.repository.reference(highest.reference) != nil
        add(
          "order", .unmet,
          release.objection(below: highest) + (isTagged ? "" : ", by its record alone"),
          hint: isTagged
            ? policy.part(of: release).nextCommand
            : "git fetch --tags   # and where nobody has its tag, --push asks \(policy.remote)")
      } else {
        add(
          "order", .met,
          others.last.map { "\(release) is above \($0)" } ?? "\(release) is the first release")
      }
      return true
    } catch {
      add("order", error)
      return false
    }
  }

  /// Whether a release may be one: a record alone may be of a tag that is not here, and is of none where
  /// the team's own remote does not have it either.
  private mutating func isRelease(_ release: ReleaseVersion) async throws -> Bool {
    if try workspace.repository.reference(release.reference) != nil { return true }
    guard let remote, remote == policy.remote else { return true }
    // That the remote cannot be asked is told with its own tag.
    if case .failure? = listing { return true }
    return try await remoteReferences(remote)[release.reference] != nil
  }

  /// Environments that must be met before a tag is cut, by this policy or the floor's.
  mutating func gate(_ verdicts: [Verdict], _ subject: ReleaseCase) {
    let release = subject.release
    let words = StepWords(
      release: "\(release)", push: "", isOnlyEnvironment: subject.policy.environments.count == 1)
    floor(subject)
    for verdict in verdicts {
      for standing in verdict.rejections {
        add(
          "objection", .unmet,
          "\(standing.record.by.name) rejects \(release) in \(verdict.environment)",
          hint: "only they can take it back: "
            + (words.command(.withdraw(by: standing.record.by), in: verdict.environment) ?? ""))
      }
      if let standing = verdict.decision, standing.decision.choice == .noGo {
        add(
          "objection", .unmet,
          "\(standing.words) for \(release) in \(verdict.environment)",
          hint: words.command(.go(environment: verdict.environment), in: verdict.environment).map {
            "\($0)   # where somebody who saw it decides otherwise"
          })
      }
    }
    for doubt in subject.possibleRefusals {
      add(
        "objection", .unknown, (doubt.environment.map { "\($0): " } ?? "") + doubt.why,
        hint: doubt.mend.flatMap { words.command($0, in: doubt.environment ?? "") })
    }
    let asked = verdicts.filter { subject.isRequiredForTag($0.environment) }
    guard !asked.isEmpty else { return add("gate", .met, "no environment must be met first") }
    for verdict in asked {
      let open = verdict.requirements.filter { $0.state != .met }
      let reasons = open.map { "\($0.id) (\($0.why))" }.joined(separator: ", ")
      add(
        "gate", verdict.state,
        open.isEmpty
          ? "\(verdict.environment) is met" : "\(verdict.environment) wants first: \(reasons)",
        hint: open.isEmpty ? nil : "deed status \(release)   # shows what is next")
    }
  }

  /// Whether the bar is known.
  ///
  /// Where the ledgers were never fetched, only a tag with deed's trailers says that there is one:
  /// a release that had to be signed off carries them.
  private mutating func floor(_ subject: ReleaseCase) {
    guard case .unknown(let why, let mend) = subject.floor else { return }
    do {
      if case .neverFetched = subject.evidence.state(of: .deployments),
        try workspace.unrecorded(above: nil, below: subject.release) == nil
      {
        return
      }
      let hint =
        if case .other(let command) = mend { command } else { "deed sync && git fetch --tags" }
      add("floor", .unknown, why, hint: hint)
    } catch {
      add("floor", error)
    }
  }

  /// The message that was asked for, or the release notes, where the releases before are known.
  mutating func message(
    _ given: RequestedMessage, _ release: ReleaseVersion, hasHistory: Bool
  ) throws -> [UInt8] {
    if let text = given.text {
      if !given.isEdited, let failure = CutPlan.objection(to: TagObject.message(cleaning: text)) {
        add("message", failure)
      } else {
        add("message", .met, "the message was given")
      }
      return text
    }
    guard hasHistory else { return [] }
    do {
      let notes = try workspace.notes(
        of: release, at: target, changing: policy.part(of: release).filter)
      add("message", .met, "the release notes are the message")
      return Array(notes.tagMessage(title: release.description).utf8)
    } catch {
      add("message", error)
      return []
    }
  }
}
