internal import Git
internal import Release

/// Looks for secrets in every file of a release.
struct TreeScan {
  /// Globs of paths where they may be, with the reasons.
  let allowed: [(key: String, value: String)]
  /// Secrets that are to stand nowhere in it.
  var known = KnownSecrets.none
  /// The path of the file that those are from, which is judged as a whole.
  var source: String?

  /// Larger files are read one by one, in bytes.
  var limit = 10 << 20
  /// Still larger ones are not read.
  var largest = 100 << 20
  private static let mostNamed = 20

  /// What was seen in one blob.
  private struct Sight: Sendable {
    var sightings: [SecretScanner.Sighting] = []
    var isBinary = false
    /// Whether the file itself is elsewhere.
    var isPointer = false
  }

  /// - Parameter others: What another program found instead; only known secrets are looked for then.
  func findings(
    _ subject: CheckSubject, besides others: [FoundSecret]? = nil
  ) throws(CheckTrouble) -> [CheckFinding] {
    if let others, known.isEmpty {
      return try Self.judged(others, allowed, nothing: "gitleaks finds no secret in the release")
    }
    var left = LeftOut()
    let files: [TreeFile]
    let sights: [ObjectID: Sight]
    do throws(GitError) {
      let all = try subject.repository.files(in: subject.commit, withSubmodules: true) { path in
        left.skips(directory: path)
      }
      left.submodules = all.count { $0.isSubmodule }
      files = all.filter { $0.isFile && !left.skips(file: $0.path) }
      sights = try look(at: files, in: subject.repository, isWhole: others == nil)
    } catch {
      throw CheckTrouble(error)
    }
    var found = others ?? []
    for file in files {
      guard let sight = sights[file.id] else {
        found.append(try unread(file, subject))
        continue
      }
      if sight.isBinary { left.binaries += 1 }
      if sight.isPointer { left.pointers += 1 }
      let isSource = source.map { file.path.isExactly($0) } ?? false
      for sighting in sight.sightings where !(sighting.isKnown && isSource) {
        let place = "\(sighting.length) characters from column \(sighting.column)"
        found.append(
          FoundSecret(what: "\(sighting.what), \(place)", path: file.path, line: sighting.line))
      }
    }
    let noun = files.count == 1 ? "file" : "files"
    let who = others == nil ? "no secret" : "gitleaks finds no secret, and none is known,"
    return try Self.judged(
      found, allowed, nothing: "\(who) in the \(files.count) \(noun) of the release\(left.words)")
  }

  /// What is seen in each blob that can be read; the same bytes are read once.
  private func look(
    at files: [TreeFile], in repository: Repository, isWhole: Bool
  ) throws(GitError) -> [ObjectID: Sight] {
    // By all rules that any of a blob's names asks for.
    var manners: [ObjectID: FileManner] = [:]
    var ids: [ObjectID] = []
    for file in files {
      let manner = FileManner(path: file.path)
      if manners[file.id] == nil { ids.append(file.id) }
      manners[file.id, default: []].formUnion(manner)
    }
    func read(_ ids: [ObjectID], upTo limit: Int) throws(GitError) -> [Sight?] {
      let scanners = ids.map { SecretScanner(manner: manners[$0] ?? []) }
      let known = known
      return try repository.contents(of: ids, upTo: limit) { bytes, index in
        Self.sight(in: bytes, isWhole ? scanners[index] : nil, known)
      }
    }
    var sights: [ObjectID: Sight] = [:]
    for (id, sight) in zip(ids, try read(ids, upTo: limit)) {
      if let sight { sights[id] = sight } else { sights[id] = try read([id], upTo: largest)[0] }
    }
    return sights
  }

  private static func sight(
    in bytes: Swift.Span<UInt8>, _ scanner: SecretScanner?, _ known: KnownSecrets
  ) -> Sight {
    func looked(_ bytes: Swift.Span<UInt8>) -> [SecretScanner.Sighting] {
      let own = known.sightings(in: bytes)
      let others = scanner?.sightings(in: bytes) ?? []
      // What is known by name needs no guess.
      return own + others.filter { other in !own.contains { $0.overlaps(other) } }
    }
    switch ScannedText(bytes) {
    case .plain: return Sight(sightings: looked(bytes), isPointer: isPointer(bytes))
    case .wide(let units): return Sight(sightings: looked(units.span))
    case .binary: return Sight(sightings: known.sightings(in: bytes), isBinary: true)
    }
  }

  /// Whether it says where Git LFS keeps the file, see git-lfs's specification.
  private static func isPointer(_ bytes: Swift.Span<UInt8>) -> Bool {
    let beginning = Array("version https://git-lfs.github.com/spec/v1\n".utf8)
    return bytes.count < 1024 && bytes.count > beginning.count
      && beginning.indices.allSatisfy { bytes[$0] == beginning[$0] }
  }

  private func unread(
    _ file: TreeFile, _ subject: CheckSubject
  ) throws(CheckTrouble) -> FoundSecret {
    let size: Int
    do throws(GitError) {
      size = try subject.repository.header(of: file.id)?.size ?? 0
    } catch {
      throw CheckTrouble(error)
    }
    return FoundSecret(
      what: "not read: it has \(size >> 20) MiB, and \(largest >> 20) are read at most",
      path: file.path, line: nil, isUnread: true)
  }

  /// What was found, without what is allowed.
  static func judged(
    _ found: [FoundSecret], _ allowed: [(key: String, value: String)], nothing: String
  ) throws(CheckTrouble) -> [CheckFinding] {
    for (glob, reason) in allowed where !reason.contains(where: { !$0.isWhitespace }) {
      throw CheckTrouble(
        "the policy allows secrets in \(glob), and gives no reason",
        hint: "say why they are none, in `allow` of [checks.secrets]")
    }
    let globs = allowed.map { Glob($0.key) }
    var counts = [Int](repeating: 0, count: allowed.count)
    var open: [FoundSecret] = []
    for secret in found {
      if let index = globs.firstIndex(where: { $0.matches(secret.path) }) {
        counts[index] += 1
      } else {
        open.append(secret)
      }
    }
    let secrets = open.filter { !$0.isUnread }
    var findings = secrets.prefix(mostNamed).map { secret in
      CheckFinding(.fail, "secret-in-tree", secret.what, path: secret.path, line: secret.line)
    }
    if secrets.count > mostNamed {
      findings.append(
        CheckFinding(.fail, "secret-in-tree", "and \(secrets.count - mostNamed) more"))
    }
    findings += open.filter(\.isUnread).map { file in
      CheckFinding(.warn, "tree-unread", file.what, path: file.path)
    }
    for ((glob, reason), count) in zip(allowed, counts) {
      findings.append(
        count > 0
          ? CheckFinding(.pass, "secret-allowed", "\(count) in \(glob) are allowed: \(reason)")
          : CheckFinding(
            .warn, "allowed-for-nothing",
            "the policy allows secrets in \(glob), and there are none"))
    }
    if open.isEmpty { findings.append(CheckFinding(.pass, "tree-clean", nothing)) }
    return findings
  }
}

/// Something in a file that looks like a secret, whoever found it; or a file that nobody read.
struct FoundSecret: Hashable {
  let what: String
  let path: String
  let line: Int?
  var isUnread = false
}

/// What of a release is not looked through.
private struct LeftOut {
  private var directories: Set<String> = []
  private var files = 0
  var binaries = 0
  var pointers = 0
  var submodules = 0

  private static let vendored: Set<Substring> = [
    "node_modules", "vendor", "third_party", "third-party", "bower_components", "Pods", "Carthage",
    ".yarn", "site-packages",
  ]

  mutating func skips(directory path: String) -> Bool {
    let name = PathName.last(path)
    guard Self.vendored.contains(name) else { return false }
    directories.insert(String(name))
    return true
  }

  /// What other programs write, with digests in it that look like keys.
  mutating func skips(file path: String) -> Bool {
    let name = PathName.last(path)
    let locks: Set<Substring> = [
      "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "Cargo.lock",
      "poetry.lock", "uv.lock", "Pipfile.lock", "Gemfile.lock", "composer.lock", "go.sum",
      "Package.resolved", "flake.lock", "bun.lock", "Podfile.lock", "mix.lock",
    ]
    let isLeftOut =
      locks.contains(name) || name.hasSuffix(".min.js") || name.hasSuffix(".min.css")
      || name.hasSuffix(".map")
    if isLeftOut { files += 1 }
    return isLeftOut
  }

  /// What that is, as the end of a sentence.
  var words: String {
    var parts: [String] = []
    if binaries > 0 { parts.append("\(binaries) binary") }
    if files > 0 { parts.append("\(files) locked or minified") }
    if pointers > 0 { parts.append("\(pointers) in Git LFS") }
    if submodules > 0 { parts.append(submodules.counted("submodule")) }
    if !directories.isEmpty {
      parts.append("all in \(directories.sorted().joined(separator: ", "))")
    }
    return parts.isEmpty ? "" : "; not looked at: \(parts.joined(separator: ", "))"
  }
}
