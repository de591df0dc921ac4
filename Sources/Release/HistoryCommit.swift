/// A commit as history tells it: what notes, versions and independence are judged by.
package struct HistoryCommit: Sendable {
  package let id: ObjectID
  package let parents: [ObjectID]
  /// The author, as the mailmap has it where the caller asked for that.
  package let author: Person
  /// The whole message as UTF-8; what does not decode is U+FFFD.
  let text: ArraySlice<UInt8>

  package var message: String { String(decoding: text, as: UTF8.self) }

  package init(id: ObjectID, parents: [ObjectID], author: Person, message: String) {
    self.init(id: id, parents: parents, author: author, text: Array(message.utf8)[...])
  }

  /// - Parameter text: UTF-8.
  package init(id: ObjectID, parents: [ObjectID], author: Person, text: ArraySlice<UInt8>) {
    self.id = id
    self.parents = parents
    self.author = author
    self.text = text
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
