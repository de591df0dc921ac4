internal import Git
internal import Release

/// Whether this machine's checkout is the release, unchanged.
package struct CheckoutCheck: Check {
  package let title = "Checkout"
  /// Paths of files that must be the released ones.
  private let files: [String]

  package init(files: [String]) {
    self.files = files
  }

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    guard subject.repository.workDirectory != nil else {
      throw CheckTrouble(
        "a bare repository has no checkout", hint: "run this where the release is checked out")
    }
    do throws(GitError) {
      let unseen = try await subject.repository.unseenFiles()
      return [try place(subject)] + (try await cleanliness(subject, unseen))
        + (try await released(subject, unseen))
    } catch {
      throw CheckTrouble(error)
    }
  }

  private func place(_ subject: CheckSubject) throws(GitError) -> CheckFinding {
    let head: ObjectID
    switch try subject.repository.head() {
    case .branch(_, let commit), .detached(let commit): head = commit
    case .unborn(let branch):
      return CheckFinding(.fail, "checkout-elsewhere", "nothing is checked out: \(branch) is empty")
    }
    let release = subject.release
    guard head == subject.commit else {
      return CheckFinding(
        .fail, "checkout-elsewhere",
        "the checkout is at \(head.short), and \(release) at \(subject.commit.short)")
    }
    return CheckFinding(.pass, "checkout-place", "the checkout is at \(release), \(head.short)")
  }

  private func cleanliness(
    _ subject: CheckSubject, _ unseen: [Repository.UnseenFile]
  ) async throws(GitError) -> [CheckFinding] {
    let hidden = unseen.filter(\.isThere).map { file in
      CheckFinding(
        .fail, "checkout-dirty",
        "git is told not to see whether it was changed (git ls-files -v): \(file.path)",
        path: file.path, hint: file.reveal)
    }
    let dirty = try await subject.repository.status().map { path in
      CheckFinding(.fail, "checkout-dirty", "not committed: \(path)", path: path)
    }
    let all = dirty + hidden
    guard !all.isEmpty else {
      return [CheckFinding(.pass, "checkout-clean", "nothing in it was changed")]
    }
    guard all.count > Self.mostNamed else { return all }
    return all.prefix(Self.mostNamed) + [
      CheckFinding(.fail, "checkout-dirty", "and \(all.count - Self.mostNamed) more")
    ]
  }

  /// The files that were named, as git compares them: with its line ends, and where a filter stands
  /// between, which may make one of two files, as a checkout writes them.
  private func released(
    _ subject: CheckSubject, _ unseen: [Repository.UnseenFile]
  ) async throws(GitError) -> [CheckFinding] {
    guard !files.isEmpty else { return [] }
    let result = try await subject.repository.program.run(
      Repository.untrusting + [
        "diff", "--no-ext-diff", "--no-textconv", "--name-only", "--no-renames", "-z",
        subject.commit.description, "--",
      ] + files.map { ":(top,literal)\($0)" })
    guard result.status == 0 else {
      throw GitError(.other, "git diff failed: \(result.error)")
    }
    // What git does not look at, and what is not there, is not the released file.
    let changed = Set(result.output.split(separator: 0).map(Array.init)).union(
      unseen.map { Array($0.path.utf8) })
    let filters = try await subject.repository.filters(of: files)
    var findings: [CheckFinding] = []
    for file in files {
      let entry = try subject.repository.entry(at: file, in: subject.commit)
      guard let entry, entry.isFile || entry.isLink else {
        findings.append(
          CheckFinding(
            .fail, "file-not-released", "\(file) is not in \(subject.release)", path: file))
        continue
      }
      if changed.contains(Array(file.utf8)) {
        findings.append(
          CheckFinding(
            .fail, "file-changed", "\(file) is not the one of \(subject.release)", path: file))
      } else if entry.isLink {
        // What it leads to is another file, which may be none of the release's.
        findings.append(
          CheckFinding(
            .pass, "file-released",
            "\(file) is the one of \(subject.release): a link, and what it leads to is not compared",
            path: file))
      } else if let filter = filters[Array(file.utf8)],
        try await subject.repository.checkedOut(file, of: subject.commit)
          != subject.repository.fileOnDisk(at: file)
      {
        findings.append(
          CheckFinding(
            .fail, "file-filtered",
            "cannot tell whether \(file) is the one of \(subject.release): git sees it through the "
              + "filter \(filter), and a checkout writes other bytes", path: file))
      } else {
        findings.append(
          CheckFinding(
            .pass, "file-released", "\(file) is the one of \(subject.release)", path: file))
      }
    }
    return findings
  }

  private static let mostNamed = 5
}
