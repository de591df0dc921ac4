/// A commit of the range, and everything that its own message and parents say about it.
///
/// Each is read by itself, so that many can be read at once. A class, because there are many of them,
/// and they are handed about a lot.
package final class CommitReading: Sendable {
  /// The commit without its message: histories are long, and what it says is in what follows.
  package let source: HistoryCommit
  // What is asked of all commits of a range, side by side.
  /// By which titles are looked for.
  let titleHash: UInt64
  /// But for what takes the rules to tell.
  let traits: CommitOutline.Traits
  let level: ChangeLevel
  /// What changes ask for of which the title is told instead.
  let unsaid: ChangeLevel
  let commit: ConventionalCommit
  /// Whether all of the title could be decoded.
  let isReadable: Bool
  /// The pull request that the title names.
  let pullRequest: String?
  /// That pull request, and what else the message refers to, each once.
  let references: [String]
  /// A merge whose title says what was merged, so that it can stand for its branch.
  let isTitledMerge: Bool
  /// What it changed; `nil` where that is what its title says.
  private let listed: [Change]?
  /// Whether `Release-Note:` trailers say what people are told.
  let hasNote: Bool
  /// Whether such a trailer says that they are told nothing.
  let isSilenced: Bool
  /// By its title, a footer, or one of several changes in a squashed body.
  let isBreaking: Bool
  private let rare: Rare?

  /// What most commits say nothing of: of tens of thousands, all that is kept takes memory, and time.
  private final class Rare: Sendable {
    let unsaidHeader: String?
    let revert: RevertClaim?
    let foldsInto: MessageBytes?
    let rewording: CommitReading?
    let pickedFrom: [ObjectID]
    let announces: String?
    let coAuthors: [Person]

    /// `nil` where it says nothing at all.
    init?(
      unsaidHeader: String?, revert: RevertClaim?, foldsInto: MessageBytes?,
      rewording: CommitReading?, pickedFrom: [ObjectID], announces: String?, coAuthors: [Person]
    ) {
      let saysNothing =
        unsaidHeader == nil && revert == nil && foldsInto == nil && rewording == nil
        && pickedFrom.isEmpty && announces == nil && coAuthors.isEmpty
      if saysNothing { return nil }
      self.unsaidHeader = unsaidHeader
      self.revert = revert
      self.foldsInto = foldsInto
      self.rewording = rewording
      self.pickedFrom = pickedFrom
      self.announces = announces
      self.coAuthors = coAuthors
    }
  }

  /// Of what it asks for and is not told, the first that asks for as much, as it is written.
  var unsaidHeader: String? { rare?.unsaidHeader }
  var revert: RevertClaim? { rare?.revert }
  /// The subject that a `fixup!`, `squash!` or `amend!` wants to be folded into.
  var foldsInto: MessageBytes? { rare?.foldsInto }
  /// The message that an `amend!` gives to what it mends.
  var rewording: CommitReading? { rare?.rewording }
  /// The commits that this one was copied from, as `git cherry-pick -x` names them.
  var pickedFrom: [ObjectID] { rare?.pickedFrom ?? [] }
  /// The version that the title announces, where the commit says nothing else; as it is written there.
  package var announces: String? { rare?.announces }
  /// The co-authors, as the message names them.
  package var coAuthors: [Person] { rare?.coAuthors ?? [] }
  /// What it changed; never empty.
  var changes: [Change] { listed ?? [Change(titleOf: commit)] }

  package convenience init(_ source: HistoryCommit) { self.init(source, isPart: false) }

  /// - Parameter isPart: Whether it was squashed into another, and holds no further ones.
  init(_ source: HistoryCommit, isPart: Bool) {
    let message = CommitMessage(source.text)
    let log = isPart ? nil : SquashedLog(message)
    let title = CommitTitle(log?.message ?? message)
    let (text, atEnd) = IssueReference.splitting(title.text)
    var commit = ConventionalCommit(header: text, body: title.body)
    let pullRequest = title.pullRequest ?? atEnd.last
    self.source = HistoryCommit(
      id: source.id, parents: source.parents, author: source.author, text: [])
    self.titleHash = CommitTitles.hash(text)
    self.isReadable = Self.isReadable(text)
    self.pullRequest = pullRequest
    self.references = Self.distinct(
      (pullRequest.map { [$0] } ?? []) + atEnd + commit.footers.flatMap(\.references))
    let revert = RevertClaim(title: text, commit: commit, body: title.body)
    // Copied, lest a title hold on to its whole message.
    let foldsInto = Self.folded(text).map { Array($0)[...] }
    let notes = commit.footers.compactMap(\.releaseNote)
    self.hasNote = notes.contains { !$0.isEmpty } || log?.hasNote == true
    self.isSilenced = !notes.isEmpty && !hasNote
    let isTitle = title.isFromForge || !atEnd.isEmpty || commit.kind != .other || hasNote
    self.isTitledMerge = source.parents.count > 1 && isTitle
    let (told, unsaid) = Change.all(
      of: commit, body: source.parents.count > 1 ? MessageLines() : title.body)
    let own = told ?? [Change(titleOf: commit)]
    let changes = log?.changes(beside: own, of: commit) ?? own
    self.listed = log == nil ? told : changes
    let pickedFrom = title.body.places(.picked).compactMap { Self.picked(title.body[$0]) }
    self.isBreaking = changes.contains(where: \.isBreaking)
    let most = Self.level(of: unsaid, isRevert: false)
    self.unsaid = most
    self.level = max(Self.level(of: changes, isRevert: revert != nil), most)
    let announces = ReleaseAnnouncement.version(in: text).flatMap { version in
      let isTitleAlone =
        log == nil && notes.isEmpty && changes.count == 1 && !changes[0].isBreaking
        && !changes[0].deprecates && changes[0].header.utf8.elementsEqual(text)
        && Self.saysNothing(title.body)
      return isTitleAlone ? version : nil
    }
    self.rare = Rare(
      unsaidHeader: unsaid.first { Self.level(of: [$0], isRevert: false) == most }?.header,
      revert: revert, foldsInto: foldsInto,
      rewording: isPart ? nil : Self.rewording(of: source, text, title.body),
      pickedFrom: pickedFrom, announces: announces,
      coAuthors: commit.footers.compactMap(\.coAuthor) + (log?.authors ?? []))
    commit.detach()
    self.commit = commit
    var traits: CommitOutline.Traits = []
    if source.parents.count > 1 { traits.insert(.isMerge) }
    if isTitledMerge { traits.insert(.isTitledMerge) }
    if isBreaking { traits.insert(.isBreaking) }
    if pullRequest != nil { traits.insert(.hasPullRequest) }
    if revert != nil { traits.insert(.isRevert) }
    if !pickedFrom.isEmpty { traits.insert(.isCopy) }
    if foldsInto != nil { traits.insert(.folds) }
    if announces != nil { traits.insert(.announces) }
    self.traits = traits
  }

  private static func distinct(_ references: [String]) -> [String] {
    var found: [String] = []
    for reference in references where !found.contains(reference) { found.append(reference) }
    return found
  }

  /// Whom a message names beside the author of its commit: in footers, and in the log of what was
  /// squashed into it.
  package static func coAuthors(in message: String) -> [Person] {
    let message = CommitMessage(message)
    let log = SquashedLog(message)
    let texts = [message] + (log.map { [$0.message] } ?? [])
    return texts.flatMap { CommitFooter.all(in: $0.body).compactMap(\.coAuthor) }
      + (log?.authors ?? [])
  }

  private static func isReadable(_ title: MessageBytes) -> Bool {
    if title.firstRange(ofASCII: "\u{FFFD}") != nil { return false }
    // git takes what is no UTF-8 for Latin-1, and makes control characters of what is not that either.
    var rest = title
    while let lead = rest.firstPlace(of: 0xC2) {
      rest = rest[(lead + 1)...]
      if let next = rest.first, next < 0xA0 { return false }
    }
    return true
  }

  private static func level(of changes: [Change], isRevert: Bool) -> ChangeLevel {
    var level = ChangeLevel.none
    // By place: a copy of each change takes longer than all that is asked of it.
    for place in changes.indices {
      let kind = isRevert ? .revert : changes[place].kind
      level = max(level, ChangeLevel(kind: kind, isBreaking: changes[place].isBreaking))
      if changes[place].deprecates { level = max(level, .patch) }
    }
    return level
  }

  /// Whether nothing but footers is below a title.
  private static func saysNothing(_ body: MessageLines) -> Bool {
    let end = CommitFooter.trailingFooters(of: body)
    return body.indices.allSatisfy { $0 >= end || body.isBlank($0) }
  }

  /// The commit that a line such as `(cherry picked from commit 1a2b…)` names.
  private static func picked(_ line: MessageBytes) -> ObjectID? {
    guard line.last == UInt8(ascii: ")"),
      let rest = line.trimmed.dropping(prefix: "(cherry picked from commit ")
    else { return nil }
    return ObjectID(hexadecimal: rest.dropLast().asciiLowercased)
  }

  /// The title without the references at its end.
  package var header: String { commit.header }

  var title: MessageBytes { Array(header.utf8)[...] }

  var isMerge: Bool { source.parents.count > 1 }

  private static func rewording(
    of source: HistoryCommit, _ title: MessageBytes, _ body: MessageLines
  ) -> CommitReading? {
    // Without a title of its own there are just footers, if anything.
    guard title.starts(withASCII: "amend! "), let first = body.first, !first.isBlank,
      CommitFooter(line: first)?.isUnmistakable != true
    else { return nil }
    let text = Array(body.joined(separator: [.lineFeed]))[...]
    return CommitReading(
      HistoryCommit(id: source.id, parents: [], author: source.author, text: text), isPart: true)
  }

  private static func folded(_ title: MessageBytes) -> MessageBytes? {
    var rest = title
    while let inner = rest.dropping(prefix: "fixup! ") ?? rest.dropping(prefix: "squash! ")
      ?? rest.dropping(prefix: "amend! ")
    {
      rest = inner.trimmed
    }
    return rest.startIndex == title.startIndex ? nil : rest
  }
}
