import Git
import Release

// Whose keys are whose, and what the signatures on the records of a case prove by that.
extension Workspace {
  /// What the signatures on a release's records prove.
  ///
  /// Nothing is run where there is no signature.
  func proofs(
    of evidence: Evidence, _ subject: ReleaseSubject, _ floor: Floor
  ) async throws -> Proofs {
    let policies = [subject.policy] + (floor.policy.policy.map { [$0] } ?? [])
    let isAsked = policies.contains { $0.environments.contains(where: \.approvals.signed) }
    guard isAsked || !evidence.signatures.isEmpty else { return Proofs() }
    let configuration = try await repository.configuration()
    let list: SignersList
    do {
      list = try signers(subject, floor, configuration)
    } catch {
      return Self.unknown(Failure(error).message, evidence)
    }
    guard let signers = list.signers, !evidence.signatures.isEmpty else {
      guard list.signers == nil else { return Proofs(trust: list.trust) }
      return Self.unknown("nobody says whose key it is", evidence, trust: .nobody)
    }
    do {
      let check = try SignatureCheck(repository, configuration, signers: signers, at: context.now())
      return Proofs(
        trust: list.trust, omitted: signers.omitted, byRecord: try await prove(evidence, check))
    } catch {
      return Self.unknown(Failure(error).message, evidence)
    }
  }

  private func prove(
    _ evidence: Evidence, _ check: SignatureCheck
  ) async throws -> [RecordID: Proof] {
    var questions: [(record: Record, question: SignatureCheck.Question)] = []
    var proofs: [RecordID: Proof] = [:]
    for record in evidence.records {
      for signature in evidence.signatures[record.id] ?? [] {
        guard signature.format == "ssh" else {
          proofs[record.id] = .claimed(
            "signed in the format \u{201C}\(signature.format)\u{201D}, which is not verified")
          continue
        }
        questions.append(
          (
            record,
            SignatureCheck.Question(
              signature: signature.value, payload: record.payload, person: record.by,
              namespace: "deed")
          ))
      }
    }
    let answers = try await check.answers(questions.map(\.question))
    for (record, answer) in zip(questions.map(\.record), answers) {
      let known = proofs[record.id] ?? .claimed(nil)
      switch answer {
      case .good(let key): proofs[record.id] = .signed(known.keys.union([key]))
      case .bad(let why): if !known.isSigned { proofs[record.id] = .claimed(why) }
      }
    }
    return proofs
  }

  /// The same where no signature could be looked at.
  private static func unknown(
    _ why: String, _ evidence: Evidence, trust: Proofs.Trust? = nil
  ) -> Proofs {
    Proofs(
      trust: trust ?? .unknown(why), byRecord: evidence.signatures.mapValues { _ in .unknown(why) })
  }

  private struct SignersList {
    let signers: AllowedSigners?
    let trust: Proofs.Trust
  }

  /// The list of signers, from where this release has no say in it.
  ///
  /// That is the floor's, as it was there. Where the floor has none and counts no signatures, so that
  /// a list can only raise the bar, it is this release's own. Else it is the one that git is
  /// configured with outside the repository.
  private func signers(
    _ subject: ReleaseSubject, _ floor: Floor, _ configuration: GitConfiguration
  ) throws -> SignersList {
    var isOwn = true
    switch floor.policy {
    case .none: break
    case .unknown(let why, _): throw Failure(.repository, why)
    case .release(let release, let policy):
      if let path = policy.approvals.signers, let commit = floor.commit {
        return SignersList(
          signers: try signers(at: path, in: commit, "\(release)"), trust: .floor(release))
      }
      isOwn = !policy.environments.contains(where: \.approvals.signed)
    case .branch(let name, let policy):
      if let path = policy.approvals.signers, let commit = floor.commit {
        return SignersList(signers: try signers(at: path, in: commit, name), trust: .branch(name))
      }
      isOwn = !policy.environments.contains(where: \.approvals.signed)
    }
    if isOwn, let path = subject.policy.approvals.signers {
      return SignersList(
        signers: try signers(at: path, in: subject.commit, subject.commit.short), trust: .release)
    }
    let signers = try repository.allowedSigners(configuration)
    return SignersList(signers: signers, trust: signers == nil ? .nobody : .configuration)
  }

  private func signers(
    at path: String, in commit: ObjectID, _ name: String
  ) throws -> AllowedSigners {
    guard let entry = try repository.entry(at: path, in: commit), entry.isFile,
      let bytes = try repository.file(at: path, in: commit)
    else {
      throw Failure(
        .repository, "the list of signers \(path.safe) is no file at \(name)",
        hint: "approvals.signers in \(Policy.fileName) names it")
    }
    return AllowedSigners(bytes)
  }
}
