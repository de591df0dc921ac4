package import Git
package import Release

/// What keeps files in this clone: a reference or a reflog that leads to them.
package struct FileHolder: Hashable, Sendable {
  package enum Kind: Sendable {
    /// A reference that is a ledger's history, or the file itself: nothing else goes with it.
    case copy
    /// A reference that has them among files of its own.
    case ownFiles
    case reflog
  }

  /// The reference, or that of the reflog.
  package let name: String
  package let kind: Kind
  package let files: Set<ObjectID>
}

extension LedgerStore {
  /// So many trees of other references are read before the search is told to be incomplete: some
  /// seconds' worth.
  private static let treeLimit = 100_000

  /// What leads to some files, besides the ledger of attachments itself; and whether all was looked at.
  ///
  /// Histories of notes are searched whole, of all others what stands at their tips.
  ///
  /// - Parameter isDeep: Whether all histories are searched whole, however long that takes.
  package func holders(
    of files: Set<ObjectID>, isDeep: Bool
  ) throws(GitError) -> (found: [FileHolder], isWhole: Bool) {
    let search = search(for: files)
    let limit = isDeep ? Int.max : Self.treeLimit
    var found: [FileHolder] = []
    var isWhole = true
    for reference in try repository.references(under: "refs/")
    where reference.name != LedgerName.attachments.reference {
      guard search.treeCount < limit || Self.isOfNotes(reference.name) else {
        isWhole = false
        continue
      }
      let (held, isCopy) = try self.files(
        behind: reference.target, of: reference.name, search, isDeep: isDeep)
      if !held.isEmpty {
        found.append(
          FileHolder(name: reference.name, kind: isCopy ? .copy : .ownFiles, files: held))
      }
    }
    for name in try repository.reflogNames() {
      var held: Set<ObjectID> = []
      for id in try repository.reflog(of: name) {
        guard search.treeCount < limit || Self.isOfNotes(name) else {
          isWhole = false
          break
        }
        held.formUnion(try self.files(behind: id, of: name, search, isDeep: isDeep).held)
      }
      if !held.isEmpty { found.append(FileHolder(name: name, kind: .reflog, files: held)) }
    }
    return (found, isWhole)
  }

  private static func isOfNotes(_ name: String) -> Bool {
    ["refs/notes/", "refs/deed/"].contains { name.utf8.starts(with: $0.utf8) }
  }

  /// Those that an object leads to, and whether it is nothing but a copy of them or of a ledger.
  private func files(
    behind id: ObjectID, of name: String, _ search: FileSearch, isDeep: Bool
  ) throws(GitError) -> (held: Set<ObjectID>, isCopy: Bool) {
    // Objects go in time, and a reflog names what is gone.
    guard let end = try repository.peeled(id) else { return ([], false) }
    switch end.kind {
    case .blob: return (search.files.intersection([end.id]), true)
    case .tree: return (try search.found(inTree: end.id), Self.isOfNotes(name))
    case .tag: return ([], false)
    case .commit:
      let tree = try commit(end.id).tree
      var isCopy = Self.isOfNotes(name)
      if !isCopy { isCopy = try isNotes(tree) }
      guard isCopy || isDeep else { return (try search.found(inTree: tree), false) }
      return (try search.found(inHistoryOf: end.id), isCopy)
    }
  }
}
