/// What is known of who made a record, beyond what it says itself.
package enum Proof: Hashable, Sendable {
  /// Whoever it names signed it, with these keys, by their fingerprints.
  case signed(Set<String>)
  /// No signature of it counts; why not, where it has one.
  case claimed(String?)
  /// Whether a signature of it counts cannot be told; the text says why.
  case unknown(String)

  package var keys: Set<String> {
    if case .signed(let keys) = self { keys } else { [] }
  }

  package var isSigned: Bool {
    if case .signed = self { true } else { false }
  }
}

extension Proof {
  /// Why the record does not count where only signatures do; `nil` where it does.
  var objection: String? {
    switch self {
    case .signed: nil
    case .claimed(nil): "not signed"
    case .claimed(let why?): why
    case .unknown(let why): why
    }
  }
}

/// What signatures prove of the records of a case, and who says whose keys are whose.
package struct Proofs: Sendable {
  package enum Trust: Hashable, Sendable {
    case nobody
    /// The list of signers as it was in the release that sets the floor.
    case floor(ReleaseVersion)
    /// The list as it was on the branch that sets the floor.
    case branch(String)
    /// The list at the released commit, for want of an earlier one.
    case release
    /// The list that git is configured with here, outside the repository.
    case configuration
    /// There is a list, and it cannot be had; the text says why.
    case unknown(String)
  }

  package let trust: Trust
  /// Lines of the list that count for nobody, each with its reason.
  package let omitted: [String]
  /// By case-folded address, keys that the list gives to others, too: whoever has one of them can sign for
  /// all of these.
  package let shared: [[UInt8]: Set<String>]
  private let byRecord: [RecordID: Proof]
  /// What is wrong with signatures, those of records too that others have signed well.
  package let faults: [RecordID: [String]]
  /// Records that somebody signed with a key of theirs which was revoked since.
  package let revoked: Set<RecordID>
  package let tag: TagProof

  package init(
    trust: Trust = .nobody, omitted: [String] = [], shared: [[UInt8]: Set<String>] = [:],
    byRecord: [RecordID: Proof] = [:], faults: [RecordID: [String]] = [:],
    revoked: Set<RecordID> = [], tag: TagProof = .notSigned
  ) {
    self.trust = trust
    self.omitted = omitted
    self.shared = shared
    self.byRecord = byRecord
    self.faults = faults
    self.revoked = revoked
    self.tag = tag
  }

  package subscript(record: Record) -> Proof {
    byRecord[record.id]
      ?? .claimed(record.signature == nil ? nil : "its signature was not looked at")
  }

  /// The same, were the keys good still that were revoked.
  var takingRevoked: Proofs {
    Proofs(
      trust: trust, omitted: omitted, shared: shared,
      byRecord: byRecord.merging(revoked.map { ($0, Proof.signed([])) }) { known, other in
        known.isSigned ? known : other
      }, faults: faults, revoked: revoked, tag: tag)
  }
}
