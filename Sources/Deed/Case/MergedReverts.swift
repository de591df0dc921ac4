import Git
import Release

/// What merges made of the reverts that they brought in, as their trees tell.
final class MergedReverts {
  private let repository: Repository
  private var error: GitError?

  init(_ repository: Repository) { self.repository = repository }

  /// Whether a merge kept what a revert took back; what cannot be told is kept for `check`.
  func keep(_ merge: HistoryCommit, _ revert: HistoryCommit) -> Bool {
    do throws(GitError) {
      return try repository.keeps(merge, against: revert)
    } catch {
      self.error = self.error ?? error
      return false
    }
  }

  /// - Throws: Why it could not be told of one of them.
  func check() throws(GitError) {
    if let error { throw error }
  }
}
