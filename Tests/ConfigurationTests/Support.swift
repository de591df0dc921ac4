import Configuration
import Release

/// The policy that a text says.
func policy(_ text: String) throws(ConfigurationError) -> Policy {
  try ConfigurationFile.policy(from: Array(text.utf8), file: "deed.toml")
}

/// What is wrong with a text, one line a problem, without the file's name; empty where nothing is.
func problems(_ text: String) -> String { problems(bytes: Array(text.utf8)) }

func problems(bytes: [UInt8]) -> String {
  do throws(ConfigurationError) {
    _ = try ConfigurationFile.policy(from: bytes, file: "deed.toml")
    return ""
  } catch {
    return error.problems.map { problem in
      let line = problem.line.map(String.init) ?? "-"
      return "\(line): \(problem.message)" + (problem.hint.map { " (\($0))" } ?? "")
    }.joined(separator: "\n")
  }
}

/// A file with every section, as the documentation shows it.
let example = #"""
  version = 1
  remote = "origin"             # where sync pushes; other remotes are read
  [tags]
  branches = ["main", "master", "release/*"]
  prefix = "v"
  sign = "auto"                 # as git is configured; or "always", "never"
  require = []                  # environments whose gate must be met before a tag is cut
  [approvals]
  required = 2
  roles = []                    # e.g. ["engineer", "reviewer"]: one each at least
  from = []                     # who may; empty: anyone
  signed = false
  independent = 0
  [checklists]
  production = "docs/release/production.md"   # or { path = "…", stages = { "5." = "after" } }
  [environments.staging]
  checklists = ["production"]
  approvals.required = 1
  [environments.production]
  checklists = ["production"]
  checks = ["tag", "checkout", "migrations", "secrets", "artifacts", "runbook", "tests"]
  after = "staging"
  soak = "24h"
  deploy = "scripts/deploy.sh"                # so that `deed deploy -e production` suffices
  rollback = { quick = "scripts/rollback.sh", full = "scripts/rollback.sh --database" }
  [checks.migrations]
  tool = "alembic"
  paths = ["migrations/versions"]
  documents = ["docs/schema.md"]
  [checks.secrets]
  files = { production = ".env.production" }
  required = ["DATABASE_URL", "SECRET_KEY"]
  values = { APP_ENV = "production" }
  forbid = ["staging\\."]
  mode = "0600"
  [checks.artifacts]
  paths = ["checkpoints/**/*.{pt,pth,bin}"]
  images = ["app"]
  [checks.runbook]
  path = "RUNBOOK.md"
  sections = ["health", "rollback", "scaling", "monitoring"]
  fresh = "90d"
  [checks.tests]                # any other name is a command of the team's own: the release gate
  run = "make test"
  timeout = "30m"
  stage = "before"
  """#
