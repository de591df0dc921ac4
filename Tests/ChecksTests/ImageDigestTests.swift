import Release
import TestSupport
import Testing

@testable import Checks

@Suite struct ImageDigestTests {
  private static let digest = "sha256:" + String(repeating: "a1", count: 32)

  @Test(
    arguments: [
      ("services:\n  app:\n    image: app@\(digest)\n", nil),
      (
        "services:\n  app: {image: \"app@\(digest)\"}\n  db:\n    image: app@\(digest)\n",
        "the image in line 2 of compose.yaml is written in a form that is not read"
      ),
      (
        "services:\n  app:\n<<<<<<< a\n    image: app@\(digest)\n=======\n    image: app:1\n>>>>>>> b\n",
        "a conflict marker stands in line 3 of compose.yaml"
      ),
    ] as [(String, String?)])
  func `what a compose file does not say plainly cannot be told`(
    compose: String, why: String?
  ) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["compose.yaml": compose])
    let check = ArtifactsCheck(CheckSettings(["images": .texts(["app"])]))
    let report = await CheckReport.of(check, named: "artifacts", on: try test.subject())
    // What is a no besides is one for certain.
    let unread = report.findings.first { $0.code == "artifact-unread" }
    #expect(unread?.message == why && report.trouble == nil, "\(report.findings)")
  }

  @Test(
    arguments: [
      ("ghcr.io/corp/app:${TAG:-1}@", "ghcr.io/corp/app"),
      ("ghcr.io/corp/app:$TAG@", "ghcr.io/corp/app"),
      ("app:1.${MINOR}-slim@", "app"), ("${REGISTRY:-ghcr.io/corp}/app@", "ghcr.io/corp/app"),
      ("${REGISTRY:-ghcr.io/corp}/app:${TAG:?no tag}@", "ghcr.io/corp/app"),
      ("${REGISTRY}/app:2@", "app:2"), ("${HOST}:${PORT}/team/app@", "team/app"),
      ("${PREFIX:-}app@", "app"), ("${IMAGE:-ghcr.io/corp/app:1}@", "ghcr.io/corp/app"),
      ("${PREFIX}app@", nil), ("corp/${APP}@", nil), ("corp/app$$@", nil),
      ("${A:-${B}}/app@", "app"),
      ("app:${TAG}@x", nil),
    ] as [(String, String?)])
  func `a variable beside a digest leaves nothing open but a tag or a registry`(
    text: String, name: String?
  ) async throws {
    let test = try TestRepository()
    let compose = "services:\n  app:\n    image: \(text)\(Self.digest)\n"
    try test.commit("feat: begin", files: ["compose.yaml": compose])
    let reference = ComposeImages([(path: "compose.yaml", bytes: Array(compose.utf8))])
      .entries.first?.reference
    #expect(reference?.name == name)
    #expect(reference?.digest.map { "sha256:\($0)" } == name.map { _ in Self.digest })
    guard name != nil else { return }
    let check = ArtifactsCheck(CheckSettings(["compose": .texts(["compose.yaml"])]))
    let codes = try await test.findings(of: check).codes
    #expect(!codes.contains("image-no-digest"), "\(codes)")
  }

  @Test(arguments: ["}{\n", "services: {}\n", "services:\n  app:\n    build: .\n"])
  func `a compose file without images is named`(compose: String) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["compose.yaml": compose])
    let check = ArtifactsCheck(CheckSettings(["images": .texts(["app"])]))
    let finding = try await test.findings(of: check).first { $0.code == "image-no-digest" }
    #expect(finding?.path == "compose.yaml")
    #expect(finding?.message.hasSuffix("no service of compose.yaml has an image") == true)
  }

  @Test func `an image that is misspelled comes with the one that is probably meant`() async throws
  {
    let test = try TestRepository()
    let compose = "services:\n  app:\n    image: ghcr.io/acme/app@\(Self.digest)\n"
    try test.commit("feat: begin", files: ["compose.yaml": compose])
    let check = ArtifactsCheck(CheckSettings(["images": .texts(["ap"])]))
    let finding = try await test.findings(of: check).first { $0.code == "image-no-digest" }
    #expect(
      finding?.message.hasSuffix("compose.yaml has ghcr.io/acme/app; did you mean app?") == true,
      "\(finding?.message ?? "")")
  }
}
