package import Git
package import Release

/// One line of a ledger, wherever it stands in the note of its object.
package struct LedgerPlace {
  let object: ObjectID
  let isLine: ([UInt8]) -> Bool

  /// - Parameter isLine: Whether a line is the one that is meant.
  package init(on object: ObjectID, where isLine: @escaping ([UInt8]) -> Bool) {
    self.object = object
    self.isLine = isLine
  }
}

extension LedgerStore {
  /// Whether a line came to a ledger where another one stood already, by the ledger's own history.
  ///
  /// Whoever appends a line cannot put it before those that others have: in a clone that has seen these
  /// come, it stays behind them. It is no where both came at once, or by ways that were joined later, since
  /// nobody can tell then; and where the line is not there. What stood once was there, whatever became of
  /// it: another program may have dropped notes, which were put back later.
  package func came(
    _ line: LedgerPlace, after other: LedgerPlace, in ledger: LedgerName
  ) throws(GitError) -> Bool {
    // What stood at a commit, or before it.
    var stood: [ObjectID: (line: Bool, other: Bool)] = [:]
    var isAfter = false
    for node in try repository.topology(from: tips(of: ledger), excluding: []).reversed() {
      var (hasLine, hasOther) = (false, false)
      for parent in node.parents {
        hasLine = hasLine || stood[parent]?.line ?? false
        hasOther = hasOther || stood[parent]?.other ?? false
      }
      if !hasLine, try stands(line, at: node.id) {
        guard hasOther else { return false }
        (hasLine, isAfter) = (true, true)
      }
      if !hasOther { hasOther = try stands(other, at: node.id) }
      stood[node.id] = (hasLine, hasOther)
    }
    return isAfter
  }

  /// Whether a line stood in a ledger at one of its commits.
  package func stands(
    _ line: LedgerPlace, at commit: ObjectID
  ) throws(GitError) -> Bool {
    try lines(in: [commit], on: line.object).contains(where: line.isLine)
  }
}
