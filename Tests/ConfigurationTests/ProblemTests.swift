import Configuration
import Release
import Testing

@Suite struct `A mistake in the configuration` {
  @Test(arguments: [
    ("\n[tags]\nbranch = []", "3: there is no key `branch` in [tags] (did you mean `branches`?)"),
    ("[tag]\n", "1: there is no key `tag` (did you mean `tags`?)"),
    (
      "\n[enviroments.staging]\nsoak = 1",
      "2: there is no key `enviroments` (did you mean `environments`?)"
    ),
    ("prefix = 'v'", "1: there is no key `prefix` (`prefix` belongs in [tags])"),
    (
      "[tags]\nremote = 'o'",
      "2: there is no key `remote` in [tags] (`remote` belongs at the top, above the first section)"
    ),
    (
      "[environments.e]\napprovals.requird = 1",
      "2: there is no key `requird` in [environments.e.approvals] (did you mean `required`?)"
    ),
    (
      "[tags]\nzzzzzz = 1",
      "2: there is no key `zzzzzz` in [tags] (known: `branches`, `prefix`, `sign`, `require`)"
    ),
    (
      "checks.secrets = { mod = '0600' }",
      "1: there is no key `mod` in [checks.secrets] (did you mean `mode`?)"
    ),
    ("checks.tag.x = 1", "1: there is no key `x` in [checks.tag] (it takes no keys)"),
    (
      "checks.t = { run = 'x', timout = '1s' }",
      "1: there is no key `timout` in [checks.t] (did you mean `timeout`?)"
    ),
    (
      "checklists.c = { path = 'x', stage = {} }",
      "1: there is no key `stage` in [checklists.c] (did you mean `stages`?)"
    ),
  ])
  func `in a key comes with its line and the nearest right one`(_ text: String, _ expected: String)
  {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    (
      "[tags]\nbranches = 'main'",
      "2: `tags.branches` is a text; a list of texts is wanted (for example: branches = [\"main\"])"
    ),
    (
      "[tags]\nbranches = [\n  'main',\n  7,\n]",
      "4: `tags.branches` holds a number; texts are wanted (for example: branches = [\"main\"])"
    ),
    (
      "tags = 'v'",
      "1: `tags` is a text; a section is wanted (for example: [tags])"
    ),
    (
      "[[tags]]\nprefix = 'v'",
      "1: `tags` is a list; a section is wanted (for example: [tags])"
    ),
    (
      "approvals.required = '2'",
      "1: `approvals.required` is a text; a whole number is wanted (for example: required = 2)"
    ),
    (
      "approvals.required = 2.5",
      "1: `approvals.required` is a decimal number; a whole number is wanted "
        + "(for example: required = 2)"
    ),
    (
      "approvals.signed = 1",
      "1: `approvals.signed` is a number; true or false is wanted (for example: signed = true)"
    ),
    (
      "remote = false",
      "1: `remote` is false; a text is wanted (for example: remote = \"origin\")"
    ),
    (
      "environments.e.rollback = 'x'",
      "1: `environments.e.rollback` is a text; a table of commands is wanted "
        + "(for example: rollback = { quick = \"scripts/rollback.sh\" })"
    ),
    (
      "environments.e = 1",
      "1: `environments.e` is a number; a section is wanted (for example: [environments.e])"
    ),
    (
      "environments = []",
      "1: `environments` is a list; a section is wanted (for example: [environments.production])"
    ),
    (
      "checks.t = 'make'",
      "1: `checks.t` is a text; a section is wanted "
        + "(for example: [checks.t] with run = \"make test\")"
    ),
    (
      "checklists.c = 2026-11-21",
      "1: `checklists.c` is a date; the path of a document is wanted "
        + "(for example: c = \"docs/release/production.md\")"
    ),
    (
      "checks.secrets.values = { A = 1 }",
      "1: `checks.secrets.values.A` is a number; a text is wanted (for example: A = \"…\")"
    ),
  ])
  func `in a type says what is there and what is wanted`(_ text: String, _ expected: String) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    (
      "tags.sign = 'allways'",
      "1: `tags.sign` is \"allways\"; it can be \"auto\", \"always\", \"never\" "
        + "(did you mean \"always\"?)"
    ),
    (
      "environments.p.after = 's'\nenvironments.p.soak = 'soon'\n[environments.s]",
      "2: `environments.p.soak` is \"soon\", which is no length of time "
        + "(a number and s, m, h, d or w, for example: soak = \"24h\")"
    ),
    (
      "version = 2\nwhatever = 1",
      "1: `version` is 2, and this deed reads version 1 (install a newer deed)"
    ),
    ("version = 0", "1: there is no version 0 (write version = 1)"),
    ("remote = '--all'", "1: `remote` is not the name of a remote (such as \"origin\")"),
    ("remote = 'x;id>y;'", "1: `remote` is not the name of a remote (such as \"origin\")"),
    ("remote = '$(id)'", "1: `remote` is not the name of a remote (such as \"origin\")"),
    (
      "checks.secrets.mode = '888'",
      "1: `checks.secrets.mode` is \"888\", which is no file mode "
        + "(three or four digits from 0 to 7, for example: mode = \"0600\")"
    ),
    (
      "checks.runbook.fresh = 'always'",
      "1: `checks.runbook.fresh` is \"always\", which is no length of time "
        + "(a number and s, m, h, d or w, for example: fresh = \"90d\")"
    ),
    (
      "checks.t = { run = 'x', timeout = '0s' }", "1: `checks.t.timeout` leaves the command no time"
    ),
    ("checks.t.run = ' '", "1: `checks.t.run` is empty (for example: run = \"make test\")"),
    (
      "checklists.c = '/etc/passwd'",
      "1: `checklists.c` is \"/etc/passwd\", which may lie outside the repository "
        + "(write the path from the repository's root)"
    ),
    (
      "approvals.signers = './~/.bashrc'",
      "1: `approvals.signers` is \"~/.bashrc\", and the list is a file of the repository "
        + "(write the path from the repository's root)"
    ),
    (
      "approvals.signers = '/etc/signers'",
      "1: `approvals.signers` is \"/etc/signers\", which may lie outside the repository "
        + "(write the path from the repository's root)"
    ),
    (
      "checks.migrations.paths = ['a', 'a/../../b']",
      "1: `checks.migrations.paths` is \"a/../../b\", which may lie outside the repository "
        + "(write the path from the repository's root)"
    ),
    ("checklists.c = 'a//b'", "1: `checklists.c` is \"a//b\", which is no path in a repository"),
    ("tags.require = ['production', 'production']", "1: `tags.require` has \"production\" twice"),
    ("approvals.from = ['A@x.org', 'a@X.org']", "1: `approvals.from` has \"a@X.org\" twice"),
    ("tags.branches = []", "1: `tags.branches` is empty, so that nothing could be released"),
    ("tags.branches = ['']", "1: `tags.branches` holds an empty text"),
    ("\n[environments.'v1.4.0']", "2: the environment `v1.4.0` has the name of a version"),
    ("\n[environments.'']", "2: a name is empty: `environments.\"\"`"),
    ("[environments.\"a\\tb\"]", "1: a name holds a control character: `environments.\"a\tb\"`"),
    (
      "[environments.-e]",
      "1: a name begins with a hyphen: `environments.-e` (on the command line it would be an option)"
    ),
    (
      "checklists.\"\u{E9}\" = 'a'\nchecklists.\"e\u{301}\" = 'b'",
      "2: two names look the same: `checklists.\"e\u{301}\"`"
    ),
  ])
  func `in a value says why it is none`(_ text: String, _ expected: String) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    "-", "/", ".", "a..b", "a b", "a~", "a^", "a:", "a?", "a*", "a[", #"a\"#, "a//", "a@{", "a/.b",
    "a.lock/", "\u{7F}", "\t", "$(id)v", "v;", "`id`", "a|b", "a>b", "a&", "it's", "a!", "{a,b}",
  ])
  func `in the prefix is what git would refuse in a tag, or a shell would take`(
    _ prefix: String
  ) throws {
    var text = "\n\ntags.prefix = \""
    text += prefix.replacing(#"\"#, with: #"\\"#).replacing("\u{7F}", with: #"\u007f"#) + "\""
    #expect(problems(text).hasPrefix("3: `tags.prefix` cannot begin the name of a tag: it "))
  }

  @Test(arguments: [
    (
      "[packages.api]\nprefix = 'v'",
      "2: `packages.api.prefix`: a tag `v1.0.0` could be of the whole repository too "
        + "(give it a prefix of its own, such as \"api/v\")"
    ),
    (
      "[packages.api]\n[packages.web]\npaths = ['web']\nprefix = 'api/v'",
      "4: `packages.web.prefix`: a tag `api/v1.0.0` could be of `packages.api` too "
        + "(give it a prefix of its own, such as \"web/v\")"
    ),
    (
      "[packages.x]\nprefix = 'v1'",
      "2: `packages.x.prefix`: a tag `v11.0.0` could be of the whole repository too "
        + "(give it a prefix of its own, such as \"x/v\")"
    ),
    (
      "[packages.x]\nprefix = 'v1.2.3-'",
      "2: `packages.x.prefix`: a tag `v1.2.3-1.0.0` could be of the whole repository too "
        + "(give it a prefix of its own, such as \"x/v\")"
    ),
    (
      "tags.prefix = ''\npackages.'7'.prefix = '7'",
      "2: `packages.7.prefix`: a tag `71.0.0` could be of the whole repository too "
        + "(give it a prefix of its own, such as \"7/\")"
    ),
    (
      "[packages.api]\nprefix = 'a b'",
      "2: `packages.api.prefix` cannot begin the name of a tag: it has a space"
    ),
    (
      "[packages.api]\npaths = []",
      "2: `packages.api.paths` is empty, so that nothing belongs to the package"
    ),
    (
      "packages.api.path = ['a']",
      "1: there is no key `path` in [packages.api] (did you mean `paths`?)"
    ),
    (
      "[packages.api]\n[environments.'api/v1.4.0']",
      "2: the environment `api/v1.4.0` has the name of a version"
    ),
  ])
  func `in a package says which of its versions could be another's`(
    _ text: String, _ expected: String
  ) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: ["v2-", "v1.", "api/1.0/v", "v0", "1/"])
  func `in a package's prefix is none where only digits are alike`(_ prefix: String) {
    #expect(problems("packages.x.prefix = '\(prefix)'").isEmpty)
  }

  @Test func `is reported along with all others, by line`() {
    let text = """
      remot = "origin"
      [tags]
      sign = true
      require = ["prod"]
      [environments.production]
      checks = ["test"]
      """
    #expect(
      problems(text) == """
        1: there is no key `remot` (did you mean `remote`?)
        3: `tags.sign` is true; a text is wanted (for example: sign = "auto")
        4: `tags.require` names "prod", and there is no environment of that name \
        (did you mean `production`? or is that in line 5 misspelled?)
        6: `environments.production.checks` names "test", and there is no check of that name \
        (known: `artifacts`, `checkout`, `migrations`, `runbook`, `secrets`, `tag`, `tools`)
        """)
  }

  @Test func `is described with file, line and column`() {
    let error = #expect(throws: ConfigurationError.self) { try policy("[tags]\nbranches = [") }
    #expect(error?.description.hasPrefix("deed.toml, line 2, column ") == true)
    #expect(error?.description.contains("it is not valid TOML: ") == true)
  }
}

@Suite struct `A policy that nobody could meet` {
  @Test(arguments: [
    (
      "[environments.p]\nafter = 'stagin'\n[environments.staging]",
      "2: `environments.p.after` names \"stagin\", and there is no environment of that name "
        + "(did you mean `staging`? or is that in line 3 misspelled?)"
    ),
    (
      "[environments.p]\nafter = 'p'",
      "2: `environments.p.after` names the environment itself"
    ),
    (
      "[environments.z]\n[environments.a]\nafter='c'\n[environments.b]\nafter='a'\n"
        + "[environments.c]\nafter='b'",
      "2: `after` goes in a circle: a after c after b after a"
    ),
    (
      "[environments.p]\nsoak = '1h'",
      "2: `environments.p.soak` has no effect without `after` "
        + "(say after which environment, for example: after = \"staging\")"
    ),
    (
      "[environments.p]\nchecklists = ['x']",
      "2: `environments.p.checklists` names \"x\", and there is no checklist of that name "
        + "(no checklist is configured)"
    ),
    (
      "tags.require = ['staging']",
      "1: `tags.require` names \"staging\", and there is no environment of that name "
        + "(known: `production`)"
    ),
    (
      "[checks.secret]\nfiles = {}",
      "1: `checks.secret` is no check of deed's own, and has no `run` (did you mean `secrets`? "
        + "a check of your own wants a command, for example: run = \"make test\")"
    ),
    (
      "[checks.secrets]\nrun = 'x'",
      "2: `checks.secrets` is a check of deed's own, and takes no `run` "
        + "(give your own check another name)"
    ),
  ])
  func `is refused: names`(_ text: String, _ expected: String) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    ("approvals.required = -1", "1: `approvals.required` is -1; it cannot be less than 0"),
    (
      "[approvals]\nfrom = ['a@x.org']",
      "2: `approvals` wants 2 sign-offs from 1 person "
        + "(lower `required`, or name more people in `from`)"
    ),
    (
      "[approvals]\nfrom = ['a@x.org', 'b@x.org']\nindependent = 3",
      "3: `approvals` wants 3 independent people of 2 in `from` "
        + "(lower `independent`, or name more people in `from`)"
    ),
    (
      "[approvals]\nroles = ['engineer', 'reviewer']\nrequired = 1",
      "2: `approvals` wants 2 roles of 1 required sign-off; a person signs in one role "
        + "(raise `required` to 2)"
    ),
    (
      "[approvals]\nfrom = ['a@x.org', 'b@x.org']\n[environments.p]\n\napprovals.required = 3",
      "5: `environments.p.approvals` wants 3 sign-offs from 2 people "
        + "(lower `required`, or name more people in `from`)"
    ),
  ])
  func `is refused: numbers`(_ text: String, _ expected: String) {
    #expect(problems(text) == expected)
  }
}
