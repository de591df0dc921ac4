internal import Git
internal import Release

/// Asks the web whether links still lead somewhere, by the program `curl`.
struct OnlineLinks {
  let environment: [String: String]
  let directory: String
  /// How long one answer may take, in seconds.
  var patience = 15
  /// Is asked whether to wait no longer.
  var isStopped: @Sendable () -> Bool = { false }

  private static let atOnce = 8

  func findings(
    on links: [(url: String, line: Int)], path: String
  ) async throws(CheckTrouble) -> [CheckFinding] {
    var lines: [ExactName: Int] = [:]
    for (url, line) in links where lines[ExactName(url)] == nil { lines[ExactName(url)] = line }
    let urls = lines.keys.sorted { (lines[$0] ?? 0, $0.text) < (lines[$1] ?? 0, $1.text) }
    guard !urls.isEmpty else { return [] }
    let runner = CommandRunner(
      directory: directory, environment: environment, timeout: patience + 5)
    try await requireCurl(runner)
    var answers: [ExactName: Answer] = [:]
    for start in stride(from: 0, to: urls.count, by: Self.atOnce) {
      let part = urls[start..<min(start + Self.atOnce, urls.count)]
      let asked = await withTaskGroup(of: (ExactName, Answer).self) { group in
        for url in part {
          group.addTask { (url, await ask(url.text, runner)) }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      answers.merge(asked) { $1 }
    }
    var findings: [CheckFinding] = []
    for url in urls {
      guard let answer = answers[url] else { continue }
      if case .trouble(let why) = answer {
        throw CheckTrouble("cannot ask for \(url.text): \(why)")
      }
      if let finding = answer.finding(on: url.text, path: path, line: lines[url]) {
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
      throw CheckTrouble(error.message, hint: "leave out --online, or: sudo apt-get install curl")
    }
  }

  private enum Answer: Sendable {
    case status(Int)
    /// curl's exit status: no such host, no answer in time and the like.
    case none(Int)
    case trouble(String)

    func finding(on url: String, path: String, line: Int?) -> CheckFinding? {
      func dead(_ why: String) -> CheckFinding {
        CheckFinding(.fail, "link-dead", why, path: path, line: line)
      }
      // A page behind a login, or a server that is busy, says nothing of the link.
      func unsure(_ why: String) -> CheckFinding {
        CheckFinding(.warn, "link-unsure", why, path: path, line: line)
      }
      switch self {
      case .status(200..<400), .trouble: return nil
      case .status(404), .status(410): return dead("nothing is at \(url) any more")
      case .status(let code): return unsure("\(url) answers with \(code)")
      case .none(3): return dead("this is no address: \(url)")
      case .none(6): return dead("there is no such host: \(url)")
      case .none(let code): return unsure("no answer from \(url) (curl: \(code))")
      }
    }
  }

  /// Asks for the head alone, and where that is refused for the whole.
  private func ask(_ url: String, _ runner: CommandRunner) async -> Answer {
    let head = await ask(url, "--head ", runner)
    guard case .status(400...) = head else { return head }
    return await ask(url, "", runner)
  }

  private func ask(_ url: String, _ how: String, _ runner: CommandRunner) async -> Answer {
    let command =
      "curl --silent --location --globoff --max-redirs 10 --proto '=http,https' "
      + "--connect-timeout 5 --max-time \(patience) --output /dev/null "
      + "--write-out '%{http_code}' \(how)--url \(GitError.quoted(url))"
    do throws(CommandRunner.Failure) {
      let ending = try await runner.run(command, show: { _ in }, until: isStopped)
      guard ending.cause != .stopped else { return .trouble("it was stopped") }
      let status = Int(String(decoding: ending.log.bytes, as: UTF8.self)) ?? 0
      // A page that is too long for the time has answered.
      if ending.isSuccess || (ending.status == 28 && (200..<300).contains(status)) {
        return .status(status)
      }
      return .none(ending.status)
    } catch {
      return .trouble(error.message)
    }
  }
}
