import ArgumentParser
import Checks
import Configuration
import Git
import Release

/// Why a command could not do its work: what, why, and the command that mends it.
struct Failure: Error, Sendable {
  enum Kind: String, Sendable, Encodable {
    case usage
    case configuration
    case repository
    case network
    /// A rule says no.
    case refused
  }

  let kind: Kind
  let message: String
  let hint: String?
  /// The last release, where nothing has come since that would be one.
  let last: ReleaseVersion?

  init(_ kind: Kind, _ message: String, hint: String? = nil, last: ReleaseVersion? = nil) {
    self.last = last
    self.kind = kind
    // A remote may be given by an address with a password in it.
    self.message = GitProgram.Output.withoutCredentials(message)
    self.hint = hint.map { GitProgram.Output.withoutCredentials($0, keepsUser: true) }
  }

  /// 1 where the answer is no, 2 where there is trouble.
  var exitCode: Int32 { kind == .refused ? 1 : 2 }

  /// What is wrong, each for itself: a policy may have several faults, a line each.
  var faults: [String] {
    kind == .configuration ? message.split(separator: "\n").map(String.init) : [message]
  }

  /// The same in a file, whose lines are ended.
  var text: String {
    faults.map { "error: \($0.safeLines)\n" }.joined()
      + (hint.map { "hint: \($0.safeLines)\n" }
        ?? "")
  }

  /// Says it where standard output has its one result already.
  ///
  /// - Returns: The exit code.
  func told(in context: Context) -> Int32 {
    print(in: context)
    return exitCode
  }

  /// Says it to whoever sits there.
  ///
  /// - Parameter usage: How the command is used, behind the message.
  func print(in context: Context, usage: String = "") {
    let style = Style(hasColour: context.terminal.errorHasColour)
    let faults = self.faults.map { Self.shown($0.safeLines, on: context.terminal) }
    context.error.print(
      faults.map { "\(style.red("error:")) \($0)" }.joined(separator: "\n") + usage)
    if let hint {
      let margin = String(repeating: " ", count: "hint: ".count)
      let lines = hint.safeLines.split(separator: "\n", omittingEmptySubsequences: false)
        .flatMap { String($0).wrappedHint(to: context.terminal.errorWidth, after: margin) }
      let text = lines.joined(separator: "\n").dropFirst(margin.count)
      context.error.print("\(style.bold("hint:")) \(text)")
    }
  }

  /// What is said after `error: `: in a log or a pipe what belongs together stays on one line.
  private static func shown(_ message: String, on terminal: Terminal) -> String {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { number, line in
      let head = number == 0 ? "error: ".count : 0
      guard head + String(line).displayWidth > terminal.errorWidth else { return String(line) }
      return String(line).wrapped(to: terminal.errorWidth, indent: 2, head: head)
        .joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

extension Failure {
  /// A name that is none of those that there are: which one was probably meant, or else what helps.
  static func unknownName(
    _ message: String, _ word: String, among names: [String], otherwise hint: String?
  ) -> Failure {
    Failure(.usage, message, hint: NearestName.question(word, among: names)?.safe ?? hint)
  }

  /// The one place where errors of the layers below become what a person reads.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as GitError: self.init(error)
    case let error as ConfigurationError:
      self.init(.configuration, error.description)
    case let error as CommandRunner.Failure: self.init(.repository, error.message)
    case let error as ArtifactError: self.init(error)
    case let error as CheckTrouble:
      self.init(.repository, error.message, hint: error.hint)
    case let error as RecordError: self.init(.usage, error.description)
    default: self.init(.usage, Main.message(for: error).asWeWriteIt)
    }
  }

  private init(_ error: GitError) {
    let kind: Kind =
      switch error.kind {
      case .network: .network
      case .refused: .refused
      default: .repository
      }
    self.init(kind, error.message, hint: error.hint)
  }
}

extension String {
  /// The argument parser's sentence, begun in lower case and without a full stop as all others.
  fileprivate var asWeWriteIt: String {
    let text = hasSuffix(".") ? dropLast() : self[...]
    guard let first = text.first, text.dropFirst().first?.isLowercase == true else {
      return String(text)
    }
    return first.lowercased() + text.dropFirst()
  }
}

/// A failure as machines read it.
struct FailureReport: Encodable {
  struct Details: Encodable {
    let kind: Failure.Kind
    let message: String
    let hint: String?
  }

  let v = 1
  let error: Details

  init(_ failure: Failure) {
    error = Details(kind: failure.kind, message: failure.message, hint: failure.hint)
  }
}
