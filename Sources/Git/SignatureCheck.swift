package import Release

/// Checks signatures as git does, with ssh-keygen and gpg.
///
/// Nothing that a repository says chooses the programs or the lists.
package struct SignatureCheck: Sendable {
  /// One signature, and what it is to prove.
  package struct Question: Hashable, Sendable {
    /// `ssh` or `openpgp`; others are not judged.
    package let format: String
    /// Armoured.
    package let signature: String
    package let payload: [UInt8]
    /// Who is said to have signed.
    package let person: Person
    /// `deed` for records, `git` for tags; OpenPGP knows none.
    package let namespace: String

    package init(
      format: String, signature: String, payload: [UInt8], person: Person, namespace: String
    ) {
      self.format = format
      self.signature = signature
      self.payload = payload
      self.person = person
      self.namespace = namespace
    }
  }

  package enum Answer: Hashable, Sendable {
    /// The person's key made it: `SHA256:…`, or `openpgp4fpr:…` and the primary key's fingerprint.
    case good(key: String)
    case bad(SignatureFault, String)
    /// It cannot be told; the text says why.
    case unknown(String)
  }

  let signers: AllowedSigners
  /// What the list is called, as in "NAME has no key of anybody".
  let name: String
  /// Where the list lies, as people find it.
  let path: String?
  /// The list that comes after this one, which decides nothing yet.
  let next: AllowedSigners?
  /// The programs; an error where there is none.
  let sshKeygen: Result<String, GitError>
  let gpg: Result<String, GitError>
  /// Path of the list of revoked keys.
  let revoked: String?
  /// As ssh-keygen wants it: `20261121080000Z`.
  let time: String
  /// Whether that is another moment than now, which gpg has to be told.
  let isPast: Bool
  let environment: [String: String]
  let memory: SignatureMemory?

  /// - Parameters:
  ///   - signers: Whose keys are whose.
  ///   - name: What people call that list.
  ///   - path: Where it lies.
  ///   - next: The list that comes after it, to say of whom it is that they count then.
  ///   - time: When the keys must be good. Not the time that a record claims: whoever has a key that
  ///     is good no more can claim any.
  ///   - isPast: Whether that is no moment of this clock.
  ///   - memory: What was taken for good before.
  package init(
    _ repository: Repository, _ configuration: GitConfiguration, signers: AllowedSigners,
    named name: String = "the list of signers", path: String? = nil,
    next: AllowedSigners? = nil, at time: Timestamp, isPast: Bool = false,
    memory: SignatureMemory? = nil
  ) throws(GitError) {
    self.isPast = isPast
    self.memory = memory
    sshKeygen = repository.signingProgram(.ssh, configuration)
    gpg = repository.signingProgram(.openPGP, configuration)
    revoked = configuration.protectedValue("gpg.ssh.revocationfile").map(repository.expanded)
    if let revoked, !revoked.hasPrefix("/") || !Disk.exists(revoked) {
      throw GitError(
        .signing, "the list of revoked keys \(revoked) is not there, or its path is relative",
        hint: "git config --global gpg.ssh.revocationFile /PATH")
    }
    self.signers = signers
    self.name = name
    self.path = path
    self.next = next
    self.time = String(time.description.prefix(19).filter(\.isNumber)) + "Z"
    var environment = repository.environment
    environment["LC_ALL"] = "C.UTF-8"
    environment["LANGUAGE"] = ""
    self.environment = environment
  }

  /// The answers to the questions, in their order.
  package func answers(_ questions: [Question]) async throws(GitError) -> [Answer] {
    var answers = questions.map { question in
      Answer.unknown(
        "signed in the format \u{201C}\(question.format)\u{201D}, which is not verified")
    }
    let ssh = questions.indices.filter { questions[$0].format == SigningFormat.ssh.rawValue }
    let others = questions.indices.filter { questions[$0].format == SigningFormat.openPGP.rawValue }
    if !ssh.isEmpty {
      let checked = try await sshAnswers(ssh.map { questions[$0] })
      for (index, answer) in zip(ssh, checked) { answers[index] = answer }
    }
    if !others.isEmpty {
      let checked = try await openPGPAnswers(others.map { questions[$0] })
      for (index, answer) in zip(others, checked) { answers[index] = answer }
    }
    return answers
  }

  /// Whom the key that made a signature is of by the list, whether or not it is good.
  package func owners(of question: Question) async throws(GitError) -> [String] {
    switch SigningFormat(rawValue: question.format) {
    case .ssh: SSHSignature(armoured: question.signature).map { signers.owners(of: $0.key) } ?? []
    case .openPGP: try await openPGPKey(of: question).map { signers.owners(ofOpenPGP: $0) } ?? []
    case nil: []
    }
  }

  /// The answer where the list gives a key to others, or to nobody.
  ///
  /// - Parameters:
  ///   - named: Whether the list has another key of the person.
  ///   - nextOwners: Whom the key is of by the list that comes after.
  func stranger(
    _ email: String, named: Bool, _ key: String, kind: String = "key", nextOwners: [String]
  ) -> Answer {
    let folded = Person(name: "", email: email).foldedEmail
    let isNext = nextOwners.contains { Person(name: "", email: $0).foldedEmail == folded }
    let place = path.map { "\($0):" } ?? "line "
    let line = named ? nil : signers.illegibleLine(for: Person(name: "", email: email))
    let illegible = line.map {
      "its signature is not one of \(email): in \(name) no key can be read at \(place)\($0)"
    }
    return .bad(
      .stranger,
      (illegible
        ?? (named
          ? "its signature is not one of \(email): by \(name) \(key) is no key of theirs"
          : "signed, and \(name) has no \(kind) of \(email)"))
        + (isNext
          ? "; the list of this release has it, and counts from the release after this one" : ""))
  }

  /// Runs `work` for each element, as many at a time as there are processors, and keeps their order.
  func concurrently<Element: Sendable, Output: Sendable>(
    _ elements: [Element], _ work: @escaping @Sendable (Element) async throws(GitError) -> Output
  ) async throws(GitError) -> [Output] {
    let width = max(2, Processors.count)
    let results = await withTaskGroup(
      of: (Int, Result<Output, GitError>).self, returning: [Int: Result<Output, GitError>].self
    ) { group in
      var results: [Int: Result<Output, GitError>] = [:]
      for (number, element) in elements.enumerated() {
        if number >= width, let (index, result) = await group.next() { results[index] = result }
        group.addTask {
          do throws(GitError) {
            return (number, .success(try await work(element)))
          } catch {
            return (number, .failure(error))
          }
        }
      }
      for await (index, result) in group { results[index] = result }
      return results
    }
    var outputs: [Output] = []
    for number in elements.indices {
      guard let result = results[number] else { throw GitError(.signing, "a check was lost") }
      outputs.append(try result.get())
    }
    return outputs
  }

  /// A private directory with these files in it, for as long as `work` takes.
  func inWorkplace<Output>(
    _ files: [(name: String, content: [UInt8])],
    _ work: (String) async throws(GitError) -> Output
  ) async throws(GitError) -> Output {
    let workplace = try Disk.makeTemporaryDirectory(in: environment["TMPDIR"])
    defer { Disk.remove(workplace, files: files.map(\.name)) }
    for file in files { try Disk.write(file.content, to: "\(workplace)/\(file.name)") }
    return try await work(workplace)
  }
}
