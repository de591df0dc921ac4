import Git
import Ledger
import Release

// Which release comes next, and which of two was there first.
extension Lineage {
  /// Releases of another prefix that came after one.
  struct Later {
    var certain: Set<ReleaseVersion> = []
    /// Whose records came after its record, and whose approvals perhaps not.
    var doubtful: Set<ReleaseVersion> = []
  }

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
    let prefixes = Set(
      lines.standingTags.compactMap { ReleaseVersion(recorded: $0.release)?.prefix }
    )
    .filter { !$0.utf8.elementsEqual(own) }
    var highest: (release: ReleaseVersion, floor: Workspace.Floor)?
    for prefix in prefixes.sorted() {
      guard let other = try above(subject, prefix: prefix, passing) else { continue }
      guard case .release(let release, _) = other.policy else { return other }
      if highest.map({ $0.release.number < release.number }) ?? true { highest = (release, other) }
    }
    return highest?.floor ?? floor
  }

  /// The highest release of another prefix that stood before one, as far as it can be told; `nil` where
  /// none did.
  private func above(
    _ subject: ReleaseSubject, prefix: String, _ passing: Set<ReleaseVersion>
  ) throws -> Workspace.Floor? {
    let cuts = lines.cuts.stable(prefix: prefix)
    let later = try after(subject, among: cuts, prefix: prefix)
    guard
      let highest = cuts.first(where: {
        !passing.contains($0.release) && !later.certain.contains($0.release)
      })?.release.number
    else { return nil }
    let above = SemanticVersion(
      major: highest.major, minor: highest.minor,
      patch: highest.patch == .max ? .max : highest.patch + 1)
    let floor = try workspace.floor(
      below: ReleaseVersion(prefix: prefix, number: above), before: nil, lines,
      passing: passing.union(later.certain))
    switch floor.policy {
    case .none: return nil
    case .unknown, .branch: return floor
    case .release(let release, _):
      guard later.doubtful.contains(release) else { return floor }
      let why =
        "the floor: \(release) was cut after \(subject.release), and whether it was approved before it "
        + "cannot be told"
      let mend = Mend.other(command: "deed verify \(GitError.quoted("\(release)"))")
      return Workspace.Floor(policy: .unknown(why, mend: mend), commit: nil)
    }
  }

  /// The releases that were cut when another one stood; and those of which only their records say so.
  private func after(
    _ subject: ReleaseSubject, among cuts: [(release: ReleaseVersion, records: [Record])],
    prefix: String
  ) throws -> Later {
    let place = RecordedPlace("\(subject.release)", at: subject.commit)
    let key = Array(prefix.utf8)
    if let known = later[place]?[key] { return known }
    var found = Later()
    for cut in cuts {
      let others = Set(cut.records.map(\.commit)).map { commit in
        ReleaseSubject(release: cut.release, commit: commit, policy: subject.policy)
      }
      if try others.allSatisfy({ try stood(subject, before: $0) }) {
        found.certain.insert(cut.release)
      } else if try !records(of: subject).isEmpty
        && others.contains(where: { try wasCut($0, after: subject) })
      {
        found.doubtful.insert(cut.release)
      }
    }
    later[place, default: [:]][key] = found
    return found
  }

  /// Whether a lower release that says otherwise who may approve was cut when another one stood already,
  /// and so had no say in it: a backport.
  func isLater(_ lower: ReleaseSubject, than release: ReleaseSubject) throws -> Bool {
    try !workspace.hasSameTrust(lower.commit, release.commit) && stood(release, before: lower)
  }

  /// Whether a release stood already when another one was cut.
  ///
  /// A record is soon written, also of what nobody has yet: so what approved it was there, too, by the
  /// ledgers that its tag names, or by their history.
  private func stood(_ release: ReleaseSubject, before other: ReleaseSubject) throws -> Bool {
    guard try !records(of: release).isEmpty,
      try workspace.repository.reference(release.release.reference) != nil,
      try wasCut(other, after: release)
    else { return false }
    let (signoffs, others) = (signoffs(of: other), signoffs(of: release))
    return try signoffs.isEmpty || others.isEmpty || isProvenByTag(release)
      || workspace.ledgers.came(
        place(of: signoffs, on: other.commit), after: place(of: others, on: release.commit),
        in: .signoffs)
  }

  /// Whether what approved a release stood in the ledgers that its tag names.
  ///
  /// The record names the tag, and the tag the ledgers: whoever wrote the one had the other.
  private func isProvenByTag(_ release: ReleaseSubject) throws -> Bool {
    let place = RecordedPlace("\(release.release)", at: release.commit)
    if let known = provenByTag[place] { return known }
    let seals = try workspace.tagSeals(in: workspace.tagFact(release.release), of: release)
    let isProven = signoffs(of: release).contains { record in
      seals.contains { $0.records.contains(record.id) }
    }
    provenByTag[place] = isProven
    return isProven
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
