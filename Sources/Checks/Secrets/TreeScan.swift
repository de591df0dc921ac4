internal import Git
internal import Release

/// Looks for secrets in every file of a release.
struct TreeScan {
  /// Globs of paths where they may be, with the reasons.
  let allowed: [(key: String, value: String)]

  /// Larger files are left out, in bytes.
  private static let limit = 10 << 20
  private static let mostNamed = 20

  func findings(_ subject: CheckSubject) throws(CheckTrouble) -> [CheckFinding] {
    let files: [TreeFile]
    let seen: [[SecretScanner.Sighting]?]
    let unique: [TreeFile]
    do throws(GitError) {
      files = try subject.repository.files(in: subject.commit, skipping: Self.isVendored)
        .filter { $0.isFile && !Self.isLeftOut($0.path) }
      // The same bytes are read once, by the strictest rules that any of their names asks for.
      var settings: Set<ObjectID> = []
      for file in files where SecretScanner(path: file.path).isSettings { settings.insert(file.id) }
      var ids: Set<ObjectID> = []
      unique = files.filter { ids.insert($0.id).inserted }
      let scanners = unique.map { SecretScanner(isSettings: settings.contains($0.id)) }
      seen = try subject.repository.contents(of: unique.map(\.id), upTo: Self.limit) {
        scanners[$1].sightings(in: $0)
      }
    } catch {
      throw CheckTrouble(error)
    }
    let large = zip(unique, seen).count { $1 == nil }
    let byID = Dictionary(uniqueKeysWithValues: zip(unique.map(\.id), seen.map { $0 ?? [] }))
    let found = files.flatMap { file in
      (byID[file.id] ?? []).map {
        FoundSecret(
          what: "\($0.what), \($0.length) characters from column \($0.column)", path: file.path,
          line: $0.line)
      }
    }
    let noun = files.count == 1 ? "file" : "files"
    let rest = large == 0 ? "" : "; \(large) of more than \(Self.limit >> 20) MiB were not read"
    return try Self.judged(
      found, allowed, nothing: "no secret in the \(files.count) \(noun) of the release\(rest)")
  }

  /// What was found, without what is allowed.
  static func judged(
    _ found: [FoundSecret], _ allowed: [(key: String, value: String)], nothing: String
  ) throws(CheckTrouble) -> [CheckFinding] {
    for (glob, reason) in allowed where !reason.contains(where: { !$0.isWhitespace }) {
      throw CheckTrouble("the policy allows secrets in \(glob), and gives no reason")
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
    var findings = open.prefix(mostNamed).map { secret in
      CheckFinding(.fail, "secret-in-tree", secret.what, path: secret.path, line: secret.line)
    }
    if open.count > mostNamed {
      findings.append(
        CheckFinding(.fail, "secret-in-tree", "and \(open.count - mostNamed) more"))
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

  private static let vendored: Set<Substring> = [
    "node_modules", "vendor", "third_party", "third-party", "bower_components", "Pods", "Carthage",
    ".yarn", "site-packages",
  ]

  private static func isVendored(_ path: String) -> Bool { vendored.contains(PathName.last(path)) }

  /// What other programs write, with digests in it that look like keys.
  private static func isLeftOut(_ path: String) -> Bool {
    let name = PathName.last(path)
    let locks: Set<Substring> = [
      "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "Cargo.lock",
      "poetry.lock", "uv.lock", "Pipfile.lock", "Gemfile.lock", "composer.lock", "go.sum",
      "Package.resolved", "flake.lock", "bun.lock", "Podfile.lock", "mix.lock",
    ]
    return locks.contains(name) || name.hasSuffix(".min.js") || name.hasSuffix(".min.css")
      || name.hasSuffix(".map")
  }
}

/// Something in a file that looks like a secret, whoever found it.
struct FoundSecret: Hashable {
  let what: String
  let path: String
  let line: Int
}
