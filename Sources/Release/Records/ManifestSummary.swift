extension Record {
  /// Which manifest was recorded, and how much is in it.
  package struct ManifestSummary: Hashable, Sendable {
    /// Where the manifest itself is; its digest is the manifest's.
    package let file: Attachment
    /// How many of each it names.
    package let artifacts: Int
    package let images: Int
    /// The size of all artifacts, in bytes.
    package let size: Int

    package init(file: Attachment, artifacts: Int, images: Int, size: Int) {
      self.file = file
      self.artifacts = artifacts
      self.images = images
      self.size = size
    }

    package init(file: Attachment, _ manifest: Manifest) {
      self.init(
        file: file, artifacts: manifest.artifacts.count, images: manifest.images.count,
        size: manifest.size)
    }

    /// `3 artifacts (600.0 MB) and 1 image`.
    package var counts: String {
      let parts = [
        artifacts > 0
          ? "\(artifacts.counted("artifact")) (\(size.asBytes))" : nil,
        images > 0 ? images.counted("image") : nil,
      ].compactMap(\.self)
      return parts.isEmpty ? "nothing" : parts.joined(separator: " and ")
    }
  }
}

extension Record.ManifestSummary {
  var members: [String: JSON] {
    [
      "artifacts": .integer(artifacts), "images": .integer(images), "manifest": file.json,
      "size": .integer(size),
    ]
  }

  init(_ reader: MemberReader) throws(BodyError) {
    self.init(
      file: try Record.Attachment(reader.object("manifest")),
      artifacts: try reader.count("artifacts"), images: try reader.count("images"),
      size: try reader.count("size"))
  }
}
