internal import Release

// OpenPGP: gpg says whether a key made a signature and whether it is good; the list says whose it is.
// What a key says of itself (its user ids) and whom gpg trusts play no part.
extension SignatureCheck {
  func openPGPAnswers(_ questions: [Question]) async throws(GitError) -> [Answer] {
    let program: String
    do throws(GitError) {
      program = try gpg.get()
    } catch {
      return questions.map { _ in .unknown(error.message) }
    }
    func place(of question: Question) -> SignatureMemory.Place {
      SignatureMemory.Place(
        proof: .openPGP(question), signers: signers.content, revoked: nil, program: program,
        time: isPast ? time : "")
    }
    var answers = questions.map { memory?.key(at: place(of: $0)).map { Answer.good(key: $0) } }
    let asked = answers.indices.filter { answers[$0] == nil }
    for (number, answer) in zip(asked, try await asking(gpg: program, asked.map { questions[$0] }))
    {
      memory?.remember(answer, at: place(of: questions[number]))
      answers[number] = answer
    }
    return answers.map { $0 ?? .unknown("it was not looked at") }
  }

  private func asking(
    gpg program: String, _ questions: [Question]
  ) async throws(GitError) -> [Answer] {
    guard !questions.isEmpty else { return [] }
    let files = questions.enumerated().map { number, question in
      (name: "\(number).asc", content: Array(question.signature.utf8))
    }
    return try await inWorkplace(files) { workplace throws(GitError) in
      try await concurrently(Array(questions.indices)) { number throws(GitError) in
        try await openPGPAnswer(questions[number], "\(number).asc", program, workplace)
      }
    }
  }

  private func openPGPAnswer(
    _ question: Question, _ name: String, _ program: String, _ workplace: String
  ) async throws(GitError) -> Answer {
    guard question.signature.hasPrefix("-----BEGIN PGP SIGNATURE-----\n") else {
      return .bad(.altered, "its signature is no detached OpenPGP signature")
    }
    let result = try await verify(question, name, program, workplace)
    let status = GnuPGStatus(result.output)
    let email = question.person.email
    let fingerprints = signers.fingerprints(of: question.person)
    if status.has("BADSIG") { return .bad(.altered, "its signature is not over what it says") }
    if status.has("NO_PUBKEY") {
      // Anybody can sign with a key that nobody has: only one that the list names may be theirs.
      for fingerprint in fingerprints.sorted() where try await !has(fingerprint, program, workplace)
      {
        return .unknown(
          "the key \(fingerprint) of \(email) is not in gpg's keyring (gpg --import, or --recv-keys)"
        )
      }
    }
    guard status.count("NEWSIG") == 1, let key = status.primaryKey else {
      guard status.has("NO_PUBKEY") else {
        return .bad(.altered, "gpg knows no one signature in it: \(Self.reason(result))")
      }
      return stranger(
        email, named: !fingerprints.isEmpty, "a key that gpg does not have", kind: "OpenPGP key",
        nextOwners: [])
    }
    guard fingerprints.contains(key) else {
      return stranger(
        email, named: !fingerprints.isEmpty, key, kind: "OpenPGP key",
        nextOwners: next?.owners(ofOpenPGP: key) ?? [])
    }
    if status.has("REVKEYSIG") { return .bad(.revoked, "its key \(key) is revoked") }
    if status.has("EXPKEYSIG") || status.has("EXPSIG") {
      return .bad(.expired, "its key or the signature itself has expired: \(key)")
    }
    guard result.status == 0, status.count("GOODSIG") == 1 else {
      return .bad(.refused, "gpg does not take its signature: \(Self.reason(result))")
    }
    return .good(key: AllowedSigners.openPGP + key)
  }

  /// The fingerprint of the primary key that made a signature; `nil` where it is not to be had.
  func openPGPKey(of question: Question) async throws(GitError) -> String? {
    let program = try gpg.get()
    return try await inWorkplace([("tag.asc", Array(question.signature.utf8))]) {
      workplace throws(GitError) in
      GnuPGStatus(try await verify(question, "tag.asc", program, workplace).output).primaryKey
    }
  }

  private func verify(
    _ question: Question, _ name: String, _ program: String, _ workplace: String
  ) async throws(GitError) -> GitProgram.Output {
    // As `20261121T080000`, and the clock stands still.
    let moment =
      isPast ? ["--faked-system-time", "\(time.prefix(8))T\(time.dropFirst(8).prefix(6))!"] : []
    return try await GitProgram.run(
      program,
      Self.quietly + moment + [
        "--weak-digest", "SHA1", "--weak-digest", "RIPEMD160", "--verify", name, "-",
      ],
      input: question.payload, directory: workplace, environment: environment)
  }

  private func has(
    _ fingerprint: String, _ program: String, _ workplace: String
  ) async throws(GitError) -> Bool {
    try await GitProgram.run(
      program, Self.quietly + ["--list-keys", fingerprint], input: [], directory: workplace,
      environment: environment
    ).status == 0
  }

  /// Asks nobody: no terminal, no network, no web of trust.
  private static let quietly = [
    "--batch", "--no-tty", "--status-fd", "1", "--no-auto-key-retrieve", "--disable-dirmngr",
    "--trust-model", "always",
  ]

  private static func reason(_ result: GitProgram.Output) -> String {
    result.complaint.split(separator: "\n").last.map(String.init) ?? "no reason given"
  }
}

/// What gpg says to programs: the lines of `--status-fd`.
struct GnuPGStatus {
  private let lines: [[Substring]]

  init(_ output: [UInt8]) {
    lines = String(decoding: output, as: UTF8.self).split(separator: "\n").compactMap { line in
      guard line.hasPrefix("[GNUPG:] ") else { return nil }
      return line.dropFirst("[GNUPG:] ".count).split(separator: " ")
    }
  }

  func has(_ keyword: String) -> Bool { count(keyword) > 0 }

  func count(_ keyword: String) -> Int { lines.count { $0.first?.elementsEqual(keyword) ?? false } }

  /// The fingerprint of the primary key of the one signature that is whole, over bytes as they are.
  ///
  /// One whose key has ended or is revoked is such a one, too.
  var primaryKey: String? {
    let valid = lines.filter { $0.first == "VALIDSIG" }
    guard valid.count == 1, let words = valid.first, words.count == 11, words[9] == "00" else {
      return nil
    }
    return String(words[10])
  }
}
