import Git
import Release

// A clone without blobs has the commits, and so the notes: they decide nothing, and need not wait
// for the network.
extension Workspace {
  /// The rules at a commit, or the defaults where a partial clone has left them out.
  func notesPolicy(at commit: ObjectID) throws -> Policy {
    try isWithheld(Policy.fileName, in: commit) ? Policy() : policy(at: commit)
  }

  /// Who is who, as a commit's `.mailmap` has it; nobody is known where a partial clone has left it
  /// out.
  func mailmap(at commit: ObjectID) throws -> Mailmap? {
    guard try !isWithheld(".mailmap", in: commit) else { return nil }
    return try repository.file(at: ".mailmap", in: commit).map { Mailmap($0) }
  }

  /// Says which files would have had a say, and were left out of a partial clone.
  func mentionWithheld(at commit: ObjectID) throws {
    for path in [Policy.fileName, ".mailmap"] where try isWithheld(path, in: commit) {
      context.error.print(
        "note: \(path) at \(commit.short) is not in this partial clone, so it has no say; "
          + "to have it: git cat-file -p \(commit.short):\(path)")
    }
  }

  /// Whether a file of a commit was left out of a partial clone.
  func isWithheld(_ path: String, in commit: ObjectID) throws -> Bool {
    guard repository.isPartial else { return false }
    do throws(GitError) {
      guard let entry = try repository.entry(at: path, in: commit), entry.isFile else {
        return false
      }
      return try repository.header(of: entry.id) == nil
    } catch {
      guard error.kind == .missingObject else { throw error }
      return true
    }
  }
}
