import Git
import Ledger
import Release

// Where a tag has to be signed, a key that does not count makes one that no server takes.
extension Preflight {
  /// Whether the tag that is still to be made would be signed well.
  ///
  /// - Returns: The tag, signed; `nil` where nobody asks for a signature, or it cannot be made.
  mutating func signature(
    _ tag: TagObject, by signer: Signer?, for subject: ReleaseCase
  ) async -> TagObject? {
    guard case .yes = tagWish, let signer else { return nil }
    do {
      let signed = tag.signed(with: try await signer.sign(tag.payload))
      var made = subject
      made.tag = .annotated(
        AnnotatedTag(
          object: .zero, name: tag.name, commit: target, tagger: tag.tagger?.person, message: "",
          isSigned: true))
      made.proofs = try await workspace.proofs(
        ofNew: signed, ReleaseSubject(release: subject.release, commit: target, policy: policy),
        LedgerContents(workspace.ledgers, remote: try await workspace.remote(policy)))
      judgeSignature(on: made)
      return signed
    } catch {
      add("signature", error)
      return nil
    }
  }

  /// The same of a tag that an earlier run made: it keeps the signature that it has.
  mutating func signature(on subject: ReleaseCase) -> TagObject? {
    if case .yes = tagWish { judgeSignature(on: subject) }
    return nil
  }

  private mutating func judgeSignature(on subject: ReleaseCase) {
    guard case .annotated(let tag) = subject.tag else { return }
    let again =
      tag.object == .zero ? "" : "git tag -d \(subject.release)   # if nobody else has it; then "
    for finding in Verification.signature(of: tag, subject) where finding.severity == .error {
      add(
        "signature", finding.isUnknown ? .unknown : .unmet, finding.message,
        hint: again + "sign with a key that counts (git config user.signingkey KEY), or have "
          + "somebody cut it who has one")
    }
  }
}
