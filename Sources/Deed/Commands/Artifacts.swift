import ArgumentParser

/// The commands about what a release ships.
struct ArtifactsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "artifacts",
    abstract: "Record what a release ships, and prove it later.",
    usage: "deed artifacts record|verify|distribute [<version>] [<options>]",
    discussion: """
      A manifest holds the name, size and SHA-256 digest of every artifact, and the digests of \
      container images. Which files these are is said by [checks.artifacts] in deed.toml, or on the command line.

        deed artifacts record v1.4.0 -o dist-info
        deed artifacts verify v1.4.0
        deed artifacts distribute v1.4.0 --to /srv/models
      """,
    subcommands: [
      ArtifactsRecordCommand.self, ArtifactsVerifyCommand.self, ArtifactsDistributeCommand.self,
    ])
}
