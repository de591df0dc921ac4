// What the signatures on records and on the tag prove (`docs/gate.md`, signatures).

extension Verification {
  /// Signatures that prove nothing, and a list of signers that is only half a witness.
  static func signatures(_ subject: ReleaseCase) -> [Finding] {
    // A bad one is as none, and never silent: also beside one that is good.
    var findings = subject.evidence.records.flatMap { record -> [Finding] in
      guard subject.evidence.signatures[record.id] != nil else { return [] }
      return (subject.proofs.faults[record.id] ?? []).map { why in
        Finding(
          .warning, "signature-not-good",
          "the \(record.kind.rawValue) that says it is by \(record.by), \(record.at.minute) UTC: \(why)",
          record: record.id)
      }
    }
    findings += unjudged(subject)
    if subject.proofs.trust == .release {
      findings.append(
        Finding(
          .warning, "signers-own",
          "whose keys are whose is said by this release itself: no earlier one says it, nor a list of "
            + "your own (gpg.ssh.allowedSignersFile)"))
    }
    return findings
      + subject.proofs.omitted.map {
        Finding(.warning, "signers-line", "the list of signers, \($0)")
      }
  }

  /// The signatures of which nothing can be told, once for each reason.
  private static func unjudged(_ subject: ReleaseCase) -> [Finding] {
    var unjudged: [(why: String, records: [Record])] = []
    for record in subject.evidence.records {
      guard subject.evidence.signatures[record.id] != nil,
        case .unknown(let why) = subject.proofs[record]
      else { continue }
      if let place = unjudged.firstIndex(where: { $0.why.utf8.elementsEqual(why.utf8) }) {
        unjudged[place].records.append(record)
      } else {
        unjudged.append((why, [record]))
      }
    }
    return unjudged.map { why, records in
      let first = records[0]
      let isOne = records.allSatisfy { $0.id == first.id }
      let what =
        isOne
        ? "the signature of the \(first.kind.rawValue) by \(first.by.name), \(first.at.minute) UTC, is"
        : "\(records.count) signatures are"
      return Finding(
        subject.proofs.trust == .nobody ? .info : .warning, "signature-not-judged",
        "\(what) not judged: \(why)", record: isOne ? first.id : nil)
    }
  }

  /// Who signed the tag; where the policy wants it signed, by whom is no matter of taste.
  ///
  /// A server asks that, too: what is an error keeps a tag out.
  package static func signature(of tag: AnnotatedTag, _ subject: ReleaseCase) -> [Finding] {
    switch subject.wantsSignedTag {
    case .no: return signature(of: tag, subject, askedBy: nil)
    case .yes(let policy): return signature(of: tag, subject, askedBy: policy)
    case .unknown(let why):
      let findings = signature(of: tag, subject, askedBy: nil)
      guard subject.proofs.tag.key == nil else { return findings }
      return findings + [
        Finding(
          .error, "tag-signature-unknown",
          "whether the tag has to be signed cannot be told"
            + (why == subject.floor.doubt ? ", since the floor is not known" : ": \(why)"))
      ]
    }
  }

  private static func signature(
    of tag: AnnotatedTag, _ subject: ReleaseCase, askedBy policy: String?
  ) -> [Finding] {
    let isAsked = policy != nil
    let severity: Finding.Severity = isAsked ? .error : .warning
    switch subject.proofs.tag {
    case .notSigned:
      return policy.map { policy in
        [Finding(.error, "tag-unsigned", "the tag is not signed, and \(policy) wants it to be")]
      } ?? []
    case .signed(let key):
      return [
        Finding(
          .info, "tag-signed",
          "the tag is signed by \(tag.tagger?.description ?? "its tagger"), with \(key)")
      ]
    case .other(let email, let key):
      return [
        Finding(
          .warning, "tag-signed-by-another",
          "the tag is by \(tag.tagger?.description ?? "nobody"), and signed by \(email), with \(key)"
        )
      ]
    case .bad(let fault, let why):
      return [
        Finding(fault == .altered ? .error : severity, fault.code, "the tag: \(why)")
      ]
    case .unknown(let why):
      // Without any list, nobody asked by whom.
      guard subject.proofs.trust != .nobody else {
        return [
          Finding(
            isAsked ? .warning : .info, "tag-signature-not-judged", "the tag is signed: \(why)")
        ]
      }
      return [
        isAsked
          ? Finding(
            .error, "tag-signature-unknown", "whether the tag is signed well cannot be told: \(why)"
          )
          : Finding(.info, "tag-signature-not-judged", "the tag is signed: \(why)")
      ]
    }
  }
}

extension SignatureFault {
  fileprivate var code: String {
    switch self {
    case .altered: "tag-signature-bad"
    case .stranger: "tag-signer-unknown"
    case .expired: "tag-key-expired"
    case .revoked: "tag-key-revoked"
    case .refused: "tag-signature-refused"
    }
  }
}
