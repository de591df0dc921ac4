import Configuration
import Release
import Testing

@Suite struct `A misspelled name` {
  @Test(arguments: [
    (
      "[checks.secrets.enviroments.staging]\nmode = '0600'",
      "1: there is no key `enviroments` in [checks.secrets] (did you mean `environments`?)"
    ),
    (
      "[environments.staging]\n[checks.secrets.staging]\nmode = '0600'",
      "2: there is no key `staging` in [checks.secrets] "
        + "(what holds there alone belongs in [checks.secrets.environments.staging])"
    ),
    (
      "[checks.artifacts]\nimage = ['app']",
      "2: there is no key `image` in [checks.artifacts] (did you mean `images`?)"
    ),
    ("images = ['app']", "1: there is no key `images` (`images` belongs in [checks.artifacts])"),
    (
      "[artifacts]\nimages = ['app']",
      "1: there is no key `artifacts` (`artifacts` belongs under [checks]: [checks.artifacts])"
    ),
    (
      "[checks.secrets]\npaths = ['app']",
      "2: there is no key `paths` in [checks.secrets] "
        + "(`paths` belongs in [checks.artifacts] or [checks.migrations] or [packages.NAME])"
    ),
  ])
  func `of a section or a key comes with where it belongs`(_ text: String, _ expected: String) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    ("[checks.test]\nrum = 'x'", "2: there is no key `rum` in [checks.test] (did you mean `run`?)"),
    (
      "[checks.test]\npaths = ['db']",
      "1: `checks.test` is no check of deed's own, and has no `run` (`paths` belongs in "
        + "[checks.artifacts] or [checks.migrations]; a check of your own wants a command, for "
        + "example: run = \"make test\")"
    ),
    (
      "[checks.migration]\npaths = ['db']",
      "1: `checks.migration` is no check of deed's own, and has no `run` (did you mean "
        + "`migrations`? a check of your own wants a command, for example: run = \"make test\")"
    ),
    (
      "[checks.test]\ntimeout = '5m'",
      "1: `checks.test` is no check of deed's own, and has no `run` "
        + "(a check of your own wants a command, for example: run = \"make test\")"
    ),
  ])
  func `of a check or its command is told from the keys that it has`(
    _ text: String, _ expected: String
  ) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    (
      """
      [environments.prodution]
      [environments.staging]
      [checks.secrets]
      files = { production = 'a', staging = 'b' }
      [tags]
      require = ['production']
      """,
      "1: `environments.prodution`: lines 4 and 6 name \"production\", and there is no environment "
        + "of that name (did you mean `production`?)"
    ),
    (
      "[environments.production]\n[checks.secrets]\nfiles = { production = 'a' }\n"
        + "process = ['prodution']",
      "4: `checks.secrets.process` names \"prodution\", and there is no environment of that name "
        + "(did you mean `production`?)"
    ),
    (
      "tags.require = ['production']\n[environments.prodution]",
      "2: `environments.prodution`: line 1 names \"production\", and there is no environment of that "
        + "name (did you mean `production`?)"
    ),
    (
      "tags.require = ['prodution']\n[environments.production]",
      "1: `tags.require` names \"prodution\", and there is no environment of that name "
        + "(did you mean `production`? or is that in line 2 misspelled?)"
    ),
    (
      "[enviroments.staging]\n[tags]\nrequire = ['staging']",
      "1: there is no key `enviroments` (did you mean `environments`?)"
    ),
  ])
  func `is the one that stands in fewer places`(_ text: String, _ expected: String) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    ("tets", "tests", "run = 'x'", " or is that in line 5 misspelled?"),
    ("migration", "migrations", "tool = 'alembic'\npaths = ['db']", ""),
  ])
  func `of a check is none that there is, in however many places it stands`(
    _ named: String, _ defined: String, _ rules: String, _ doubt: String
  ) {
    let text = """
      [environments.production]
      checks = ['\(named)']
      [environments.staging]
      checks = ['\(named)']
      [checks.\(defined)]
      \(rules)
      """
    let said = ["production", "staging"].enumerated().map { number, environment in
      "\(2 * number + 2): `environments.\(environment).checks` names \"\(named)\", and there is no "
        + "check of that name (did you mean `\(defined)`?\(doubt))"
    }
    #expect(problems(text) == said.joined(separator: "\n"))
  }

  @Test func `of a timeout leaves the command that prints secrets none`() {
    #expect(
      problems("checks.secrets.timeout = '0s'")
        == "1: `checks.secrets.timeout` leaves the command no time")
    #expect(problems("checks.secrets.timeout = '2m'") == "")
  }
}
