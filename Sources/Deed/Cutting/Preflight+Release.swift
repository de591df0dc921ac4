import Git
import Ledger
import Release

// Answers that need to know which release it is.
extension Preflight {
  /// The name must be free, here and on the remote.
  ///
  /// - Returns: The tag of an earlier run that was not finished.
  mutating func tag(_ release: ReleaseVersion, tagger: Identity?) async throws -> AnnotatedTag? {
    do {
      let unfinished = try localTag(release, tagger)
      guard let remote else { return unfinished }
      let there = try await workspace.repository.listRemote(remote, [release.reference])
      switch there[release.reference] {
      case nil: add("remote-tag", .met, "\(release) is not a tag on \(remote) yet")
      case unfinished?.object:
        add(
          "remote-tag", .unmet, "\(release) is cut, and on \(remote) already",
          hint: "deed verify \(release)")
      case _?:
        add(
          "remote-tag", .unmet, "\(remote) has another tag \(release)",
          hint: "git fetch --tags, and choose another version")
      }
      return unfinished
    } catch {
      add("tag", error)
      return nil
    }
  }

  private mutating func localTag(
    _ release: ReleaseVersion, _ tagger: Identity?
  ) throws -> AnnotatedTag? {
    switch try workspace.tagFact(release) {
    case .absent: add("tag", .met, "\(release) is not a tag here yet")
    case .lightweight:
      add(
        "tag", .unmet, "\(release) is a lightweight tag already",
        hint: "git tag -d \(release), if nobody else has it")
    case .other(let what):
      add(
        "tag", .unmet, "\(release) is a tag already, on \(what)",
        hint: "git tag -d \(release), if nobody else has it")
    case .annotated(let tag):
      // The same person's tag, on the same commit, under its own name: a run that did not finish.
      let isOurs =
        tag.commit == target && tag.name.utf8.elementsEqual(release.description.utf8)
        && tag.tagger == tagger?.person
      if try isOurs && (remote != nil || !isRecorded(tag)) {
        add("tag", .met, "\(release) was tagged by an earlier run, which is to be finished")
        return tag
      }
      let place = tag.commit == target ? "" : " at \(tag.commit?.short ?? "another object")"
      add(
        "tag", .unmet, "\(release) is cut already\(place)",
        hint: isOurs ? "deed cut \(release) --push shares it" : "deed next proposes another version"
      )
    }
    return nil
  }

  private func isRecorded(_ tag: AnnotatedTag) throws -> Bool {
    try workspace.ledgers.lines(of: .deployments, on: target).contains { line in
      guard case .record(let record) = LedgerLine(parsing: line),
        case .tag(let object) = record.body
      else { return false }
      return object == tag.object
    }
  }

  /// Greater than every release that is an ancestor; a maintenance branch may be below the newest.
  mutating func order(_ release: ReleaseVersion) -> ReleaseHistory? {
    do {
      let history = try workspace.history(of: target, prefix: policy.tags.prefix)
      let others = history.reachable.filter { $0 != release }
      if let highest = others.last, highest >= release {
        add(
          "order", .unmet, "\(release) is not above \(highest), which is among its ancestors",
          hint: "deed next")
      } else {
        add(
          "order", .met,
          others.last.map { "\(release) is above \($0)" } ?? "\(release) is the first release")
      }
      return history
    } catch {
      add("order", error)
      return nil
    }
  }

  /// Environments that must be met before a tag is cut, by this policy or the floor's.
  mutating func gate(_ verdicts: [Verdict], of release: ReleaseVersion, floor: Policy?) {
    let required = policy.tags.require + (floor?.tags.require ?? [])
    let asked = verdicts.filter { verdict in
      required.contains { $0.utf8.elementsEqual(verdict.environment.utf8) }
    }
    guard !asked.isEmpty else { return add("gate", .met, "no environment must be met first") }
    for verdict in asked {
      let open = verdict.requirements.filter { $0.state != .met }
      let reasons = open.map { "\($0.id) (\($0.why))" }.joined(separator: ", ")
      add(
        "gate", verdict.state,
        open.isEmpty
          ? "\(verdict.environment) is met" : "\(verdict.environment) wants first: \(reasons)",
        hint: open.isEmpty ? nil : "deed status \(release) shows what is next")
    }
  }

  /// The message that was asked for, or the release notes.
  mutating func message(
    _ given: RequestedMessage, _ release: ReleaseVersion, _ history: ReleaseHistory?
  ) throws -> [UInt8] {
    if let text = given.text {
      if !given.isEdited, let failure = CutPlan.objection(to: TagObject.message(cleaning: text)) {
        add("message", failure)
      } else {
        add("message", .met, "the message was given")
      }
      return text
    }
    guard let history else { return [] }
    do {
      let notes = try workspace.notes(of: release, at: target, history)
      add("message", .met, "the release notes are the message")
      return Array(notes.tagMessage(title: release.description).utf8)
    } catch {
      add("message", error)
      return []
    }
  }
}
