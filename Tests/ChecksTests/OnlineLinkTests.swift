import Glibc
import Release
import TestSupport
import Testing

@testable import Checks

/// Links to the web, asked for by curl from a server on this machine.
@Suite struct OnlineLinkTests {
  private static func answer(_ method: String, _ path: String) -> HTTPServer.Answer {
    switch (method, path) {
    case (_, "/good"), (_, "/it's%20$(touch%20x)"): .status(200)
    case ("HEAD", "/whole"): .status(405)
    case (_, "/whole"): .status(200)
    case ("HEAD", "/long"): .status(403)
    case (_, "/long"): .half
    case (_, "/gone"): .status(404)
    case (_, "/given-up"): .status(410)
    case (_, "/busy"): .status(503)
    case (_, "/moved"): .redirect(to: "/good")
    case (_, "/astray"): .redirect(to: "/gone")
    case (_, "/circle"): .redirect(to: "/circle")
    case (_, "/file"): .redirect(to: "file:///etc/hosts")
    case (_, "/slow"): .silence
    default: .status(500)
    }
  }

  private func findings(
    _ links: [(url: String, line: Int)], in directory: String,
    environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) async throws -> [CheckFinding] {
    try await OnlineLinks(environment: environment, directory: directory, patience: 1)
      .findings(on: links, path: "RUNBOOK.md")
  }

  @Test func `each is judged by what the server says`() async throws {
    let server = try HTTPServer(answer: Self.answer)
    let directory = try TemporaryDirectory()
    let refused = "http://127.0.0.1:\(try Loopback.freePort())/"
    let expected: [(url: String, fault: String?)] = [
      (server.url("/good"), nil), (server.url("/whole"), nil), (server.url("/long"), nil),
      (server.url("/moved"), nil), (server.url("/it's%20$(touch%20x)"), nil),
      (server.url("/gone"), "link-dead"), (server.url("/given-up"), "link-dead"),
      (server.url("/astray"), "link-dead"), (server.url("/busy"), "? link-unsure"),
      (server.url("/circle"), "? link-unsure"), (server.url("/file"), "? link-unsure"),
      (server.url("/slow"), "? link-unsure"), (refused, "? link-unsure"),
      (server.url("/good -o x"), "link-dead"), ("https://-o/x:y:z", "link-dead"),
    ]
    let links = expected.enumerated().map { (url: $1.url, line: $0 + 1) }
    let found = try await findings(links + links, in: directory.path)
    let faults = expected.enumerated().compactMap { number, link in
      link.fault.map { "\($0) RUNBOOK.md:\(number + 1)" }
    }
    #expect(found.faults == faults, "\(found)")
    #expect(!Files.exists("\(directory.path)/x"))
    // The whole of a page is asked for only where its head is refused.
    #expect(server.requests.filter { $0.hasSuffix("/good") } == ["HEAD /good", "HEAD /good"])
    #expect(server.requests.filter { $0.hasSuffix("/whole") } == ["HEAD /whole", "GET /whole"])
  }

  @Test func `all good is a pass, and none is nothing`() async throws {
    let server = try HTTPServer(answer: Self.answer)
    let directory = try TemporaryDirectory()
    #expect(
      try await findings([(server.url("/good"), 1)], in: directory.path).map(\.message) == [
        "1 link to the web answered"
      ])
    #expect(try await findings([], in: directory.path) == [])
  }

  @Test func `without curl it cannot be told`() async throws {
    let directory = try TemporaryDirectory()
    let trouble = await #expect(throws: CheckTrouble.self) {
      try await findings(
        [("http://127.0.0.1/", 1)], in: directory.path, environment: ["PATH": directory.path])
    }
    #expect(trouble?.message == "the program curl is not on the PATH")
  }
}
