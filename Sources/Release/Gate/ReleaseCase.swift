/// Everything that is known about one release at one commit: what every judgement rests on.
///
/// The program gathers it in one place; the gate, the screens and `verify` read nothing else.
package struct ReleaseCase: Sendable {
  package var release: ReleaseVersion
  package var commit: ObjectID
  package var tag: TagFact
  /// The tag that was cut, where it is here and its name leads elsewhere or is gone.
  package var keptTag: ObjectID?
  /// Tags here beside which git cannot keep the release's.
  package var tagsInTheWay: [String] = []
  /// Whether the tag of another release is lacking beside this one's.
  package var lacksOtherTags = false
  /// Whether the tag is judged before it is made or let in: what was checked of the candidate counts.
  package var isTagNew = false
  /// What stood in the ledgers by what the tag says.
  package var tagSeals: [TagSeal] = []
  /// Releases that would have set the floor, and that those before them did not let in.
  package var passedOver: [ReleaseVersion] = []
  /// The rules at the commit.
  package var policy: Policy
  /// The rules below which this release may not go.
  package var floor: PolicyFloor
  /// The documents at the commit, by the names that the policy gives them.
  package var checklists: [String: ChecklistFact]
  package var evidence: Evidence
  /// This release's sign-offs that stand on other commits.
  package var signoffsElsewhere: [Record]
  /// The addresses that the mailmap of the commit gives for a raw one, all ASCII case-folded:
  /// several where it goes by names too.
  package var mailmap: [[UInt8]: Set<[UInt8]>]
  /// Whoever wrote or co-wrote a commit since the floor release.
  package var contributors: Contributors
  /// What the signatures on the records prove.
  package var proofs: Proofs
  package var now: Timestamp

  package init(
    release: ReleaseVersion, commit: ObjectID, tag: TagFact, policy: Policy, floor: PolicyFloor,
    checklists: [String: ChecklistFact] = [:], evidence: Evidence, signoffsElsewhere: [Record] = [],
    mailmap: [[UInt8]: Set<[UInt8]>] = [:],
    contributors: Contributors = .notAsked, proofs: Proofs = Proofs(), now: Timestamp
  ) {
    self.release = release
    self.commit = commit
    self.tag = tag
    self.policy = policy
    self.floor = floor
    self.checklists = checklists
    self.evidence = evidence
    self.signoffsElsewhere = signoffsElsewhere
    self.mailmap = mailmap
    self.contributors = contributors
    self.proofs = proofs
    self.now = now
  }
}

extension ReleaseCase {
  /// Whether there is a tag of this name, or a record: a candidate's first one is still to come.
  var isTaggedOrRecorded: Bool {
    guard case .absent = tag else { return true }
    return !evidence.records.isEmpty || !evidence.unreadable.isEmpty
      || !evidence.tagRecords.isEmpty || !signoffsElsewhere.isEmpty
  }
}

/// The tag of a release, as the repository has it.
package enum TagFact: Sendable {
  /// The release is a candidate.
  case absent
  case annotated(AnnotatedTag)
  /// A ref straight to a commit: no tagger, no message, no release.
  case lightweight
  /// Something else of that name; `String` says what, as in "a tree".
  case other(String)
}

/// An annotated tag's contents.
package struct AnnotatedTag: Sendable {
  package let object: ObjectID
  /// The name in the tag's own header, which a ref of another name does not change.
  package let name: String
  /// What the tag points at after peeling; `nil` where that is no commit.
  package let commit: ObjectID?
  package let tagger: Person?
  /// When it was made by its own word, in seconds; `nil` where it does not say.
  package var time: Int64?
  package let message: String
  package let isSigned: Bool

  package init(
    object: ObjectID, name: String, commit: ObjectID?, tagger: Person?, message: String,
    isSigned: Bool
  ) {
    self.object = object
    self.name = name
    self.commit = commit
    self.tagger = tagger
    self.message = message
    self.isSigned = isSigned
  }
}

/// The policy of the highest lower stable version that deed cut.
package enum PolicyFloor: Sendable {
  case none
  case release(ReleaseVersion, Policy)
  /// No release sets one; a server holds the first to what its default branch says already.
  case branch(String, Policy)
  /// There may be one, and it could not be read; the text says why.
  case unknown(String, mend: Mend)

  package var policy: Policy? {
    switch self {
    case .release(_, let policy), .branch(_, let policy): policy
    case .none, .unknown: nil
    }
  }

  /// Why it is not known, where that is so.
  package var doubt: String? { if case .unknown(let why, _) = self { why } else { nil } }

  /// What sets it.
  package var name: String? {
    switch self {
    case .release(let release, _): release.description
    case .branch(let name, _): name
    case .none, .unknown: nil
    }
  }
}

/// Who had a hand in the release.
package enum Contributors: Sendable {
  case notAsked
  case known([Person])
  /// The history could not be read whole; the text says why.
  case unknown(String)
}

/// What the ledgers hold on one release at one commit.
package struct Evidence: Sendable {
  /// The records of this release at this commit.
  package var records: [Record]
  /// Every signature on them: several lines may be one record, signed by several keys.
  package var signatures: [RecordID: [Record.Signature]]
  /// Records that may bear on it and say what this version cannot judge.
  package var unreadable: [UnreadableRecord]
  /// Per ledger, whether what it holds is known.
  package var ledgers: [LedgerName: LedgerState]
  /// Standing `tag` records of this release, on whichever commit.
  package var tagRecords: [Record]
  /// `tag` records of this release that had to be signed and are not: they count for nothing.
  package var voidTagRecords: [Record]
  /// The deployments and rollbacks of all releases, on whichever commit: one of another release may
  /// have undone one of this.
  package var deployments: [Record]
  /// Deployments and rollbacks of any release that cannot be judged.
  package var unreadableDeployments: [UnreadableRecord]
  /// Lines in the commit's notes on which nothing may rest, and why.
  package var findings: [Finding]
  /// The manifests that records name, by the records.
  package var manifests: [RecordID: ManifestFact]
  /// Files of these records that somebody took out, and those of which redactions here speak.
  package var redacted: [RedactedFile] = []

  package init(
    records: [Record] = [], signatures: [RecordID: [Record.Signature]] = [:],
    unreadable: [UnreadableRecord] = [],
    ledgers: [LedgerName: LedgerState] = [:], tagRecords: [Record] = [],
    voidTagRecords: [Record] = [], deployments: [Record] = [],
    unreadableDeployments: [UnreadableRecord] = [],
    findings: [Finding] = [], manifests: [RecordID: ManifestFact] = [:]
  ) {
    self.records = records
    self.signatures = signatures
    self.unreadable = unreadable
    self.ledgers = ledgers
    self.tagRecords = tagRecords
    self.voidTagRecords = voidTagRecords
    self.deployments = deployments
    self.unreadableDeployments = unreadableDeployments
    self.findings = findings
    self.manifests = manifests
  }

  package var standing: Standing { Standing(of: records) }

  /// The same without some records of a kind.
  func without(_ kind: Record.Kind, where isOut: (RecordID) -> Bool) -> Evidence {
    var evidence = self
    evidence.records.removeAll { $0.kind == kind && isOut($0.id) }
    return evidence
  }

  /// Leaves out all records but these.
  package mutating func keep(_ ids: Set<RecordID>) {
    records.removeAll { !ids.contains($0.id) }
    unreadable.removeAll { !ids.contains($0.id) }
  }

  /// Whether what a ledger holds is known; one that nobody looked at is not.
  package func state(of ledger: LedgerName) -> LedgerState {
    ledgers[ledger] ?? .unreadable("it was not read")
  }
}

extension Evidence {
  /// What a seal made now would cover.
  package func sealed(release: ReleaseVersion, commit: ObjectID) -> SealedIDs {
    let name = release.description.utf8
    let readable = records.filter { $0.commit == commit && $0.release.utf8.elementsEqual(name) }
    let others = unreadable.filter { record in
      record.commit == commit && record.release?.utf8.elementsEqual(name) ?? false
    }
    return SealedIDs(readable.map(\.id) + others.map(\.id))
  }

  /// Why a ledger may hold more than is known of it; `nil` where it cannot.
  package func doubt(about ledger: LedgerName) -> String? {
    switch state(of: ledger) {
    case .readable, .incomplete: nil
    case .neverFetched(let remote): "more may be on \(remote)"
    case .behind(let tag): "not all is here that stood when \(tag) was cut"
    case .unreadable(let why): "\(ledger.rawValue): \(why)"
    }
  }
}

/// Whether what a ledger holds is known.
package enum LedgerState: Hashable, Sendable {
  case readable
  /// There is a remote, and the ledgers were never fetched from it.
  case neverFetched(remote: String)
  /// The tag was cut with more than is here of it, which a remote may have.
  case behind(tag: String)
  /// It is there and cannot be read whole; the text says why.
  case unreadable(String)
  /// Lines that stood in its history are missing at its tip.
  case incomplete(Int)
}
