/// The rules of a repository's releases, as `deed.toml` says them and with its defaults filled in.
package struct Policy: Hashable, Sendable {
  /// The file's name, at the root of the repository.
  package static let fileName = "deed.toml"

  /// Where `sync` pushes; other remotes are only read.
  package var remote = "origin"
  package var tags = TagRules()
  /// The rules for sign-offs where an environment says nothing of its own.
  package var approvals = ApprovalRules()
  /// By name.
  package var checklists: [String: ChecklistSource] = [:]
  /// Predecessors first, otherwise as the file has them; never empty.
  package var environments: [EnvironmentRules]
  /// By name.
  package var checks: [String: CheckRules] = [:]
  /// How release notes are told.
  package var notes = NotesRules()
  /// Parts of the repository that are released by themselves, by name.
  package var packages: [String: PackageRules] = [:]

  package init(environments: [EnvironmentRules] = [EnvironmentRules(name: "production")]) {
    self.environments = environments
  }

  /// The rules of the environment of this name, compared by bytes.
  package func environment(_ name: String) -> EnvironmentRules? {
    environments.first { $0.name.utf8.elementsEqual(name.utf8) }
  }
}

/// `[tags]`: which commits may be tagged, and how the tags are made.
package struct TagRules: Hashable, Sendable {
  package enum Signing: String, Hashable, Sendable, CaseIterable {
    /// As git is configured (`tag.gpgSign`).
    case auto
    case always
    case never
  }

  /// Globs of the branches from which releases are cut.
  package var branches = ["main", "master", "release/*"]
  package var prefix = "v"
  package var sign = Signing.auto
  /// Environments whose gate must be met before a tag is cut.
  package var require: [String] = []

  package init() {}
}

/// `[approvals]`: whose sign-offs count, and how many are wanted.
package struct ApprovalRules: Hashable, Sendable {
  package var required = 2
  /// Roles of which at least one sign-off each is wanted.
  package var roles: [String] = []
  /// Mail addresses of those who may sign off; empty: anyone.
  package var from: [String] = []
  /// Whether only verified signatures count.
  package var signed = false
  /// Path of the file that says whose keys are whose; of the whole policy only.
  package var signers: String?
  /// How many approvers must have had no hand in the release.
  package var independent = 0

  package init() {}
}

/// When, relative to the deployment, something is to be confirmed.
package enum Stage: String, Hashable, Sendable, CaseIterable {
  case before
  case during
  case after
}

/// `[checklists]`: a document of the team's own.
package struct ChecklistSource: Hashable, Sendable {
  /// Path of the Markdown document, from the root of the repository.
  package var path: String
  /// Stages by section, as the section's heading begins.
  package var stages: [String: Stage]
  /// Whether all its commands may be run by the program, annotated or not.
  package var run: Bool

  package init(path: String, stages: [String: Stage] = [:], run: Bool = false) {
    self.path = path
    self.stages = stages
    self.run = run
  }
}

/// `[environments.NAME]`: a place where releases run.
package struct EnvironmentRules: Hashable, Sendable {
  package var name: String
  /// Names of the checklists to work through.
  package var checklists: [String] = []
  /// Names of the checks to pass.
  package var checks: [String] = []
  /// The environment that must have it first.
  package var after: String?
  /// How long it must have run there, in seconds.
  package var soak: Int?
  package var approvals = ApprovalRules()
  /// The command that deploys.
  package var deploy: String?
  /// The commands that roll back, by name.
  package var rollback: [String: String] = [:]

  package init(name: String) {
    self.name = name
  }
}

/// `[checks.NAME]`: what a check is to look at.
package enum CheckRules: Hashable, Sendable {
  /// A command of the team's own.
  case command(CommandRules)
  /// One of the program's own checks, with its settings.
  case builtIn(settings: [String: CheckSetting])

  /// The name of the check of the release's tag.
  package static let tag = "tag"

  /// The name of the check of what is shipped.
  package static let artifacts = "artifacts"

  /// The name of the check of an environment's settings.
  package static let secrets = "secrets"

  /// The checks that the program brings along, with the settings that each understands.
  package static let builtIn: [String: [String: CheckSetting.Kind]] = [
    tag: [:],
    "checkout": ["files": .texts],
    "tools": ["versions": .table],
    "migrations": [
      "tool": .text, "paths": .texts, "except": .texts, "documents": .texts, "rule": .pattern,
      "schemas": .texts, "destructive": .choice(["ignore", "warn", "fail"]),
      "down": .choice(["ignore", "warn", "fail"]),
    ],
    secrets: [
      "files": .tableOfEnvironments, "commands": .tableOfEnvironments, "process": .environments,
      "timeout": .text, "mode": .text, "example": .text,
      "required": .texts, "values": .table, "forbid": .patterns, "names": .pattern,
      "allow": .table, "unset": .choice(["ignore", "warn", "fail"]),
      "reader": .choice(["dotenv", "docker", "systemd", "shell"]),
    ],
    artifacts: [
      "paths": .texts, "names": .table, "metadata": .tables, "images": .texts,
      "compose": .oneOrMore,
    ],
    "runbook": [
      "path": .text, "sections": .texts, "synonyms": .lists, "fresh": .text,
      "placeholders": .patterns,
    ],
  ]
}

/// `[checks.NAME]` with `run`: a command of the team's own.
package struct CommandRules: Hashable, Sendable {
  /// How long a command may take where nothing says so, in seconds.
  package static let defaultTimeout = 600

  package var run: String
  /// In seconds.
  package var timeout: Int?
  package var stage: Stage
  /// Where it is run, from the root of the repository.
  package var directory: String?
  /// What it finds in its environment besides.
  package var environment: [String: String] = [:]
  /// Whether other checks may run beside it.
  package var isParallel = false

  package init(run: String, timeout: Int? = nil, stage: Stage = .before) {
    self.run = run
    self.timeout = timeout
    self.stage = stage
  }
}

/// A built-in check's setting, as the file has it.
package enum CheckSetting: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text
    /// One of these texts.
    case choice([String])
    /// A regular expression.
    case pattern
    case texts
    /// One text, or several.
    case oneOrMore
    case patterns
    case table
    case tables
    /// A table whose keys are environments.
    case tableOfEnvironments
    /// Names of environments.
    case environments
    /// A table of lists.
    case lists
  }

  case text(String)
  case texts([String])
  case table([String: String])
  case tables([String: [String: String]])
  case lists([String: [String]])
  /// Settings that hold in one environment instead, by its name.
  case overrides([String: [String: CheckSetting]])
}

extension [String: CheckSetting] {
  /// The key under which settings of single environments stand.
  package static let overridesKey = "environments"

  /// The settings that hold in an environment.
  package func inside(_ environment: String) -> [String: CheckSetting] {
    guard case .overrides(let overrides)? = self[Self.overridesKey] else { return self }
    let own = overrides.first { $0.key.utf8.elementsEqual(environment.utf8) }?.value ?? [:]
    return merging(own) { $1 }
  }
}
