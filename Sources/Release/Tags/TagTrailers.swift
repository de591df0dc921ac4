/// The `Deed-` trailers of a tag: what stood when it was cut, even where no ledger arrived.
///
/// That one is absent says nothing.
package struct TagTrailers: Hashable, Sendable {
  package struct Approval: Hashable, Sendable {
    package let person: String
    /// Named only where the policy has several environments.
    package let environment: String?

    package init(person: String, environment: String?) {
      self.person = person
      self.environment = environment
    }
  }

  /// How many items of an environment's checklists were met.
  package struct Items: Hashable, Sendable {
    package let environment: String
    package let met: Int
    package let asked: Int

    package init(environment: String, met: Int, asked: Int) {
      self.environment = environment
      self.met = met
      self.asked = asked
    }
  }

  /// What a go for an environment sealed.
  package struct Seal: Hashable, Sendable {
    package let environment: String
    package let digest: Digest
    package let count: Int
    package let ledgers: [LedgerName: ObjectID]

    package init(
      environment: String, digest: Digest, count: Int, ledgers: [LedgerName: ObjectID] = [:]
    ) {
      self.environment = environment
      self.digest = digest
      self.count = count
      self.ledgers = ledgers
    }

    package init(environment: String, _ seal: Release.Seal) {
      self.init(
        environment: environment, digest: seal.digest, count: seal.count, ledgers: seal.ledgers)
    }
  }

  /// The ledgers' commits when a tag was cut.
  package struct Ledgers: Hashable, Sendable {
    package let tips: [LedgerName: ObjectID]

    /// `nil` where there is none.
    package init?(_ tips: [LedgerName: ObjectID]) {
      guard !tips.isEmpty else { return nil }
      self.tips = tips
    }
  }

  package let approvals: [Approval]
  package let items: [Items]
  /// Digests of the manifests that stood.
  package let manifests: [Digest]
  package let seals: [Seal]
  /// How the ledgers stood by which the tag was let in.
  package let ledgers: Ledgers?

  package init(
    approvals: [Approval] = [], items: [Items] = [], manifests: [Digest] = [], seals: [Seal] = [],
    ledgers: Ledgers? = nil
  ) {
    self.approvals = approvals
    self.items = items
    self.manifests = manifests
    self.seals = seals
    self.ledgers = ledgers
  }

  /// The states of a ledger that the tag names.
  package func tips(of ledger: LedgerName) -> [ObjectID] {
    (seals.map(\.ledgers) + [ledgers?.tips ?? [:]]).compactMap { $0[ledger] }
  }

  package var isEmpty: Bool { lines.isEmpty }

  /// The lines of `message` that begin as our trailers do: users may not write them.
  package static func reserved(in message: [UInt8]) -> [String] {
    message.split(separator: UInt8(ascii: "\n")).filter { line in
      // Any case: git's own reading of trailers does not tell them apart.
      line.count >= 5
        && zip(line, zip("DEED-".utf8, "deed-".utf8)).allSatisfy { byte, either in
          byte == either.0 || byte == either.1
        }
    }.map { String(decoding: $0, as: UTF8.self) }
  }

  private enum Name {
    static let approval = "Deed-Approved-by: "
    static let items = "Deed-Checklist: "
    static let manifest = "Deed-Manifest: "
    static let seal = "Deed-Seal: "
    static let ledgers = "Deed-Ledgers: "
  }

  private var lines: [String] {
    approvals.map { "\(Name.approval)\($0)" } + items.map { "\(Name.items)\($0)" }
      + manifests.map { "\(Name.manifest)sha256:\($0)" } + seals.map { "\(Name.seal)\($0)" }
      + (ledgers.map { ["\(Name.ledgers)\($0)"] } ?? [])
  }

  /// `message` with the trailers in a paragraph of their own at its end.
  package func appended(to message: [UInt8]) -> [UInt8] {
    guard !isEmpty else { return message }
    let isEnded = message.last == UInt8(ascii: "\n")
    let paragraph = (isEnded ? "\n" : "\n\n") + lines.map { "\($0)\n" }.joined()
    return message + Array(paragraph.utf8)
  }

  /// The trailers in the last paragraph of a tag's message.
  package init(parsing message: String) {
    var lines = message.utf8
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    let last = lines.split(separator: []).last ?? []
    func values(_ name: String) -> [String] {
      last.filter { $0.starts(with: name.utf8) }
        .map { String(decoding: $0.dropFirst(name.utf8.count), as: UTF8.self) }
    }
    self.init(
      approvals: values(Name.approval).map(Approval.init(parsing:)),
      items: values(Name.items).compactMap(Items.init(parsing:)),
      manifests: values(Name.manifest).compactMap(Digest.init(trailer:)),
      seals: values(Name.seal).compactMap(Seal.init(parsing:)),
      ledgers: values(Name.ledgers).compactMap(Ledgers.init(parsing:)).last)
  }
}

extension TagTrailers {
  /// What the verdicts of the environments say at the moment of cutting.
  ///
  /// - Parameters:
  ///   - manifests: Digests of the manifests that stand.
  ///   - ledgers: The commits of the ledgers out of which the verdicts were read, or earlier ones.
  package init(
    verdicts: [Verdict], manifests: [Digest] = [], ledgers: [LedgerName: ObjectID] = [:]
  ) {
    let several = verdicts.count > 1
    let approvals = verdicts.flatMap { verdict in
      verdict.signoffs
        .filter { $0.signoff.decision == .approve && $0.discounted == nil }
        .map { standing in
          Approval(
            person: standing.record.by.description,
            environment: several ? verdict.environment : nil)
        }
    }
    self.init(
      approvals: approvals,
      items: verdicts.compactMap { verdict in
        verdict.items.map {
          Items(environment: verdict.environment, met: $0.met, asked: $0.asked)
        }
      },
      manifests: manifests,
      seals: verdicts.compactMap { verdict in
        guard let standing = verdict.decision, standing.isInForce,
          standing.decision.choice == .go, let seal = standing.decision.seal
        else { return nil }
        return Seal(environment: verdict.environment, seal)
      },
      ledgers: Ledgers(ledgers))
  }
}
