internal import Glibc
package import Release

/// Checks SSH signatures as git does, with ssh-keygen.
///
/// Nothing that a repository says chooses the program or the lists.
package struct SignatureCheck: Sendable {
  /// One signature, and what it is to prove.
  package struct Question: Hashable, Sendable {
    /// Armoured.
    package let signature: String
    package let payload: [UInt8]
    /// Who is said to have signed.
    package let person: Person
    /// `deed` for records, `git` for tags.
    package let namespace: String

    package init(signature: String, payload: [UInt8], person: Person, namespace: String) {
      self.signature = signature
      self.payload = payload
      self.person = person
      self.namespace = namespace
    }
  }

  package enum Answer: Hashable, Sendable {
    /// The person's key made it: the fingerprint, `SHA256:…`.
    case good(key: String)
    case bad(String)
  }

  private let program: String
  private let signers: AllowedSigners
  /// Path of the list of revoked keys.
  private let revoked: String?
  /// As ssh-keygen wants it: `20261121080000Z`.
  private let time: String
  private let directory: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - time: When the keys must be good. Not the time that a record claims: whoever has a key that
  ///     is good no more can claim any.
  package init(
    _ repository: Repository, _ configuration: GitConfiguration, signers: AllowedSigners,
    at time: Timestamp
  ) throws(GitError) {
    let name = configuration.protectedValue("gpg.ssh.program") ?? "ssh-keygen"
    program = try GitProgram.program(
      repository.expanded(name), in: repository.environment, package: "openssh-client")
    revoked = configuration.protectedValue("gpg.ssh.revocationfile").map(repository.expanded)
    if let revoked, !Disk.exists(revoked) {
      throw GitError(
        .signing, "the list of revoked keys \(revoked) is not there",
        hint: "git config --global gpg.ssh.revocationFile PATH")
    }
    self.signers = signers
    self.time = String(time.description.prefix(19).filter(\.isNumber)) + "Z"
    directory = repository.workDirectory ?? repository.gitDirectory
    var environment = repository.environment
    environment["LC_ALL"] = "C.UTF-8"
    self.environment = environment
  }

  /// The answers to the questions, in their order; several programs run at a time.
  package func answers(_ questions: [Question]) async throws(GitError) -> [Answer] {
    let workplace = try Disk.makeTemporaryDirectory(in: environment["TMPDIR"])
    let names = questions.indices.map { "\($0).sig" }
    defer { Disk.remove(workplace, files: names + ["signers"]) }
    try Disk.write(signers.content, to: "\(workplace)/signers")
    for (name, question) in zip(names, questions) {
      try Disk.write(Array(question.signature.utf8), to: "\(workplace)/\(name)")
    }
    let width = max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let results = await withTaskGroup(
      of: (Int, Result<Answer, GitError>).self, returning: [Int: Result<Answer, GitError>].self
    ) { group in
      var results: [Int: Result<Answer, GitError>] = [:]
      for (number, question) in questions.enumerated() {
        if number >= width, let (index, result) = await group.next() { results[index] = result }
        group.addTask {
          do throws(GitError) {
            return (number, .success(try await answer(question, names[number], workplace)))
          } catch {
            return (number, .failure(error))
          }
        }
      }
      for await (index, result) in group { results[index] = result }
      return results
    }
    var answers: [Answer] = []
    for number in questions.indices {
      guard let result = results[number] else { throw GitError(.signing, "a check was lost") }
      answers.append(try result.get())
    }
    return answers
  }

  private func answer(
    _ question: Question, _ name: String, _ workplace: String
  ) async throws(GitError) -> Answer {
    let spellings = signers.spellings(of: question.person)
    guard !spellings.isEmpty else {
      return .bad("signed, and the list of signers has no key of \(question.person.email)")
    }
    var complaint = ""
    for spelling in spellings {
      var arguments = [
        "-Y", "verify", "-Overify-time=\(time)", "-n", question.namespace, "-I", spelling, "-f",
        "signers", "-s", name,
      ]
      if let revoked { arguments += ["-r", revoked] }
      let result = try await GitProgram.run(
        program, arguments, input: question.payload, directory: workplace, environment: environment)
      if result.status == 0, let key = Self.key(result.text) { return .good(key: key) }
      complaint = result.complaint
    }
    let why = complaint.split(separator: "\n").first.map(String.init) ?? "no reason given"
    return .bad("its signature is not one of \(question.person.email): \(why)")
  }

  /// The fingerprint at the end of `Good "deed" signature for … with ED25519 key SHA256:…`.
  private static func key(_ text: String) -> String? {
    let line = text.split(separator: "\n").last { $0.hasPrefix("Good ") }
    guard let key = line?.split(separator: " ").last, key.hasPrefix("SHA256:") else { return nil }
    return String(key)
  }
}
