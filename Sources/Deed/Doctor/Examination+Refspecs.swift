import Git
import Ledger
import Release

// What plain git would do to the ledgers, by its configuration.
extension Examination {
  func refspecs(_ found: inout Diagnoses) async throws {
    let configuration = try await repository.configuration()
    for (name, remote) in try repository.configuredRemotes().sorted(by: { $0.key < $1.key }) {
      let isMirror = try repository.isBare && configuration.flag("remote.\(name).mirror") == true
      if isMirror {
        found.add(
          .info, "mirror-clone",
          "this is a mirror of \(name): git fetch overwrites whatever is recorded here")
      }
      for refspec in remote.fetchRefspecs where Refspec(refspec).reachesLedgers && !isMirror {
        found.add(
          .error, "fetch-refspec", fetching(refspec, from: name),
          hint: Self.removing(refspec, "remote.\(name).fetch"))
      }
      for refspec in configuration.values("remote.\(name).push")
      where Refspec(refspec).isForced && Refspec(refspec, pushes: true).reachesLedgers {
        found.add(
          .error, "push-refspec",
          "git push to \(name) takes away what others recorded there: remote.\(name).push = \(refspec)",
          hint: Self.removing(refspec, "remote.\(name).push"))
      }
      // A mirror that only fetches is what its name says.
      if try configuration.flag("remote.\(name).mirror") == true, !repository.isBare {
        found.add(
          .error, "mirror", "git push to \(name) deletes there what is not here: it is a mirror",
          hint: "git config --unset \(GitError.quoted("remote.\(name).mirror"))")
      }
    }
    try await unfetched(&found)
    for pattern in configuration.values("notes.rewriteref")
    where Refspec("\(pattern):\(pattern)").reachesLedgers {
      found.add(
        .warning, "rewritten-notes",
        "git copies records to rewritten commits, where they count for nothing: notes.rewriteRef = "
          + pattern,
        hint: Self.removing(pattern, "notes.rewriteRef"))
    }
  }

  /// Settings that say whom to believe: of itself a repository does not say that.
  func trust(_ found: inout Diagnoses) async throws {
    let configuration = try await repository.configuration()
    for key in ["gpg.ssh.allowedSignersFile", "gpg.ssh.revocationFile"] {
      guard let path = configuration.repositoryValue(key.lowercased()) else { continue }
      found.add(
        .warning, "local-trust",
        "\(key) = \(path) counts for nothing: the repository itself sets it, and whom to believe is not "
          + "for it to say",
        // Whoever copies a command is not to believe a stranger's repository by it.
        hint: "git config --global \(key) PATH   # or --system; of a list that you trust")
    }
  }

  private func fetching(_ refspec: String, from remote: String) -> String {
    let what =
      Refspec(refspec).isForced
      ? "overwrites what was recorded here and not pushed yet"
      : "fails where both sides have new records, and with --prune deletes them"
    return "git fetch from \(remote) \(what): remote.\(remote).fetch = \(refspec)"
  }

  /// Everything works by deed sync; plain git brings the ledgers only where it is told to.
  private func unfetched(_ found: inout Diagnoses) async throws {
    // Rules that cannot be read are told of elsewhere.
    let policy = try repository.head().commit.flatMap { try? workspace.policy(at: $0) } ?? Policy()
    guard let name = try await workspace.sharedRemote(policy),
      let remote = try repository.configuredRemotes()[name]
    else { return }
    for (other, configured) in try repository.configuredRemotes().sorted(by: { $0.key < $1.key })
    where other != name {
      for refspec in configured.fetchRefspecs
      where Refspec(refspec).destination.hasPrefix(LedgerStore.trackingRoot) {
        found.add(
          .warning, "foreign-ledgers",
          "git fetch from \(other) brings its ledgers, which then count here, and \(name) is the "
            + "team's: remote.\(other).fetch = \(refspec)",
          hint: Self.removing(refspec, "remote.\(other).fetch"))
      }
    }
    let tracking = LedgerStore.trackingRoot + (try workspace.ledgers.trackingName(of: name))
    guard !remote.fetchRefspecs.contains(where: { Refspec($0).destination.hasPrefix(tracking) })
    else { return }
    found.add(
      .info, "no-refspec", "git fetch from \(name) does not bring the ledgers; deed sync does",
      hint: "deed init   # lets git fetch bring them, too")
  }

  private static func removing(_ value: String, _ key: String) -> String {
    "git config --fixed-value --unset-all \(GitError.quoted(key)) \(GitError.quoted(value))"
  }
}

/// A refspec as far as its effect on ledgers goes.
struct Refspec {
  let isForced: Bool
  let destination: String

  /// - Parameter pushes: Without a right side a push means the same name, a fetch none.
  init(_ text: String, pushes: Bool = false) {
    isForced = text.hasPrefix("+")
    let parts = text.drop { $0 == "+" || $0 == "^" }.split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    // A negative one brings nothing.
    destination =
      if text.hasPrefix("^") { "" } else if parts.count > 1 { String(parts[1]) } else {
        pushes ? String(parts[0]) : ""
      }
  }

  /// Whether it writes to a ledger's own ref.
  var reachesLedgers: Bool {
    LedgerName.allCases.contains { ledger in
      let name = Array(ledger.reference.utf8)
      let parts = destination.utf8.split(
        separator: UInt8(ascii: "*"), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return Array(destination.utf8) == name }
      return name.count >= parts[0].count + parts[1].count && name.starts(with: parts[0])
        && name.suffix(parts[1].count).elementsEqual(parts[1])
    }
  }
}
