package import Release

/// What became of one reference in a push.
package struct PushResult: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    case ok
    case upToDate
    case rejected(Rejection)
  }

  /// Why a remote did not take a reference, and in whose words.
  package enum Rejection: Hashable, Sendable {
    /// Somebody else pushed first: fetch, unite, push again.
    case movedOn(String)
    /// The remote already has a tag of that name that is another.
    case exists(String)
    /// A hook, a permission, a rule: pushing again will not help.
    case refused(String)
    /// Nothing is wrong with this one: another in the same atomic push was rejected.
    case atomic(String)

    package var reason: String {
      switch self {
      case .movedOn(let reason), .exists(let reason), .refused(let reason), .atomic(let reason):
        reason
      }
    }
  }

  /// The local side, as it was given to git; empty for a deletion.
  package let source: String
  package let destination: String
  package let outcome: Outcome
}

extension Repository {
  /// Pushes `refspecs`, running the user's hooks, and tells what became of each.
  ///
  /// - Parameter leases: References that leave their history for another one: what each has to point at
  ///   on the remote for that.
  package func push(
    _ remote: String, _ refspecs: [String], atomic: Bool, leases: [String: ObjectID] = [:]
  ) async throws(GitError) -> [PushResult] {
    var options = ["--porcelain", "--no-follow-tags", "--no-recurse-submodules"]
    if atomic { options.append("--atomic") }
    for (name, old) in leases.sorted(by: { $0.key < $1.key }) {
      options.append("--force-with-lease=\(name):\(old)")
    }
    let result = try await remoteProgram.run(["push"] + options + ["--", remote] + refspecs)
    let lines = result.text.split(separator: "\n").compactMap(PushLine.init)
    if lines.isEmpty, result.status != 0 { throw remoteError("push to", remote, result) }
    let said = result.error.split(separator: "\n").filter { $0.hasPrefix("remote:") }
    // Padded with spaces by git; hooks that speak once a reference say the same again and again.
    var talk: [String] = []
    for line in said {
      let text = line.dropFirst(7).split(separator: " ").joined(separator: " ")
      let isNews = !text.isEmpty && !text.hasPrefix("error: hook declined to update ")
      if isNews, !talk.contains(text) { talk.append(text) }
    }
    let results = lines.map {
      $0.result(GitProgram.Output.withoutCredentials(talk.joined(separator: "\n")))
    }
    let isRejected = results.contains {
      if case .rejected = $0.outcome { true } else { false }
    }
    // The remote may take every reference and still fail, or hang up half-way through its report.
    if result.status != 0, !isRejected { throw remoteError("push to", remote, result) }
    return results
  }
}

/// One line of `git push --porcelain`: flag, source:destination, summary.
private struct PushLine {
  private let flag: Character
  private let source: String
  private let destination: String
  private let summary: Substring

  init?(_ line: Substring) {
    let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3, fields[0].count == 1, let flag = fields[0].first,
      let colon = fields[1].lastIndex(of: ":")
    else { return nil }
    self.flag = flag
    source = String(fields[1][..<colon])
    destination = String(fields[1][fields[1].index(after: colon)...])
    summary = fields[2]
  }

  func result(_ talk: String) -> PushResult {
    let outcome: PushResult.Outcome =
      switch flag {
      case "!": .rejected(rejection(talk))
      case "=": .upToDate
      default: .ok
      }
    return PushResult(source: source, destination: destination, outcome: outcome)
  }

  private func rejection(_ talk: String) -> PushResult.Rejection {
    // The reason stands in the last brackets: `[rejected] (non-fast-forward)`.
    let reason =
      summary.firstIndex(of: "(").map { String(summary[$0...].dropFirst().dropLast()) }
      ?? String(summary)
    if reason.contains("atomic push fail") { return .atomic(reason) }
    let contested = [
      "non-fast-forward", "fetch first", "stale info", "cannot lock ref", "failed to lock",
      "incorrect old value", "remote ref updated since checkout", "failed to update ref",
    ]
    // What was forced here, a server's own rule forbids: that is no race.
    let isForbidden = summary.hasPrefix("[remote rejected]") && reason == "non-fast-forward"
    if isForbidden { return .refused(talk.isEmpty ? reason : talk) }
    if contested.contains(where: reason.contains) { return .movedOn(reason) }
    if reason.contains("already exists") { return .exists(reason) }
    // A server says of all references alike that its transaction failed, and why beside it.
    if reason.contains("atomic transaction fail") {
      return contested.contains(where: talk.contains) ? .movedOn(talk) : .refused(talk)
    }
    return .refused(talk.isEmpty ? reason : "\(reason): \(talk)")
  }
}
