import Release

// Keys that a section does not have.
extension PolicyReader {
  /// The keys of a check that is a command of the team's own.
  static let commandKeys = ["directory", "environment", "parallel", "run", "stage", "timeout"]

  /// Reports the keys that `kind` of section does not have, with what was probably meant.
  mutating func reportUnknownKeys(in section: Section, known: [String], of kind: String) {
    for (key, node) in section.entries where !known.containsExactly(key) {
      let place = section.name.isEmpty ? "" : " in [\(section.name)]"
      var hint = Suggestion.hint(for: key, among: known, none: "it takes no keys")
      if NearestName.of(key, among: known) == nil, let home = home(of: key, outside: kind) {
        hint = "`\(key)` belongs \(home)"
      }
      report(node.line, "there is no key `\(key.asKey)`\(place)", hint: hint)
    }
  }

  /// Where a key that stands in the wrong section is at home.
  private func home(of key: String, outside kind: String) -> String? {
    let homes = Self.keys.filter { $0.key != kind && $0.value.contains(key) }.keys.sorted()
    switch homes.first(where: { $0 != "packages" }) {
    case ""?: return "at the top, above the first section"
    case "environments"?: return "in [environments.NAME]"
    case let home?: return "in [\(home)]"
    case nil: break
    }
    if kind.isEmpty, CheckRules.builtIn[key] != nil { return "under [checks]: [checks.\(key)]" }
    let checks = Self.checks(taking: key).map { "[checks.\($0)]" }
    let all = checks + (homes.contains("packages") ? ["[packages.NAME]"] : [])
    return all.isEmpty ? nil : "in \(all.joined(separator: " or "))"
  }

  /// The checks of the program's own that have such a key.
  private static func checks(taking key: String) -> [String] {
    CheckRules.builtIn.filter { $0.value[key] != nil }.keys.sorted()
  }

  /// Reports a section that is neither a check of the program's own nor has a command: of which one
  /// its name or its keys remind, or how the command was perhaps misspelled.
  mutating func reportNoCommand(_ section: Section, called name: String) {
    if section.entries.contains(where: { NearestName.of($0.key, among: ["run"]) != nil }) {
      return reportUnknownKeys(in: section, known: Self.commandKeys, of: "check")
    }
    let others = section.entries.map(\.key).filter { !Self.commandKeys.contains($0) }
    let homes = others.lazy.map { (key: $0, checks: Self.checks(taking: $0)) }
      .first { !$0.checks.isEmpty }
    // A name and a key that speak of the same check leave no doubt.
    let nearest =
      homes.flatMap { NearestName.of(name, among: $0.checks) }
      ?? NearestName.of(name, among: CheckRules.builtIn.keys.sorted())
    var hints: [String] = []
    if let nearest, homes.map({ $0.checks.contains(nearest) }) ?? true {
      hints.append(NearestName.question("`\(nearest)`"))
    } else if let homes {
      let checks = homes.checks.map { "[checks.\($0)]" }.joined(separator: " or ")
      hints.append("`\(homes.key)` belongs in \(checks);")
    }
    hints.append("a check of your own wants a command, for example: run = \"make test\"")
    report(
      section.line ?? section.entries.first?.node.line,
      "`\(section.name)` is no check of deed's own, and has no `run`",
      hint: hints.joined(separator: " "))
  }
}
