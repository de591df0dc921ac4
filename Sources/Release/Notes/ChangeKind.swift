/// What a commit's type says about the change.
package enum ChangeKind: Hashable, Sendable {
  case feature
  case fix
  case performance
  case revert
  /// Of no interest to those who use the software: `docs`, `style`, `chore`, …
  case housekeeping
  /// A type that stands for nothing here, or none.
  case other

  /// The kind of a type in lower case.
  package init(type: String) {
    self = type.utf8.count <= Self.longest ? Self.byType[type] ?? .other : .other
  }

  private static let byType: [String: ChangeKind] = [
    "feat": .feature, "feature": .feature,
    "fix": .fix, "bugfix": .fix, "hotfix": .fix,
    "perf": .performance,
    "revert": .revert,
    "docs": .housekeeping, "doc": .housekeeping, "tests": .housekeeping, "chores": .housekeeping,
    "style": .housekeeping, "chore": .housekeeping,
    "refactor": .housekeeping, "test": .housekeeping, "build": .housekeeping, "ci": .housekeeping,
  ]

  private static let longest = 8
}

/// How much of a new version a change asks for, least first.
package enum ChangeLevel: Int, Comparable, Sendable {
  /// Nothing by its type: it has none that is known, or one that is housekeeping.
  case none
  case patch
  case minor
  case major

  init(kind: ChangeKind, isBreaking: Bool) {
    switch kind {
    case _ where isBreaking: self = .major
    case .feature: self = .minor
    case .fix, .performance, .revert: self = .patch
    case .housekeeping, .other: self = .none
    }
  }

  package static func < (left: ChangeLevel, right: ChangeLevel) -> Bool {
    left.rawValue < right.rawValue
  }
}
