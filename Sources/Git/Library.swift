internal import Clibgit2

/// libgit2 itself: started once, never shut down.
enum Library {
  private static let status: Int32 = {
    let started = git_libgit2_init()
    guard started > 0 else { return started }
    // The two last are let in so that `sha1` and `files`, their harmless values, are; every
    // other value is refused by `Repository` before anything is read.
    let names = [
      "partialclone", "worktreeconfig", "preciousobjects", "relativeworktrees",
      "objectformat", "refstorage",
    ]
    let extensions = withCStrings(names) { deed_set_extensions($0, names.count) }
    guard extensions == 0 else { return extensions }
    // Evidence must be on the disk before the ref that points at it moves.
    let fsync = deed_enable_fsync(1)
    guard fsync == 0 else { return fsync }
    // Reading histories is a quarter faster without, and git does not verify on reading either:
    // damage is found by zlib, by pack checksums and by `git fsck`.
    let verification = deed_enable_strict_hash_verification(0)
    guard verification == 0 else { return verification }
    // Histories are read once, commit by commit: to remember them costs more than it ever saves.
    let cache = deed_set_commit_cache_limit(0)
    guard cache == 0 else { return cache }
    // Notes are: a command reads those of a ledger several times, and each is a file until git packs it.
    let notes = deed_set_blob_cache_limit(1 << 14)
    guard notes == 0 else { return notes }
    let size = deed_set_cache_size(1 << 25)
    guard size == 0 else { return size }
    // libgit2 1.5 does not honour `safe.directory=*`; `Ownership` asks git instead.
    let owner = deed_set_owner_validation(0)
    return owner == 0 ? started : owner
  }()

  /// Starts libgit2 where it is not running yet.
  static func start() throws(GitError) {
    guard status > 0 else {
      throw GitError(.other, "libgit2 could not be started (error \(status))")
    }
  }

  private static func withCStrings(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Int32
  ) -> Int32 {
    func next(_ index: Int, _ pointers: inout [UnsafePointer<CChar>?]) -> Int32 {
      guard index < strings.count else {
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
      }
      return strings[index].withCString { pointer in
        pointers.append(pointer)
        return next(index + 1, &pointers)
      }
    }
    var pointers: [UnsafePointer<CChar>?] = []
    return next(0, &pointers)
  }
}
