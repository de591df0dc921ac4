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
        Group(title: "Deprecated", types: ["deprecate"]),
        Group(title: "Removed", types: ["remove", Self.revert]),
        Group(title: "Fixed", types: ["fix"]),
        Group(title: "Security", types: ["security"]),
      ]
      readsWords = true
    }
  }

  package static let breaking = "breaking"
  package static let revert = "revert"
  package static let other = "other"
}

extension NotesRules {
  /// The rules for a changelog: in the groups of Keep a Changelog, unless others were chosen.
  package var ofChangelog: NotesRules {
    guard preset == nil else { return self }
    var rules = NotesRules(.keepAChangelog)
    rules.hidden = hidden
    return rules
  }

  /// Whether changes of this type are left out.
  func hides(_ type: String?) -> Bool {
    if let type, hidden.contains(type) || hidden.contains(Self.canonical(type)) { return true }
    return hidden.contains(Self.other) && !names(type)
  }

  /// Whether a group asks for this very type, so that its heading says it.
  func names(_ type: String?) -> Bool {
    guard let type else { return false }
    return place(ofType: type) != nil
  }

  /// Whether something other than that there is nothing to read decides about the change's group.
  func understands(_ change: Change) -> Bool {
    change.isBreaking || names(change.type) || hides(change.type)
      || place(of: change, isRevert: false) != place(ofType: Self.other) ?? groups.count
  }

  /// Whether breaking changes have a group of their own.
  var separatesBreaks: Bool { place(ofType: Self.breaking) != nil }

  /// The heading of what no group asks for, where there is none for the rest.
  static let rest = "Other Changes"

  /// The place of the group that a change belongs to; `groups.count` where none asks for it.
  func place(of change: Change, isRevert: Bool) -> Int {
    if change.isBreaking, let place = place(ofType: Self.breaking) { return place }
    if isRevert, let place = place(ofType: Self.revert) { return place }
    if let type = change.type {
      if let place = place(ofType: type) { return place }
    } else if readsWords, let place = firstWord(of: change.subject).flatMap(place(ofType:)) {
      return place
    }
    return place(ofType: Self.other) ?? groups.count
  }

  private func place(ofType type: String) -> Int? {
    groups.firstIndex { $0.types.contains(type) }
      ?? groups.firstIndex { $0.types.contains(Self.canonical(type)) }
  }

  /// One of several spellings of a type.
  private static func canonical(_ type: String) -> String {
    switch type {
    case "feature": "feat"
    case "bugfix", "hotfix": "fix"
    case "reverts": revert
    default: type
    }
  }

  /// `add` of "Added x", "Adds x" and "Add x".
  private func firstWord(of subject: String) -> String? {
    let word = Array(subject.utf8.prefix { $0.isLetter })[...].asciiLowercased.text
    let stems = ["add", "remove", "deprecate", "fix"]
    return stems.first { stem in
      word == stem || word == stem + "s" || word == stem + "es" || word == stem + "ed"
        || (stem.hasSuffix("e") && word == stem + "d")
    }
  }
}
