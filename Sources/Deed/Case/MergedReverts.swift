import Git
import Release

/// What merges made of the reverts that they brought in, as their trees tell.
final class MergedReverts {
  private let workspace: Workspace
  private var error: GitError?

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// Whether merges kept what reverts took back; what cannot be told is kept for `check`.
  var keeps: MergeKeeps { MergeKeeps(one: keep, many: workspace.repository.keep) }

  private func keep(_ merge: HistoryCommit, _ revert: HistoryCommit) -> Bool {
    do throws(GitError) {
      return try workspace.repository.keeps(merge, against: revert)
    } catch {
      self.error = self.error ?? error
      return false
    }
  }

  /// Says so where trees were left out of a partial clone, so that reverts are taken at their word.
  ///
  /// - Throws: Why else it could not be told of one of them.
  func check() throws(GitError) {
    guard let error else { return }
    guard error.kind == .missingObject, workspace.repository.isPartial else { throw error }
    workspace.context.error.print(
      "note: trees are not in this partial clone, so that reverts on branches are taken for merged")
  }
}
