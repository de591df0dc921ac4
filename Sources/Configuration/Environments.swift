import Release

// `[environments.NAME]`
extension PolicyReader {
  /// The environments, predecessors first; the default one where the file has none.
  mutating func environments(
    _ nodes: [(key: String, node: Node)], prefixes: [String], approvals: ApprovalRules
  ) -> [EnvironmentRules] {
    guard !nodes.isEmpty else {
      // Somebody who configures a checklist or check and no environment means it to count.
      var production = EnvironmentRules(name: Self.usualEnvironment)
      production.checklists = checklistNames
      production.checks = checkNames
      production.approvals = approvals
      return [production]
    }
    let environments = nodes.map { name, node in
      reportVersionLike(name, prefixes, node)
      return environment(name, node, approvals: approvals)
    }
    return inOrder(environments, lines: nodes.map(\.node.line))
  }

  /// A word on the command line is a version where it parses as one.
  private mutating func reportVersionLike(_ name: String, _ prefixes: [String], _ node: Node) {
    let isVersion = (prefixes + ["v", ""]).contains { ReleaseVersion(tag: name, prefix: $0) != nil }
    if isVersion {
      report(node.line, "the environment `\(name)` has the name of a version")
    }
  }

  private mutating func environment(
    _ name: String, _ node: Node, approvals: ApprovalRules
  ) -> EnvironmentRules {
    var rules = EnvironmentRules(name: name)
    rules.approvals = approvals
    guard let section = section(node) else { return rules }
    reportUnknownKeys(in: section, known: Self.keys["environments"] ?? [], of: "environments")
    if let node = section["checklists"] {
      rules.checklists = references(
        node, to: .checklist, among: checklistNames, example: #"["production"]"#)
    }
    if let node = section["checks"] {
      let builtIn = CheckRules.builtIn.keys.sorted()
      rules.checks = references(
        node, to: .check, among: builtIn + checkNames.filter { !builtIn.contains($0) },
        example: #"["tests"]"#)
    }
    if let node = section["after"] { rules.after = predecessor(node, of: name) }
    if let node = section["soak"] {
      rules.soak = span(node, example: #""24h""#)
      if section["after"] == nil {
        report(
          node.line, "`\(node.name)` has no effect without `after`",
          hint: "say after which environment, for example: after = \"staging\"")
      }
    }
    if let node = section["approvals"] {
      rules.approvals = self.approvals(node, over: approvals)
      if rules.approvals.signers != approvals.signers {
        report(
          node.line, "`\(node.name).signers` is for one environment, and the list is for all",
          hint: "name it under [approvals]")
      }
    }
    if let node = section["deploy"] {
      rules.deploy = filledText(node, example: #""scripts/deploy.sh""#)
    }
    if let node = section["rollback"] { rules.rollback = rollback(node) }
    return rules
  }

  private mutating func predecessor(_ node: Node, of name: String) -> String? {
    guard let after = filledText(node, example: #""staging""#) else { return nil }
    if after.utf8.elementsEqual(name.utf8) {
      report(node.line, "`\(node.name)` names the environment itself")
      return nil
    }
    let others = environmentNames.filter { !$0.utf8.elementsEqual(name.utf8) }
    return isKnown(after, .environment, among: others, for: node) ? after : nil
  }

  private mutating func rollback(_ node: Node) -> [String: String] {
    let example = #"{ quick = "scripts/rollback.sh" }"#
    guard case .table(let entries) = node.content else {
      report(
        node.line, "`\(node.name)` is \(node.kind); a table of commands is wanted",
        hint: "for example: \(node.key) = \(example)")
      return [:]
    }
    var commands: [String: String] = [:]
    for (name, node) in named(entries) {
      commands[name] = filledText(node, example: #""scripts/rollback.sh""#)
    }
    return commands
  }

  /// Each after its predecessors, otherwise as they come; circles are reported, once each.
  private mutating func inOrder(
    _ environments: [EnvironmentRules], lines: [Int?]
  ) -> [EnvironmentRules] {
    let names = environments.map { Array($0.name.utf8) }
    let predecessors = environments.map { rules in
      rules.after.flatMap { after in names.firstIndex(of: Array(after.utf8)) }
    }
    var ordered: [Int] = []
    for start in environments.indices {
      var chain: [Int] = []
      var current: Int? = start
      while let index = current, !ordered.contains(index) {
        if let repeated = chain.firstIndex(of: index) {
          let circle = (chain[repeated...] + [index]).map { environments[$0].name }
          report(
            lines[chain[repeated...].min() ?? index],
            "`after` goes in a circle: " + circle.joined(separator: " after "))
          break
        }
        chain.append(index)
        current = predecessors[index]
      }
      ordered += chain.reversed()
    }
    return ordered.map { environments[$0] }
  }
}
