/// The texts that ship with the program, embedded in the binary.
package enum Templates {
  /// The `deed.toml` that `deed init` writes.
  package static var configuration: [UInt8] { PackageResources.deed_toml }

  /// What `deed notes` prints, as a Mustache template.
  package static var releaseNotes: [UInt8] { PackageResources.release_notes_md_mustache }

  /// A document, or a pipeline's description, for teams to adopt.
  package struct Document: Sendable {
    package let name: String
    /// As in ISO 639-1.
    package let language: String
    /// Where it belongs in a repository, the same in every language.
    package let path: String
    package let content: [UInt8]

    /// What `deed.toml` calls it as a checklist; `nil` where it is meant to be read.
    package let checklist: String?

    fileprivate init(
      _ name: String, _ language: String, _ content: [UInt8], at path: String? = nil
    ) {
      self.name = name
      self.language = language
      self.path = path ?? "docs/release/\(name).md"
      self.content = content
      checklist = path == nil ? name : nil
    }
  }

  /// Markdown documents, in every language that each comes in, English first.
  package static var documents: [Document] {
    [
      Document("observability-security-e2e", "en", PackageResources.observability_security_e2e_md),
      Document(
        "observability-security-e2e", "ja", PackageResources.observability_security_e2e_ja_md),
      Document("production", "en", PackageResources.production_md),
      Document("production", "ja", PackageResources.production_ja_md),
      Document("model-distribution", "en", PackageResources.model_distribution_md),
      Document("model-distribution", "ja", PackageResources.model_distribution_ja_md),
      Document("cloud-deployment", "en", PackageResources.cloud_deployment_md),
      Document("pre-deployment", "en", PackageResources.pre_deployment_md),
      Document("pre-deployment", "ko", PackageResources.pre_deployment_ko_md),
      Document("runbook", "en", PackageResources.runbook_md, at: "RUNBOOK.md"),
    ]
  }

  /// What lets a CI system check and verify releases.
  package static var pipelines: [Document] {
    [
      Document(
        "ci-github", "en", PackageResources.github_actions_yml,
        at: ".github/workflows/release-check.yml"),
      Document(
        "ci-gitlab", "en", PackageResources.gitlab_ci_yml, at: ".gitlab/release-check.yml"),
    ]
  }
}
