import Release
import Testing

/// What `[checks.artifacts]` may say.
@Suite struct ArtifactSettingsTests {
  @Test func `names, metadata and the compose file are read`() throws {
    let rules = try policy(
      """
      [checks.artifacts]
      paths = ["checkpoints/**/*.{pt,bin}", "dist/"]
      images = ["app"]
      compose = "./deploy/compose.yaml"
      [checks.artifacts.names]
      model_ai1 = "artifacts/ai1.pkl"
      [checks.artifacts.metadata]
      model_ai1 = { framework = "torch", license = "MIT" }
      """
    ).checks["artifacts"]
    #expect(
      rules
        == .builtIn(settings: [
          "paths": .texts(["checkpoints/**/*.{pt,bin}", "dist"]), "images": .texts(["app"]),
          "compose": .texts(["deploy/compose.yaml"]),
          "names": .table(["model_ai1": "artifacts/ai1.pkl"]),
          "metadata": .tables(["model_ai1": ["framework": "torch", "license": "MIT"]]),
        ]))
  }

  @Test func `compose files may be several`() throws {
    let rules = try policy(
      "[checks.artifacts]\ncompose = [\"compose.yaml\", \"./prod.yaml\"]\n"
    ).checks["artifacts"]
    #expect(
      rules == .builtIn(settings: ["compose": .texts(["compose.yaml", "prod.yaml"])]))
  }

  @Test(arguments: [
    (#"names = { model = "../model.pt" }"#, "may lie outside the repository"),
    (#"names = ["model.pt"]"#, "a table of texts is wanted"),
    (#"metadata = { model = "torch" }"#, "a table of texts is wanted"),
    (#"metadata = "torch""#, "a table of tables is wanted"),
    (#"compose = "/etc/compose.yaml""#, "may lie outside the repository"),
    (#"compose = ["compose.yaml", "../prod.yaml"]"#, "may lie outside the repository"),
    (#"compose = 3"#, "wanted"),
    (#"path = ["dist"]"#, "did you mean `paths`?"),
  ])
  func `what is none is said`(_ line: String, _ text: String) {
    let said = problems("[checks.artifacts]\n\(line)\n")
    #expect(said.contains(text) && said.hasPrefix("2: "), "\(said)")
  }
}
