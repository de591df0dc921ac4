import Git
import Release

/// Asks the gate how releases were released, for their notes.
///
/// A class, because the ledgers are read once for any number of releases, and not before anybody asks.
final class NotesEvidenceReader {
  private let workspace: Workspace
  private var contents: LedgerContents?

  init(_ workspace: Workspace) {
    self.workspace = workspace
  }

  /// What is recorded of the release at the end of a range; `nil` where nothing is.
  func evidence(of range: NotesRange) async throws -> NotesEvidence? {
    guard let release = range.release else { return nil }
    let subject = ReleaseSubject(
      release: release, commit: range.tip, policy: try workspace.policy(at: range.tip))
    if contents == nil {
      contents = try LedgerContents(
        workspace.ledgers, remote: try await workspace.remote(subject.policy))
    }
    var gathered = try await workspace.gather(subject, from: contents)
    // As of the last thing that was recorded, so that the same records tell the same at any time.
    gathered.now = gathered.evidence.records.map(\.at).max() ?? gathered.now
    return NotesEvidence(
      gathered, Gate.judge(gathered),
      manifests: Set(gathered.evidence.standing.ofKind(.manifest).compactMap(\.manifestDigest))
        .sorted())
  }
}
