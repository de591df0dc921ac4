/// Which commits of a range people read about, and why the others are left out.
struct ChangeSelection: Sendable {
  enum Outcome: Sendable {
    /// Shown, with the pull request that brought it, and with what it stands for besides itself.
    case shown(changes: [Change], broughtBy: String?, standsFor: [Int])
    case hidden(why: String)
  }

  private let range: CommitRange
  private let types: TypeRules
  private let releases: ReleaseNames
  private let copies: CherryPicks
  private let owners: [Int?]
  private let reverts: RevertResolution
  /// By place, the older commit that a `fixup!` belongs to; without one it is a change by itself.
  private let folds: [Int?]
  /// By the place of such an older commit, that of one which makes a break of it, and is told instead.
  private let amendedBy: [Int: Int]
  /// By the place of such an older commit, that of the newest one which gives it another message.
  private let rewordedBy: [Int: Int]
  /// By place, the merge whose title stands for the commit.
  private var spokenForBy: [Int?]
  /// By place, the innermost merge with a title or number that brought the commit in.
  private var broughtBy: [Int?]
  private var titles: [Title] = []
  /// By the place of a merge that stands for its branch, the places of the branch's own commits.
  private var represented: [Int: [Int]] = [:]

  /// - Parameters:
  ///   - before: What the release before has and these have not.
  ///   - releases: What is or will be released: a commit that only says so is no change.
  ///   - keeps: Whether a merge kept what a revert on one of its branches took back.
  init(
    _ readings: [CommitReading], types: TypeRules, before: [CommitReading] = [],
    releases: [ReleaseVersion] = [], keeps: MergeKeeps = .never
  ) {
    let range = CommitRange(readings, types: types)
    self.range = range
    self.types = types
    self.releases = ReleaseNames(range.places(having: .announces).isEmpty ? [] : releases)
    self.copies = CherryPicks(range, before: before)
    self.owners = BranchOwnership(range).owners
    self.reverts = RevertResolution(range, owners: owners, keeps: keeps)
    let folds = Self.folds(of: range)
    self.folds = folds
    let reverts = self.reverts
    // What a break says is never left out.
    let mending = range.places(having: .folds).compactMap { place -> (Int, Int)? in
      guard let target = folds[place], !range.outlines[target].isBreaking,
        reverts.takenBackBy[place] == nil, reverts.droppedBy[place] == nil
      else { return nil }
      return (target, place)
    }
    self.amendedBy = Dictionary(
      mending.filter { range.outlines[$0.1].isBreaking }, uniquingKeysWith: { newest, _ in newest })
    self.rewordedBy = Dictionary(
      mending.filter { range.readings[$0.1].rewording != nil },
      uniquingKeysWith: { newest, _ in newest })
    self.spokenForBy = Array(repeating: nil, count: readings.count)
    self.broughtBy = Array(repeating: nil, count: readings.count)
    titles = titles(of: branches())
    assign()
  }
}

extension ChangeSelection {
  /// What the commits that a merge brought in say for themselves, nested merges' included.
  private struct Branch: Sendable {
    /// It has commits, and not all were taken back.
    var isAlive = false
    /// It has commits that say nothing by their type.
    var hasPlain = false
    /// It has merges with a pull request of their own.
    var hasPullRequests = false
    var commits = 0
    /// How many of them name a number at the end of their titles that is not the branch's own.
    var numbered = 0
    /// The place of one of them.
    var number: Int?
    /// Whether these numbers are not all one.
    var isManyNumbers = false
    var level = ChangeLevel.none

    /// Whether it was itself made of pull requests.
    ///
    /// A number here and there is an issue's, and so is one that several commits share.
    var isOfPullRequests: Bool {
      hasPullRequests || (isManyNumbers ? numbered * 2 > commits : commits == 1 && numbered == 1)
    }

    mutating func add(_ part: Branch, isSame: (Int, Int) -> Bool) {
      isAlive = isAlive || part.isAlive
      hasPlain = hasPlain || part.hasPlain
      hasPullRequests = hasPullRequests || part.hasPullRequests
      commits += part.commits
      numbered += part.numbered
      isManyNumbers = isManyNumbers || part.isManyNumbers
      if let number, let other = part.number, !isManyNumbers {
        isManyNumbers = !isSame(number, other)
      }
      number = number ?? part.number
      level = max(level, part.level)
    }
  }

  /// How a merge appears.
  private enum Title: Sendable {
    case hidden
    /// In the place of its branch.
    case instead
    /// Beside its branch.
    case beside
  }

  private func branches() -> [Branch] {
    var branches = Array(repeating: Branch(), count: range.readings.count)
    // Backwards, since a merge stands before all that it brought in.
    for place in range.indices.reversed() {
      guard let owner = owners[place] else { continue }
      let outline = range.outlines[place]
      var part = branches[place]
      if outline.isTitledMerge, part.isAlive {
        part.hasPullRequests = true
        part.level = max(part.level, outline.level)
      } else if !outline.isMerge, reverts.takenBackBy[place] == nil,
        reverts.takesBack[place] == nil, reverts.droppedBy[place] == nil
      {
        part.isAlive = true
        part.commits = 1
        if outline.hasPullRequest,
          range.readings[place].pullRequest != range.readings[owner].pullRequest
        {
          part.numbered = 1
          part.number = place
        }
        part.hasPlain = isPlain(place) && folds[place] == nil
        part.level = outline.level
      } else if !outline.isMerge {
        continue
      }
      branches[owner].add(part) {
        range.readings[$0].pullRequest == range.readings[$1].pullRequest
      }
    }
    return branches
  }

  /// A title is shown where it says more than the commits of its branch.
  ///
  /// They say nothing by their types, or it asks for a greater version. Other pull requests on the
  /// branch stay visible.
  private func titles(of branches: [Branch]) -> [Title] {
    range.indices.concurrentMap { place in
      guard range.outlines[place].isMerge else { return .hidden }
      let reading = range.readings[place]
      let branch = branches[place]
      guard reverts.takesBack[place] == nil || reading.isBreaking else {
        return .hidden
      }
      // A break that is announced by a merge alone is shown whatever else holds.
      // A merge that only announces a release stands for nothing that it brought in, before that is known
      // as one, too: what is told must not change by a tag.
      guard reading.isTitledMerge, branch.isAlive, reading.announces == nil else {
        return reading.isBreaking && branch.level < .major ? .beside : .hidden
      }
      if branch.isOfPullRequests { return reading.level > branch.level ? .beside : .hidden }
      if reading.hasNote { return branch.level == .major ? .beside : .instead }
      // Commits beside a revert are there to make it whole.
      let isAllRevert = reading.revert != nil && reading.level >= branch.level
      let saysMore =
        reading.level > branch.level || (branch.level == .none || isAllRevert) && branch.hasPlain
      return saysMore ? .instead : .hidden
    }
  }

  /// Hands the commits to the merges that brought them in.
  private mutating func assign() {
    for place in range.indices {
      guard let owner = owners[place] else { continue }
      let outline = range.outlines[owner]
      broughtBy[place] =
        outline.isTitledMerge || outline.hasPullRequest ? owner : broughtBy[owner]
      let merge = titles[owner] == .instead ? owner : spokenForBy[owner]
      spokenForBy[place] = merge
      if let merge, !range.outlines[place].isMerge { represented[merge, default: []].append(place) }
    }
  }

  private static func folds(of range: CommitRange) -> [Int?] {
    var folds = [Int?](repeating: nil, count: range.readings.count)
    let folding = range.places(having: .folds)
    let titles = CommitTitles(folding.compactMap { range.readings[$0].foldsInto })
    let places = Dictionary(grouping: titles.places(in: range), by: \.title)
    for place in folding {
      folds[place] = range.readings[place].foldsInto.flatMap { title in
        places[title]?.first { $0.place > place }?.place ?? named(title, in: range, before: place)
      }
    }
    return folds
  }

  /// The commit that `fixup! 1a2b3c4` names, as `git rebase --autosquash` reads it.
  private static func named(
    _ title: MessageBytes, in range: CommitRange, before place: Int
  ) -> Int? {
    guard (7...ObjectID.digitCount).contains(title.count), title.allSatisfy(\.isHexadecimal) else {
      return nil
    }
    let digits = title.asciiLowercased
    return range.indices.dropFirst(place + 1).first {
      range.outlines[$0].id.description.utf8.starts(with: digits)
    }
  }

  /// What becomes of the reading at `place`.
  func outcome(at place: Int) -> Outcome {
    let reading = range.readings[place]
    if let revert = reverts.takenBackBy[place] {
      return .hidden(why: "reverted by \(range.readings[revert].source.id.short)")
    }
    if let merge = reverts.droppedBy[place] {
      return .hidden(why: "left out by the merge \(range.readings[merge].source.id.short)")
    }
    // What the release before has of it, and this one no more, is news.
    if let target = reverts.takesBack[place], !reading.isBreaking, copies.released[target] == nil {
      return .hidden(why: "reverts \(range.readings[target].source.id.short)")
    }
    // A copy may break what its original does not.
    if let original = copies.originals[place], reverts.takenBackBy[original] == nil,
      !reading.isBreaking || range.readings[original].isBreaking
    {
      return .hidden(why: "copy of \(range.readings[original].source.id.short)")
    }
    if let copy = copies.released[place], !reading.isBreaking {
      return .hidden(why: "released before as \(copy.short)")
    }
    if reading.isMerge, titles[place] == .hidden { return .hidden(why: "merge") }
    if !reading.isMerge, let merge = spokenForBy[place] {
      return .hidden(
        why: "part of \(range.readings[merge].pullRequest ?? range.readings[merge].source.id.short)"
      )
    }
    if !reading.isBreaking, let target = folds[place] {
      return .hidden(why: "folded into \(range.readings[target].source.id.short)")
    }
    if let amending = amendedBy[place] {
      return .hidden(why: "amended by \(range.readings[amending].source.id.short)")
    }
    if let release = announced(by: reading) { return .hidden(why: "announces \(release)") }
    func isShown(_ change: Change) -> Bool {
      change.isBreaking || change.deprecates || reading.hasNote || !types.hides(change)
    }
    let all = changes(at: place)
    // By place: a copy of each takes longer than what is asked of it.
    let changes = all.indices.allSatisfy { isShown(all[$0]) } ? all : all.filter(isShown)
    if !reading.isBreaking {
      if reading.isSilenced { return .hidden(why: "release note none") }
      if changes.isEmpty {
        return .hidden(why: all.first?.type.map { "type \($0)" } ?? "no type")
      }
    }
    let bringer = reading.pullRequest == nil ? broughtBy[place] : nil
    let pullRequest = bringer.flatMap { range.readings[$0].pullRequest }
    return .shown(changes: changes, broughtBy: pullRequest, standsFor: represented[place] ?? [])
  }

  /// Whether the commit at a place mends another of the range.
  func isFolded(_ place: Int) -> Bool { folds[place] != nil }

  /// What a commit changed; of one that makes a break of another, what it made of it.
  private func changes(at place: Int) -> [Change] {
    guard let target = folds[place] else { return reworded(at: place) }
    let reading = range.readings[place]
    if let words = reading.rewording, words.isBreaking { return words.ownChanges }
    let listed = reading.changes.filter { change in
      change.isBreaking && !change.header.utf8.elementsEqual(reading.header.utf8)
    }
    if !listed.isEmpty { return listed }
    let all = reworded(at: target)
    return all.prefix(1).map(\.broken) + all.dropFirst()
  }

  /// What a commit changed, as the newest `amend!` of it says.
  private func reworded(at place: Int) -> [Change] {
    let words = rewordedBy[place].flatMap { range.readings[$0].rewording }
    return words?.ownChanges ?? range.readings[place].changes
  }

  /// The release that the commit announces, where it says nothing else.
  private func announced(by reading: CommitReading) -> String? {
    reading.announces.flatMap { releases.contains($0) ? $0 : nil }
  }

  /// Whether it says nothing by its type.
  private func isPlain(_ place: Int) -> Bool {
    let traits = range.outlines[place].traits
    return traits.contains(.isPlain)
      && (!traits.contains(.announces) || announced(by: range.readings[place]) == nil)
  }
}

extension CommitReading {
  /// Its changes as those of another commit, with what it refers to.
  fileprivate var ownChanges: [Change] {
    changes.map { change in
      var change = change
      change.references += references
      return change
    }
  }
}
