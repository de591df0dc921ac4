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
    // Also where it was stopped: what was written out goes away.
    _ = try await run("rm -rf \(GitError.quoted(directory))", in: "/", until: { false })
    return try result.get()
  }

  private func found(in directory: String) async throws(CheckTrouble) -> [FoundSecret] {
    try writeFiles(below: "\(directory)/tree")
    let ending = try await run(
      "gitleaks detect --no-git --no-banner --redact --source . --config \(Self.configuration) "
        + "--report-format json --report-path ../report.json --exit-code 3 >/dev/null 2>&1",
      in: "\(directory)/tree")
    guard ending.cause == .itself, ending.status == 0 || ending.status == 3 else {
      throw CheckTrouble(
        "gitleaks ended with \(ending.status)",
        hint: "see why: gitleaks detect --no-git --config \(Self.configuration)")
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

  /// Writes the release's files as they are stored: git itself would change them, and run programs,
  /// as attributes and configuration tell it to.
  private func writeFiles(below root: String) throws(CheckTrouble) {
    let files: [TreeFile]
    do throws(GitError) {
      files = try subject.repository.files(in: subject.commit)
    } catch {
      throw CheckTrouble(error)
    }
    var made: Set<ExactName> = []
    for file in files where file.isFile {
      let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
      guard !parts.contains(where: { ["", ".", "..", ".git"].contains($0.lowercased()) }) else {
        throw CheckTrouble("the release has a file whose path is none: \(file.path)")
      }
      var directory = root
      for part in [""] + parts.dropLast() {
        directory += part.isEmpty ? "" : "/\(part)"
        if made.insert(ExactName(directory)).inserted, mkdir(directory, 0o700) != 0 {
          throw CheckTrouble("the release could not be written out for gitleaks: \(Self.problem)")
        }
      }
      try Self.write(try subject.content(of: file.id), to: "\(root)/\(file.path)")
    }
  }

  private static func write(_ content: [UInt8], to path: String) throws(CheckTrouble) {
    do throws(GitError) {
      try Disk.write(content, to: path)
    } catch {
      throw CheckTrouble("the release could not be written out for gitleaks: \(error.message)")
    }
  }

  private static var problem: String { String(cString: strerror(errno)) }

  private func run(
    _ command: String, in directory: String, until isStopped: (@Sendable () -> Bool)? = nil
  ) async throws(CheckTrouble) -> CommandRunner.Ending {
    let ending: CommandRunner.Ending
    do throws(CommandRunner.Failure) {
      ending = try await CommandRunner(
        directory: directory, environment: subject.repository.environment, timeout: 600,
        isAlone: true
      ).run(command, show: { _ in }, until: isStopped ?? subject.watch.isStopped)
    } catch {
      throw CheckTrouble(error.message)
    }
    guard ending.cause != .stopped else { throw CheckTrouble.stopped }
    return ending
  }
}
