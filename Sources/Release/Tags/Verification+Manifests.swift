// What was shipped, as the manifests have it (`docs/gate.md`, manifests).

extension Verification {
  static func manifests(_ subject: ReleaseCase) -> [Finding] {
    let late = subject.evidence.standing.ofKind(.manifest).filter { subject.isAfterTag($0.id) }
    let standing = subject.manifestsOfTag
    let disputed = standing.contradictions.map { name in
      Finding(
        .error, "manifest-disagrees",
        "two manifests give \(name) different digests: "
          + "deed artifacts record \(subject.release) --replace settles it")
    }
    return standing.entries.map(finding) + disputed + named(by: subject, standing) + late.map(later)
  }

  private static func finding(on entry: ManifestStanding.Entry) -> Finding {
    let record = entry.record
    let what = "the manifest of \(entry.summary.counts) by \(record.by), \(record.at.minute) UTC,"
    let (severity, code, said): (Finding.Severity, String, String) =
      switch entry.fact {
      case .read: (.info, "manifest-recorded", "is here: sha256 \(entry.summary.file.digest)")
      case .missing: (.error, "attachment-missing", "is not here: deed sync")
      case .invalid(let why): (.error, "manifest-broken", "does not count: \(why)")
      case .unreadable(let why): (.error, "attachment-missing", "cannot be read: \(why)")
      }
    return Finding(severity, code, "\(what) \(said)", record: record.id)
  }

  private static func later(_ record: Record) -> Finding {
    Finding(
      .warning, "manifest-later",
      "a manifest by \(record.by) was recorded that the tag does not name", record: record.id)
  }

  /// The tag's own word on what stood when it was cut.
  private static func named(by subject: ReleaseCase, _ standing: ManifestStanding) -> [Finding] {
    guard case .annotated(let tag) = subject.tag, subject.evidence.isHere(.checks) else {
      return []
    }
    let named = TagTrailers(parsing: tag.message).manifests
    guard !named.isEmpty else { return [] }
    let lost = named.filter { digest in
      !standing.entries.contains { $0.summary.file.digest == digest }
    }.map { digest in
      let former = subject.evidence.records.contains { record in
        if case .manifest(let summary) = record.body {
          summary.file.digest == digest
        } else {
          false
        }
      }
      return former
        ? Finding(
          .error, "manifest-replaced",
          "the tag names the manifest \(digest.short), and another one was put in its place since")
        : Finding(
          .error, "manifest-missing",
          "the tag names the manifest \(digest.short), and no record of it is here: deed sync, if "
            + "the ledgers are older than the tag")
    }
    return lost
      + standing.entries.filter { !named.contains($0.summary.file.digest) }.map { later($0.record) }
  }
}
