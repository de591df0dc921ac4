// A manifest as canonical JSON (`docs/artifacts.md`): these bytes are attached, digested and written
// to `manifest_VERSION.json` alike.

extension Manifest {
  private static let version = 1

  package var json: JSON {
    var git: [String: JSON] = [
      "commit": .string(commit.description), "tag": .string(release),
    ]
    git["branch"] = branch.map { .string($0) }
    return .object([
      "artifacts": .array(artifacts.map(\.json)),
      "git": .object(git),
      "images": .array(images.map(\.json)),
      "release_date": .string(date.description),
      "v": .integer(Self.version),
      "version": .string(release),
    ])
  }

  package var canonical: [UInt8] { json.canonical }

  /// Reads what `canonical` writes; members that this version does not know are passed over.
  package init(canonical bytes: [UInt8]) throws(ManifestError) {
    let value: JSON
    do throws(JSON.ParseError) {
      value = try JSON(canonical: bytes)
    } catch {
      throw ManifestError("it is \(error.description)")
    }
    guard let members = value.object else { throw ManifestError("it is no object") }
    let read: Manifest
    do throws(BodyError) {
      read = try Self.reading(MemberReader(members: members))
    } catch {
      switch error {
      case .malformed(let reason), .unknownValue(let reason): throw ManifestError(reason)
      }
    }
    // Whoever looks for an artifact in it may rely on the order.
    guard Self.names(value, "artifacts") == read.artifacts.map({ Array($0.name.utf8) }),
      Self.names(value, "images") == read.images.map({ Array($0.name.utf8) })
    else { throw ManifestError("its artifacts or images are not sorted by name") }
    self = read
  }

  private static func names(_ value: JSON, _ list: String) -> [[UInt8]] {
    let elements = value.object?[list]?.array ?? []
    return elements.compactMap { $0.object?["name"]?.string.map { Array($0.utf8) } }
  }

  private static func reading(_ reader: MemberReader) throws(BodyError) -> Manifest {
    guard reader.members["v"]?.integer == version else {
      throw .unknownValue("it is of a version that this deed does not know")
    }
    let git = try reader.object("git")
    let release = try reader.text("version")
    guard let commit = ObjectID(try git.text("commit")) else {
      throw .malformed("\u{201C}commit\u{201D} is not a full object id")
    }
    guard try git.text("tag").utf8.elementsEqual(release.utf8) else {
      throw .malformed("its version and its tag differ")
    }
    guard let date = try reader.optionalTime("release_date") else {
      throw .malformed("\u{201C}release_date\u{201D} is missing")
    }
    let branch = try git.optionalText("branch")
    var artifacts: [Artifact] = []
    for artifact in try reader.list("artifacts") { artifacts.append(try Artifact(artifact)) }
    var images: [Image] = []
    for image in try reader.list("images") { images.append(try Image(image)) }
    do throws(ManifestError) {
      return try Manifest(
        release: release, date: date, commit: commit, branch: branch, artifacts: artifacts,
        images: images)
    } catch {
      throw .malformed(error.reason)
    }
  }
}

extension Manifest.Artifact {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "name": .string(name), "path": .string(path), "sha256": .string(digest.description),
      "size": .integer(size),
    ]
    if !metadata.isEmpty { members["metadata"] = .object(metadata.mapValues { .string($0) }) }
    return .object(members)
  }

  fileprivate init(_ reader: MemberReader) throws(BodyError) {
    guard let digest = Digest(try reader.text("sha256")) else {
      throw .malformed("an artifact has no SHA-256 digest")
    }
    var metadata: [String: String] = [:]
    if let members = try reader.optionalObject("metadata")?.members {
      for (name, value) in members {
        guard let text = value.string else { throw .malformed("metadata is not a text: \(name)") }
        metadata[name] = text
      }
    }
    self.init(
      name: try reader.text("name"), path: try reader.text("path"), digest: digest,
      size: try reader.count("size"), metadata: metadata)
  }
}

extension Manifest.Image {
  /// `sha256:` and 64 digits, as registries write it.
  package var digestText: String { "sha256:\(digest)" }

  fileprivate var json: JSON {
    .object(["digest": .string(digestText), "name": .string(name)])
  }

  fileprivate init(_ reader: MemberReader) throws(BodyError) {
    guard let digest = Digest(trailer: try reader.text("digest")) else {
      throw .malformed("an image has no SHA-256 digest")
    }
    self.init(name: try reader.text("name"), digest: digest)
  }
}
