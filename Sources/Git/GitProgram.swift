internal import Subprocess
internal import SystemPackage

/// The `git` program, for what libgit2 cannot do truthfully.
package struct GitProgram: Sendable {
  package let directory: String
  package let environment: [String: String]
  /// Whether git may ask the user for a password.
  package var isInteractive = false

  package init(directory: String, environment: [String: String]) {
    self.directory = directory
    self.environment = environment
  }

  /// How a program ended and what it said.
  package struct Output: Sendable {
    /// 128 + n where signal n ended it.
    package let status: Int32
    package let output: [UInt8]
    package let error: String

    /// The output as text.
    package var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs git, whatever its status; throws only where it cannot be run.
  package func run(
    _ arguments: [String], input: [UInt8] = []
  ) async throws(GitError) -> Output {
    try await Self.run(
      GitProgram.path(in: environment), arguments, input: input, directory: directory,
      environment: settings)
  }

  /// Runs git without the locks that a mere reader should not take.
  func read(_ arguments: [String]) async throws(GitError) -> Output {
    var settings = settings
    settings["GIT_OPTIONAL_LOCKS"] = "0"
    return try await Self.run(
      GitProgram.path(in: environment), arguments, input: [], directory: directory,
      environment: settings)
  }

  private var settings: [String: String] {
    var settings = environment
    settings["GIT_NO_REPLACE_OBJECTS"] = "1"
    // Only `git config` obeys it, and then calls a file of the repository's the user's own.
    settings["GIT_CONFIG"] = nil
    if !isInteractive { settings["GIT_TERMINAL_PROMPT"] = "0" }
    // Messages are read here, so not translated; hooks still see UTF-8.
    settings["LC_ALL"] = "C.UTF-8"
    settings["LANGUAGE"] = ""
    return settings
  }

  /// The git program on the `PATH` of `environment`.
  static func path(in environment: [String: String]) throws(GitError) -> String {
    try program("git", in: environment, package: "git")
  }

  /// A program by its name on `PATH`, or by its path.
  static func program(
    _ name: String, in environment: [String: String], package: String
  ) throws(GitError) -> String {
    if name.contains("/") { return name }
    let directories = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    for directory in directories.split(separator: ":") {
      let path = "\(directory)/\(name)"
      if Disk.isExecutable(path) { return path }
    }
    throw GitError(
      .program, "the program \(name) is not on the PATH", hint: "sudo apt-get install \(package)")
  }

  static func run(
    _ program: String, _ arguments: [String], input: [UInt8], directory: String,
    environment: [String: String]
  ) async throws(GitError) -> Output {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment {
      guard let key = Environment.Key(rawValue: name) else { continue }
      variables[key] = value
    }
    // No pipe: a program that ends without reading all of it would take this one along (SIGPIPE).
    let descriptor = try Disk.anonymousFile(input, in: environment["TMPDIR"])
    do {
      let result = try await Subprocess.run(
        .path(FilePath(program)), arguments: Arguments(arguments),
        environment: .custom(variables), workingDirectory: FilePath(directory),
        input: .fileDescriptor(
          FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: true),
        output: .bytes(limit: .max), error: .bytes(limit: .max))
      let status: Int32 =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
      return Output(
        status: status, output: result.standardOutput,
        error: String(decoding: result.standardError, as: UTF8.self))
    } catch {
      throw GitError(.program, "cannot run \(program): \(error)")
    }
  }
}

extension GitProgram.Output {
  /// What the program complained of, without passwords and without `fatal:` before every line.
  var complaint: String {
    let lines = error.split(whereSeparator: \.isNewline).map { line in
      for prefix in ["fatal: ", "error: "] where line.hasPrefix(prefix) {
        return line.dropFirst(prefix.count)
      }
      return line
    }
    // What git says after every failure of a remote says nothing about this one.
    let formulas = [
      "Could not read from remote repository.",
      "Please make sure you have the correct access rights",
      "and the repository exists.",
    ]
    let said = lines.filter { !$0.hasPrefix("hint: ") && !$0.allSatisfy(\.isWhitespace) }
    let particular = said.filter { !formulas.contains(String($0)) }
    let kept = particular.isEmpty ? said : particular
    guard !kept.isEmpty else { return "no reason given (status \(status))" }
    return Self.withoutCredentials(kept.joined(separator: "\n"))
  }

  /// `text` without the password of any URL in it, and without the user.
  ///
  /// - Parameter keepsUser: Where it is a command, which may not work without.
  package static func withoutCredentials(_ text: String, keepsUser: Bool = false) -> String {
    let marker = Array("://".utf8)
    let ends = Array("/?# \t\n'\"<>".utf8)
    var rest = Array(text.utf8)[...]
    var kept: [UInt8] = []
    while let byte = rest.first {
      guard rest.starts(with: marker) else {
        kept.append(byte)
        rest = rest.dropFirst()
        continue
      }
      kept += marker
      rest = rest.dropFirst(marker.count)
      let authority = rest.prefix { !ends.contains($0) }
      if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
        if keepsUser {
          kept += authority[..<at].prefix { $0 != UInt8(ascii: ":") }
          kept.append(authority[at])
        }
        rest = rest[(at + 1)...]
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

extension Repository {
  /// git, run in this repository with its environment.
  package var program: GitProgram {
    GitProgram(directory: workDirectory ?? gitDirectory, environment: environment)
  }
}
