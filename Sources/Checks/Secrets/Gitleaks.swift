internal import FoundationEssentials
internal import Git
internal import Glibc
internal import Release

/// The program gitleaks, where a team has it and has configured it.
struct Gitleaks {
  /// Its configuration, at the root of the repository.
  static let configuration = ".gitleaks.toml"

  private let subject: CheckSubject

  /// `nil` where the release does not configure it or it is not installed here.
  init?(_ subject: CheckSubject) async throws(CheckTrouble) {
    guard try subject.entry(at: Self.configuration) != nil else { return nil }
    self.subject = subject
    guard try await run("command -v gitleaks", in: "/").isSuccess else { return nil }
  }

  /// One thing that it reports, without the secret.
  private struct Report: Decodable {
    let rule: String
    let file: String
    let line: Int

    private enum CodingKeys: String, CodingKey {
      case rule = "RuleID"
      case file = "File"
      case line = "StartLine"
    }
  }

  /// What it finds in the released tree, which is written out for it.
  func found() async throws(CheckTrouble) -> [FoundSecret] {
    let parent = subject.repository.environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(parent)/deed-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CheckTrouble("cannot make a temporary directory in \(parent)")
    }
    let bytes = template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let directory = String(decoding: bytes, as: UTF8.self)
    let result: Result<[FoundSecret], CheckTrouble>
    do throws(CheckTrouble) {
      result = .success(try await found(in: directory))
    } catch {
      result = .failure(error)
    }
    _ = try await run("rm -rf \(GitError.quoted(directory))", in: "/")
    return try result.get()
  }

  private func found(in directory: String) async throws(CheckTrouble) -> [FoundSecret] {
    let place = GitError.quoted(directory)
    // Through an index of its own: `git archive` would leave out what attributes tell it to.
    let written = try await run(
      "export GIT_INDEX_FILE=\(place)/index && git read-tree \(subject.commit) "
        + "&& git checkout-index --all --quiet --prefix=\(place)/tree/",
      in: subject.repository.workDirectory ?? subject.repository.gitDirectory)
    guard written.isSuccess else { throw CheckTrouble("the release could not be written out") }
    let ending = try await run(
      "gitleaks detect --no-git --no-banner --redact --source . --config \(Self.configuration) "
        + "--report-format json --report-path ../report.json --exit-code 3 >/dev/null 2>&1",
      in: "\(directory)/tree")
    guard ending.cause == .itself, ending.status == 0 || ending.status == 3 else {
      throw CheckTrouble(
        "gitleaks ended with \(ending.status)",
        hint: "gitleaks detect --no-git --config \(Self.configuration), to see why")
    }
    let reports: [Report]
    do {
      let content = try Data(contentsOf: URL(filePath: "\(directory)/report.json"))
      reports = try JSONDecoder().decode([Report].self, from: content)
    } catch {
      throw CheckTrouble("what gitleaks reported cannot be read")
    }
    return reports.map {
      FoundSecret(what: "gitleaks: \($0.rule)", path: $0.file, line: $0.line)
    }
  }

  private func run(
    _ command: String, in directory: String
  ) async throws(CheckTrouble) -> CommandRunner.Ending {
    do throws(CommandRunner.Failure) {
      return try await CommandRunner(
        directory: directory, environment: subject.repository.environment, timeout: 600
      ).run(command, show: { _ in })
    } catch {
      throw CheckTrouble(error.message)
    }
  }
}
