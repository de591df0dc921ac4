internal import Release

// SSH: ssh-keygen says whether a key is a person's, good now and not revoked; once for each key,
// person and namespace. Whether that key made each signature is reckoned here, where it can be.
extension SignatureCheck {
  /// What a signature says by itself.
  private enum Reading: Sendable {
    case settled(Answer)
    /// The key made it; whether it counts is to be asked once for all that are alike.
    case valid(SSHKey)
    /// ssh-keygen has to say all.
    case open
  }

  /// Signatures for which ssh-keygen's answer is the same once the key is known to have made them.
  private struct Alike: Hashable {
    let key: SSHKey
    let email: [UInt8]
    let namespace: String
  }

  /// How many are read by one task: each takes some hundred microseconds at most.
  private static let batch = 32

  func sshAnswers(_ questions: [Question]) async throws(GitError) -> [Answer] {
    let starts = Array(stride(from: 0, to: questions.count, by: Self.batch))
    let readings = try await concurrently(starts) { start throws(GitError) in
      questions[start..<min(start + Self.batch, questions.count)].map(read)
    }.flatMap(\.self)
    var leaders: [Alike: Int] = [:]
    var asked: [Int] = []
    for (number, reading) in readings.enumerated() {
      switch reading {
      case .settled: continue
      case .open: asked.append(number)
      case .valid(let key):
        let alike = alike(key, questions[number])
        guard leaders[alike] == nil else { continue }
        leaders[alike] = number
        asked.append(number)
      }
    }
    let said = try await said(of: asked, questions)
    return readings.enumerated().map { number, reading in
      switch reading {
      case .settled(let answer): return answer
      case .open: return said[number] ?? .unknown("it was not looked at")
      case .valid(let key):
        let answer = leaders[alike(key, questions[number])].flatMap { said[$0] }
        guard case .good(let named)? = answer, named != key.fingerprint else {
          return answer ?? .unknown("it was not looked at")
        }
        return .unknown("ssh-keygen speaks of another key, \(named)")
      }
    }
  }

  private func alike(_ key: SSHKey, _ question: Question) -> Alike {
    Alike(key: key, email: question.person.foldedEmail, namespace: question.namespace)
  }

  private func read(_ question: Question) -> Reading {
    guard let signature = SSHSignature(armoured: question.signature) else {
      return .settled(.bad(.altered, "its signature is none that ssh-keygen writes"))
    }
    guard signature.namespace.elementsEqual(question.namespace.utf8) else {
      let place = String(decoding: signature.namespace, as: UTF8.self)
      return .settled(
        .bad(.altered, "its signature is for something else: in the namespace \(place)"))
    }
    let validity = signature.validity(over: question.payload)
    guard validity != .invalid else {
      return .settled(.bad(.altered, "its signature is not over what it says"))
    }
    let key = signature.key
    // A certificate's key stands in no list.
    let isListed = signers.owners(of: key).contains {
      Person(name: "", email: $0).foldedEmail == question.person.foldedEmail
    }
    guard key.isCertified || isListed else {
      let email = question.person.email
      return .settled(
        .bad(
          .stranger,
          signers.spellings(of: question.person).isEmpty
            ? "signed, and the list of signers has no key of \(email)"
            : "its signature is not one of \(email): by the list, \(key.fingerprint) is no key of theirs"
        ))
    }
    return validity == .valid ? .valid(key) : .open
  }

  /// What ssh-keygen says of some of the questions, by their numbers.
  private func said(
    of numbers: [Int], _ questions: [Question]
  ) async throws(GitError) -> [Int: Answer] {
    guard !numbers.isEmpty else { return [:] }
    let program = try sshKeygen.get()
    let files = numbers.map { (name: "\($0).sig", content: Array(questions[$0].signature.utf8)) }
    let answers = try await inWorkplace(files + [("signers", signers.content)]) {
      workplace throws(GitError) in
      try await concurrently(numbers) { number throws(GitError) in
        try await answer(questions[number], "\(number).sig", program, workplace)
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(numbers, answers))
  }

  private func answer(
    _ question: Question, _ name: String, _ program: String, _ workplace: String
  ) async throws(GitError) -> Answer {
    var complaint = ""
    for spelling in signers.spellings(of: question.person) {
      let arguments = [
        "-Y", "verify", "-Overify-time=\(time)", "-n", question.namespace, "-I", spelling, "-f",
        "signers", "-s", name,
      ]
      func run(_ more: [String]) async throws(GitError) -> GitProgram.Output {
        try await GitProgram.run(
          program, arguments + more, input: question.payload, directory: workplace,
          environment: environment)
      }
      let result = try await run(revoked.map { ["-r", $0] } ?? [])
      if result.status == 0, let key = Self.key(result.text) { return .good(key: key) }
      // It says nothing about why where the key is revoked.
      if revoked != nil, try await run([]).status == 0 {
        return .bad(.revoked, "its key is revoked")
      }
      complaint = result.complaint
    }
    let why = complaint.split(separator: "\n").first.map(String.init) ?? "no reason given"
    let isEnded = why.contains("key has expired") || why.contains("key is not yet valid")
    return .bad(
      isEnded ? .expired : .refused, "its signature is not one of \(question.person.email): \(why)")
  }

  /// The fingerprint at the end of `Good "deed" signature for … with ED25519 key SHA256:…`.
  private static func key(_ text: String) -> String? {
    let line = text.split(separator: "\n").last { $0.hasPrefix("Good ") }
    guard let key = line?.split(separator: " ").last, key.hasPrefix("SHA256:") else { return nil }
    return String(key)
  }
}
