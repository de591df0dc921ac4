// The files that people and other programs use, made of a manifest.

extension Manifest {
  package struct File: Hashable, Sendable {
    package let name: String
    package let content: [UInt8]

    package init(name: String, content: [UInt8]) {
      self.name = name
      self.content = content
    }
  }

  /// All of them, by the names that they have beside the artifacts.
  package var files: [File] { Self.files(of: [self]) }

  /// The files of several manifests that stand together: each one's own bytes, and lists of all.
  ///
  /// - Parameter manifests: Of one release at one commit, by time; each artifact has one digest.
  package static func files(of manifests: [Manifest]) -> [File] {
    guard let last = manifests.last else { return [] }
    let stem = last.fileStem
    let own = manifests.flatMap { manifest in
      let canonical = manifest.canonical
      let digest = Digest(of: canonical)
      // Several are told apart by what their records show of them.
      let name = "manifest_\(stem)\(manifests.count > 1 ? "_\(digest.short)" : "")"
      return [
        File(name: "\(name).json", content: canonical),
        File(name: "\(name).sha256", content: checksumLine(digest, "\(name).json")),
      ]
    }
    let artifacts = manifests.flatMap(\.artifacts)
    let byPath = artifacts.distinct(by: \.path)
    let byName = artifacts.distinct(by: \.name)
    return own + [
      File(name: "checksums.json", content: Array(checksums(byPath, last.release).utf8)),
      File(name: "SHA256SUMS", content: byPath.flatMap { checksumLine($0.digest, $0.path) }),
      File(name: "VERSION_\(stem).txt", content: Array(last.versionText(byName).utf8)),
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
  private static func checksums(_ artifacts: [Artifact], _ release: String) -> String {
    func quoted(_ text: String) -> String {
      String(decoding: JSON.string(text).canonical, as: UTF8.self)
    }
    let lines = artifacts.map { "    \(quoted($0.path)): \"\($0.digest)\"" }
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

  private func versionText(_ artifacts: [Artifact]) -> String {
    let lines = artifacts.map { "  \($0.name.onOneLine): \($0.digest)\n" }
    return """
      \(release)
      Commit: \(commit)
      Date: \(date)

      Checkpoint Files:

      """ + lines.joined()
  }
}

extension [Manifest.Artifact] {
  /// Each text of a kind once, sorted by its bytes.
  func distinct(by text: (Manifest.Artifact) -> String) -> [Manifest.Artifact] {
    Dictionary(map { ([UInt8](text($0).utf8), $0) }, uniquingKeysWith: { one, _ in one })
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
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
