internal import Glibc
package import Release

/// Finds the files that patterns mean, below a root.
///
/// Links are followed where they stay below it. git's own directory is passed over.
package struct ArtifactSearch {
  private let root: ArtifactRoot
  private let patterns: [ArtifactPattern]
  private let limit: Int
  private var found: Found
  private var open: [Directory] = []
  private var directories = 0

  /// How many directories are looked into: links can make many of a few.
  private static let maximumDirectories = 1_000_000

  package struct Found: Sendable {
    /// From the root; sorted by bytes, each once.
    package var files: [String] = []
    /// How many files each pattern means, in the order in which they were given.
    package var counts: [Int]
  }

  private struct Directory {
    /// From the root, with a slash at its end; empty for the root.
    let prefix: String
    /// Where it really is.
    let place: String
    /// One for each pattern.
    let reached: [PathFilter.Place]
  }

  private enum Kind {
    case file
    case directory
    case link
    case other(String)
  }

  /// - Parameter limit: How many files may be meant.
  package static func files(
    matching patterns: [ArtifactPattern], in root: ArtifactRoot,
    limit: Int = Manifest.maximumCount
  ) throws(ArtifactError) -> Found {
    var search = ArtifactSearch(root: root, patterns: patterns, limit: limit)
    search.open = [
      Directory(
        prefix: "", place: root.path.isEmpty ? "/" : root.path,
        reached: patterns.map(\.filter.root))
    ]
    // Directories wait in a list of their own: a path may be deeper than the stack.
    while let directory = search.open.popLast() { try search.look(into: directory) }
    search.found.files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return search.found
  }

  private init(root: ArtifactRoot, patterns: [ArtifactPattern], limit: Int) {
    self.root = root
    self.limit = limit
    self.patterns = patterns
    found = Found(counts: patterns.map { _ in 0 })
  }

  private mutating func look(into directory: Directory) throws(ArtifactError) {
    directories += 1
    guard directories <= Self.maximumDirectories else {
      throw ArtifactError(
        .limit, "there are more than \(Self.maximumDirectories) directories to look into",
        hint: "name those that are meant, instead of **")
    }
    let shown = directory.prefix.isEmpty ? directory.place : directory.prefix
    guard let stream = opendir(directory.place) else {
      throw ArtifactRoot.failure("look into", shown, shown, .unreadable)
    }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw ArtifactRoot.failure("look into", shown, shown, .unreadable) }
        return
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8),
        !name.elementsEqual(".git".utf8)
      else { continue }
      let reached = zip(patterns, directory.reached).map { $0.filter.enter(name, from: $1) }
      guard !reached.allSatisfy(\.isOutside) else { continue }
      try take(name, entry.pointee.d_type, reached, in: directory)
    }
  }

  private mutating func take(
    _ bytes: [UInt8], _ type: UInt8, _ reached: [PathFilter.Place], in directory: Directory
  ) throws(ArtifactError) {
    let isMeant = reached.contains(where: \.isMeant)
    guard let name = String(validating: bytes, as: UTF8.self) else {
      let shown = directory.prefix + String(decoding: bytes, as: UTF8.self)
      throw ArtifactError(
        .unreadable, "the name of \(shown) is not UTF-8", hint: "rename it", path: shown)
    }
    let path = directory.prefix + name
    switch try kind(of: "\(directory.place)/\(name)", type, path) {
    case .file: if isMeant { try add(path, reached) }
    case .directory:
      open.append(
        Directory(prefix: path + "/", place: "\(directory.place)/\(name)", reached: reached))
    case .link: try follow(path, isMeant, reached, from: directory)
    case .other(let what):
      guard isMeant else { return }
      throw ArtifactError(.special, "\(path) is \(what), and no file", path: path)
    }
  }

  private mutating func add(
    _ path: String, _ reached: [PathFilter.Place]
  ) throws(ArtifactError) {
    guard found.files.count < limit else {
      throw ArtifactError(
        .limit, "the patterns mean more than \(limit) files",
        hint: "name fewer, or put them into an archive")
    }
    found.files.append(path)
    for (index, place) in reached.enumerated() where place.isMeant { found.counts[index] += 1 }
  }

  private mutating func follow(
    _ path: String, _ isMeant: Bool, _ reached: [PathFilter.Place], from directory: Directory
  ) throws(ArtifactError) {
    let place: String
    do throws(ArtifactError) {
      place = try root.place(of: path)
    } catch  where error.kind == .missing && !isMeant {
      return
    }
    switch try kind(of: place, UInt8(DT_UNKNOWN), path) {
    case .file: if isMeant { try add(path, reached) }
    case .directory:
      // One that holds the link itself would be looked into for ever.
      let isAbove =
        directory.place.utf8.elementsEqual(place.utf8)
        || directory.place.utf8.starts(with: "\(place)/".utf8)
      guard !isAbove else { return }
      open.append(Directory(prefix: path + "/", place: place, reached: reached))
    case .link, .other:
      guard isMeant else { return }
      throw ArtifactError(.special, "\(path) leads to what is no file", path: path)
    }
  }

  private func kind(
    of place: String, _ type: UInt8, _ shown: String
  ) throws(ArtifactError) -> Kind {
    switch Int(type) {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .directory
    case Int(DT_LNK): return .link
    default: break
    }
    var status = stat()
    guard lstat(place, &status) == 0 else { throw ArtifactRoot.failure("read", shown, shown) }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .directory
    case S_IFLNK: .link
    case S_IFIFO: .other("a pipe")
    case S_IFSOCK: .other("a socket")
    default: .other("a device")
    }
  }
}
