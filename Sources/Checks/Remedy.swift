internal import Git
internal import Release

/// What mends what was found, by the finding's code: an edit, or a command that can be pasted, which
/// stands at the end.
///
/// Where more is known than the code and the file, the finding says it itself.
package enum Remedy {
  /// `nil` for a code that wants none.
  static func text(for finding: CheckFinding, on subject: CheckSubject) -> String? {
    guard let text = texts[finding.code] else { return nil }
    let isTagged: Bool
    if case .absent = subject.tag { isTagged = false } else { isTagged = true }
    let release = GitError.quoted(subject.release.description)
    let values = [
      "file": finding.path.map(GitError.quoted) ?? "the file", "release": release,
      "commit": subject.commit.short,
      "restore": subject.restoreTag, "place": isTagged ? release : subject.commit.short,
      "environment": subject.environment, "next": subject.nextCommand,
    ]
    return filled(text, values)
  }

  /// The text with what stands in braces replaced, once: a file's name may have braces itself.
  private static func filled(_ text: String, _ values: [String: String]) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let end = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<end])
      result += rest[..<open] + (values[name] ?? String(rest[open...end]))
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  /// What mends an artifact that is `missing`, `changed` or `extra`.
  package static func artifact(_ what: String) -> String? { artifacts["artifact-\(what)"] }

  /// By code; docs/checks.md has the same in short.
  static let texts = release.merging(migrations, uniquingKeysWith: { one, _ in one })
    .merging(secrets, uniquingKeysWith: { one, _ in one })
    .merging(artifacts, uniquingKeysWith: { one, _ in one })
    .merging(runbook, uniquingKeysWith: { one, _ in one })

  /// The checks `tag`, `checkout` and `tools`, and the team's own.
  private static let release = [
    "tag-lightweight": "git tag -d {release} && deed cut {release} --commit {commit}",
    "tag-moved": "put back what was cut: {restore}",
    "tag-not-here": "{restore}",
    "tag-order": "{next}",
    "tag-records-disagree":
      "both are named, with the command that settles it: deed verify {release}",
    "tag-unrecorded": "nothing mends this one; deed cut makes tags with a record",
    "tag-not-pushed": "deed cut {release} --commit {release} --push",
    "tag-differs": "find out who moved it; what was recorded: deed show {release}",
    "checkout-elsewhere": "git switch --detach {place}",
    "checkout-dirty": "commit it, and release that; or put it aside: git stash --include-untracked",
    "file-not-released": "commit it before the release, or mend `files` in [checks.checkout]",
    "file-changed": "git restore --source {place} -- {file}",
    "file-filtered": "write it anew, or look at the filter: git check-attr filter -- {file}",
    "tool-missing": "install it, or mend the PATH of whoever runs deed",
    "tool-version": "install another, or mend `versions` in [checks.tools]",
    "timeout": "make it faster, or give it longer: `timeout` in its section of deed.toml",
    "tree-untracked": "commit, ignore or remove what is not in the release",
    "tree-changed": "let the command leave tracked files alone",
  ]

  private static let migrations = [
    "migrations-except": "mend `except` in [checks.migrations]",
    "migrations-missing": "mend `paths` in [checks.migrations], or commit them",
    "migrations-not-compared":
      "where no release is before, ask with --check-remote; else: git fetch --tags",
    "migration-uncommitted": "remove it; or commit it and release that: git add -- {file}",
    "migration-ignored": "remove it; or commit it and release that: git add --force -- {file}",
    "migration-heads": "join them, and commit what that writes: alembic merge heads",
    "migration-duplicate": "give the new one a number of its own, above all others",
    "migration-order": "give it a number above all that shipped",
    "migration-parent":
      "mend its down_revision or depends_on, or commit the migration that it names",
    "migration-cycle": "mend its down_revision",
    "migration-name": "rename it, or mend `rule` in [checks.migrations]",
    "migration-unreadable": "mend it there: a whole file in UTF-8, merged to its end",
    "migration-empty": "write what it is to do, or remove it",
    "migration-destructive":
      "see that nothing running needs it and that a backup has it; else do it one release later",
    "migration-unjudged": "read the step yourself; written out with its names, it is judged",
    "migration-no-way-back":
      "write the way back; where there is none on purpose: down = \"ignore\" in [checks.migrations]",
    "migration-undocumented": "write a line about it, with the name of its file or directory",
    "document-missing": "write it, or mend `documents` in [checks.migrations]",
    "schema-changed": "see that the release can read what is stored in the old form",
    "schema-missing": "commit it, or mend `schemas` in [checks.migrations]",
  ]

  private static let secrets = [
    "secrets-incomparable":
      "mend it; or leave it out in [checks.secrets.environments.{environment}]",
    "secrets-unanswered":
      "mend the command; or leave it out in [checks.secrets.environments.{environment}]",
    "secrets-compared-in-part": "mend that line",
    "secrets-missing": "put the file there, or mend `files` in [checks.secrets]",
    "secrets-unreadable": "mend its rights or what it is: ls -l -- {file}",
    "secrets-tracked":
      "replace every value that was in it, and ignore it: git rm --cached -- {file}",
    "settings-unreadable":
      "mend it: NAME=value in UTF-8, quotation marks closed; a remark begins with #",
    "example-unreadable":
      "mend it: NAME=value in UTF-8, quotation marks closed; a remark begins with #",
    "settings-none": "set them, or mend `files`, `commands` and `process` in [checks.secrets]",
    "settings-reading":
      "write it so that all read the same, or name the `reader` in [checks.secrets]",
    "settings-line-ends": #"sed -i 's/\r$//' -- {file}"#,
    "setting-missing": "set it, or mend `required` and `values` in [checks.secrets]",
    "setting-empty": "set it",
    "setting-misspelled": "mend the name",
    "setting-twice": "remove one of the two: programs do not agree on which counts",
    "setting-name": "mend the name, or `names` in [checks.secrets]",
    "setting-unset": "set it, or comment it out in the example",
    "setting-value": "set it so, or mend `values` in [checks.secrets]",
    "setting-forbidden": "set what belongs to {environment}",
    "secret-placeholder":
      "get the right one from who issues it, or draw one: openssl rand -hex 32",
    "secret-example": "get one of its own, or draw one: openssl rand -hex 32",
    "secret-short": "draw one: openssl rand -hex 32",
    "secret-easy": "draw one: openssl rand -hex 32",
    "secret-reused": "draw another for {environment}: openssl rand -hex 32",
    "secret-in-tree":
      "replace it, since history keeps it; or say in `allow` of [checks.secrets] why it is none",
    "tree-unread": "look yourself, and name it in `allow` of [checks.secrets]",
    "allowed-for-nothing": "take it out of `allow` in [checks.secrets]",
  ]

  private static let artifacts = [
    "artifact-none": "build it, or mend `paths` in [checks.artifacts]",
    "artifact-unfit": "put a file of its own there",
    "artifact-unread": "mend its rights: ls -l -- {file}",
    "manifest-none": "deed artifacts record {release}",
    "manifest-broken": "put another in its place: deed artifacts record {release} --replace",
    "manifest-disagrees":
      "by whoever has the right files: deed artifacts record {release} --replace",
    "artifact-missing": "bring back what was recorded, or build it again",
    "artifact-changed": "bring back what was recorded: other files are another release",
    "artifact-extra": "remove it, or name it in no pattern: other files are another release",
    "artifacts-more": "all of them are shown by: deed artifacts verify {release}",
    "image-no-digest":
      "pin it in the compose file, or: deed artifacts record {release} --image NAME@sha256:…",
    "image-changed": "ship the image that was recorded: another one is another release",
    "image-unrecorded": "with the image that is shipped: deed artifacts record {release}",
  ]

  private static let runbook = [
    "runbook-missing": "write it, or mend `path` in [checks.runbook]",
    "runbook-unreadable": "save it as UTF-8",
    "section-missing": "write it, or name your word for it in `synonyms` of [checks.runbook]",
    "section-empty": "write it",
    "contact-missing": "say whom to call, and how: a number, a mail address, a channel, a link",
    "runbook-stale": "read it through, mend it, and commit it with today's date: Last updated: …",
    "runbook-date": "write the day on which it was read through",
    "placeholder": "fill it in",
    "link-broken": "mend or remove the link",
    "link-dead": "mend or remove the link",
    "link-unsure": "look yourself: a login, or a server that is busy",
  ]
}
