package import Release

/// The files that are where artifacts are looked for, and what is wrong with those that are none.
package struct ArtifactFaults {
  /// Those that could be read.
  package let files: [FoundFile]
  /// What is no file of its own: a link that leads elsewhere, a pipe.
  package let unfit: [ArtifactError]
  /// What cannot be told.
  package let unread: [ArtifactError]
  private let paths: Set<[UInt8]>

  /// Reads what was found, and the artifacts that no pattern means any more.
  package init(
    _ artifacts: [Manifest.Artifact], _ found: ArtifactSearch.Found, in root: ArtifactRoot,
    _ watch: ReadingWatch
  ) {
    // Of what is none, it is said once.
    let known = Set(
      (found.files + found.faults.filter { $0.kind != .missing }.compactMap(\.path))
        .map { Array($0.utf8) })
    let recorded = artifacts.map(\.path)
    let others = recorded.filter { !known.contains(Array($0.utf8)) }
    let outcomes = ArtifactReading(in: root, watch).read(found.files + others)
    files = outcomes.files
    // A link that leads nowhere is a missing artifact, where one was recorded in its place.
    let wanted = Set(recorded.map { Array($0.utf8) })
    let faults = found.faults.filter { fault in
      fault.kind != .missing || !wanted.contains(Array((fault.path ?? "").utf8))
    }
    var said: Set<ArtifactError> = []
    let errors = (faults + outcomes.errors.filter { $0.kind != .missing })
      .filter { said.insert($0).inserted }
    unfit = errors.filter(\.isUnfit)
    // That somebody stopped it goes before all else.
    let unknown = errors.filter { !$0.isUnfit }
    unread = unknown.filter { $0.kind == .stopped } + unknown.filter { $0.kind != .stopped }
    paths = Set(errors.compactMap { $0.path.map { Array($0.utf8) } })
  }

  package var isStopped: Bool { unread.contains { $0.kind == .stopped } }

  /// Whether it is said already what is wrong with the file of this path.
  package func speakOf(_ path: String) -> Bool { paths.contains(Array(path.utf8)) }
}

extension ArtifactError {
  /// Whether it is known to be no file that could be an artifact.
  var isUnfit: Bool {
    switch kind {
    case .missing, .outside, .special: true
    case .unreadable, .changed, .limit, .unwritable, .refused, .stopped: false
    }
  }
}
