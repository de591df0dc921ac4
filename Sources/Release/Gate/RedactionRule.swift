/// Who may take out files that the records of one release name: whoever may approve it in one of its
/// environments; proven by a signature where any of them counts nothing else.
package struct RedactionRule: Sendable {
  private let release: String
  private let rules: [EffectiveApprovals]
  private let proofs: Proofs
  /// Why the rule is not known.
  private let doubt: String?

  /// - Parameter proofs: What the signatures on redactions prove by this release's list of signers.
  package init(_ release: String, policy: Policy, floor: PolicyFloor, proofs: Proofs) {
    self.release = release
    self.proofs = proofs
    rules = policy.environments.map {
      EffectiveApprovals(environment: $0, policy: policy, floor: floor.policy)
    }
    doubt = if case .unknown(let why, _) = floor { why } else { nil }
  }

  package init(_ release: String, unknown why: String) {
    self.release = release
    rules = []
    proofs = Proofs()
    doubt = why
  }

  /// Whether only signatures count.
  package var isSigned: Bool { rules.contains(where: \.signed) }

  /// Whether a redaction counts by this rule, and why it does not.
  func answer(to record: Record) -> (state: Answer, why: String) {
    if let doubt { return (.unknown, "\(release): \(doubt)") }
    let proof = proofs[record]
    if isSigned, let objection = objection(proof) { return objection }
    guard rules.contains(where: { $0.admits(record.by, keys: proof.keys) }) else {
      return (.unmet, "\(record.by) is not among those who may approve \(release)")
    }
    return (.met, "")
  }

  private func objection(_ proof: Proof) -> (state: Answer, why: String)? {
    switch proofs.trust {
    case .unknown(let why): return (.unknown, "\(release): \(why)")
    case .nobody:
      return (
        .unknown,
        "\(release): only signatures count, and nobody says whose keys are whose: name a list by "
          + "approvals.signers in \(Policy.fileName)"
      )
    case .floor, .branch, .release, .configuration: break
    }
    switch proof {
    case .signed: return nil
    case .unknown(let why): return (.unknown, "\(release): its signature: \(why)")
    case .claimed(let why):
      return (.unmet, "only signatures count in \(release), and it is \(why ?? "not signed")")
    }
  }
}

/// A file that somebody said was taken out of the ledger of attachments, and whether that counts.
package struct RedactedFile: Sendable {
  package enum State: Hashable, Sendable {
    case inForce
    /// It stays; the text says why.
    case void(String)
    /// It stays as long as it cannot be told; the text says why.
    case unknown(String)
  }

  /// What the file is, where it is here.
  package enum Content: Sendable {
    case absent
    case plain
    /// A manifest, or the list of a seal, whatever a record calls it.
    case proof
    /// A tree, a commit or a tag: no file at all.
    case none
  }

  package let blob: ObjectID
  /// Everybody's, by time.
  package let redactions: [Record]
  package let state: State
  /// Whether it stays whoever wants it out.
  package let isProtected: Bool
  /// The redaction to be named where only one is.
  package let first: Record

  /// Judges the redactions of one file by all records that name it.
  ///
  /// Every release that names the file must agree, and the last one that was cut: else a release of
  /// somebody's own making, with a policy to match, could take away evidence, even before another
  /// release has any use for it. And nothing is in force that takes what a gate or a seal rests on.
  ///
  /// What no record names is nobody's evidence yet: one redaction that its own release lets, and the
  /// last one, is enough. Whoever names the file afterwards has a say as any other.
  ///
  /// - Parameters:
  ///   - uses: Records that name the file.
  ///   - doubt: Why more records may name it than are known.
  ///   - rules: For a record that names it, or a redaction of what none names, groups of rules, of each
  ///     of which one has to be kept.
  package init?(
    _ blob: ObjectID, _ redactions: [Record], uses: [Record], content: Content,
    doubt: String? = nil, rules: (Record) -> [[RedactionRule]]
  ) {
    let redactions = redactions.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    guard let earliest = redactions.first else { return nil }
    self.blob = blob
    self.redactions = redactions
    let word =
      uses.isEmpty
      ? Self.best(redactions.compactMap { Self.word(of: rules($0), on: [$0]) })
      : Self.word(of: uses.flatMap(rules), on: redactions)
    first = word?.record ?? earliest
    let protection = Self.protection(uses, content)
    isProtected = protection != nil
    state =
      switch (protection, word?.answer.state) {
      case (let why?, _): .void(why)
      case (nil, .unmet?): .void(word?.answer.why ?? "")
      case (nil, .unknown?): .unknown(word?.answer.why ?? "")
      case (nil, nil): .unknown("no release says who may redact it")
      case (nil, .met?): doubt.map { .unknown($0) } ?? .inForce
      }
  }

  /// What one release makes of a redaction.
  private struct Word {
    let record: Record
    let answer: (state: Answer, why: String)
  }

  /// What all groups of rules together make of some redactions; `nil` where there are no rules.
  private static func word(of groups: [[RedactionRule]], on redactions: [Record]) -> Word? {
    let words = groups.compactMap { group in
      best(
        redactions.flatMap { record in
          group.map { Word(record: record, answer: $0.answer(to: record)) }
        })
    }
    return words.first { $0.answer.state == .unmet }
      ?? words.first { $0.answer.state == .unknown } ?? words.first
  }

  private static func best(_ words: [Word]) -> Word? {
    words.first { $0.answer.state == .met }
      ?? words.first { $0.answer.state == .unknown } ?? words.first
  }

  /// Why a file stays whoever wants it out, by what it is and by the records that name it.
  ///
  /// A record alone makes no manifest of a file: anybody can write one about any file.
  package static func protection(_ uses: [Record], _ content: Content) -> String? {
    if case .none = content { return "it is no file" }
    guard case .proof = content else { return nil }
    if uses.isEmpty {
      return "it reads as a manifest or the list of a seal, whose record may be still to come"
    }
    for use in uses {
      switch use.body {
      case .manifest: return "a manifest is what a gate rests on"
      case .decision: return "it is the list of a seal, and holds nothing but ids"
      default: continue
      }
    }
    return nil
  }
}

extension Evidence {
  /// What was taken out, or was to be, of the files that these records name.
  package var redactionFindings: [Finding] {
    redacted.flatMap { file -> [Finding] in
      let uses = records.filter { record in
        record.attachments.contains { $0.blob == file.blob }
      }
      let own = file.redactions.filter { redaction in
        records.contains { $0.id == redaction.id }
      }
      if uses.isEmpty {
        return own.map { finding(file, "the file \(file.blob.short)", record: $0.id, $0) }
      }
      return uses.map { use in
        let name = use.attachments.first { $0.blob == file.blob }?.name ?? file.blob.short
        return finding(
          file, "the file \(name) of the \(use.word) by \(use.by.name)", record: use.id, file.first)
      }
    }
  }

  private func finding(
    _ file: RedactedFile, _ what: String, record: RecordID, _ redaction: Record
  ) -> Finding {
    let reason =
      if case .redaction(let body) = redaction.body { ": \(body.reason)" } else { "" }
    let said = reason.isEmpty ? "" : " (it says\(reason))"
    let who = "\(redaction.by), \(redaction.at.minute) UTC"
    switch file.state {
    case .inForce:
      return Finding(
        .warning, "redacted", "\(what) was redacted by \(who)\(reason)", record: record)
    case .void(let why):
      return Finding(
        .warning, "redaction-void",
        "\(what) stays: its redaction by \(who), does not count: \(why)\(said)",
        record: record)
    case .unknown(let why):
      return Finding(
        .warning, "redaction-unknown",
        "whether \(what) was redacted by \(who), cannot be told: \(why)\(said)", record: record)
    }
  }
}
