internal import Glibc
package import Release

/// Finds the files that patterns mean, below a root.
///
/// Links are followed where they stay below it; in a work tree git's own directories are passed over.
package struct ArtifactSearch {
  private let root: ArtifactRoot
  private let patterns: [ArtifactPattern]
  private let limit: Int
  private let elsewhereLimit: Int
  private var found: Found
  private var faults: Set<ArtifactError> = []
  /// `nil` behind all that lies in the last directory of the way.
  private var open: [Directory?] = []
  private var way: [Step] = []
  /// What leads to nothing, and how far up the way that must be left for it to be looked at again:
  /// links that lead to each other would be tried in every order.
  private var barren: [Entrance: Int] = [:]
  /// How often something was found that is meant.
  private var marks = 0
  private var directories = 0
  private var elsewhere = 0

  /// How many directories are looked into: links can make many of a few.
  private static let maximumDirectories = 1_000_000

  package struct Found: Sendable {
    /// From the root; sorted by bytes, each once.
    package var files: [String] = []
    /// What patterns mean that is no file in the root, and where it could not be told what lies there.
    package var faults: [ArtifactError] = []
    /// How much each pattern means, in the order in which they were given.
    package var counts: [Int]
  }

  private struct Directory {
    /// From the root, with a slash at its end; empty for the root.
    let prefix: String
    /// Where it really is.
    let place: String
    /// One for each pattern.
    let reached: [PathFilter.Place]
    /// Why nothing in it can be recorded; `nil` where it can.
    var objection: ArtifactError?
    /// Where a link leads to it.
    var entrance: Entrance?
  }

  /// A directory to which a link leads, and what of it would be meant.
  private struct Entrance: Hashable {
    let place: [UInt8]
    let reached: [PathFilter.Place]
  }

  /// A directory that is being looked into, with all below it.
  private struct Step {
    let place: String
    let entrance: Entrance?
    /// Those that there were before it.
    let marks: Int
    /// The step of the way nearest to its beginning to which a link below leads back; less than 0
    /// for one that holds the way and is none of it.
    var back = Int.max
    /// What leads to nothing as long as this step is on the way.
    var barren: [Entrance] = []
  }

  private enum Kind {
    case file
    case directory
    case link
    case other(String)
  }

  /// - Parameters:
  ///   - limit: How many files may be meant.
  ///   - elsewhereLimit: How many directories are looked into where nothing can be recorded.
  package static func files(
    matching patterns: [ArtifactPattern], in root: ArtifactRoot,
    limit: Int = Manifest.maximumCount, elsewhereLimit: Int = 10_000
  ) throws(ArtifactError) -> Found {
    var search = ArtifactSearch(
      root: root, patterns: patterns, limit: limit, elsewhereLimit: elsewhereLimit)
    search.open = [
      Directory(
        prefix: "", place: root.path.isEmpty ? "/" : root.path,
        reached: patterns.map(\.filter.root))
    ]
    // Directories wait in a list of their own: a path may be deeper than the stack.
    while let next = search.open.popLast() {
      guard let directory = next else {
        search.leave()
        continue
      }
      search.open.append(nil)
      search.way.append(
        Step(place: directory.place, entrance: directory.entrance, marks: search.marks))
      try search.look(into: directory)
    }
    search.found.files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    search.found.faults = search.faults.sorted {
      ($0.path ?? "", $0.message) < ($1.path ?? "", $1.message)
    }
    return search.found
  }

  private init(
    root: ArtifactRoot, patterns: [ArtifactPattern], limit: Int, elsewhereLimit: Int
  ) {
    self.root = root
    self.limit = limit
    self.elsewhereLimit = elsewhereLimit
    self.patterns = patterns
    found = Found(counts: patterns.map { _ in 0 })
  }

  private mutating func leave() {
    let step = way.removeLast()
    guard marks == step.marks, step.back >= 0 else {
      for entrance in step.barren { barren[entrance] = nil }
      if let last = way.indices.last { way[last].back = min(way[last].back, step.back) }
      return
    }
    // Nothing below leads further up than here, so it is the same from wherever one comes.
    let back = step.back >= way.count ? Int.max : step.back
    let all = step.barren + [step.entrance].compactMap(\.self)
    for entrance in all { barren[entrance] = back }
    guard back < Int.max, let last = way.indices.last else { return }
    way[last].back = min(way[last].back, back)
    way[last].barren += all
  }

  private mutating func look(into directory: Directory) throws(ArtifactError) {
    guard try mayLook(into: directory) else { return }
    let shown = directory.prefix.isEmpty ? directory.place : directory.prefix
    guard let stream = opendir(directory.place) else {
      return try add(fault: ArtifactRoot.failure("look into", shown, shown, .unreadable))
    }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else {
          return try add(fault: ArtifactRoot.failure("look into", shown, shown, .unreadable))
        }
        return
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8),
        !(root.isWorkTree && name.elementsEqual(".git".utf8))
      else { continue }
      let reached = zip(patterns, directory.reached).map { $0.filter.enter(name, from: $1) }
      guard !reached.allSatisfy(\.isOutside) else { continue }
      try take(name, entry.pointee.d_type, reached, in: directory)
    }
  }

  private mutating func mayLook(into directory: Directory) throws(ArtifactError) -> Bool {
    directories += 1
    guard directories <= Self.maximumDirectories else {
      throw ArtifactError(
        .limit, "there are more than \(Self.maximumDirectories) directories to look into",
        hint: "name those that are meant, instead of **")
    }
    guard let objection = directory.objection else { return true }
    // Once is enough for all that a link leads to.
    guard !faults.contains(objection) else {
      marks += 1
      return false
    }
    elsewhere += 1
    guard elsewhere > elsewhereLimit else { return true }
    try add(
      fault: ArtifactError(
        .outside, "\(objection.message), and too much lies there to tell whether it is meant",
        hint: "name the directories that are meant, instead of **", path: objection.path))
    open.removeAll { $0?.objection != nil }
    return false
  }

  private mutating func take(
    _ bytes: [UInt8], _ type: UInt8, _ reached: [PathFilter.Place], in directory: Directory
  ) throws(ArtifactError) {
    let isMeant = reached.contains(where: \.isMeant)
    guard let name = String(validating: bytes, as: UTF8.self) else {
      // What is meant may lie below it.
      guard isMeant || type != UInt8(DT_REG) else { return }
      let shown = directory.prefix + String(decoding: bytes, as: UTF8.self)
      return try add(
        fault: ArtifactError(
          .unreadable, "the name of \(shown) is not UTF-8", hint: "rename it", path: shown),
        reached)
    }
    let path = directory.prefix + name
    let place = "\(directory.place)/\(name)"
    switch try kind(of: place, type, path) {
    case .directory:
      guard directory.objection != nil || !root.isGits(place) else { return }
      open.append(
        Directory(
          prefix: path + "/", place: place, reached: reached, objection: directory.objection))
    case .link where directory.objection == nil: try follow(path, isMeant, reached, from: directory)
    case .file, .link:
      guard isMeant else { return }
      if let objection = directory.objection { return try add(fault: objection, reached) }
      try add(path, reached)
    case .other(let what):
      guard isMeant else { return }
      try add(
        fault: directory.objection
          ?? ArtifactError(.special, "\(path) is \(what), and no file", path: path), reached)
    case nil: return
    }
  }

  private mutating func add(
    _ path: String, _ reached: [PathFilter.Place]
  ) throws(ArtifactError) {
    found.files.append(path)
    try count(reached)
  }

  private mutating func add(
    fault: ArtifactError, _ reached: [PathFilter.Place] = []
  ) throws(ArtifactError) {
    faults.insert(fault)
    try count(reached)
  }

  private mutating func count(_ reached: [PathFilter.Place]) throws(ArtifactError) {
    guard found.files.count + faults.count <= limit else {
      throw ArtifactError(
        .limit, "the patterns mean more than \(limit) files",
        hint: "name fewer, or put them into an archive")
    }
    marks += 1
    for (index, place) in reached.enumerated() where place.isMeant { found.counts[index] += 1 }
  }

  private mutating func follow(
    _ path: String, _ isMeant: Bool, _ reached: [PathFilter.Place], from directory: Directory
  ) throws(ArtifactError) {
    let (place, objection): (String, ArtifactError?)
    do throws(ArtifactError) {
      (place, objection) = try root.target(of: path)
    } catch {
      // Nothing is meant by what leads nowhere.
      if isMeant || error.kind != .missing { try add(fault: error, reached) }
      return
    }
    if isMeant, let objection { return try add(fault: objection, reached) }
    switch try kind(of: place, UInt8(DT_UNKNOWN), path) {
    case .file: if isMeant { try add(path, reached) }
    case .directory:
      guard objection == nil else {
        return open.append(
          Directory(prefix: path + "/", place: place, reached: reached, objection: objection))
      }
      // One that holds a link of the way would be looked into for ever.
      if let back = stepBack(to: place) {
        way[way.count - 1].back = min(way[way.count - 1].back, back)
        guard isMeant, !root.isWorkTree else { return }
        return try add(
          fault: ArtifactError(
            .special, "\(path) leads back to a directory above it", path: path), reached)
      }
      let entrance = Entrance(place: Array(place.utf8), reached: reached)
      if let back = barren[entrance] {
        way[way.count - 1].back = min(way[way.count - 1].back, back)
        return
      }
      open.append(
        Directory(prefix: path + "/", place: place, reached: reached, entrance: entrance))
    case .link, .other:
      guard isMeant else { return }
      try add(
        fault: ArtifactError(.special, "\(path) leads to what is no file", path: path), reached)
    case nil: return
    }
  }

  /// Which step of the way a directory is, less than 0 where it only holds some of them; `nil` where
  /// it has no part in it.
  private func stepBack(to place: String) -> Int? {
    if let step = way.firstIndex(where: { $0.place.utf8.elementsEqual(place.utf8) }) { return step }
    let start = Array("\(place)/".utf8)
    return way.contains { $0.place.utf8.starts(with: start) } ? -1 : nil
  }

  /// `nil` where it is gone already, or cannot be told, which is said then.
  private mutating func kind(
    of place: String, _ type: UInt8, _ shown: String
  ) throws(ArtifactError) -> Kind? {
    switch Int(type) {
    case Int(DT_REG): return .file
    case Int(DT_DIR): return .directory
    case Int(DT_LNK): return .link
    default: break
    }
    var status = stat()
    guard lstat(place, &status) == 0 else {
      try add(fault: ArtifactRoot.failure("read", shown, shown))
      return nil
    }
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
