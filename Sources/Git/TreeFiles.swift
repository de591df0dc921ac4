package import Release

/// A file of a commit.
package struct TreeFile: Hashable, Sendable {
  /// From the root; what is not UTF-8 is U+FFFD.
  package let path: String
  package let mode: UInt32
  package let id: ObjectID

  /// A regular or executable file: no link.
  package var isFile: Bool { mode & 0o170000 == 0o100000 }

  package var isSubmodule: Bool { mode & 0o170000 == 0o160000 }
}

extension Repository {
  /// Every file and link of a commit at or below `path`, in git's order.
  ///
  /// - Parameters:
  ///   - hasSubmodules: Whether those are among them.
  ///   - skips: Paths of directories that are not entered.
  package func files(
    in commit: ObjectID, under path: String = "", withSubmodules hasSubmodules: Bool = false,
    skipping skips: (String) -> Bool = { _ in false }
  ) throws(GitError) -> [TreeFile] {
    let files: [TreeFile]
    if path.isEmpty {
      guard let found = try self.commit(commit) else { throw missing(commit, "commit") }
      files = try self.files(below: found.tree, at: "", skips)
    } else if let entry = try entry(at: path, in: commit) {
      files =
        entry.isDirectory
        ? try self.files(below: entry.id, at: path + "/", skips)
        : [TreeFile(path: path, mode: entry.mode, id: entry.id)]
    } else {
      files = []
    }
    return hasSubmodules ? files : files.filter { !$0.isSubmodule }
  }

  private static let mostPaths = 5_000_000

  private func files(
    below root: ObjectID, at place: String, _ skips: (String) -> Bool
  ) throws(GitError) -> [TreeFile] {
    var files: [TreeFile] = []
    // The next one last. A tree may be as deep as somebody likes: no recursion.
    var open = [(path: place, mode: TreeEntry.directory, id: root)]
    var entered = 0
    while let next = open.popLast() {
      entered += 1
      // A few objects can stand for more paths than there are atoms.
      guard entered <= Self.mostPaths else {
        throw GitError(.invalidObject, "the tree \(root) has more than \(Self.mostPaths) paths")
      }
      guard next.mode & 0o170000 == TreeEntry.directory else {
        files.append(TreeFile(path: next.path, mode: next.mode, id: next.id))
        continue
      }
      guard let entries = try tree(next.id) else { throw missing(next.id, "tree") }
      for entry in entries.reversed() {
        let path = next.path + String(decoding: entry.name, as: UTF8.self)
        if entry.isDirectory {
          if !skips(path) { open.append((path + "/", entry.mode, entry.id)) }
        } else {
          open.append((path, entry.mode, entry.id))
        }
      }
    }
    return files
  }
}

extension Repository {
  /// Whether a commit has anything at the paths that are meant; only trees on the way there are read.
  package func has(_ filter: PathFilter, in commit: ObjectID) throws(GitError) -> Bool {
    guard let found = try self.commit(commit) else { throw missing(commit, "commit") }
    var open = [(id: found.tree, place: filter.root)]
    while let next = open.popLast() {
      guard let entries = try tree(next.id) else { throw missing(next.id, "tree") }
      for entry in entries {
        let place = filter.enter(entry.name, from: next.place)
        if place.isOutside { continue }
        if entry.isDirectory ? place.isWhole : place.isMeant { return true }
        if entry.isDirectory { open.append((entry.id, place)) }
      }
    }
    return false
  }
}
