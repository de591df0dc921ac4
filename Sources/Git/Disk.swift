internal import Glibc

/// Small files, read and written whole.
package enum Disk {
  /// A file's content; `nil` where there is no such file.
  static func content(of path: String) throws(GitError) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("cannot read \(path)")
    }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count == 0 { return content }
      if count > 0 {
        content += chunk[..<count]
      } else if errno != EINTR {
        throw failure("cannot read \(path)")
      }
    }
  }

  /// Writes a file that only its owner may read.
  package static func write(_ content: [UInt8], to path: String) throws(GitError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("cannot write \(path)") }
    defer { close(descriptor) }
    try write(content, to: descriptor, path)
  }

  /// A file without a name that holds `content`, open at its beginning, for the caller to close.
  static func anonymousFile(
    _ content: [UInt8], in parent: String?
  ) throws(GitError) -> Int32 {
    let path =
      content.isEmpty
      ? "/dev/null" : "\(parent ?? "/tmp")/deed-\(UInt64.random(in: .min ... .max))"
    let descriptor =
      content.isEmpty
      ? open(path, O_RDONLY | O_CLOEXEC)
      : open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("cannot make the file \(path)") }
    guard !content.isEmpty else { return descriptor }
    unlink(path)
    do throws(GitError) {
      try write(content, to: descriptor, path)
      guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure("cannot rewind \(path)") }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func write(
    _ content: [UInt8], to descriptor: Int32, _ path: String
  ) throws(GitError) {
    var rest = content[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw failure("cannot write \(path)")
      }
    }
  }

  /// What stands in a directory; nothing where there is no such directory.
  static func names(in directory: String) throws(GitError) -> [String] {
    guard let stream = opendir(directory) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw failure("cannot list \(directory)")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// The paths of all files below a directory; none where there is no such directory.
  static func files(below directory: String) throws(GitError) -> [String] {
    var files: [String] = []
    for name in try names(in: directory) {
      let path = "\(directory)/\(name)"
      files += try isDirectory(path) ? Self.files(below: path) : [path]
    }
    return files
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Where somebody who has an account here is at home; `nil` where nobody is called so.
  static func home(of user: String) -> String? {
    getpwnam(user).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
  }

  /// Whether `path` is a regular file, or a link to one, that may be run.
  static func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
  }

  /// The user id of the owner; `nil` where it cannot be told.
  static func owner(of path: String) -> UInt32? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_uid : nil
  }

  /// Seconds since a file was last written; `nil` where it cannot be told.
  static func age(of path: String) -> Int? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return max(0, time(nil) - status.st_mtim.tv_sec)
  }

  /// `path` without links and dots; `nil` where there is nothing.
  package static func resolved(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  /// A new private directory, for the caller to remove.
  static func makeTemporaryDirectory(in parent: String?) throws(GitError) -> String {
    var template = Array("\(parent ?? "/tmp")/deed-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw failure("cannot make a temporary directory in \(parent ?? "/tmp")")
    }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Removes a directory that holds nothing but the files named.
  static func remove(_ directory: String, files: [String]) {
    for file in files { unlink("\(directory)/\(file)") }
    rmdir(directory)
  }

  private static func failure(_ task: String) -> GitError {
    let code = errno
    let kind: GitError.Kind = [EROFS, EACCES, EPERM].contains(code) ? .readOnly : .other
    return GitError(kind, "\(task): \(String(cString: strerror(code)))")
  }
}
