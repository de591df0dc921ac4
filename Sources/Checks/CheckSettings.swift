package import Release

/// A built-in check's settings, by their names in `deed.toml`.
package struct CheckSettings: Sendable {
  private let values: [String: CheckSetting]

  package init(_ values: [String: CheckSetting]) {
    self.values = values
  }

  package func text(_ name: String) -> String? {
    if case .text(let text) = values[name] { text } else { nil }
  }

  package func texts(_ name: String) -> [String] {
    if case .texts(let texts) = values[name] { texts } else { [] }
  }

  package func lists(_ name: String) -> [String: [String]] {
    if case .lists(let lists) = values[name] { lists } else { [:] }
  }

  /// A length of time.
  package func seconds(_ name: String) -> Int? { text(name).flatMap(Span.seconds) }

  /// Sorted by key, so that a report is the same each time.
  package func table(_ name: String) -> [(key: String, value: String)] {
    guard case .table(let table) = values[name] else { return [] }
    return table.sorted { $0.key < $1.key }
  }

  package func tables(_ name: String) -> [String: [String: String]] {
    if case .tables(let tables) = values[name] { tables } else { [:] }
  }
}

/// The checks that the program brings along.
package enum BuiltInChecks {
  /// The check of this name; `nil` where this version has none.
  package static func check(_ name: String, _ settings: CheckSettings) -> (any Check)? {
    switch name {
    case "tag": TagCheck()
    case "checkout": CheckoutCheck(files: settings.texts("files"))
    case "tools": ToolsCheck(versions: settings.table("versions"))
    case CheckRules.artifacts: ArtifactsCheck(settings)
    case "migrations": MigrationsCheck(settings)
    case "runbook": RunbookCheck(settings)
    case "secrets": SecretsCheck(settings)
    default: nil
    }
  }
}
