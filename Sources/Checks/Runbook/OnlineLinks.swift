internal import Git
internal import Release

/// Asks the web whether links still lead somewhere, by the program `curl`.
struct OnlineLinks {
  let environment: [String: String]
  let directory: String

  /// How long one answer may take, in seconds.
  private static let patience = 15
  private static let atOnce = 8

  func findings(
    on links: [(url: String, line: Int)], path: String
  ) async throws(CheckTrouble) -> [CheckFinding] {
    var lines: [String: Int] = [:]
    for (url, line) in links where lines[url] == nil { lines[url] = line }
    let urls = lines.keys.sorted { (lines[$0] ?? 0, $0) < (lines[$1] ?? 0, $1) }
    guard !urls.isEmpty else { return [] }
    let runner = CommandRunner(
      directory: directory, environment: environment, timeout: Self.patience + 5)
    try await requireCurl(runner)
    var answers: [String: Answer] = [:]
    for start in stride(from: 0, to: urls.count, by: Self.atOnce) {
      let part = urls[start..<min(start + Self.atOnce, urls.count)]
      let asked = await withTaskGroup(of: (String, Answer).self) { group in
        for url in part {
          group.addTask { (url, await Self.ask(url, runner)) }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      answers.merge(asked) { $1 }
    }
    var findings: [CheckFinding] = []
    for url in urls {
      guard let answer = answers[url] else { continue }
      if case .trouble(let why) = answer { throw CheckTrouble("cannot ask for \(url): \(why)") }
      if let finding = answer.finding(on: url, path: path, line: lines[url]) {
        findings.append(finding)
      }
    }
    if findings.isEmpty {
      let noun = urls.count == 1 ? "link" : "links"
      findings.append(
        CheckFinding(
          .pass, "links-online", "\(urls.count) \(noun) to the web answered", path: path))
    }
    return findings
  }

  private func requireCurl(_ runner: CommandRunner) async throws(CheckTrouble) {
    do throws(CommandRunner.Failure) {
      guard try await runner.run("command -v curl", show: { _ in }).isSuccess else {
        throw CommandRunner.Failure(message: "the program curl is not on the PATH")
      }
    } catch {
      throw CheckTrouble(error.message, hint: "sudo apt-get install curl, or leave out --online")
    }
  }

  private enum Answer: Sendable {
    case status(Int)
    /// curl's exit status: no such host, no answer in time and the like.
    case none(Int)
    case trouble(String)

    func finding(on url: String, path: String, line: Int?) -> CheckFinding? {
      switch self {
      case .status(200..<400), .trouble: nil
      case .status(404), .status(410):
        CheckFinding(.fail, "link-dead", "nothing is at \(url) any more", path: path, line: line)
      case .status(let code):
        // A page behind a login, or a server that is busy, says nothing of the link.
        CheckFinding(
          .warn, "link-unsure", "\(url) answers with \(code)", path: path, line: line)
      case .none(let code):
        CheckFinding(
          code == 6 ? .fail : .warn, code == 6 ? "link-dead" : "link-unsure",
          code == 6 ? "there is no such host: \(url)" : "no answer from \(url) (curl: \(code))",
          path: path, line: line)
      }
    }
  }

  private static func ask(_ url: String, _ runner: CommandRunner) async -> Answer {
    let command =
      "curl --silent --location --globoff --max-redirs 10 --proto '=http,https' "
      + "--connect-timeout 5 --max-time \(patience) --output /dev/null "
      + "--write-out '%{http_code}' --url \(GitError.quoted(url))"
    do throws(CommandRunner.Failure) {
      let ending = try await runner.run(command, show: { _ in })
      let said = String(decoding: ending.log.bytes, as: UTF8.self)
      guard ending.isSuccess else { return .none(ending.status) }
      return Int(said).map(Answer.status) ?? .trouble("curl answered with \(said)")
    } catch {
      return .trouble(error.message)
    }
  }
}
