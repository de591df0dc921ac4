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
  /// nobody can tell then; and where the line is not there.
  package func came(
    _ line: LedgerPlace, after other: LedgerPlace, in ledger: LedgerName
  ) throws(GitError) -> Bool {
    var known: [ObjectID: Bool] = [:]
    var isAfter = false
    for node in try repository.topology(from: tips(of: ledger), excluding: []) {
      func hasLine(_ commit: ObjectID) throws(GitError) -> Bool {
        if let known = known[commit] { return known }
        let has = try stands(line, at: commit)
        known[commit] = has
        return has
      }
      guard try hasLine(node.id) else { continue }
      var isNews = true
      for parent in node.parents where try hasLine(parent) { isNews = false }
      guard isNews else { continue }
      var isBehind = false
      for parent in node.parents where try stands(other, at: parent) { isBehind = true }
      guard isBehind else { return false }
      isAfter = true
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
