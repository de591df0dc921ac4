// The files that people and other programs use, made of a manifest.

extension Manifest {
  package struct File: Sendable {
    package let name: String
    package let content: [UInt8]

    package init(name: String, content: [UInt8]) {
      self.name = name
      self.content = content
    }
  }

  /// All of them, by the names that they have beside the artifacts.
  package var files: [File] {
    let canonical = canonical
    let name = "manifest_\(fileStem).json"
    return [
      File(name: name, content: canonical),
      File(
        name: "manifest_\(fileStem).sha256",
        content: Self.checksumLine(Digest(of: canonical), name)),
      File(name: "checksums.json", content: Array(checksums.utf8)),
      File(
        name: "SHA256SUMS", content: artifacts.flatMap { Self.checksumLine($0.digest, $0.path) }),
      File(name: "VERSION_\(fileStem).txt", content: Array(versionText.utf8)),
    ]
  }

  /// The release's name as a part of a file's name: a package's has a slash in it.
  private var fileStem: String { release.replacing("/", with: "_") }

  /// A line that `sha256sum -c` reads, its line feed included.
  private static func checksumLine(_ digest: Digest, _ path: String) -> [UInt8] {
    let escaped = path.onOneLine
    let mark = escaped.utf8.count == path.utf8.count ? "" : "\\"
    return Array("\(mark)\(digest)  \(escaped)\n".utf8)
  }

  /// Every artifact's path and digest, as an object that is read at a glance.
  private var checksums: String {
    func quoted(_ text: String) -> String {
      String(decoding: JSON.string(text).canonical, as: UTF8.self)
    }
    let lines = artifacts.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
      .map { "    \(quoted($0.path)): \"\($0.digest)\"" }
    return """
      {
        "algorithm": "sha256",
        "files": {
      \(lines.joined(separator: ",\n"))
        },
        "version": \(quoted(release))
      }

      """
  }

  private var versionText: String {
    let lines = artifacts.map { "  \($0.name.onOneLine): \($0.digest)\n" }
    return """
      \(release)
      Commit: \(commit)
      Date: \(date)

      Checkpoint Files:

      """ + lines.joined()
  }
}

extension String {
  /// With backslashes and line feeds written as `sha256sum` writes them.
  fileprivate var onOneLine: String {
    var bytes: [UInt8] = []
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes += Array("\\\\".utf8)
      case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
