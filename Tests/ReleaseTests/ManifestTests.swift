import Release
import Testing

/// Manifests of a made-up release.
enum Shipped {
  static func artifact(
    _ path: String, name: String? = nil, _ content: UInt8 = 1, size: Int = 1
  ) -> Manifest.Artifact {
    Manifest.Artifact(name: name ?? path, path: path, digest: Digest(of: [content]), size: size)
  }

  static func manifest(
    _ artifacts: Manifest.Artifact..., images: [Manifest.Image] = [], release: String = "v1.4.0",
    branch: String? = "main"
  ) throws -> Manifest {
    try Manifest(
      release: release, date: Sample.now, commit: Sample.commit, branch: branch,
      artifacts: artifacts, images: images)
  }

  /// A record of a manifest.
  static func record(
    _ manifest: Manifest, replacing: [Record] = [], at seconds: Int = 0
  ) throws -> Record {
    let content = manifest.canonical
    let file = Record.Attachment(
      blob: id(0x21), name: "manifest.json", digest: Digest(of: content), size: content.count)
    return try Sample.record(
      .manifest(Record.ManifestSummary(file: file, manifest)), replacing: replacing, at: seconds)
  }
}

@Suite struct `A manifest` {
  private struct Vectors: Decodable {
    struct Case: Decodable {
      let name: String
      let given: Given
      let valid: Bool

      private enum Key: String, CodingKey {
        case name
        case valid
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        valid = try container.decode(Bool.self, forKey: .valid)
        given = try Given(from: decoder)
      }
    }

    let cases: [Case]
  }

  @Test func `is read as the vectors have it, and nothing else is`() throws {
    for vector in try vectors("manifests", as: Vectors.self).cases {
      let bytes = vector.given.bytes
      do throws(ManifestError) {
        let manifest = try Manifest(canonical: bytes)
        #expect(vector.valid, "\(vector.name)")
        // Members of later versions are not written back.
        if !vector.name.contains("later") { #expect(manifest.canonical == bytes, "\(vector.name)") }
      } catch {
        #expect(!vector.valid, "\(vector.name): \(error)")
      }
    }
  }

  @Test func `gives the files that people use`() throws {
    let manifest = try Shipped.manifest(
      Shipped.artifact("artifacts/ai1.pkl", name: "model_ai1", 1),
      Shipped.artifact("モデル.pt", 2), Shipped.artifact("a\\b\nc", 3))
    let files = manifest.files
    #expect(
      files.map(\.name) == [
        "manifest_v1.4.0.json", "manifest_v1.4.0.sha256", "checksums.json", "SHA256SUMS",
        "VERSION_v1.4.0.txt",
      ])
    func text(_ index: Int) -> String { String(decoding: files[index].content, as: UTF8.self) }
    let digests = (1...3).map { Digest(of: [UInt8($0)]) }
    #expect(files[0].content == manifest.canonical)
    #expect(text(1) == "\(Digest(of: manifest.canonical))  manifest_v1.4.0.json\n")
    #expect(
      text(2) == """
        {
          "algorithm": "sha256",
          "files": {
            "a\\\\b\\nc": "\(digests[2])",
            "artifacts/ai1.pkl": "\(digests[0])",
            "モデル.pt": "\(digests[1])"
          },
          "version": "v1.4.0"
        }

        """)
    #expect(
      text(3) == """
        \\\(digests[2])  a\\\\b\\nc
        \(digests[0])  artifacts/ai1.pkl
        \(digests[1])  モデル.pt

        """)
    #expect(
      text(4) == """
        v1.4.0
        Commit: \(Sample.commit)
        Date: \(Sample.now)

        Checkpoint Files:
          a\\\\b\\nc: \(digests[2])
          model_ai1: \(digests[0])
          モデル.pt: \(digests[1])

        """)
  }

  @Test func `of a package has files whose names are no paths`() throws {
    let manifest = try Shipped.manifest(Shipped.artifact("a"), release: "api/v1.0.0")
    #expect(manifest.files.allSatisfy { !$0.name.contains("/") })
    #expect(manifest.files.first?.name == "manifest_api_v1.0.0.json")
  }

  @Test func `is compared with files by path`() throws {
    let artifacts = [
      Shipped.artifact("a", 1), Shipped.artifact("b", name: "other", 2), Shipped.artifact("c", 3),
    ]
    let files = [
      FoundFile(path: "a", digest: Digest(of: [1]), size: 1),
      FoundFile(path: "b", digest: Digest(of: [9]), size: 1),
      FoundFile(path: "caf\u{E9}", digest: Digest(of: [1]), size: 1),
    ]
    let comparison = ManifestComparison(artifacts, files)
    #expect(comparison.missing.map(\.path) == ["c"])
    #expect(comparison.changed.map(\.artifact.name) == ["other"])
    #expect(comparison.extra.map(\.path) == ["caf\u{E9}"])
    #expect(comparison.same == 1 && !comparison.isSame)
    #expect(ManifestComparison([artifacts[0]], [files[0]]).isSame)
    let composed = ManifestComparison([Shipped.artifact("cafe\u{301}")], [files[2]])
    #expect(composed.missing.count == 1 && composed.extra.count == 1)
  }

  @Test func `is compared with one of the sets of files beside it, and all of that`() {
    func set(_ names: String...) -> [Manifest.File] {
      names.map { Manifest.File(name: $0, content: Array($0.utf8)) }
    }
    let sets = [set("SUMS", "m_1", "m_2"), set("SUMS", "m")]
    func said(_ names: String..., distributed: Bool = false) -> [[String]] {
      let files = names.map { name in
        let content = Array(name.hasPrefix("!") ? "other".utf8 : name.utf8)
        return FoundFile(
          path: name.replacing("!", with: ""), digest: Digest(of: content), size: content.count)
      }
      let compared = ManifestComparison(
        [Shipped.artifact("own", 1)],
        files + [FoundFile(path: "own", digest: Digest(of: [1]), size: 1)], beside: sets,
        isDistributed: distributed)
      #expect(compared.same == 1)
      return [
        compared.missing.map(\.path), compared.changed.map(\.found.path),
        compared.extra.map(\.path),
      ]
    }
    for whole in [said("SUMS", "m"), said("SUMS", "m_1", "m_2"), said()] {
      #expect(whole == [[], [], []])
    }
    #expect(said(distributed: true) == [["SUMS", "m"], [], []])
    #expect(said("SUMS", "!m") == [[], ["m"], []])
    #expect(said("SUMS", "m_1") == [["m_2"], [], []])
    #expect(said("SUMS", "m", "m_1") == [[], [], ["m_1"]])
    #expect(said("!SUMS") == [["m"], ["SUMS"], []])
    // An artifact of that name is none of them.
    let shipped = ManifestComparison(
      [Shipped.artifact("m", 1)], [FoundFile(path: "m", digest: Digest(of: [1]), size: 1)],
      beside: sets)
    #expect(shipped.isSame)
  }

  @Test(arguments: [
    (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (1999, "1.9 kB"),
    (999_999, "999.9 kB"), (1_000_000, "1.0 MB"), (600_000_000, "600.0 MB"),
    (12_345_678_901, "12.3 GB"), (Int.max, "9223372.0 TB"),
  ])
  func `says its size`(_ bytes: Int, _ text: String) {
    #expect(bytes.asBytes == text)
  }
}

@Suite struct `A pattern of artifacts` {
  private static func matches(_ pattern: ArtifactPattern, _ path: String) -> Bool {
    path.utf8.split(separator: UInt8(ascii: "/")).reduce(pattern.filter.root) { place, name in
      pattern.filter.enter(name, from: place)
    }.isMeant
  }

  @Test(arguments: [
    ("checkpoints/**/*.{pt,pth,bin}", "checkpoints/a/b/m.pth"),
    ("checkpoints/**/*.{pt,pth,bin}", "checkpoints/m.bin"), ("dist", "dist/a/b"),
    ("{a,b{c,d}}/x", "bd/x"), ("a{,.sig}", "a"), ("a{,.sig}", "a.sig"), ("{a}", "{a}"),
    ("{a,b", "{a,b"), ("a}b", "a}b"), ("**", ".hidden/x"), ("モデル/{甲,乙}.pt", "モデル/乙.pt"),
    ("{{a,b}", "{b"),
  ])
  func `means`(_ pattern: String, _ path: String) throws {
    #expect(Self.matches(try ArtifactPattern(pattern), path))
  }

  @Test(arguments: [
    ("checkpoints/**/*.{pt,pth,bin}", "checkpoints/m.txt"), ("dist/*.whl", "dist/a/b.whl"),
    ("{a,b}", "c"), ("{a}", "a"), ("a/*", "b/a"),
  ])
  func `does not mean`(_ pattern: String, _ path: String) throws {
    #expect(!Self.matches(try ArtifactPattern(pattern), path))
  }

  @Test(arguments: [
    "/etc/passwd", "../x", "a/../../x", "", "a/{..,b}/c", ".git/config",
    String(repeating: "{a,b}", count: 40),
  ])
  func `is refused`(_ pattern: String) {
    #expect(throws: ManifestError.self) { try ArtifactPattern(pattern) }
  }
}

@Suite struct `An image` {
  private static let digest = "sha256:" + String(repeating: "1a", count: 32)

  @Test func `has a name and perhaps a digest`() throws {
    let pinned = try #require(ImageReference("ghcr.io/acme/app:1.4@\(Self.digest)"))
    #expect(pinned.name == "ghcr.io/acme/app:1.4" && pinned.digest != nil)
    #expect(pinned.repository == "ghcr.io/acme/app")
    for name in ["app", "ghcr.io/acme/app", "ghcr.io/acme/app:1.4"] {
      #expect(pinned.isCalled(name), "\(name)")
    }
    for name in ["acme/app", "pp", "app:1.4", "ghcr.io/acme"] {
      #expect(!pinned.isCalled(name), "\(name)")
    }
    #expect(ImageReference("localhost:5000/app")?.repository == "localhost:5000/app")
  }

  @Test(arguments: [
    "", "-x", "app@sha256:12", "app@", "a b", "app:${TAG}", "$(id)", "app@\(digest)@\(digest)",
    "é",
  ])
  func `is no text that could be taken for more`(_ text: String) {
    #expect(ImageReference(text) == nil)
  }

  @Test func `is found in a compose file, with its line`() {
    let compose = """
      services:
        app:
          image: ghcr.io/acme/app:1.4@\(Self.digest)  # pinned
        db: { }
        worker:\r
          image: 'redis:7'\r
          "image": "x",
          image: app:${TAG}
        # image: old
          image:
          imagePullPolicy: Always
      """
    let entries = ComposeImages([("compose.yaml", Array(compose.utf8))]).entries
    #expect(entries.map(\.line) == [3, 6, 7, 8])
    #expect(entries.map { $0.reference?.name } == ["ghcr.io/acme/app:1.4", "redis:7", "x", nil])
    #expect(entries.map { $0.reference?.digest != nil } == [true, false, false, false])
    #expect(entries[3].text == "app:${TAG}")
  }

  @Test func `is that of the last compose file that speaks of its service`() {
    let base = """
      x-app: &app
        image: base:1
      services:
        app:
          image: app:1
          build:
            image: none
        db:
          image: db:1
      """
    let production = """
      services:
        # app:
        "app" :
          deploy: {}
        'app':
          environment:
            - A=b: c
          image: app@\(Self.digest)
        more: { image: more:1 }
      """
    let entries = ComposeImages([
      ("compose.yaml", Array(base.utf8)), ("compose.prod.yaml", Array(production.utf8)),
    ]).entries
    #expect(
      entries.map { "\($0.path):\($0.line)" } == [
        "compose.yaml:2", "compose.yaml:7", "compose.yaml:9", "compose.prod.yaml:8",
      ])
    #expect(entries.last?.reference?.digest != nil)
  }

  @Test func `may be a text in block form, and none is in another such text`() {
    let compose = """
      services:
        app:
          command: |
            # image: no/key:1

            image: no/key:2
          labels:
            - >
             image: no/key:3
            - more: |-
                image: no/key:4
          image: >- # the released one
            app:1@\(Self.digest)
        db:
          image: |-

            db:1
          note: >-
            image: no/key:5
      """
    let images = ComposeImages([("a.yaml", Array(compose.replacing("\n", with: "\r\n").utf8))])
    #expect(images.entries.map(\.text) == ["app:1@\(Self.digest)", "db:1"])
    #expect(images.entries.map(\.line) == [12, 15] && images.unread.isEmpty)
  }

  @Test(arguments: [
    ("app: {image: \"app@x\"}", [1]), ("{\"app\":{\"image\":\"app@x\"}}", [1]),
    ("app:\n  build: .\n  image: >-\n    app@x", []), ("app:\n  image: >\n    app@x", [2]),
    ("app:\n  image: >-\n    app\n    @x", [2]), ("app:\n  image: >-\n  build: .", [2]),
    ("image: |\n  app@x", [1]),
    ("image:\n  app@x", [1]), ("image: # below\n\n  app@x", [1]), ("image: *app", [1]),
    ("image: &app app@x", [1]), ("image: !!str app@x", [1]), ("image : app@x", [1]),
    ("\"image\" : app@x", [1]), ("image: 'app\n  @x'", [1]),
    ("image: app", []), ("image: \"app\" # {image: x}", []), ("# {image: x}", []),
    ("image:\n  build: .", []), ("image_name: x\nmy-image: y\n- a, image: z", []),
    ("image: app\nlabels: {my_image: x}", []), ("image:\npull: always", []),
  ])
  func `is known to stand where its form is not read`(compose: String, lines: [Int]) {
    #expect(ComposeImages([("a.yaml", Array(compose.utf8))]).unread.map(\.line) == lines)
  }
}
