import Git
import Glibc
import Release

extension Context {
  /// The absolute path of what a person named from where the command was started.
  func path(_ name: String) -> String { name.hasPrefix("/") ? name : directory + "/" + name }
}

extension Workspace {
  /// The absolute path of what a person named from where the command was started.
  func path(_ name: String) -> String { context.path(name) }

  /// All of a file that a person named; `-` is standard input.
  ///
  /// - Parameter limit: How many bytes it may have at most: a device's need not end.
  func read(_ name: String, limit: Int = .max) throws -> [UInt8] {
    if name == "-" { return try context.input() }
    return try Files.read(path(name), limit: limit)
  }

  /// Writes a file that a person named.
  func write(_ bytes: [UInt8], to name: String) throws {
    try Files.write(bytes, to: path(name), exclusively: false)
  }
}

/// Reading and writing whole files.
enum Files {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether there is a regular file, and no link to one.
  static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether there is a regular file, or a link to one.
  static func leadsToRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Takes a regular file away, where there is one.
  static func removeRegularFile(_ path: String) throws {
    guard isRegular(path) else { return }
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("replace", path) }
  }

  static func read(_ path: String, limit: Int = .max) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    return try read(descriptor, path, limit: limit)
  }

  /// The same, of nothing but a regular file, even where one has just taken its place.
  ///
  /// - Parameter use: What anything else cannot be, and what to do then.
  static func readRegularFile(_ path: String, for use: Use = .attaching) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure("read", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
    try requireRegular(status, path, for: use)
    return try read(descriptor, path)
  }

  private static func read(
    _ descriptor: Int32, _ path: String, limit: Int = .max
  ) throws -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read", path) }
      if count == 0 { return content }
      content += buffer[..<count]
      guard content.count <= limit else {
        throw Failure(
          .usage, "\(path.safe) is longer than \(limit) bytes", hint: "name a shorter file")
      }
    }
  }

  /// The size of a file in bytes; anything but a regular file is refused, so that no read waits for
  /// a pipe's other end.
  static func sizeOfRegularFile(_ path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure("read", path) }
    try requireRegular(status, path, for: .attaching)
    return Int(status.st_size)
  }

  /// What a regular file is wanted for, as the refusal of another one completes it.
  struct Use {
    let refusal: String
    let hint: String

    static let attaching = Use(
      refusal: "cannot be attached",
      hint: "only regular files can; put a directory into an archive first")
  }

  private static func requireRegular(_ status: stat, _ path: String, for use: Use) throws {
    let what: String
    switch status.st_mode & S_IFMT {
    case S_IFREG: return
    case S_IFDIR: what = "a directory"
    case S_IFIFO: what = "a pipe"
    default: what = "no regular file"
    }
    throw Failure(.usage, "\(path.safe) is \(what), and \(use.refusal)", hint: use.hint)
  }

  /// Makes the directories of a path below another one, where they are not there yet.
  static func makeDirectories(above path: String, in directory: String) throws {
    var place = directory
    for name in path.split(separator: "/").dropLast() {
      place += "/\(name)"
      guard mkdir(place, 0o777) == 0 || errno == EEXIST else { throw failure("make", place) }
    }
  }

  /// - Parameter exclusively: Whether the file must not be there yet.
  static func write(_ bytes: [UInt8], to path: String, exclusively: Bool) throws {
    let mode = exclusively ? O_EXCL : O_TRUNC
    // To open a pipe that nobody reads would take until somebody does.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | mode, 0o666)
    if descriptor < 0, errno == ENXIO {
      throw Failure(.usage, "cannot write \(path.safe): nobody reads that pipe or socket")
    }
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { close(descriptor) }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure("write", path) }
      rest = rest.dropFirst(written)
    }
  }

  /// Says before long work that what comes of it could not be written.
  static func requireDirectory(above path: String) throws {
    let above = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    guard access(above, W_OK | X_OK) == 0 else { throw failure("write", path) }
  }

  static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("remove", path) }
  }

  private static func failure(_ task: String, _ path: String) -> Failure {
    let number = errno
    let above = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    let isLacking = number == ENOENT && task == "write" && !above.isEmpty
    return Failure(
      .usage, "cannot \(task) \(path.safe): \(String(cString: strerror(number)))",
      hint: isLacking ? "mkdir -p \(GitError.quoted(above).safe)" : nil)
  }
}
