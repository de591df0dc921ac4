import Git
import Ledger
import Release

// Which release comes next, and which of two was there first.
extension Lineage {
  /// What would set the bar for a release: of one that has nothing before it, as an orphan has, the highest
  /// release of another prefix.
  ///
  /// A history of one's own makes nobody the first of all.
  func next(
    for subject: ReleaseSubject, _ passing: Set<ReleaseVersion>, baseline: Workspace.Floor? = nil
  ) throws -> Workspace.Floor {
    let floor = try workspace.floor(of: subject, lines, passing: passing, baseline: baseline)
    guard case .none = floor.policy, try mayMatter else { return floor }
    let own = Array(subject.release.prefix.utf8)
    let prefixes = lines.standingTags.compactMap { ReleaseVersion(recorded: $0.release)?.prefix }
      .filter { !$0.utf8.elementsEqual(own) }
    let others = try Set(prefixes).compactMap { prefix in
      try lines.cuts.stable(prefix: prefix).lazy.filter { !passing.contains($0.release) }
        .compactMap(tagged).first { try !stood(subject, before: $0) }
    }
    guard let highest = others.max(by: { $0.release.number < $1.release.number }) else {
      return floor
    }
    return Workspace.Floor(
      policy: .release(highest.release, highest.policy), commit: highest.commit)
  }

  /// A release whose tag is here as it was cut; `nil` where it is not.
  private func tagged(
    _ cut: (release: ReleaseVersion, records: [Record])
  ) throws -> ReleaseSubject? {
    guard try workspace.repository.reference(cut.release.reference) != nil,
      let commit = try workspace.commit(of: cut.release, cut.records),
      try workspace.repository.header(of: commit) != nil,
      try workspace.isNamed(cut.release, at: commit)
    else { return nil }
    do {
      return ReleaseSubject(
        release: cut.release, commit: commit, policy: try workspace.policy(at: commit))
    } catch let error as Failure where error.kind == .configuration {
      return nil
    }
  }

  /// Whether a lower release that says otherwise who may approve was cut when another one stood already,
  /// and so had no say in it: a backport.
  func isLater(_ lower: ReleaseSubject, than release: ReleaseSubject) throws -> Bool {
    try !workspace.hasSameTrust(lower.commit, release.commit) && stood(release, before: lower)
  }

  /// Whether a release stood already when another one was cut.
  ///
  /// A record is soon written, also of what nobody has yet: so what approved it was there, too.
  private func stood(_ release: ReleaseSubject, before other: ReleaseSubject) throws -> Bool {
    guard try !records(of: release).isEmpty,
      try workspace.repository.reference(release.release.reference) != nil,
      try wasCut(other, after: release)
    else { return false }
    let (signoffs, others) = (signoffs(of: other), signoffs(of: release))
    return try signoffs.isEmpty
      || workspace.ledgers.came(
        place(of: signoffs, on: other.commit), after: place(of: others, on: release.commit),
        in: .signoffs)
  }

  /// Whether a release that those before it did not let in is known from its record alone, of a commit that
  /// came after theirs: whoever was first, it is none.
  func isAlone(_ release: ReleaseSubject, above bar: ReleaseSubject) throws -> Bool {
    try workspace.repository.reference(release.release.reference) == nil
      && (bar.commit == release.commit
        || workspace.repository.isAncestor(bar.commit, of: release.commit))
  }

  /// Whether one release was cut by somebody who had the record of another.
  ///
  /// Its tag says so, which nobody can change, by a state of the ledger that it names; where it does not,
  /// because anybody may name an older one, the ledger's history does.
  func wasCut(_ release: ReleaseSubject, after other: ReleaseSubject) throws -> Bool {
    let ledgers = workspace.ledgers
    let earlier = try place(of: other)
    if case .annotated(let tag) = try workspace.tagFact(release.release),
      tag.commit == release.commit
    {
      let tips = TagTrailers(parsing: tag.message).tips(of: .deployments)
      let saysSo = try tips.contains { tip in
        try ledgers.knows(tip, in: .deployments) && ledgers.stands(earlier, at: tip)
      }
      if saysSo { return true }
    }
    return try ledgers.came(place(of: release), after: earlier, in: .deployments)
  }

  private func place(of release: ReleaseSubject) throws -> LedgerPlace {
    place(of: try records(of: release), on: release.commit)
  }

  private func place(of records: [Record], on commit: ObjectID) -> LedgerPlace {
    let ids = Set(records.map(\.id))
    return LedgerPlace(on: commit) { line in
      LedgerLine(parsing: line).id.map(ids.contains) ?? false
    }
  }

  private func signoffs(of release: ReleaseSubject) -> [Record] {
    let name = release.release.description.utf8
    return contents.signoffs.filter { record in
      record.commit == release.commit && record.release.utf8.elementsEqual(name)
    }
  }

  private func records(of release: ReleaseSubject) throws -> [Record] {
    let name = release.release.description.utf8
    return lines.standingTags.filter { record in
      record.commit == release.commit && record.release.utf8.elementsEqual(name)
    }
  }
}
