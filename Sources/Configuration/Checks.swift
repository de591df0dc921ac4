import Release

// `[checklists]`
extension PolicyReader {
  mutating func checklist(_ node: Node) -> ChecklistSource? {
    let example = #""docs/release/production.md""#
    guard case .table(let entries) = node.content else {
      if case .text = node.content {
        return path(node, example: example).map { ChecklistSource(path: $0) }
      }
      report(
        node.line, "`\(node.name)` is \(node.kind); the path of a document is wanted",
        hint: "for example: \(node.key) = \(example)")
      return nil
    }
    let section = Section(name: node.name, line: node.line, entries: entries)
    reportUnknownKeys(in: section, known: ["path", "run", "stages"], of: "checklist")
    guard let pathNode = section["path"] else {
      report(
        node.line, "`\(node.name)` has no `path`", hint: "for example: path = \(example)")
      return nil
    }
    guard let path = path(pathNode, example: example) else { return nil }
    var source = ChecklistSource(path: path)
    if let node = section["stages"] { source.stages = stages(node) }
    if let node = section["run"] { source.run = flag(node) ?? false }
    return source
  }

  private mutating func stages(_ node: Node) -> [String: Stage] {
    guard case .table(let entries) = node.content else {
      report(
        node.line, "`\(node.name)` is \(node.kind); a table of sections is wanted",
        hint: #"for example: stages = { "5." = "after" }"#)
      return [:]
    }
    var stages: [String: Stage] = [:]
    for (heading, node) in named(entries) {
      stages[heading] = choice(node, of: Stage.allCases, example: #""after""#)
    }
    return stages
  }
}

// `[checks.NAME]`
extension PolicyReader {
  mutating func check(_ name: String, _ node: Node) -> CheckRules? {
    let settings = CheckRules.builtIn[name]
    guard let section = section(node, example: settings == nil ? #"run = "make test""# : nil)
    else { return nil }
    if let settings { return builtIn(section, settings: settings) }
    return command(section, called: name)
  }

  private mutating func command(_ section: Section, called name: String) -> CheckRules? {
    let example = #""make test""#
    guard let node = section["run"] else {
      reportNoCommand(section, called: name)
      return nil
    }
    reportUnknownKeys(in: section, known: Self.commandKeys, of: "check")
    var timeout: Int?
    if let node = section["timeout"] { timeout = self.timeout(node, example: #""30m""#) }
    var stage = Stage.before
    if let node = section["stage"] {
      stage = choice(node, of: Stage.allCases, example: #""before""#) ?? stage
    }
    guard let run = filledText(node, example: example) else { return nil }
    var rules = CommandRules(run: run, timeout: timeout, stage: stage)
    if let node = section["directory"] { rules.directory = path(node, example: #""backend""#) }
    if let node = section["environment"], case .table(let texts)? = table(node, ofPaths: false) {
      rules.environment = texts
    }
    if let node = section["parallel"] { rules.isParallel = flag(node) ?? false }
    return .command(rules)
  }

  private mutating func builtIn(
    _ section: Section, settings: [String: CheckSetting.Kind]
  ) -> CheckRules {
    if let run = section["run"] {
      report(
        run.line, "`\(section.name)` is a check of deed's own, and takes no `run`",
        hint: "give your own check another name")
    }
    let home = [String: CheckSetting].overridesKey
    let known = settings.keys.sorted() + (settings.isEmpty ? [] : [home])
    var others = section.entries.filter { $0.key != "run" }
    let misplaced = others.filter { key, _ in
      !settings.isEmpty && !known.containsExactly(key) && environmentNames.containsExactly(key)
    }
    for (key, node) in misplaced {
      report(
        node.line, "there is no key `\(key.asKey)` in [\(section.name)]",
        hint: "what holds there alone belongs in [\(section.name).\(home).\(key.asKey)]")
    }
    others.removeAll { key, _ in misplaced.contains { $0.key.isExactly(key) } }
    reportUnknownKeys(
      in: Section(name: section.name, line: section.line, entries: others), known: known,
      of: "check")
    var values = self.settings(section, settings)
    if !settings.isEmpty, let node = section[home] { values[home] = overrides(node, settings) }
    return .builtIn(settings: values)
  }

  private mutating func settings(
    _ section: Section, _ kinds: [String: CheckSetting.Kind]
  ) -> [String: CheckSetting] {
    var values: [String: CheckSetting] = [:]
    for (key, node) in section.entries {
      if let kind = kinds[key] { values[key] = setting(key, kind, node) }
    }
    return values
  }

  /// Settings of single environments.
  private mutating func overrides(
    _ node: Node, _ kinds: [String: CheckSetting.Kind]
  ) -> CheckSetting {
    var overrides: [String: [String: CheckSetting]] = [:]
    for (name, node) in subsections(node, example: "\(node.name).staging")
    where isKnown(name, .environment, among: knownEnvironments, for: node) {
      guard let section = section(node) else { continue }
      reportUnknownKeys(in: section, known: kinds.keys.sorted(), of: "check")
      overrides[name] = settings(section, kinds)
    }
    return .overrides(overrides)
  }

  private var knownEnvironments: [String] {
    environmentNames.isEmpty ? [Self.usualEnvironment] : environmentNames
  }

  /// Settings of these names hold paths.
  private static let pathSettings: Set<String> = [
    "path", "paths", "except", "documents", "files", "names", "compose", "schemas", "example",
  ]

  private mutating func setting(
    _ key: String, _ kind: CheckSetting.Kind, _ node: Node
  ) -> CheckSetting? {
    let isPath = Self.pathSettings.contains(key)
    switch kind {
    case .text:
      if key == "fresh", span(node, example: #""90d""#) == nil { return nil }
      if key == "timeout", timeout(node, example: #""2m""#) == nil { return nil }
      if key == "mode", !isMode(node) { return nil }
      let example = isPath ? #""RUNBOOK.md""# : "\"…\""
      return (isPath ? path(node, example: example) : filledText(node, example: example))
        .map(CheckSetting.text)
    case .texts:
      let example = isPath ? #"["migrations"]"# : "[\"…\"]"
      return (isPath ? paths(node, example: example) : names(node, example: example))
        .map(CheckSetting.texts)
    case .oneOrMore:
      if case .text = node.content {
        let example = isPath ? #""compose.yaml""# : "\"…\""
        return (isPath ? path(node, example: example) : filledText(node, example: example))
          .map { .texts([$0]) }
      }
      return setting(key, .texts, node)
    case .choice(let choices):
      return choice(node, of: choices).map(CheckSetting.text)
    case .pattern:
      guard let pattern = filledText(node, example: #""^[0-9]+_""#) else { return nil }
      requirePatterns([pattern], node)
      return .text(pattern)
    case .patterns:
      guard let patterns = names(node, example: #"["staging\\."]"#) else { return nil }
      requirePatterns(patterns, node)
      return .texts(patterns)
    case .table:
      return table(node, ofPaths: isPath)
    case .tables:
      return tables(node)
    case .tableOfEnvironments:
      if case .table(let entries) = node.content {
        for (key, node) in entries {
          _ = isKnown(key, .environment, among: knownEnvironments, for: node)
        }
      }
      return table(node, ofPaths: isPath)
    case .environments:
      return .texts(
        references(
          node, to: .environment, among: knownEnvironments, example: #"["production"]"#))
    case .lists:
      return lists(node)
    }
  }

  /// Regular expressions, as Swift reads them.
  private mutating func requirePatterns(_ patterns: [String], _ node: Node) {
    for pattern in patterns {
      do {
        _ = try Regex(pattern)
      } catch {
        report(
          node.line, "`\(node.name)` holds \"\(pattern)\", which is no regular expression",
          hint: "\(error)".split(whereSeparator: \.isNewline).first.map(String.init))
      }
    }
  }

  private mutating func lists(_ node: Node) -> CheckSetting? {
    guard case .table(let entries) = node.content else {
      report(
        node.line, "`\(node.name)` is \(node.kind); a table of lists is wanted",
        hint: "for example: \(node.key) = { name = [\"…\"] }")
      return nil
    }
    var lists: [String: [String]] = [:]
    for (key, node) in named(entries) { lists[key] = names(node, example: #"["…"]"#) }
    return .lists(lists)
  }

  private mutating func tables(_ node: Node) -> CheckSetting? {
    guard case .table(let entries) = node.content else {
      report(
        node.line, "`\(node.name)` is \(node.kind); a table of tables is wanted",
        hint: "for example: \(node.key) = { name = { key = \"…\" } }")
      return nil
    }
    var tables: [String: [String: String]] = [:]
    for (key, node) in named(entries) {
      if case .table(let texts)? = table(node, ofPaths: false) { tables[key] = texts }
    }
    return .tables(tables)
  }

  private mutating func table(_ node: Node, ofPaths isPath: Bool) -> CheckSetting? {
    guard case .table(let entries) = node.content else {
      report(
        node.line, "`\(node.name)` is \(node.kind); a table of texts is wanted",
        hint: "for example: \(node.key) = { name = \"…\" }")
      return nil
    }
    var texts: [String: String] = [:]
    for (key, node) in named(entries) {
      let example = isPath ? #"".env.production""# : "\"…\""
      texts[key] = isPath ? path(node, example: example) : text(node, example: example)
    }
    return .table(texts)
  }

  /// How long a command may take, in seconds.
  private mutating func timeout(_ node: Node, example: String) -> Int? {
    let seconds = span(node, example: example)
    if seconds == 0 { report(node.line, "`\(node.name)` leaves the command no time") }
    return seconds == 0 ? nil : seconds
  }

  /// A file's mode, as `chmod` takes it.
  private mutating func isMode(_ node: Node) -> Bool {
    guard let mode = text(node, example: #""0600""#) else { return false }
    let isOctal = mode.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
    if isOctal, (3...4).contains(mode.utf8.count) { return true }
    report(
      node.line, "`\(node.name)` is \"\(mode)\", which is no file mode",
      hint: "three or four digits from 0 to 7, for example: \(node.key) = \"0600\"")
    return false
  }
}
