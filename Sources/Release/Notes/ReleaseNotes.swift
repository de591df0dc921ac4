/// What changed between two releases, for people: groups of entries, and what is left out and why.
///
/// Every commit of the range is either an entry or hidden. The same commits give the same notes.
package struct ReleaseNotes: Sendable {
  package struct Author: Hashable, Sendable {
    package let name: String
    package let email: String
  }

  package struct Contributor: Hashable, Sendable {
    package let name: String
    package let email: String
    /// Whether no commit before the range is theirs; `nil` where nobody looked.
    package let first: Bool?
    /// Whether the name is a program's.
    package let bot: Bool
  }

  package struct Counts: Hashable, Sendable {
    package let considered: Int
    package let shown: Int
    package let hidden: Int
    /// How many of those considered are in the release before too, which took them back.
    package let returned: Int
  }

  package struct Group: Sendable {
    package let title: String
    /// The oldest first.
    package let entries: [Entry]
  }

  /// The release that the notes are of; `nil` for what is not released yet.
  package let release: String?
  package let previous: String?
  package let range: String
  package let counts: Counts
  /// Those that have entries, the most important first.
  package let groups: [Group]
  /// The oldest first.
  package let hidden: [Hidden]
  /// Those shown commits of which something was not understood, and what; the oldest first.
  package let unclear: [Hidden]
  /// Authors and co-authors of all commits but merges, in the order of their first one.
  package let contributors: [Contributor]
  /// Where the difference can be seen on the web.
  package let compare: String?
  /// The titles of all groups that there could be, in their order.
  let titles: [String]
  /// Where commits and issues can be.
  let forge: Forge?
  /// Whether those who made the changes are named where people read.
  let namesContributors: Bool
  /// Whether entries say that they break something, because no heading does.
  let marksBreaks: Bool
  /// How the release was released; `nil` where nobody asked, or nothing is recorded.
  package var evidence: NotesEvidence?
}

extension ReleaseNotes {
  /// A change that people read about.
  ///
  /// A class, since histories have tens of thousands, which are handed about.
  package final class Entry: Sendable {
    package let id: ObjectID
    package let type: String?
    package let scope: String?
    /// Without the type and scope where the type is known; as it was written, otherwise.
    package let subject: String
    /// Whether the subject is without its type and scope.
    let isTyped: Bool
    package let breaking: Bool
    /// What the `BREAKING CHANGE` and `DEPRECATED` footers say, with their line feeds; each point of
    /// a list by itself.
    package let details: [String]
    /// Of the commit, or of the branch that it stands for.
    package let authors: [Author]
    package let references: [String]

    /// - Parameters:
    ///   - isTyped: Whether it is known what the type means: else the title is shown as it was written.
    ///   - isDeprecation: Whether it stands where all is about what is not to be used any more.
    init(
      _ change: Change, of reading: CommitReading, isTyped: Bool, isDeprecation: Bool,
      pullRequest: String?,
      authors: [Author], forge: Forge?
    ) {
      var references = pullRequest.map { [$0] } ?? []
      if !change.references.isEmpty { references.appendNew(change.references, on: forge) }
      if let squashed = change.squashed { references.appendNew(squashed.references, on: forge) }
      if !reading.references.isEmpty { references.appendNew(reading.references, on: forge) }
      id = reading.source.id
      type = change.type
      scope = change.scope
      subject = isTyped ? change.subject : change.header
      self.isTyped = isTyped
      breaking = change.isBreaking
      details =
        change.isBreaking || change.deprecates
        ? Self.details(
          of: change, in: (change.squashed ?? reading).commit, marksDeprecated: !isDeprecation)
        : []
      self.authors = authors
      self.references = references
    }

    private static func details(
      of change: Change, in commit: ConventionalCommit, marksDeprecated: Bool
    ) -> [String] {
      commit.footers.filter { footer in
        footer.isBreaking ? change.isBreaking && footer.announcesBreak : change.deprecates
      }.flatMap { footer in
        let points = ListPoints.splitting(footer.value)
          .filter { !$0.isEmpty && !$0.utf8.elementsEqual(change.subject.utf8) }
        guard footer.kind == .deprecation, marksDeprecated else { return points }
        return points.map { "Deprecated: " + $0 }
      }
    }
  }

  /// A commit that is left out, and why: `merge`, `type docs`, `part of #12`, `reverted by …`.
  package struct Hidden: Sendable {
    package let id: ObjectID
    // Put together when it is asked for: of tens of thousands, hardly any is.
    private let reason: String
    private let subject: String?
    /// Of a commit that is shown, which change of it is meant, as it is told.
    package let change: String?

    /// - Parameter subject: What the reason ends in.
    init(id: ObjectID, why reason: String, _ subject: String? = nil, of change: String? = nil) {
      self.id = id
      self.reason = reason
      self.subject = subject
      self.change = change
    }

    package var why: String { subject.map { reason + $0 } ?? reason }
  }
}

extension [String] {
  /// Appends those references that it has not; addresses on the forge as what they stand for.
  fileprivate mutating func appendNew(_ others: [String], on forge: Forge?) {
    for other in others {
      let reference = IssueAddress(other).flatMap { forge?.reference(for: $0) } ?? other
      if !contains(reference) { append(reference) }
    }
  }
}
