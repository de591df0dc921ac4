import Git
import Release
import TestSupport
import Testing

/// Keys of every algorithm, and the list that gives them to Hanako.
private struct Keys {
  static let kinds = [
    ["ed25519"], ["ecdsa", "-b", "256"], ["ecdsa", "-b", "384"], ["ecdsa", "-b", "521"],
    ["rsa", "-b", "2048"],
  ]
  static let payload = Array("{\"at\":\"日本\"}".utf8)

  let test: TestRepository

  /// - Parameter count: How many of the kinds; the last ones take a while to make.
  init(_ count: Int = 2) throws {
    test = try TestRepository()
    var list = ""
    for (number, kind) in Self.kinds.prefix(count).enumerated() {
      try run(["-q", "-t"] + kind + ["-N", "", "-C", "", "-f", "k\(number)"])
      let bytes = try #require(Files.read("\(test.directory)/k\(number).pub"))
      list += "hanako@example.com \(String(decoding: bytes, as: UTF8.self))"
    }
    try Files.write(list, to: "\(test.directory)/signers")
  }

  @discardableResult
  func run(_ arguments: [String], input: [UInt8] = []) throws -> Program.Result {
    try Program.run(
      "ssh-keygen", arguments, directory: test.directory, environment: test.environment,
      input: input)
  }

  func signature(
    _ key: Int, _ payload: [UInt8] = payload, namespace: String = "deed", hash: String = "sha512"
  ) throws -> String {
    let result = try run(
      ["-q", "-Y", "sign", "-n", namespace, "-O", "hashalg=\(hash)", "-f", "k\(key)"],
      input: payload)
    try #require(result.status == 0, "\(result.error)")
    return result.text
  }

  /// What OpenSSH itself says of a signature.
  func isGoodByOpenSSH(_ signature: String) throws -> Bool {
    let path = "\(test.directory)/signature"
    try Files.write(signature, to: path)
    return try run(
      ["-Y", "verify", "-n", "deed", "-I", "hanako@example.com", "-f", "signers", "-s", path],
      input: Self.payload
    ).status == 0
  }

  func check(_ list: String? = nil, with settings: String = "") async throws -> SignatureCheck {
    try Files.write(settings, to: "\(test.directory)/gitconfig")
    let repository = try test.open()
    let list = try list.map { Array($0.utf8) } ?? #require(Files.read("\(test.directory)/signers"))
    return try SignatureCheck(
      repository, try await repository.configuration(), signers: AllowedSigners(list),
      at: Timestamp(milliseconds: TestRepository.epoch * 1000))
  }

  static func question(
    _ signature: String, of person: Person = TestRepository.hanako
  ) -> SignatureCheck.Question {
    SignatureCheck.Question(
      format: "ssh", signature: signature, payload: payload, person: person, namespace: "deed")
  }
}

/// The bytes inside an armour, changed.
private func changing(_ armoured: String, _ change: (inout [UInt8]) -> Void) throws -> String {
  let lines = armoured.split(separator: "\n")
  var bytes = try #require(Base64.decode(Array(lines.dropFirst().dropLast().joined().utf8)))
  change(&bytes)
  let text = Base64.encode(bytes)
  let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
  return "\(lines[0])\n\(text)\(padding)\n\(lines[lines.count - 1])\n"
}

extension SignatureCheck.Answer {
  fileprivate var isGood: Bool { if case .good = self { true } else { false } }

  fileprivate var fault: SignatureFault? {
    if case .bad(let fault, _) = self { fault } else { nil }
  }
}

@Suite struct SignatureCheckTests {
  /// Each is compared with OpenSSH's own answer.
  @Test func `no signature is good here that ssh-keygen does not take, of any algorithm`()
    async throws
  {
    let keys = try Keys(Keys.kinds.count)
    var cases: [(name: String, signature: String)] = []
    for key in Keys.kinds.indices {
      let good = try keys.signature(key)
      let name = Keys.kinds[key].joined(separator: " ")
      cases += [
        ("\(name), good", good),
        ("\(name), good over sha256", try keys.signature(key, hash: "sha256")),
        ("\(name), another payload", try keys.signature(key, [1])),
        ("\(name), another namespace", try keys.signature(key, namespace: "git")),
        ("\(name), last bit", try changing(good) { $0[$0.count - 1] ^= 1 }),
        ("\(name), one byte less", try changing(good) { $0.removeLast() }),
        ("\(name), one byte more", try changing(good) { $0.append(0) }),
        ("\(name), another version", try changing(good) { $0[9] = 2 }),
        ("\(name), a bit of the key", try changing(good) { $0[60] ^= 1 }),
        (
          "\(name), an unknown digest",
          try changing(good) { bytes in
            let place = bytes.firstRange(of: Array("sha512".utf8))
            if let place { bytes.replaceSubrange(place, with: "sha384".utf8) }
          }
        ),
        (
          "\(name), a digest that was not used",
          try changing(good) { bytes in
            let place = bytes.firstRange(of: Array("sha512".utf8))
            if let place { bytes.replaceSubrange(place, with: "sha256".utf8) }
          }
        ),
        ("\(name), cut off", String(good.prefix(good.count / 2))),
        ("\(name), empty", ""),
      ]
      if key > 0 {
        // Another's key in front of this signature.
        let other = try keys.signature(key - 1)
        cases.append(
          (
            name + ", another's",
            try changing(good) { bytes in
              let mine = Array(bytes.suffix(40))
              guard
                let start = try? changing(
                  other, { $0.replaceSubrange($0.count - 40..<$0.count, with: mine) })
              else { return }
              let lines = start.split(separator: "\n").dropFirst().dropLast().joined()
              bytes = Base64.decode(Array(lines.utf8)) ?? []
            }
          ))
      }
    }
    let answers = try await keys.check().answers(cases.map { Keys.question($0.signature) })
    #expect(answers.count(where: \.isGood) == 2 * Keys.kinds.count)
    for (item, answer) in zip(cases, answers) {
      #expect(try answer.isGood == keys.isGoodByOpenSSH(item.signature), "\(item.name): \(answer)")
    }
  }

  @Test(arguments: ["text\n", "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"])
  func `what stands after a signature makes it none`(rest: String) async throws {
    let keys = try Keys()
    let answers = try await keys.check().answers([Keys.question(try keys.signature(0) + rest)])
    #expect(answers.first?.fault == .altered)
  }

  @Test func `one question a key is put to ssh-keygen, and it decides for all its signatures`()
    async throws
  {
    let keys = try Keys()
    let program = "\(keys.test.directory)/counting"
    try Files.write("#!/bin/sh\necho >>~/runs\nexec ssh-keygen \"$@\"\n", to: program)
    _ = try Program.run(
      "chmod", ["+x", program], directory: keys.test.directory, environment: keys.test.environment)
    let good = Keys.question(try keys.signature(0))
    let bad = Keys.question(try changing(good.signature) { $0[$0.count - 1] ^= 1 })
    let check = try await keys.check(with: "[gpg \"ssh\"]\n\tprogram = \(program)\n")
    let answers = try await check.answers(
      Array(repeating: good, count: 40) + Array(repeating: bad, count: 40))
    #expect(answers.prefix(40).allSatisfy { $0.isGood })
    #expect(answers.suffix(40).allSatisfy { $0.fault == .altered })
    #expect(Files.read("\(keys.test.directory)/runs")?.count == 1)
  }

  @Test func `why a key is not good is told apart`() async throws {
    let keys = try Keys()
    let question = Keys.question(try keys.signature(0))
    let key = String(
      decoding: try #require(Files.read("\(keys.test.directory)/k0.pub")).dropLast(),
      as: UTF8.self)
    func fault(_ list: String, with settings: String = "") async throws -> SignatureFault? {
      try await keys.check(list, with: settings).answers([question]).first?.fault
    }
    let name = "hanako@example.com"
    #expect(try await fault("\(name) valid-before=\"20250101\" \(key)\n") == .expired)
    #expect(try await fault("\(name) valid-after=\"20300101\" \(key)\n") == .expired)
    #expect(try await fault("\(name) namespaces=\"git\" \(key)\n") == .refused)
    #expect(try await fault("minsu@example.com \(key)\n") == .stranger)
    #expect(try await fault("") == .stranger)
    #expect(try await fault("HANAKO@Example.com \(key)\n") == nil)
    try Files.write(key + "\n", to: "\(keys.test.directory)/revoked")
    let revoked = "[gpg \"ssh\"]\n\trevocationFile = ~/revoked\n"
    #expect(try await fault("\(name) \(key)\n", with: revoked) == .revoked)
  }

  @Test func `a certificate counts by its authority, as ssh-keygen has it`() async throws {
    let keys = try Keys()
    try keys.run(["-q", "-s", "k1", "-I", "x", "-n", "hanako@example.com", "k0.pub"])
    let signed = try keys.run(
      ["-q", "-Y", "sign", "-n", "deed", "-f", "k0-cert.pub"], input: Keys.payload)
    let question = Keys.question(signed.text)
    let authority = String(
      decoding: try #require(Files.read("\(keys.test.directory)/k1.pub")), as: UTF8.self)
    let good = try await keys.check("hanako@example.com cert-authority \(authority)")
    #expect(try await good.answers([question]).first?.isGood == true)
    let other = try await keys.check("hanako@example.com \(authority)")
    #expect(try await other.answers([question]).first?.isGood == false)
  }

  @Test func `a format that nobody knows is not judged`() async throws {
    let keys = try Keys()
    let question = SignatureCheck.Question(
      format: "x509", signature: "", payload: [], person: TestRepository.hanako, namespace: "deed")
    let answer = try await keys.check().answers([question]).first
    #expect(answer == .unknown("signed in the format “x509”, which is not verified"))
  }
}

@Suite struct OpenPGPTests {
  private static let payload = Array("{\"at\":\"日本\"}".utf8)

  private static func fault(
    _ test: TestRepository, _ list: String, _ signature: String, _ payload: [UInt8] = payload
  ) async throws -> SignatureCheck.Answer {
    let repository = try test.open()
    let check = try SignatureCheck(
      repository, try await repository.configuration(), signers: AllowedSigners(Array(list.utf8)),
      at: Timestamp(milliseconds: TestRepository.epoch * 1000))
    let answer = try await check.answers([
      SignatureCheck.Question(
        format: "openpgp", signature: signature, payload: payload, person: TestRepository.hanako,
        namespace: "deed")
    ]).first
    return try #require(answer)
  }

  @Test func `only a good key that the list gives to somebody signs for them`() async throws {
    let test = try TestRepository()
    let gpg = try GnuPG(test)
    let own = try gpg.key(TestRepository.hanako)
    // Whatever it calls itself.
    let forged = try gpg.key(TestRepository.hanako)
    let old = try gpg.key(
      TestRepository.hanako, expires: "1d", ["--faked-system-time", "20250101T000000"])
    let lost = try gpg.key(TestRepository.hanako)
    let list = [own, old, lost].map { "hanako@example.com openpgp4fpr:\($0.lowercased())\n" }
      .joined()
    let good = try gpg.sign(Self.payload, ["-u", own])
    #expect(try await Self.fault(test, list, good) == .good(key: "openpgp4fpr:\(own)"))
    #expect(try await Self.fault(test, list, good, [1]).fault == .altered)
    #expect(try await Self.fault(test, "", good).fault == .stranger)
    #expect(
      try await Self.fault(test, "minsu@example.com openpgp4fpr:\(own)\n", good).fault == .stranger)
    // Options and parts of fingerprints name nobody.
    for line in ["valid-before=\"2030\" openpgp4fpr:\(own)", "openpgp4fpr:\(own.suffix(16))"] {
      #expect(
        try await Self.fault(test, "hanako@example.com \(line)\n", good).fault == .stranger)
    }
    #expect(
      try await Self.fault(test, list, try gpg.sign(Self.payload, ["-u", forged])).fault
        == .stranger)
    let both = try gpg.sign(Self.payload, ["-u", own, "-u", forged])
    #expect(try await Self.fault(test, list, both).fault == .altered)
    let weak = try gpg.sign(Self.payload, ["-u", own, "--digest-algo", "SHA1"])
    #expect(try await Self.fault(test, list, weak).isGood == false)
    let clear = try gpg.run(["-u", own, "--armor", "--sign"], input: Self.payload).text
    #expect(try await Self.fault(test, list, clear).fault == .altered)
    let past = try gpg.sign(
      Self.payload, ["-u", old, "--faked-system-time", "20250101T120000"])
    #expect(try await Self.fault(test, list, past).fault == .expired)
    // A key that gpg does not have may be theirs.
    let away = try gpg.sign(Self.payload, ["-u", lost])
    try gpg.run(["--yes", "--delete-secret-and-public-key", lost])
    guard case .unknown(let why) = try await Self.fault(test, list, away) else {
      Issue.record("it was judged")
      return
    }
    #expect(why.contains("gpg --import"))
    try gpg.revoke(own)
    #expect(try await Self.fault(test, list, good).fault == .revoked)
  }

  @Test func `git takes a tag that is signed with OpenPGP here`() async throws {
    let test = try TestRepository()
    let gpg = try GnuPG(test)
    try test.commit("One")
    let key = try gpg.key(TestRepository.hanako)
    for settings in ["", "[user]\n\tsigningkey = \(key)\n[gpg]\n\tformat = openpgp\n"] {
      try Files.write(settings, to: "\(test.directory)/gitconfig")
      let repository = try test.open()
      let signer = try #require(
        try await repository.tagSigner(repository.configuration(), .sign))
      let tag = TagObject(
        object: try test.id("HEAD"), kind: .commit, name: "v1",
        tagger: try await repository.committer(), message: Array("日本語\n".utf8))
      let id = try repository.write(
        .tag, tag.signed(with: try await signer.sign(tag.payload)).bytes)
      try test.git("update-ref", "refs/tags/v1", "\(id)")
      #expect(try test.run(["verify-tag", "v1"]).status == 0)
    }
    // A key that is not there leaves nothing unsigned.
    try Files.write("[user]\n\tsigningkey = nobody\n", to: "\(test.directory)/gitconfig")
    let repository = try test.open()
    let signer = try await repository.signer(repository.configuration())
    let error = await #expect(throws: GitError.self) { try await signer.sign([1]) }
    #expect(error?.kind == .signing && error?.message.contains("could not sign") == true)
  }
}
