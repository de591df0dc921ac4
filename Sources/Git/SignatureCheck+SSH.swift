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
  struct Alike: Hashable {
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
    var known: [Int: Answer] = [:]
    for (number, reading) in readings.enumerated() {
      switch reading {
      case .settled: continue
      case .open: asked.append(number)
      case .valid(let key):
        let alike = alike(key, questions[number])
        guard leaders[alike] == nil else { continue }
        leaders[alike] = number
        if let place = place(of: alike), let key = memory?.key(at: place) {
          known[number] = .good(key: key)
        } else {
          asked.append(number)
        }
      }
    }
    let said = try await said(of: asked, questions).merging(known) { $1 }
    for (alike, number) in leaders {
      if let place = place(of: alike) { memory?.remember(said[number], at: place) }
    }
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

  private func place(of alike: Alike) -> SignatureMemory.Place? {
    guard case .success(let program) = sshKeygen else { return nil }
    return SignatureMemory.Place(
      proof: .ssh(alike), signers: signers.content, revoked: revoked, program: program, time: time)
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
      return .settled(
        stranger(
          question.person.email, named: !signers.spellings(of: question.person).isEmpty,
          key.fingerprint, nextOwners: next?.owners(of: key) ?? []))
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
      var result = try await run(revoked.map { ["-r", $0] } ?? [])
      if result.status == 0, let key = Self.key(result.text) { return .good(key: key) }
      // It says nothing about why: where the key is revoked, and where the list of those is none.
      if let revoked {
        result = try await run([])
        if result.status == 0 {
          return try await lets(revoked, aFreshKeyBy: program)
            ? .bad(.revoked, "its key is revoked")
            : .unknown("the list of revoked keys \(revoked) is none that ssh-keygen can read")
        }
      }
      complaint = result.complaint
    }
    let why = complaint.split(separator: "\n").first.map(String.init) ?? "no reason given"
    let isEnded = why.contains("key has expired") || why.contains("key is not yet valid")
    return .bad(
      isEnded ? .expired : .refused, "its signature is not one of \(question.person.email): \(why)")
  }

  /// Whether a list of revoked keys passes a key that cannot be in it: one that is made here and now.
  private func lets(
    _ revoked: String, aFreshKeyBy program: String
  ) async throws(GitError) -> Bool {
    let workplace = try Disk.makeTemporaryDirectory(in: environment["TMPDIR"])
    defer {
      Disk.remove(workplace, files: ["key", "key.pub", "payload", "payload.sig", "signers"])
    }
    func run(_ arguments: [String], input: [UInt8] = []) async throws(GitError) -> Bool {
      try await GitProgram.run(
        program, arguments, input: input, directory: workplace, environment: environment
      ).status == 0
    }
    let payload = Array("deed".utf8)
    try Disk.write(payload, to: "\(workplace)/payload")
    guard try await run(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "key"]),
      let key = try Disk.content(of: "\(workplace)/key.pub"),
      try await run(["-q", "-Y", "sign", "-n", "deed", "-f", "key", "payload"])
    else { return false }
    try Disk.write(Array("fresh ".utf8) + key, to: "\(workplace)/signers")
    return try await run(
      [
        "-Y", "verify", "-n", "deed", "-I", "fresh", "-f", "signers", "-s", "payload.sig",
        "-r", revoked,
      ], input: payload)
  }

  /// The fingerprint at the end of `Good "deed" signature for … with ED25519 key SHA256:…`.
  private static func key(_ text: String) -> String? {
    let line = text.split(separator: "\n").last { $0.hasPrefix("Good ") }
    guard let key = line?.split(separator: " ").last, key.hasPrefix("SHA256:") else { return nil }
    return String(key)
  }
}
