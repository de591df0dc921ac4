/// A commit as history tells it: what notes, versions and independence are judged by.
package struct HistoryCommit: Sendable {
  package let id: ObjectID
  package let parents: [ObjectID]
  /// The author, as the mailmap has it where the caller asked for that.
  package let author: Person
  /// The whole message, decoded to UTF-8; what does not decode is U+FFFD.
  package let message: String

  package init(id: ObjectID, parents: [ObjectID], author: Person, message: String) {
    self.id = id
    self.parents = parents
    self.author = author
    self.message = message
  }
}

/// A commit and its parents, and nothing else: what ancestry is reckoned from.
package struct CommitNode: Hashable, Sendable {
  package let id: ObjectID
  package let parents: [ObjectID]

  package init(id: ObjectID, parents: [ObjectID]) {
    self.id = id
    self.parents = parents
  }
}
