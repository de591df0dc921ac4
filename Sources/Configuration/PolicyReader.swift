import Release

/// Makes a policy of the file's values and gathers everything that is wrong on the way.
struct PolicyReader {
  /// The environment that there is where the file has none.
  static let usualEnvironment = "production"

  private(set) var problems: [ConfigurationError.Problem] = []
  /// Of the checklists and checks that the file configures, whether or not they are in order.
  var checklistNames: [String] = []
  var checkNames: [String] = []
  var environmentNames: [String] = []
  /// Where the file speaks of something that it has to define, in its order.
  var mentions: [Mention] = []

  /// By line, those without one last.
  var problemsInOrder: [ConfigurationError.Problem] {
    problems.enumerated().sorted { left, right in
      (left.element.line ?? .max, left.offset) < (right.element.line ?? .max, right.offset)
    }.map(\.element)
  }

  mutating func report(_ line: Int?, _ message: String, hint: String? = nil) {
    problems.append(.init(line: line, message: message, hint: hint))
  }

  /// The keys of the file's top and of the sections that have a fixed set of them.
  static let keys: [String: [String]] = [
    "": [
      "version", "remote", "tags", "approvals", "checklists", "environments", "checks", "notes",
      "packages",
    ],
    "tags": ["branches", "prefix", "sign", "require"],
    "approvals": ["required", "roles", "from", "signed", "signers", "independent"],
    "notes": ["preset", "groups", "hidden", "contributors", "forge", "evidence"],
    "packages": ["paths", "exclude", "prefix"],
    "environments": [
      "checklists", "checks", "after", "soak", "approvals", "deploy", "rollback",
    ],
  ]

  mutating func policy(_ root: Node) -> Policy {
    var policy = Policy()
    guard let top = section(root) else { return policy }
    // What a newer version means is unknown, so nothing else is judged.
    guard isKnownVersion(top["version"]) else { return policy }
    reportUnknownKeys(in: top, known: Self.keys[""] ?? [], of: "")

    let checklists = subsections(top["checklists"], example: #"production = "docs/release.md""#)
    let checks = subsections(top["checks"], example: #"[checks.tests] with run = "make test""#)
    let environments = subsections(top["environments"], example: "[environments.production]")
    checklistNames = checklists.map(\.key)
    checkNames = checks.map(\.key)
    environmentNames = environments.map(\.key)

    for (name, node) in checklists { policy.checklists[name] = checklist(node) }
    for (name, node) in checks { policy.checks[name] = check(name, node) }
    if let remote = remote(top["remote"]) { policy.remote = remote }
    policy.tags = tags(top["tags"])
    if let node = top["notes"] { policy.notes = notes(node) }
    let packages = subsections(top["packages"], example: #"[packages.api] with paths = ["api"]"#)
    for (name, node) in packages { policy.packages[name] = package(name, node, over: policy.tags) }
    reportAmbiguous(policy, lines: packages)
    if let node = top["approvals"] { policy.approvals = approvals(node, over: ApprovalRules()) }
    policy.environments = self.environments(
      environments, prefixes: policy.prefixes, approvals: policy.approvals)
    for environment in policy.environments {
      for name in environment.checks
      where policy.checks[name] == nil && CheckRules.builtIn[name] != nil {
        policy.checks[name] = .builtIn(settings: [:])
      }
    }
    reportUndefined(
      [.environment: environments, .checklist: checklists, .check: checks], in: top)
    return policy
  }

  private mutating func isKnownVersion(_ node: Node?) -> Bool {
    guard let node, let version = number(node, example: "1") else { return true }
    guard version != 1 else { return true }
    if version > 1 {
      report(
        node.line, "`version` is \(version), and this deed reads version 1",
        hint: "install a newer deed")
    } else {
      report(node.line, "there is no version \(version)", hint: "write version = 1")
    }
    return false
  }

  private mutating func remote(_ node: Node?) -> String? {
    guard let node, let remote = text(node, example: #""origin""#) else { return nil }
    let isName = remote.unicodeScalars.allSatisfy { scalar in
      scalar.value > 0x20 && scalar.value != 0x7F && !RefName.isForShells(scalar)
    }
    guard isName, !remote.isEmpty, !remote.utf8.starts(with: "-".utf8) else {
      report(node.line, "`remote` is not the name of a remote", hint: #"such as "origin""#)
      return nil
    }
    return remote
  }
}

// `[tags]`
extension PolicyReader {
  private mutating func tags(_ node: Node?) -> TagRules {
    var rules = TagRules()
    guard let node, let section = section(node) else { return rules }
    reportUnknownKeys(in: section, known: Self.keys["tags"] ?? [], of: "tags")
    if let node = section["branches"], let branches = names(node, example: #"["main"]"#) {
      if branches.isEmpty {
        report(node.line, "`\(node.name)` is empty, so that nothing could be released")
      }
      rules.branches = branches
    }
    if let node = section["prefix"], let prefix = text(node, example: #""v""#) {
      if let reason = RefName.objection(toPrefix: prefix) {
        report(node.line, "`\(node.name)` cannot begin the name of a tag: \(reason)")
      }
      rules.prefix = prefix
    }
    if let node = section["sign"],
      let sign = choice(node, of: TagRules.Signing.allCases, example: #""auto""#)
    {
      rules.sign = sign
    }
    if let node = section["require"] {
      rules.require = references(
        node, to: .environment,
        among: environmentNames.isEmpty ? [Self.usualEnvironment] : environmentNames,
        example: #"["production"]"#)
    }
    return rules
  }
}

// `[approvals]`
extension PolicyReader {
  /// The rules that `node` says, and those of `general` where it says nothing.
  mutating func approvals(_ node: Node, over general: ApprovalRules) -> ApprovalRules {
    var rules = general
    guard let section = section(node, example: "required = 2") else { return rules }
    reportUnknownKeys(in: section, known: Self.keys["approvals"] ?? [], of: "approvals")
    let before = problems.count
    if let node = section["required"] { rules.required = amount(node, "2") ?? rules.required }
    if let node = section["roles"] {
      rules.roles = names(node, example: #"["engineer", "reviewer"]"#) ?? rules.roles
    }
    if let node = section["from"] {
      rules.from = people(node) ?? rules.from
    }
    if let node = section["signed"] { rules.signed = flag(node) ?? rules.signed }
    if let node = section["signers"] {
      rules.signers = signers(node) ?? rules.signers
    }
    if let node = section["independent"] {
      rules.independent = amount(node, "1") ?? rules.independent
    }
    // Only what was read as it stands can be judged as a whole.
    if problems.count == before, !section.isEmpty { reportImpossible(rules, in: section) }
    return rules
  }

  /// A file of the repository: a shell would take `~` for somebody's home.
  private mutating func signers(_ node: Node) -> String? {
    guard let path = path(node, example: #"".deed/signers""#) else { return nil }
    guard path.utf8.first == UInt8(ascii: "~") else { return path }
    report(
      node.line, "`\(node.name)` is \"\(path)\", and the list is a file of the repository",
      hint: "write the path from the repository's root")
    return nil
  }

  private mutating func amount(_ node: Node, _ example: String) -> Int? {
    guard let value = number(node, example: example) else { return nil }
    guard value >= 0 else {
      report(node.line, "`\(node.name)` is \(value); it cannot be less than 0")
      return nil
    }
    return value
  }

  private mutating func people(_ node: Node) -> [String]? {
    let example = #"["hanako@example.com"]"#
    return names(node, example: example) {
      String(decoding: Person(name: "", email: $0).foldedEmail, as: UTF8.self)
    }
  }

  private mutating func reportImpossible(_ rules: ApprovalRules, in section: Section) {
    func line(_ keys: String...) -> Int? {
      keys.lazy.compactMap { section[$0]?.line }.first ?? section.line
    }
    let name = section.name
    let people = Set(rules.from.map { Person(name: "", email: $0).foldedEmail }).count
    if people > 0, rules.required > people {
      report(
        line("required", "from"),
        "`\(name)` wants \(rules.required) sign-offs from \(plural(people, "person", "people"))",
        hint: "lower `required`, or name more people in `from`")
    }
    if people > 0, rules.independent > people {
      report(
        line("independent", "from"),
        "`\(name)` wants \(rules.independent) independent people of \(people) in `from`",
        hint: "lower `independent`, or name more people in `from`")
    }
    if rules.roles.count > rules.required {
      report(
        line("roles", "required"),
        "`\(name)` wants \(plural(rules.roles.count, "role", "roles")) of \(rules.required) "
          + "required \(rules.required == 1 ? "sign-off" : "sign-offs"); a person signs in one role",
        hint: "raise `required` to \(rules.roles.count)")
    }
  }

  private func plural(_ count: Int, _ one: String, _ many: String) -> String {
    "\(count) \(count == 1 ? one : many)"
  }
}
