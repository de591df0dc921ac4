internal import Git
internal import Release

/// What it means that no release before is known.
enum FirstRelease {
  /// A pass where there is none for certain; else nobody here can tell, and that is said.
  static func finding(_ subject: CheckSubject) async throws(CheckTrouble) -> CheckFinding {
    do throws(GitError) {
      let own = subject.release.reference
      func isOther(_ name: String) -> Bool {
        !name.utf8.elementsEqual(own.utf8)
          && ReleaseVersion(
            tag: String(name.dropFirst("refs/tags/".count)), prefix: subject.release.prefix) != nil
      }
      let isTagged = try subject.repository.references(under: "refs/tags/").contains {
        isOther($0.name)
      }
      let isAlone = try subject.repository.configuredRemotes().isEmpty
      if isTagged || isAlone {
        return CheckFinding(
          .pass, "migrations-first",
          "\(subject.release) is the first release here, so nothing was compared")
      }
      guard let remote = subject.remote else {
        return CheckFinding(
          .warn, "migrations-not-compared",
          "nothing was compared: no release before is known here, and this clone may lack its tags")
      }
      let there = try await subject.repository.listRemote(remote, ["refs/tags/*"])
      guard let other = there.keys.filter(isOther).sorted().last else {
        return CheckFinding(
          .pass, "migrations-first",
          "\(subject.release) is the first release on \(remote) too, so nothing was compared")
      }
      throw GitError(
        .other, "\(remote) has releases that this clone does not have, such as \(other)",
        hint: "git fetch --tags")
    } catch {
      throw CheckTrouble(error)
    }
  }
}
