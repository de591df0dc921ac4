package import Release

extension Repository {
  /// When the file at `path` was last changed, as `git log -1 -- path` tells it, in seconds since
  /// 1970; `nil` where that was before `limit`.
  ///
  /// Follows parents that have the same file, and reads no further back than the limit.
  package func lastChange(
    of path: String, in commit: ObjectID, notBefore limit: Int64
  ) throws(GitError) -> Int64? {
    var place = commit
    var file = try entry(at: path, in: commit)
    while true {
      guard let here = try self.commit(place) else { throw missing(place, "commit") }
      if here.commitTime < limit { return nil }
      var same: ObjectID?
      for parent in here.parents where same == nil {
        if try entry(at: path, in: parent) == file { same = parent }
      }
      guard let same else { return here.commitTime }
      place = same
      file = try entry(at: path, in: same)
    }
  }
}
