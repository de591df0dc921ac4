import Release

// `[notes]`
extension PolicyReader {
  mutating func notes(_ node: Node) -> NotesRules {
    guard let section = section(node, example: #"preset = "keep-a-changelog""#) else {
      return NotesRules()
    }
    reportUnknownKeys(in: section, known: Self.keys["notes"] ?? [], of: "notes")
    let preset = section["preset"].flatMap {
      choice($0, of: NotesRules.Preset.allCases, example: #""conventional""#)
    }
    var rules = NotesRules(preset ?? .conventional)
    rules.preset = preset
    if let node = section["groups"] {
      rules.groups = groups(node)
      rules.preset = preset ?? .conventional
    }
    if let node = section["hidden"], let types = types(node, example: #"["docs", "chore"]"#) {
      rules.hidden = types
      rules.choosesHidden = true
      reportHiddenGroups(node, rules)
    } else {
      // A group that asks for a type wants to see it.
      rules.hidden.removeAll { type in rules.groups.contains { $0.types.contains(type) } }
    }
    if let node = section["contributors"],
      let choice = choice(node, of: NotesRules.Contributors.allCases, example: #""names""#)
    {
      rules.contributors = choice
    }
    if let node = section["evidence"] { rules.evidence = flag(node) ?? rules.evidence }
    if let node = section["forge"] {
      // Forgejo began as Gitea, and has its addresses still.
      let others = ["forgejo": Forge.Kind.gitea]
      let names = Forge.Kind.allCases.map(\.rawValue) + others.keys
      rules.forge = choice(node, of: names, example: #""gitlab""#).flatMap {
        others[$0] ?? Forge.Kind(rawValue: $0)
      }
    }
    return rules
  }

  private mutating func groups(_ node: Node) -> [NotesRules.Group] {
    let entries = subsections(node, example: #"groups = { "New" = ["feat"] }"#)
    var groups: [NotesRules.Group] = []
    for (title, node) in entries {
      guard let types = types(node, example: #"["feat"]"#) else { continue }
      for type in types {
        guard let other = groups.first(where: { $0.types.contains(type) }) else { continue }
        report(node.line, "`\(node.name)` has \"\(type)\", which \"\(other.title)\" has already")
      }
      groups.append(NotesRules.Group(title: title, types: types))
    }
    return groups
  }

  /// Types of commits, in lower case.
  private mutating func types(_ node: Node, example: String) -> [String]? {
    names(node, example: example) { $0.lowercased() }?.map { $0.lowercased() }
  }

  private mutating func reportHiddenGroups(_ node: Node, _ rules: NotesRules) {
    for type in rules.hidden {
      if type == NotesRules.breaking {
        report(node.line, "`\(node.name)` has \"\(type)\": what breaks something is always shown")
      } else if let group = rules.groups.first(where: { $0.types.contains(type) }),
        type != NotesRules.other
      {
        report(
          node.line, "`\(node.name)` hides \"\(type)\", and \"\(group.title)\" shows it",
          hint: "take it out of one of them")
      }
    }
  }
}

// `[packages.NAME]`
extension PolicyReader {
  mutating func package(_ name: String, _ node: Node, over tags: TagRules) -> PackageRules {
    var rules = PackageRules(prefix: "\(name)/\(tags.prefix)", paths: [name])
    guard let section = section(node, example: #"paths = ["services/api"]"#) else { return rules }
    reportUnknownKeys(in: section, known: Self.keys["packages"] ?? [], of: "packages")
    let example = #"["services/api"]"#
    if let node = section["paths"], let paths = paths(node, example: example) {
      rules.paths = paths
      if paths.isEmpty {
        report(node.line, "`\(node.name)` is empty, so that nothing belongs to the package")
      }
    }
    if let node = section["exclude"] { rules.exclude = paths(node, example: example) ?? [] }
    if let node = section["prefix"], let prefix = text(node, example: #""api/v""#) {
      rules.prefix = prefix
    }
    let line = section["prefix"]?.line ?? section.line
    if let reason = RefName.objection(toPrefix: rules.prefix) {
      report(line, "`\(section.name).prefix` cannot begin the name of a tag: \(reason)")
    }
    return rules
  }

  private func prefixLine(of package: Node) -> Int? {
    guard case .table(let entries) = package.content else { return package.line }
    return entries.first { $0.key == "prefix" }?.node.line ?? package.line
  }

  /// A tag's name says what it is a release of, so no name may be one of two.
  mutating func reportAmbiguous(_ policy: Policy, lines: [(key: String, node: Node)]) {
    for (place, (name, node)) in lines.enumerated() {
      guard let prefix = policy.packages[name]?.prefix else { continue }
      let others =
        [(policy.tags.prefix, "the whole repository")]
        + lines[..<place].compactMap { other in
          policy.packages[other.key].map { ($0.prefix, "`packages.\(other.key)`") }
        }
      for (other, owner) in others {
        // A version begins with a digit, so only what goes on like one can be read in two ways.
        guard
          let both = [(prefix, other), (other, prefix)].first(where: { longer, shorter in
            ReleaseVersion(tag: longer + "1.0.0", prefix: shorter) != nil
          })
        else { continue }
        report(
          prefixLine(of: node),
          "`packages.\(name).prefix`: a tag `\(both.0)1.0.0` could be of \(owner) too",
          hint: "give it a prefix of its own, such as \"\(name)/\(policy.tags.prefix)\"")
      }
    }
  }
}
