/// How notes are told: `[notes]` in `deed.toml`.
package struct NotesRules: Hashable, Sendable {
  /// A heading, and the types of the changes below it.
  package struct Group: Hashable, Sendable {
    package var title: String
    /// Types in lower case, and the three words `breaking`, `revert` and `other`.
    package var types: [String]

    package init(title: String, types: [String]) {
      self.title = title
      self.types = types
    }
  }

  /// Groups that many projects have.
  package enum Preset: String, Hashable, Sendable, CaseIterable {
    case conventional
    case keepAChangelog = "keep-a-changelog"
  }

  /// What is said of those who made the changes.
  package enum Contributors: String, Hashable, Sendable, CaseIterable {
    case none
    case names
    /// And who among them is new, for which the whole history is read.
    case new
  }

  /// Whose groups these are; `nil` where nobody chose any.
  package var preset: Preset?
  /// In the order in which they are shown.
  package var groups: [Group]
  /// Types that are left out, unless they break something.
  package var hidden: [String]
  /// Whether somebody chose these types.
  package var choosesHidden = false
  package var contributors = Contributors.names
  /// What the remote's web pages are, where its address does not tell.
  package var forge: Forge.Kind?
  /// Whether it is told how the release was released.
  package var evidence = false
  /// Whether a title without a type is grouped by its first word: `Add x`, `Remove y`.
  package var readsWords = false

  package init(_ preset: Preset = .conventional) {
    hidden = ["docs", "style", "chore", "refactor", "test", "build", "ci"]
    switch preset {
    case .conventional:
      groups = [
        Group(title: "Breaking Changes", types: [Self.breaking]),
        Group(title: "Features", types: ["feat"]),
        Group(title: "Bug Fixes", types: ["fix"]),
        Group(title: "Performance Improvements", types: ["perf"]),
        Group(title: "Reverts", types: [Self.revert]),
        Group(title: "Other Changes", types: [Self.other]),
      ]
    case .keepAChangelog:
      groups = [
        Group(title: "Added", types: ["feat", "add"]),
        Group(title: "Changed", types: [Self.other, "change", "perf"]),
        Group(title: "Deprecated", types: [Self.deprecate]),
        Group(title: "Removed", types: ["remove", Self.revert]),
        Group(title: "Fixed", types: ["fix"]),
        Group(title: "Security", types: ["security"]),
      ]
      readsWords = true
    }
  }

  package static let breaking = "breaking"
  package static let revert = "revert"
  static let deprecate = "deprecate"
  package static let other = "other"
}

extension NotesRules {
  /// The rules for a changelog: in the groups that it has, unless others were chosen.
  package func ofChangelog(_ groups: Preset) -> NotesRules {
    guard preset == nil else { return self }
    var rules = NotesRules(groups)
    rules.hidden = hidden
    rules.choosesHidden = choosesHidden
    return rules
  }

  /// The heading of what no group asks for, where there is none for the rest.
  static let rest = "Other Changes"
}
