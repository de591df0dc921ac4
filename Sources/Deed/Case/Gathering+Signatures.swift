import Git
import Release

// Whose keys are whose, and what the signatures on the records of a case prove by that.
extension Workspace {
  /// What the signatures on a release's records and on its tag prove.
  ///
  /// Nothing is run where there is no signature.
  ///
  /// - Parameter forgiving: What a key may be and its signatures are taken for good all the same.
  func proofs(
    of evidence: Evidence, _ tag: TagFact, _ subject: ReleaseSubject, _ floor: Floor,
    forgiving: Set<SignatureFault> = []
  ) async throws -> Proofs {
    let policies = [subject.policy] + (floor.policy.policy.map { [$0] } ?? [])
    let isAsked = policies.contains { $0.environments.contains(where: \.approvals.signed) }
    let signedTag = try signedTag(tag)
    guard isAsked || !evidence.signatures.isEmpty || signedTag != nil else { return Proofs() }
    let configuration = try await repository.configuration()
    let list: SignersList
    do {
      list = try signers(subject, floor, configuration)
    } catch {
      return Self.unknown(Failure(error).message, evidence, signedTag)
    }
    guard !evidence.signatures.isEmpty || signedTag != nil else { return Proofs(trust: list.trust) }
    do {
      return try await prove(
        evidence, signedTag, check(by: list, configuration), list, forgiving: forgiving)
    } catch {
      return Self.unknown(Failure(error).message, evidence, signedTag)
    }
  }

  /// What the signature on a tag proves that is still to be made.
  func proofs(
    ofNew tag: TagObject, _ subject: ReleaseSubject, _ contents: LedgerContents
  ) async throws -> Proofs {
    guard let signature = tag.signature else { return Proofs() }
    let question = Self.question(signature, over: tag.payload, by: tag.tagger?.person)
    do {
      let configuration = try await repository.configuration()
      let floor = try await floor(of: subject, contents)
      let list = try signers(subject, floor, configuration)
      return try await prove(Evidence(), question, check(by: list, configuration), list)
    } catch {
      return Self.unknown(Failure(error).message, Evidence(), question)
    }
  }

  private func check(
    by list: SignersList, _ configuration: GitConfiguration
  ) throws -> SignatureCheck {
    // One moment for all that a command asks.
    let time = memory.signatureTime ?? context.now()
    memory.signatureTime = time
    // Without a list it still shows which signatures are none.
    return try SignatureCheck(
      repository, configuration, signers: list.signers ?? AllowedSigners([]), named: list.name,
      path: list.path, next: list.next, at: time, memory: memory.signatures)
  }

  /// What is to be asked of a tag's signature; `nil` where it has none.
  private func signedTag(_ tag: TagFact) throws -> SignatureCheck.Question? {
    guard case .annotated(let tag) = tag, tag.isSigned,
      let object = try repository.object(tag.object),
      let (payload, signature) = TagObject.parts(of: object.bytes)
    else { return nil }
    return Self.question(signature, over: payload, by: tag.tagger)
  }

  private static func question(
    _ signature: [UInt8], over payload: [UInt8], by tagger: Person?
  ) -> SignatureCheck.Question {
    let text = String(decoding: signature, as: UTF8.self)
    return SignatureCheck.Question(
      format: SigningFormat(armour: text)?.rawValue ?? "X.509", signature: text, payload: payload,
      person: tagger ?? Person(name: "", email: ""), namespace: "git")
  }

  private func prove(
    _ evidence: Evidence, _ signedTag: SignatureCheck.Question?, _ check: SignatureCheck,
    _ list: SignersList, forgiving: Set<SignatureFault> = []
  ) async throws -> Proofs {
    let signed = evidence.records.flatMap { record in
      (evidence.signatures[record.id] ?? []).map { signature in
        (
          record,
          SignatureCheck.Question(
            format: signature.format, signature: signature.value, payload: record.payload,
            person: record.by, namespace: "deed")
        )
      }
    }
    let questions = signed.map(\.1) + (signedTag.map { [$0] } ?? [])
    var answers = try await check.answers(questions)
      .map { list.signers == nil ? $0.withoutList : $0 }
    answers = try await forgiven(
      answers, to: questions, made: signed.map(\.0.at), by: list, forgiving)
    if list.trust != .configuration, let own = try await configuredSigners() {
      answers = zip(answers, questions).map { $0.disputed(by: own, about: $1.person) }
    }
    var list = list
    // Whoever else signed the tag is known by the release's own list alone.
    let isTagGood = if signedTag != nil, case .bad? = answers.last { false } else { true }
    if list.trust == .release, let own = list.signers, isTagGood,
      try await isConfirmed(own, by: answers, to: questions)
    {
      list.trust = .configuration
    }
    var proofs: [RecordID: Proof] = [:]
    var faults: [RecordID: [String]] = [:]
    var revoked: Set<RecordID> = []
    for ((record, _), answer) in zip(signed, answers) {
      switch (answer, proofs[record.id]) {
      case (.good(let key), let known):
        proofs[record.id] = .signed((known?.keys ?? []).union([key]))
      case (.bad(let fault, let why), let known):
        faults[record.id, default: []].append(why)
        if fault == .revoked { revoked.insert(record.id) }
        if known == nil { proofs[record.id] = .claimed(why) }
      case (.unknown(let why), let known):
        if !(known?.isSigned ?? false) { proofs[record.id] = .unknown(why) }
      }
    }
    var tag = TagProof.notSigned
    if let signedTag, let answer = answers.last {
      tag = try await proof(of: signedTag, answer, check)
    }
    return Proofs(
      trust: list.trust, omitted: list.signers?.omitted ?? [],
      shared: list.signers?.sharedKeys ?? [:], byRecord: proofs, faults: faults, revoked: revoked,
      tag: tag)
  }

  /// The same answers where some faults of keys do not matter: one that has expired was good at the time
  /// that the record itself gives.
  ///
  /// A tag names ledgers that were there: its date does not matter.
  ///
  /// - Parameter times: Of the records that the first questions are about; a tag comes behind them.
  private func forgiven(
    _ answers: [SignatureCheck.Answer], to questions: [SignatureCheck.Question],
    made times: [Timestamp], by list: SignersList, _ faults: Set<SignatureFault>
  ) async throws -> [SignatureCheck.Answer] {
    guard !faults.isEmpty else { return answers }
    let configuration = try await repository.configuration()
    var answers = answers
    for place in answers.indices {
      guard case .bad(let fault, _) = answers[place], faults.contains(fault) else { continue }
      if fault == .expired, place < times.count {
        let time = times[place]
        let then = try SignatureCheck(
          repository, configuration, signers: list.signers ?? AllowedSigners([]), at: time,
          isPast: true, memory: memory.signatures)
        answers[place] = try await then.answers([questions[place]])[0]
        // One that is revoked, too, was only seen to have expired.
        guard case .bad(let other, _) = answers[place], other != .expired, faults.contains(other)
        else {
          continue
        }
      }
      let key = SSHSignature(armoured: questions[place].signature)?.key.fingerprint
      answers[place] = .good(key: key ?? "a key of \(questions[place].person.email)")
    }
    return answers
  }

  /// Whether the list that git is configured with, outside the repository, takes the same signatures for
  /// good as a release's own list does, no more and no less, and by the same keys; and gives everybody all
  /// the keys that this one does, since this one will decide over the next release.
  private func isConfirmed(
    _ own: AllowedSigners, by answers: [SignatureCheck.Answer],
    to questions: [SignatureCheck.Question]
  ) async throws -> Bool {
    func good(_ answer: SignatureCheck.Answer) -> SignatureCheck.Answer? {
      if case .good = answer { answer } else { nil }
    }
    guard answers.contains(where: { good($0) != nil }), let signers = try await configuredSigners(),
      signers.gives(allOf: own)
    else { return false }
    let list = SignersList(signers: signers, trust: .configuration)
    let configuration = try await repository.configuration()
    return try await check(by: list, configuration).answers(questions).map(good)
      == answers.map(good)
  }

  /// The reader's own list, where another one decides; one that cannot be read says nothing there.
  private func configuredSigners() async throws -> AllowedSigners? {
    let configuration = try await repository.configuration()
    do {
      return try repository.allowedSigners(configuration)
    } catch {
      return nil
    }
  }

  /// A tag that is not signed by its tagger may be by somebody else whom the list names.
  private func proof(
    of tag: SignatureCheck.Question, _ answer: SignatureCheck.Answer, _ check: SignatureCheck
  ) async throws -> TagProof {
    switch answer {
    case .good(let key): return .signed(key: key)
    case .unknown(let why): return .unknown(why)
    case .bad(.stranger, let why):
      let others = try await check.owners(of: tag).map { email in
        SignatureCheck.Question(
          format: tag.format, signature: tag.signature, payload: tag.payload,
          person: Person(name: "", email: email), namespace: tag.namespace)
      }
      for (question, answer) in zip(others, try await check.answers(others)) {
        if case .good(let key) = answer { return .other(question.person.email, key: key) }
        if case .bad(let fault, let why) = answer, fault != .stranger { return .bad(fault, why) }
      }
      return .bad(.stranger, why)
    case .bad(let fault, let why): return .bad(fault, why)
    }
  }

  /// The same where no signature could be looked at.
  private static func unknown(
    _ why: String, _ evidence: Evidence, _ signedTag: SignatureCheck.Question?
  ) -> Proofs {
    Proofs(
      trust: .unknown(why), byRecord: evidence.signatures.mapValues { _ in .unknown(why) },
      tag: signedTag == nil ? .notSigned : .unknown(why))
  }

  struct SignersList {
    let signers: AllowedSigners?
    var trust: Proofs.Trust
    /// As in "NAME has no key of anybody".
    var name = "the list of signers"
    var path: String?
    /// The list at the released commit, where another one decides: it will for the release after.
    var next: AllowedSigners?
  }

  /// The list of signers that decides over a release.
  func signers(of subject: ReleaseSubject) async throws -> SignersList {
    let contents = try LedgerContents(ledgers, remote: try await remote(subject.policy))
    return try signers(
      subject, try await floor(of: subject, contents), try await repository.configuration())
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
    case .unknown:
      throw Failure(.repository, "whose keys are whose is not known, since the floor is not")
    case .release(let release, let policy):
      if let path = policy.approvals.signers, let commit = floor.commit {
        return try SignersList(
          signers: signers(at: path, in: commit, "\(release)"), trust: .floor(release),
          name: "the list of signers of \(release), which decides,", path: path,
          next: nextSigners(subject))
      }
      isOwn = !policy.environments.contains(where: \.approvals.signed)
    case .branch(let name, let policy):
      if let path = policy.approvals.signers, let commit = floor.commit {
        return try SignersList(
          signers: signers(at: path, in: commit, name), trust: .branch(name),
          name: "the list of signers of \(name.safe), which decides,", path: path,
          next: nextSigners(subject))
      }
      isOwn = !policy.environments.contains(where: \.approvals.signed)
    }
    if isOwn, let path = subject.policy.approvals.signers {
      return SignersList(
        signers: try signers(at: path, in: subject.commit, subject.commit.short), trust: .release,
        path: path)
    }
    let signers = try repository.allowedSigners(configuration)
    return SignersList(
      signers: signers, trust: signers == nil ? .nobody : .configuration,
      path: configuration.protectedValue("gpg.ssh.allowedsignersfile"))
  }

  /// The released commit's own list, which decides nothing yet; `nil` where none is here.
  private func nextSigners(_ subject: ReleaseSubject) throws -> AllowedSigners? {
    try signers(of: subject.policy, in: subject.commit)
  }

  /// The list that a policy names at its commit; `nil` where none is here, or one that is too long.
  func signers(of policy: Policy, in commit: ObjectID) throws -> AllowedSigners? {
    guard let path = policy.approvals.signers,
      let entry = try repository.entry(at: path, in: commit), entry.isFile,
      let header = try repository.header(of: entry.id), header.size <= AllowedSigners.limit
    else { return nil }
    return try repository.file(at: path, in: commit).map { AllowedSigners($0) }
  }

  /// The list at a path of a commit, which `name` calls to people.
  func signers(
    at path: String, in commit: ObjectID, _ name: String
  ) throws -> AllowedSigners {
    let entry = try repository.entry(at: path, in: commit)
    if let entry, let size = try repository.header(of: entry.id)?.size, size > AllowedSigners.limit
    {
      throw Failure(
        .repository,
        "the list of signers \(path.safe) at \(name) has \(size) bytes, more than "
          + "\(AllowedSigners.limit)")
    }
    guard let entry, entry.isFile, let bytes = try repository.file(at: path, in: commit) else {
      throw Failure(
        .repository, "the list of signers \(path.safe) is no file at \(name)",
        hint: "approvals.signers in \(Policy.fileName) names it")
    }
    return AllowedSigners(bytes)
  }
}

extension SignatureCheck.Answer {
  /// The same where the reader knows somebody by other keys: a repository does not say otherwise.
  fileprivate func disputed(by own: AllowedSigners, about person: Person) -> Self {
    guard case .good(let key) = self, own.disputes(key, of: person) else { return self }
    return .unknown(
      "it is good by the release's list, with \(key), and your own list of signers "
        + "(gpg.ssh.allowedSignersFile) knows \(person.email) by another key: ask them which is theirs"
    )
  }

  /// The same where nobody says whose keys are whose: then nobody is a stranger.
  fileprivate var withoutList: Self {
    if case .bad(.stranger, _) = self { .unknown("nobody says whose key it is") } else { self }
  }
}
