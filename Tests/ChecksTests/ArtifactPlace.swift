import Checks
import Glibc
import Release
import TestSupport

/// A directory with files in it.
final class ArtifactPlace {
  private let directory: TemporaryDirectory
  let path: String

  init(_ files: [String: String] = [:]) throws {
    directory = try TemporaryDirectory()
    path = "\(directory.path)/root"
    try Files.makeDirectory(path)
    for (name, content) in files { try Files.write(content, to: "\(path)/\(name)") }
  }

  var root: ArtifactRoot { get throws { try ArtifactRoot(path) } }

  func link(_ name: String, to target: String) throws {
    guard symlink(target, "\(path)/\(name)") == 0 else { throw TestFailure("no link \(name)") }
  }

  func search(_ patterns: String...) throws -> ArtifactSearch.Found {
    try ArtifactSearch.files(matching: patterns.map { try ArtifactPattern($0) }, in: root)
  }

  func found(_ patterns: String..., limit: Int = 100) throws -> [String] {
    let found = try ArtifactSearch.files(
      matching: patterns.map { try ArtifactPattern($0) }, in: root, limit: limit)
    if let fault = found.faults.first { throw fault }
    return found.files
  }

  func error(_ pattern: String, limit: Int = 100) throws -> ArtifactError.Kind? {
    do {
      _ = try found(pattern, limit: limit)
      return nil
    } catch let error as ArtifactError {
      return error.kind
    }
  }
}
