internal import Dispatch
internal import Glibc
internal import Synchronization

/// A web server on this machine that answers as a test wants it to.
package final class HTTPServer {
  package enum Answer: Sendable {
    case status(Int)
    case redirect(to: String)
    /// The head of a page whose rest never comes.
    case half
    /// None: it holds the connection and says nothing.
    case silence
  }

  package let port: UInt16
  private let listener: Int32
  private let ended = DispatchSemaphore(value: 0)
  private let log = Log()

  private final class Log: Sendable {
    let requests = Mutex<[String]>([])
  }

  /// - Parameter answer: What is said to a method and a path.
  package init(answer: @escaping @Sendable (String, String) -> Answer) throws {
    let (listener, port) = try Loopback.listener()
    guard listen(listener, 64) == 0 else { throw TestFailure("nobody can listen") }
    (self.listener, self.port) = (listener, port)
    let (log, ended) = (log, ended)
    DispatchQueue(label: "HTTPServer").async {
      var held: [Int32] = []
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        let words = Self.request(connection)
        log.requests.withLock { $0.append(words.joined(separator: " ")) }
        let said = words.count == 2 ? answer(words[0], words[1]) : .status(400)
        if Self.reply(said, to: connection) { close(connection) } else { held.append(connection) }
      }
      for connection in held { close(connection) }
      ended.signal()
    }
  }

  deinit {
    // Whoever waits for a connection hears of it; to close would not tell them.
    shutdown(listener, Int32(SHUT_RDWR))
    ended.wait()
    close(listener)
  }

  package func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// Every method and path that was asked for.
  package var requests: [String] { log.requests.withLock { $0 } }

  /// The method and the path.
  private static func request(_ connection: Int32) -> [String] {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !received.contains(UInt8(ascii: "\n")) {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return [] }
      received += buffer[..<count]
    }
    let line = String(decoding: received.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    return line.split(separator: " ").prefix(2).map(String.init)
  }

  /// - Returns: Whether that was all.
  private static func reply(_ answer: Answer, to connection: Int32) -> Bool {
    let text: String
    switch answer {
    case .status(let code): text = "HTTP/1.1 \(code) X\r\nContent-Length: 0\r\n"
    case .redirect(let place):
      text = "HTTP/1.1 302 X\r\nLocation: \(place)\r\nContent-Length: 0\r\n"
    case .half: text = "HTTP/1.1 200 X\r\nContent-Length: 9\r\n"
    case .silence: return false
    }
    let bytes = Array("\(text)Connection: close\r\n\r\n".utf8)
    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if case .half = answer { return false }
    return true
  }
}
