internal import Git
internal import Glibc
package import Release

/// Copies artifacts to a place from which they are taken, as one directory for each release.
///
/// The directory appears under its name only once all of it is there, on disk and read back.
package struct Distribution {
  package enum Outcome: Sendable {
    case copied
    /// The same release was there already, with the same digests.
    case stood
  }

  private let artifacts: [Manifest.Artifact]
  private let sets: [[Manifest.File]]
  private let source: ArtifactRoot
  private let store: ArtifactRoot
  private let release: String
  private let watch: ReadingWatch

  /// - Parameters:
  ///   - sets: Files of which one set lies beside the artifacts; the first is what is written.
  ///   - source: Where the artifacts lie.
  ///   - store: A directory that is there.
  package init(
    _ artifacts: [Manifest.Artifact], _ sets: [[Manifest.File]], of release: String,
    from source: ArtifactRoot, to store: ArtifactRoot, _ watch: ReadingWatch = ReadingWatch()
  ) throws(ArtifactError) {
    let names = Set(sets.joined().map { ExactName($0.name) })
    if let artifact = artifacts.first(where: { names.contains(ExactName($0.path)) }) {
      throw ArtifactError(
        .refused, "an artifact lies at \(artifact.path), where that of the manifest belongs",
        hint: "record it under another path", path: artifact.path)
    }
    self.artifacts = artifacts
    self.sets = sets
    self.source = source
    self.store = store
    self.release = release
    self.watch = watch
  }

  /// Where the release is, or will be.
  package var directory: String { "\(store.path)/\(release)" }

  /// Where it is until it is whole: no name that anybody would take for a release.
  private var draft: String {
    let parts = release.split(separator: "/")
    let above = parts.dropLast().map { "\($0)/" }.joined()
    return "\(store.path)/\(above).\(parts.last ?? "").incomplete"
  }

  package func run() throws(ArtifactError) -> Outcome {
    try makeDirectories(above: release, in: store.path)
    let lock = try DraftLock(at: draft + ".lock")
    defer { lock.release() }
    var status = stat()
    if lstat(directory, &status) == 0 {
      let root = try ArtifactRoot(directory)
      try requireSame(
        root, "is there already, and is not what was recorded", hint: verifying(root))
      return .stood
    }
    // What an earlier run left when it was killed.
    try Tree.remove(draft)
    do throws(ArtifactError) {
      try copy()
      guard rename(draft, directory) == 0 else {
        throw ArtifactRoot.failure("put in place", directory, nil, .unwritable)
      }
    } catch {
      try Tree.remove(draft)
      throw error
    }
    try Tree.flush(String(directory[..<(directory.lastIndex(of: "/") ?? directory.endIndex)]))
    return .copied
  }

  private func copy() throws(ArtifactError) {
    guard mkdir(draft, 0o777) == 0 else {
      throw ArtifactRoot.failure("make", draft, nil, .unwritable)
    }
    for artifact in artifacts { try makeDirectories(above: artifact.path, in: draft) }
    let draft = draft
    let outcomes = ArtifactReading(in: source, watch)
      .each(artifacts.map(\.path)) { file, meter throws(ArtifactError) in
        let copy = try WrittenFile(
          "\(draft)/\(file.path)", like: try file.root.place(of: file.path))
        defer { copy.close() }
        let found = try file.read(meter) { bytes throws(ArtifactError) in try copy.write(bytes) }
        try copy.flush()
        return found
      }
    // A no is one, whatever else cannot be told.
    if let stop = outcomes.errors.first(where: { $0.kind == .stopped }) { throw stop }
    if let error = outcomes.errors.first(where: { $0.kind == .missing }) {
      throw ArtifactError(
        .refused, error.message, hint: "see all that is missing: \(verifying(source))",
        path: error.path)
    }
    let comparison = ManifestComparison(artifacts, outcomes.files)
    if let change = comparison.changed.first {
      throw ArtifactError(
        .refused, "\(change.found.path) is not what was recorded",
        hint: "see what differs: \(verifying(source))", path: change.found.path)
    }
    if let error = outcomes.errors.first(where: \.isUnfit) ?? outcomes.errors.first { throw error }
    for file in sets.first ?? [] {
      let written = try WrittenFile("\(draft)/\(file.name)", like: nil)
      defer { written.close() }
      try written.write(file.content)
      try written.flush()
    }
    try Tree.flushAll(draft)
    // What was written there goes away again.
    try requireSame(
      try ArtifactRoot(draft), "was not written as it was read",
      hint: "look at the disk below \(store.path), and run it again")
  }

  /// Reads back everything in a directory, and refuses it where it is not what was recorded.
  private func requireSame(
    _ root: ArtifactRoot, _ what: String, hint: String
  ) throws(ArtifactError) {
    let found = try ArtifactSearch.files(matching: [.everything], in: root)
    let outcomes = ArtifactReading(in: root, watch).read(found.files)
    if let stop = outcomes.errors.first(where: { $0.kind == .stopped }) { throw stop }
    let unread = found.faults.filter { $0.kind == .unreadable }
    let unfit = found.faults.filter { $0.kind != .unreadable }.compactMap(\.path)
    // A no is one, whatever else cannot be told; what cannot be read is neither missing nor changed.
    let doubts = unread + outcomes.errors
    let untold = Set((unfit + doubts.compactMap(\.path)).map(ExactName.init))
    let comparison = ManifestComparison(
      artifacts.filter { !untold.contains(ExactName($0.path)) }, outcomes.files, beside: sets,
      isDistributed: true)
    // Nor is anything known to be missing that may lie where nobody can look.
    let missing = comparison.missing.map(\.path).filter { path in
      unread.isEmpty && !untold.contains(ExactName(path))
    }
    let different = [
      ("missing", missing),
      ("changed", comparison.changed.map(\.found.path)),
      ("extra", comparison.extra.map(\.path)), ("unfit", unfit),
    ].filter { !$1.isEmpty }
    guard !different.isEmpty else {
      if let doubt = doubts.first { throw doubt }
      return
    }
    let said = different.map { kind, paths in
      "\(kind): \(paths[0])" + (paths.count > 1 ? " and \(paths.count - 1) more" : "")
    }
    throw ArtifactError(
      .refused, "\(release) \(what); \(said.joined(separator: "; "))", hint: hint,
      path: different[0].1[0])
  }

  /// The command that compares what is in a place with what was recorded.
  private func verifying(_ root: ArtifactRoot) -> String {
    let place = root.isWorkTree ? "" : " \(GitError.quoted(root.path))"
    return "deed artifacts verify \(GitError.quoted(release))\(place)"
  }

  private func makeDirectories(above path: String, in directory: String) throws(ArtifactError) {
    var place = directory
    for name in path.split(separator: "/").dropLast() {
      place += "/\(name)"
      guard mkdir(place, 0o777) == 0 || errno == EEXIST else {
        throw ArtifactRoot.failure("make", place, nil, .unwritable)
      }
    }
  }
}

/// A file that is written once, to its end.
private struct WrittenFile {
  private let path: String
  private let descriptor: Int32

  /// - Parameter model: The file whose permissions it gets.
  init(_ path: String, like model: String?) throws(ArtifactError) {
    var status = stat()
    let isProgram = model.map { stat($0, &status) == 0 && status.st_mode & 0o100 != 0 } ?? false
    descriptor = open(
      path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, isProgram ? 0o777 : 0o666)
    self.path = path
    guard descriptor >= 0 else { throw failure }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(ArtifactError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure }
      rest = rest.dropFirst(count)
    }
  }

  func write(_ content: [UInt8]) throws(ArtifactError) {
    let outcome = content.withUnsafeBytes { bytes in
      Result { () throws(ArtifactError) in try write(bytes) }
    }
    try outcome.get()
  }

  /// Waits until it is on disk, so that it is read back from there.
  func flush() throws(ArtifactError) {
    guard fsync(descriptor) == 0 else { throw failure }
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
  }

  func close() { Glibc.close(descriptor) }

  private var failure: ArtifactError { ArtifactRoot.failure("write", path, nil, .unwritable) }
}

/// Keeps two copies of one release from being made at once; it goes with its process.
private struct DraftLock {
  private let path: String
  private let descriptor: Int32

  init(at path: String) throws(ArtifactError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw ArtifactRoot.failure("write", path, nil, .unwritable) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw ArtifactError(
        .refused, "somebody else is copying the same release there",
        hint: "run it again once they are done")
    }
  }

  /// Unlocks before it closes: a child that is just being started still has a copy of the descriptor.
  func release() {
    unlink(path)
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}

/// Whole directories.
private enum Tree {
  /// Removes a directory and all below it; nothing where there is none.
  static func remove(_ path: String) throws(ArtifactError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard unlink(path) == 0 else { throw ArtifactRoot.failure("remove", path, nil, .unwritable) }
      return
    }
    for name in try names(in: path) { try remove("\(path)/\(name)") }
    guard rmdir(path) == 0 else { throw ArtifactRoot.failure("remove", path, nil, .unwritable) }
  }

  /// Waits until the names in a directory and in all below it are on disk.
  static func flushAll(_ path: String) throws(ArtifactError) {
    for name in try names(in: path) {
      var status = stat()
      let below = "\(path)/\(name)"
      if lstat(below, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { try flushAll(below) }
    }
    try flush(path)
  }

  static func flush(_ path: String) throws(ArtifactError) {
    let descriptor = open(path.isEmpty ? "/" : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ArtifactRoot.failure("write", path, nil, .unwritable) }
    defer { close(descriptor) }
    // Some file systems keep directories in another way, and have nothing to wait for.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw ArtifactRoot.failure("write", path, nil, .unwritable)
    }
  }

  private static func names(in path: String) throws(ArtifactError) -> [String] {
    guard let stream = opendir(path) else {
      throw ArtifactRoot.failure("look into", path, nil, .unreadable)
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
}
