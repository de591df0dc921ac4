/// How a file writes values to names, by the file's own name.
struct FileManner: OptionSet, Sendable {
  let rawValue: UInt8

  /// Without quotation marks, as in YAML or an environment file.
  static let settings = FileManner(rawValue: 1)
  /// Without quotation marks and blanks, as in a shell.
  static let script = FileManner(rawValue: 2)
  /// With `ENV NAME value`.
  static let docker = FileManner(rawValue: 4)
  /// With passwords behind a word that says so.
  static let netrc = FileManner(rawValue: 8)
  /// With a password in the fifth field of each line.
  static let pgpass = FileManner(rawValue: 16)
  /// With tables of names and values.
  static let text = FileManner(rawValue: 32)

  /// Those whose lines are to be looked at from their beginnings.
  static let byLines: FileManner = [.docker, .netrc, .pgpass]
}

extension FileManner {
  init(path: String) {
    let name = PathName.last(path).lowercased()
    func ends(_ endings: [String]) -> Bool { endings.contains(where: name.hasSuffix) }
    let settings = [
      ".yml", ".yaml", ".ini", ".cfg", ".cnf", ".conf", ".config", ".properties", ".toml",
      ".tfvars", ".env", ".service", ".npmrc", ".pypirc", ".yarnrc", ".curlrc", ".s3cfg", ".boto",
      ".gitconfig", ".vault-token",
    ]
    let scripts = [
      ".sh", ".bash", ".zsh", ".ksh", ".fish", ".bat", ".cmd", ".ps1", ".mk", ".command",
    ]
    // People write down settings there as well as commands.
    let texts = [".md", ".rst", ".adoc", ".txt"]
    self = []
    if name.contains(".env") || ends(settings) || ends(texts) || name == "credentials" {
      insert(.settings)
    }
    if ends(texts) { insert(.text) }
    if ends(scripts) || ends(texts)
      || ["makefile", "procfile", "crontab", "jenkinsfile"].contains(name)
    {
      insert(.script)
    }
    if name.hasPrefix("dockerfile") || name.hasPrefix("containerfile") || ends([".dockerfile"]) {
      formUnion([.script, .docker])
    }
    if ends([".netrc", "_netrc"]) { insert(.netrc) }
    if ends([".pgpass", "pgpass.conf"]) { insert(.pgpass) }
  }
}
