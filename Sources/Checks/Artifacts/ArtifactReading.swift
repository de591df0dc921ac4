internal import Dispatch
internal import Git
internal import Glibc
package import Release
internal import Synchronization

/// Digests many files at once, on all processors.
package struct ArtifactReading {
  /// One that could be read, or why it could not.
  package typealias Outcome = Result<FoundFile, ArtifactError>

  private let root: ArtifactRoot
  private let watch: ReadingWatch

  package init(in root: ArtifactRoot, _ watch: ReadingWatch = ReadingWatch()) {
    self.root = root
    self.watch = watch
  }

  /// The outcomes in the order of the paths.
  package func read(_ paths: [String]) -> [Outcome] {
    each(paths) { file, meter throws(ArtifactError) in try file.read(meter) }
  }

  /// The same, each file handed to `body` to be read: several at once.
  func each(
    _ paths: [String],
    _ body: @escaping @Sendable (FileReading, ReadingMeter) throws(ArtifactError) -> FoundFile
  ) -> [Outcome] {
    let sizes = paths.map(size)
    let meter = ReadingMeter(
      watch, files: paths.count,
      bytes: sizes.reduce(0) { all, size in
        // Sparse files can be of any size.
        let (sum, isTooMuch) = all.addingReportingOverflow(size)
        return isTooMuch ? .max : sum
      })
    // The largest first, so that none is left alone at the end.
    let order = paths.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
    let next = Atomic<Int>(0)
    let outcomes = Mutex<[Outcome?]>(Array(repeating: nil, count: paths.count))
    let root = root
    DispatchQueue.concurrentPerform(iterations: min(Processors.count, paths.count)) { _ in
      while true {
        let place = next.add(1, ordering: .relaxed).oldValue
        guard place < order.count else { return }
        let index = order[place]
        let outcome = Outcome { () throws(ArtifactError) in
          try body(FileReading(root: root, path: paths[index]), meter)
        }
        outcomes.withLock { $0[index] = outcome }
      }
    }
    watch.ended()
    return outcomes.withLock { outcomes in
      zip(paths, outcomes).map { path, outcome in
        outcome ?? .failure(ArtifactError(.unreadable, "\(path) was not read", path: path))
      }
    }
  }

  /// For the progress alone: whoever reads the file finds out what is wrong with it.
  private func size(of path: String) -> Int {
    var status = stat()
    guard stat("\(root.path)/\(path)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return 0
    }
    return Int(status.st_size)
  }
}

extension [ArtifactReading.Outcome] {
  /// The files that could be read.
  package var files: [FoundFile] {
    compactMap { if case .success(let file) = $0 { file } else { nil } }
  }

  /// Why others could not.
  package var errors: [ArtifactError] {
    compactMap { if case .failure(let error) = $0 { error } else { nil } }
  }
}
