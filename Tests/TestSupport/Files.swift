internal import Glibc

/// Files of a test, by path.
package enum Files {
  /// Writes a file and the directories above it.
  package static func write(_ content: String, to path: String) throws {
    try write(Array(content.utf8), to: path)
  }

  /// Writes a file and the directories above it.
  package static func write(_ content: [UInt8], to path: String) throws {
    try makeDirectory(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)))
    guard let file = fopen(path, "w") else { throw TestFailure("cannot write \(path)") }
    defer { fclose(file) }
    guard fwrite(content, 1, content.count, file) == content.count else {
      throw TestFailure("cannot write \(path)")
    }
  }

  /// A file's content; `nil` where there is none.
  package static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return content }
      content += chunk[..<count]
    }
  }

  package static func makeDirectory(_ path: String) throws {
    var place = path.hasPrefix("/") ? "" : "."
    for name in path.split(separator: "/") {
      place += "/\(name)"
      guard mkdir(place, 0o755) == 0 || errno == EEXIST else {
        throw TestFailure("cannot make the directory \(place)")
      }
    }
  }

  package static func remove(_ path: String) { unlink(path) }

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  package static func setMode(_ mode: UInt32, of path: String) { chmod(path, mode) }
}
