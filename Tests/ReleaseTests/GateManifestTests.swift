import Release
import Testing

@Suite struct `The manifest` {
  private static let policy = Sample.policy {
    $0.checks = ["artifacts"]
    $0.approvals.required = 1
  }

  private static func subject(
    _ shipped: [(record: Record, manifest: Manifest?)], others: [Record] = []
  ) throws -> ReleaseCase {
    var subject = Sample.releaseCase(shipped.map(\.record) + others, policy: policy)
    for (record, manifest) in shipped {
      guard case .manifest(let summary) = record.body else { continue }
      subject.evidence.manifests[record.id] = ManifestFact(
        manifest?.canonical, of: record, summary)
    }
    return subject
  }

  private static func requirement(_ subject: ReleaseCase) -> Requirement? {
    Gate.judge(subject)[0].requirements.first { $0.id == .manifest }
  }

  @Test func `is asked for where the environment checks artifacts, and nowhere else`() throws {
    #expect(Self.requirement(try Self.subject([])) != nil)
    #expect(Self.requirement(Sample.releaseCase()) == nil)
    let ids = Gate.judge(try Self.subject([]))[0].requirements.map(\.id)
    #expect(ids == [.policy, .ledger, .manifest, .check("artifacts"), .signoffs])
  }

  @Test func `is met where one stands and can be read`() throws {
    let manifest = try Shipped.manifest(Shipped.artifact("a", size: 600_000_000))
    let requirement = Self.requirement(
      try Self.subject([(Shipped.record(manifest), manifest)]))
    #expect(requirement?.state == .met)
    #expect(requirement?.why == "1 artifact (600.0 MB) by 佐藤花子")
  }

  @Test func `is unmet where none stands, and says what records it`() throws {
    let requirement = Self.requirement(try Self.subject([]))
    #expect(requirement?.state == .unmet && requirement?.mend == .manifest(replacing: false))
  }

  @Test func `is met by several that agree, and unmet where one name has two digests`() throws {
    let one = try Shipped.manifest(Shipped.artifact("a", 1))
    let both = try Shipped.manifest(Shipped.artifact("a", 1), Shipped.artifact("b", 2))
    let other = try Shipped.manifest(Shipped.artifact("x", name: "b", 3))
    let path = try Shipped.manifest(Shipped.artifact("a", name: "n", 4))
    let records = try [one, both].enumerated().map { index, manifest in
      (try Shipped.record(manifest, at: index), manifest as Manifest?)
    }
    #expect(Self.requirement(try Self.subject(records))?.state == .met)
    for (contradicting, name) in [(other, "b"), (path, "a")] {
      let requirement = Self.requirement(
        try Self.subject(records + [(Shipped.record(contradicting, at: 9), contradicting)]))
      #expect(requirement?.state == .unmet && requirement?.mend == .manifest(replacing: true))
      #expect(requirement?.why == "two of them give \(name) different digests")
    }
    let image = Manifest.Image(name: "app", digest: Digest(of: [1]))
    let images = try Shipped.manifest(images: [image])
    let moved = try Shipped.manifest(
      images: [Manifest.Image(name: "app", digest: Digest(of: [2]))])
    #expect(
      Self.requirement(
        try Self.subject([
          (Shipped.record(images), images), (Shipped.record(moved, at: 1), moved),
        ]))?.state == .unmet)
  }

  @Test func `lies beside what it names as its own bytes, as does each that stood`() throws {
    let one = try Shipped.manifest(Shipped.artifact("a", 1), Shipped.artifact("b", 2))
    let image = Manifest.Image(name: "app", digest: Digest(of: [1]))
    let later = try Shipped.manifest(images: [image])
    let part = try Shipped.manifest(Shipped.artifact("b", 2))
    let first = try Shipped.record(one)
    let standing = ManifestStanding(
      try Self.subject([
        (first, one), (Shipped.record(later, at: 1), later), (Shipped.record(part, at: 2), part),
      ]).evidence)
    let sets = standing.filesBeside
    func names(_ manifests: Manifest...) -> [String] {
      manifests.flatMap { manifest in
        let name =
          "manifest_v1.4.0"
          + (manifests.count > 1 ? "_\(Digest(of: manifest.canonical).short)" : "")
        return ["\(name).json", "\(name).sha256"]
      } + ["checksums.json", "SHA256SUMS", "VERSION_v1.4.0.txt"]
    }
    // The part alone ships less.
    #expect(
      sets.map { $0.map(\.name) } == [names(one, later, part), names(one), names(one, later)])
    for (file, manifest) in zip([0, 2, 4], [one, later, part]) {
      #expect(sets[0][file].content == manifest.canonical)
    }
    let sums = sets.map { set in set.first { $0.name == "SHA256SUMS" }?.content }
    #expect(Set(sums).count == 1)
    // What was replaced stood once, too.
    let newer = try Shipped.manifest(
      Shipped.artifact("a", 1), Shipped.artifact("b", 2), images: [image])
    let replaced = ManifestStanding(
      try Self.subject([(first, one), (Shipped.record(newer, replacing: [first], at: 3), newer)])
        .evidence)
    #expect(
      replaced.filesBeside.map { $0[0].content } == [newer.canonical, one.canonical])
  }

  @Test func `counts no more where another one replaced it`() throws {
    let former = try Shipped.manifest(Shipped.artifact("a", 1))
    let record = try Shipped.record(former)
    let newer = try Shipped.manifest(Shipped.artifact("a", 2))
    let subject = try Self.subject([
      (record, former), (Shipped.record(newer, replacing: [record], at: 1), newer),
    ])
    #expect(Self.requirement(subject)?.state == .met)
    #expect(ManifestStanding(subject.evidence).artifacts.map(\.digest) == [Digest(of: [2])])
  }

  @Test func `is unknown where its list or its ledger is not here`() throws {
    let manifest = try Shipped.manifest(Shipped.artifact("a"))
    let record = try Shipped.record(manifest)
    let missing = Self.requirement(try Self.subject([(record, nil)]))
    #expect(missing?.state == .unknown && missing?.mend == .sync)
    for state in [LedgerState.neverFetched(remote: "origin"), .unreadable("a blob is missing")] {
      var subject = try Self.subject([(record, manifest)])
      subject.evidence.ledgers[.checks] = state
      #expect(Self.requirement(subject)?.state == .unknown)
    }
    var unknown = try Self.subject([(record, manifest)])
    unknown.evidence.unreadable = [try Sample.unreadable(.manifest, environment: nil)]
    #expect(Self.requirement(unknown)?.state == .unknown)
  }

  @Test func `is unmet where the file is not what was recorded, or another release's`() throws {
    let manifest = try Shipped.manifest(Shipped.artifact("a"))
    let other = try Shipped.manifest(Shipped.artifact("b"))
    let swapped = Self.requirement(try Self.subject([(Shipped.record(manifest), other)]))
    #expect(swapped?.state == .unmet)
    #expect(swapped?.why.hasSuffix("it is not what was recorded") ?? false)
    let elsewhere = try Shipped.manifest(Shipped.artifact("a"), release: "v1.3.0")
    let foreign = Self.requirement(try Self.subject([(Shipped.record(elsewhere), elsewhere)]))
    #expect(foreign?.state == .unmet && foreign?.why.contains("v1.3.0") ?? false)
  }

  @Test func `makes approvals stale that do not cover it`() throws {
    let manifest = try Shipped.manifest(Shipped.artifact("a"))
    let record = try Shipped.record(manifest)
    let before = try Sample.signoff(.approve)
    let after = try Sample.signoff(
      .approve, covers: Record.Covers(manifests: [record.id]), replacing: [before])
    func state(_ records: [Record]) throws -> Answer? {
      Gate.judge(try Self.subject([(record, manifest)], others: records))[0].requirements
        .first { $0.id == .signoffs }?.state
    }
    #expect(try state([before]) == .unmet)
    #expect(try state([before, after]) == .met)
  }
}

@Suite struct `What verify says of manifests` {
  private static func codes(
    _ trailers: [Digest], _ shipped: [(record: Record, manifest: Manifest?)]
  ) -> [String] {
    var subject = Sample.releaseCase(shipped.map(\.record))
    for (record, manifest) in shipped {
      guard case .manifest(let summary) = record.body else { continue }
      subject.evidence.manifests[record.id] = ManifestFact(
        manifest?.canonical, of: record, summary)
    }
    let message = TagTrailers(manifests: trailers).appended(to: Array("v1.4.0\n".utf8))
    subject.tag = .annotated(
      AnnotatedTag(
        object: Sample.commit, name: "v1.4.0", commit: Sample.commit, tagger: Sample.hanako,
        message: String(decoding: message, as: UTF8.self), isSigned: false))
    return Verification.findings(on: subject, verdicts: []).filter {
      $0.code.hasPrefix("manifest") || $0.code.hasPrefix("attachment")
    }.map { "\($0.severity) \($0.code)" }
  }

  @Test func `is that they are here, and are those that the tag names`() throws {
    let manifest = try Shipped.manifest(Shipped.artifact("a"))
    let record = try Shipped.record(manifest)
    let digest = Digest(of: manifest.canonical)
    #expect(Self.codes([], []).isEmpty)
    #expect(Self.codes([], [(record, manifest)]) == ["info manifest-recorded"])
    #expect(Self.codes([digest], [(record, manifest)]) == ["info manifest-recorded"])
    #expect(Self.codes([digest], [(record, nil)]) == ["error attachment-missing"])
    #expect(Self.codes([digest], []) == ["error manifest-missing"])
    let newer = try Shipped.manifest(Shipped.artifact("b"))
    let replacing = try Shipped.record(newer, replacing: [record], at: 1)
    #expect(
      Self.codes([digest], [(record, manifest), (replacing, newer)]) == [
        "info manifest-recorded", "error manifest-replaced", "warning manifest-later",
      ])
    let other = try Shipped.manifest(Shipped.artifact("a", 9))
    let contradicting = try Shipped.record(other, at: 1)
    #expect(
      Self.codes([], [(record, manifest), (contradicting, other)]) == [
        "info manifest-recorded", "info manifest-recorded", "error manifest-disagrees",
      ])
    #expect(Self.codes([], [(record, newer)]) == ["error manifest-broken"])
  }
}
