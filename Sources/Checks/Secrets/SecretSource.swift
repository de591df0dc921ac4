internal import Git
internal import Glibc
internal import Release

/// Where an environment's settings come from, and what they are.
struct SecretSource {
  /// The file's path from the root of the repository; `nil` where it is no file.
  let path: String?
  /// How it is named to people.
  let name: String
  let content: EnvironmentFile
  /// Whether they are those of the process that deed runs in.
  var isProcess = false

  /// A place in it, for a finding.
  func line(_ line: Int) -> Int? { path == nil ? nil : line }

  /// What is said of a line that is no setting; a finding that names no file has the line in words.
  func said(of fault: EnvironmentFile.Fault) -> String {
    path == nil ? "line \(fault.line) of \(name): \(fault.why)" : fault.why
  }

  /// The variables whose values neither the policy nor the example says openly.
  func unsaid(by rules: SettingRules, _ example: ExampleSettings) -> [EnvironmentFile.Variable] {
    content.variables.filter { variable in
      rules.expected(variable.name) == nil && example.value(of: variable.name) != variable.value
    }
  }

  /// Larger ones are no settings.
  private static let limit = 1 << 20

  /// A file of the work tree, with what is wrong with the file itself.
  ///
  /// - Parameter names: Those that the policy and the example speak of.
  static func file(
    _ path: String, mode: UInt32?, in directory: String, names: Set<ExactName>
  ) -> (source: SecretSource?, findings: [CheckFinding]) {
    func refused(_ code: String, _ why: String) -> (SecretSource?, [CheckFinding]) {
      (nil, [CheckFinding(.fail, code, why, path: path, line: 1)])
    }
    let descriptor = open("\(directory)/\(path)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      return errno == ENOENT
        ? refused("secrets-missing", "there is no file \(path) on this machine")
        : refused("secrets-unreadable", "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return refused("secrets-unreadable", "\(path) is no regular file")
    }
    guard status.st_size <= limit else {
      return refused("secrets-unreadable", "\(path) is too large for a file of settings")
    }
    var findings: [CheckFinding] = []
    let bits = UInt32(status.st_mode & 0o7777)
    if let mode, bits & ~mode != 0 {
      findings.append(
        CheckFinding(
          .fail, "secrets-mode",
          "\(path) has the mode \(Self.octal(bits)), and \(Self.octal(mode)) is asked for",
          path: path, line: 1, hint: "chmod \(Self.octal(bits & mode)) -- \(GitError.quoted(path))")
      )
    } else if mode != nil {
      findings.append(
        CheckFinding(
          .pass, "secrets-mode", "\(path) has the mode \(Self.octal(bits))", path: path))
    }
    guard let bytes = read(descriptor) else {
      return refused("secrets-unreadable", "cannot read \(path)")
    }
    let source = SecretSource(path: path, name: path, content: EnvironmentFile(bytes, known: names))
    return (source, findings)
  }

  private static func octal(_ mode: UInt32) -> String {
    let digits = String(mode, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func read(_ descriptor: Int32) -> [UInt8]? {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return content }
      content += buffer[..<count]
    }
  }

  /// Those of `names` that are set in the environment that the program was started in.
  static func process(_ environment: [String: String], names: Set<ExactName>) -> SecretSource {
    let lines = environment.filter { names.contains(ExactName($0.key)) }.sorted { $0.key < $1.key }
    return SecretSource(
      path: nil, name: "this process's environment",
      content: EnvironmentFile(variables: lines.map { ($0.key, $0.value) }), isProcess: true)
  }
}
