/// Judges the manifests of one release (`docs/gate.md`, manifests).
struct ManifestRequirement {
  private let evidence: Evidence
  private let manifests: ManifestStanding

  init(_ subject: ReleaseCase, _ standing: Standing) {
    evidence = subject.evidence
    manifests = ManifestStanding(subject.evidence, standing)
  }

  func requirement() -> Requirement {
    if let doubt = evidence.doubt(about: .checks) { return answer(.unknown, doubt, mend: .sync) }
    if let record = evidence.unreadable.first(where: { $0.kind == .manifest }) {
      return answer(.unknown, record.doubt)
    }
    guard !manifests.isEmpty else {
      return answer(.unmet, "none is recorded", mend: .manifest(replacing: false))
    }
    if let name = manifests.contradictions.first {
      return answer(
        .unmet, "two of them give \(name) different digests", mend: .manifest(replacing: true))
    }
    for entry in manifests.entries {
      if case .invalid(let why) = entry.fact {
        return answer(
          .unmet, "that of \(entry.record.by.name) does not count: \(why)",
          mend: .manifest(replacing: true))
      }
    }
    for entry in manifests.entries {
      switch entry.fact {
      case .read, .invalid: continue
      case .missing:
        return answer(.unknown, "that of \(entry.record.by.name) is not here", mend: .sync)
      case .unreadable(let why): return answer(.unknown, why)
      }
    }
    return answer(.met, summary)
  }

  private var summary: String {
    let said = manifests.entries.map { "\($0.summary.counts) by \($0.record.by.name)" }
    return said.prefix(3).joined(separator: "; ")
      + (said.count > 3 ? "; and \(said.count - 3) more" : "")
  }

  private func answer(_ state: Answer, _ why: String, mend: Mend? = nil) -> Requirement {
    Requirement(id: .manifest, state: state, why: why, mend: mend)
  }
}
