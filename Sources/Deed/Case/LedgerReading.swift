import Git
import Ledger
import Release

/// The ledgers as they are now, read once for any number of releases.
final class LedgerContents {
  let states: [LedgerName: LedgerState]
  /// What is in the ledger of deployments, of all releases on all commits.
  var deployments: DeploymentLines
  /// Sign-offs of all releases on all commits.
  let signoffs: [Record]
  /// Redactions of all releases on all commits, once for each signature.
  let redactions: [Record]
  /// What they come to, once somebody has judged them.
  var redacted: [RedactedFile]?
  /// Lines that went missing, by the commit in whose note they stood.
  let gone: [LedgerName: [ObjectID: [[UInt8]]]]
  /// Those of them that went with a ledger which was moved back or deleted here.
  let vanished: [LedgerName: [ObjectID: [[UInt8]]]]
  /// Lines that were taken out of the ledger here; those that are not gone stand in what was fetched.
  let removed: [LedgerName: [ObjectID: [[UInt8]]]]
  private let store: LedgerStore
  private let whole: [LedgerName: [ObjectID: [[UInt8]]]]

  /// - Parameter remote: Where the ledgers come from; `nil` where there is no remote.
  init(_ store: LedgerStore, remote: String?) throws(GitError) {
    self.store = store
    let fetched = try remote.map { name throws(GitError) in try store.wasFetched(from: name) }
    var states: [LedgerName: LedgerState] = [:]
    var whole: [LedgerName: [ObjectID: [[UInt8]]]] = [:]
    var gone: [LedgerName: [ObjectID: [[UInt8]]]] = [:]
    var removed: [LedgerName: [ObjectID: [[UInt8]]]] = [:]
    var vanished: [LedgerName: [ObjectID: [[UInt8]]]] = [:]
    for ledger in LedgerName.ofRecords {
      do throws(GitError) {
        // What stands on other commits matters too, for the floor and for strayed sign-offs.
        if ledger == .signoffs || ledger == .deployments {
          whole[ledger] = try store.lines(of: ledger)
        }
        let lines = try store.vanished(from: ledger)
        vanished[ledger] = lines.lines
        gone[ledger] = try store.lost(in: ledger).merging(lines.lines) { NoteText.sorted($0 + $1) }
        removed[ledger] = try store.removed(from: ledger)
        let lost = gone[ledger]?.values.map(\.count).reduce(0, +) ?? 0
        states[ledger] =
          if let remote, fetched == false { .neverFetched(remote: remote) } else if lost > 0 {
            .incomplete(lost)
          } else if let words = lines.words(ledger) {
            .unreadable("\(words.what): \(words.hint)")
          } else { .readable }
      } catch {
        states[ledger] = .unreadable(error.withHint)
      }
    }
    let decisions = Self.placed(whole[.signoffs] ?? [:], in: .signoffs)
    for (ledger, release) in Self.named(by: decisions)
    where try store.tips(of: ledger).isEmpty && states[ledger] == .readable {
      states[ledger] = .unreadable("it is not here, and a decision on \(release) names it")
    }
    self.states = states
    self.whole = whole
    self.gone = gone
    self.removed = removed
    self.vanished = vanished
    deployments = DeploymentLines(whole[.deployments] ?? [:])
    signoffs = decisions.compactMap { line in
      if case .record(let record) = line, record.kind == .signoff { record } else { nil }
    }
    redactions = decisions.compactMap { line in
      if case .record(let record) = line, record.kind == .redaction { record } else { nil }
    }
  }

  /// The ledgers that decisions sealed, each with a release whose decision did.
  private static func named(by lines: [LedgerLine]) -> [LedgerName: String] {
    var named: [LedgerName: String] = [:]
    for case .record(let record) in lines {
      guard case .decision(let decision) = record.body, let seal = decision.seal else { continue }
      for ledger in seal.ledgers.keys { named[ledger] = record.release }
    }
    return named
  }

  /// A ledger's lines, without those that count for nothing where they stand.
  fileprivate static func placed(
    _ notes: [ObjectID: [[UInt8]]], in ledger: LedgerName
  ) -> [LedgerLine] {
    notes.flatMap { commit, lines in LedgerLine.placed(lines, in: ledger, on: commit) }
  }

  /// All lines of a ledger, by the commit in whose note they stand.
  func lines(of ledger: LedgerName) throws(GitError) -> [ObjectID: [[UInt8]]] {
    if let all = whole[ledger] { return all }
    return try store.lines(of: ledger)
  }

  func lines(of ledger: LedgerName, on commit: ObjectID) throws(GitError) -> [[UInt8]] {
    if let all = whole[ledger] { return all[commit] ?? [] }
    return try store.lines(of: ledger, on: commit)
  }
}

/// The ledger of deployments, as it is or as it was.
struct DeploymentLines {
  /// The releases that it speaks of, sorted once.
  private(set) var cuts = RecordedCuts([])
  /// The `tag` records of all releases, each once for each signature.
  private(set) var tags: [Record]
  /// Those that stand.
  private(set) var standingTags: [Record]
  /// Those that do not count, and that none which does has replaced.
  private(set) var voidTags: [Record] = []
  /// Whether they were sorted into those that count and those that do not.
  private(set) var isCounted = false
  /// `tag` records that cannot be judged, of all releases.
  private(set) var unreadableTags: [UnreadableRecord]
  /// Deployments and rollbacks of all releases, by time.
  let runs: [Record]
  /// Those that cannot be judged.
  let unreadableRuns: [UnreadableRecord]

  /// - Parameter notes: The ledger's lines, by the commit in whose note they stand.
  init(_ notes: [ObjectID: [[UInt8]]]) {
    self.init(LedgerContents.placed(notes, in: .deployments))
  }

  init(_ lines: [LedgerLine]) {
    var tags: [Record] = []
    var unreadableTags: [UnreadableRecord] = []
    var runs: [Record] = []
    var unreadableRuns: [UnreadableRecord] = []
    for line in lines {
      switch line {
      case .record(let record) where record.kind == .tag: tags.append(record)
      case .unreadable(let record) where record.kind == .tag: unreadableTags.append(record)
      case .record(let record): runs.append(record)
      case .unreadable(let record): unreadableRuns.append(record)
      case .unknownKind, .malformed: continue
      }
    }
    self.tags = tags
    standingTags = Standing(of: tags).records
    cuts = RecordedCuts(standingTags)
    self.unreadableTags = unreadableTags
    self.runs = runs.distinct
    self.unreadableRuns = unreadableRuns
  }

  /// The same where only some `tag` records count: what does not replaces nothing.
  ///
  /// - Parameter agreeing: Those that speak of the very tag that is here. None of another tag takes their
  ///   place, whatever it says that it replaces: else whoever may push a line could make any tag a moved one.
  func counting(_ records: [Record], ofTheirTags agreeing: [Record]) -> DeploymentLines {
    var lines = self
    lines.standingTags = (Standing(of: records).records + Standing(of: agreeing).records).distinct
    lines.cuts = RecordedCuts(lines.standingTags)
    let known = Set(records.map(\.id))
    let replaced = Set(records.flatMap(\.replaces))
    lines.voidTags = tags.distinct.filter { !known.contains($0.id) && !replaced.contains($0.id) }
    lines.isCounted = true
    return lines
  }

  /// The same without what says that a release was cut.
  func without(_ release: ReleaseVersion) -> DeploymentLines {
    let name = release.description.utf8
    var lines = self
    lines.tags.removeAll { $0.release.utf8.elementsEqual(name) }
    lines.standingTags.removeAll { $0.release.utf8.elementsEqual(name) }
    lines.unreadableTags.removeAll { $0.release?.utf8.elementsEqual(name) ?? false }
    lines.cuts = RecordedCuts(lines.standingTags)
    return lines
  }
}

/// What the ledgers say about one commit, with what could not be read kept apart from what is not
/// there.
struct LedgerReading {
  let contents: LedgerContents
  private let commit: ObjectID
  private var records: [Record] = []
  private var unreadable: [UnreadableRecord] = []
  private var findings: [Finding] = []
  private var states: [LedgerName: LedgerState]

  init(_ contents: LedgerContents, commit: ObjectID) {
    self.contents = contents
    self.commit = commit
    states = contents.states
    for ledger in LedgerName.ofRecords {
      if case .unreadable = states[ledger] { continue }
      do throws(GitError) {
        classify(try contents.lines(of: ledger, on: commit), in: ledger)
        reportMissing(from: ledger)
      } catch {
        states[ledger] = .unreadable(error.withHint)
      }
    }
  }

  private mutating func classify(_ lines: [[UInt8]], in ledger: LedgerName) {
    for line in lines.map(LedgerLine.init(parsing:)) {
      if let why = line.misplacement(in: ledger, on: commit) {
        findings.append(Finding(.warning, "record-misplaced", why, record: line.id))
        continue
      }
      switch line {
      case .record(let record): records.append(record)
      case .unreadable(let record): unreadable.append(record)
      case .unknownKind(let kind):
        findings.append(
          Finding(
            .info, "record-kind-unknown",
            "a record of the kind \u{201C}\(kind)\u{201D}, which this version of deed does not "
              + "know: it changes nothing"))
      case .malformed(let reason):
        findings.append(
          Finding(
            .warning, "line-not-a-record",
            "a line in the note of \(commit.short) is not a record: \(reason)"))
      }
    }
  }

  /// Records are never removed, so each that is missing is named.
  private mutating func reportMissing(from ledger: LedgerName) {
    let gone = contents.gone[ledger]?[commit] ?? []
    let removed = contents.removed[ledger]?[commit] ?? []
    for line in Set(gone).union(removed).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let parsed = LedgerLine(parsing: line)
      let what =
        if case .record(let record) = parsed {
          "the \(record.kind.rawValue) of \(record.release) by \(record.by.name), "
            + "\(record.at.minute) UTC,"
        } else { "a line in the note of \(commit.short)" }
      if contents.vanished[ledger]?[commit]?.contains(line) == true {
        findings.append(
          Finding(
            .error, "record-lost",
            "\(what) stood in \(ledger.rawValue), which another program moved or deleted here: "
              + "deed doctor --recover brings it back", record: parsed.id))
        continue
      }
      findings.append(
        gone.contains(line)
          ? Finding(
            .error, "record-lost",
            "\(what) stood in \(ledger.rawValue) and is not there any more: deed sync puts it back",
            record: parsed.id)
          : Finding(
            .warning, "record-removed",
            "\(what) was taken out of \(ledger.rawValue) here, and still stands in what was fetched: "
              + "deed sync puts it back", record: parsed.id))
    }
  }

  /// Why a ledger cannot be trusted to be known; `nil` where it can.
  func doubt(about ledger: LedgerName) -> String? {
    (states[ledger] ?? .readable).doubt
  }

  func evidence(of release: ReleaseVersion) -> Evidence {
    let name = Array(release.description.utf8)
    let tagRecords = contents.deployments.standingTags.filter { Array($0.release.utf8) == name }
    // A tag record stands on the commit that was tagged, which may be another. One that names no release
    // says nothing of those whose records are here.
    let elsewhere = contents.deployments.unreadableTags.filter { record in
      record.commit != commit && (record.release != nil || tagRecords.isEmpty)
    }
    let doubtful = Dictionary(
      (unreadable + elsewhere).map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }
    ).values.filter { record in record.release.map { Array($0.utf8) == name } ?? true }
    let own = records.filter { Array($0.release.utf8) == name }
    let signatures = Dictionary(grouping: own.filter { $0.signature != nil }, by: \.id)
    return Evidence(
      records: own.distinct, signatures: signatures.mapValues { $0.compactMap(\.signature) },
      unreadable: doubtful.sorted { $0.id < $1.id }, ledgers: states,
      tagRecords: tagRecords,
      voidTagRecords: contents.deployments.voidTags.filter { Array($0.release.utf8) == name },
      deployments: contents.deployments.runs,
      unreadableDeployments: contents.deployments.unreadableRuns,
      findings: findings)
  }

  func signoffsElsewhere(of release: ReleaseVersion) -> [Record] {
    let name = release.description
    let elsewhere = contents.signoffs.filter { record in
      record.commit != commit && record.release.utf8.elementsEqual(name.utf8)
    }
    return Standing(of: elsewhere).records.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }
}

extension GitError {
  /// The message, and the command that mends it where there is one.
  fileprivate var withHint: String { hint.map { "\(message): \($0)" } ?? message }
}

extension LedgerState {
  /// Why it is not known what the ledger holds; `nil` where it is.
  var doubt: String? {
    switch self {
    case .readable, .incomplete: nil
    case .neverFetched: "the ledgers were never fetched"
    case .behind(let tag): "not all is here that stood when \(tag) was cut"
    case .unreadable(let why): why
    }
  }
}

extension [Record] {
  /// Each record once, by time: one that stands in two ledgers' lines is one record.
  var distinct: [Record] {
    Dictionary(map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }).values
      .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }
}
