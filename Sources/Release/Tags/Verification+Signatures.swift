// What the signatures on records and on the tag prove (`docs/gate.md`, signatures).

extension Verification {
  /// Signatures that prove nothing, and a list of signers that is only half a witness.
  static func signatures(_ subject: ReleaseCase) -> [Finding] {
    var findings = subject.evidence.records.flatMap { record -> [Finding] in
      guard subject.evidence.signatures[record.id] != nil else { return [] }
      let what = "the \(record.kind.rawValue) of \(record.by.name), \(record.at.minute) UTC"
      let proof = subject.proofs[record]
      // A bad one is as none, and never silent: also beside one that is good.
      var findings = (subject.proofs.faults[record.id] ?? []).map { why in
        Finding(.warning, "signature-not-good", "\(what): \(why)", record: record.id)
      }
      if case .unknown(let why) = proof {
        findings.append(
          Finding(
            subject.proofs.trust == .nobody ? .info : .warning, "signature-not-judged",
            "\(what) is signed: \(why)", record: record.id))
      }
      return findings
    }
    if subject.proofs.trust == .release {
      findings.append(
        Finding(
          .warning, "signers-own",
          "whose keys are whose is said by this release itself: no earlier one says it"))
    }
    return findings
      + subject.proofs.omitted.map {
        Finding(.warning, "signers-line", "the list of signers, \($0)")
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
          "whether the tag has to be signed cannot be told: \(why)")
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
