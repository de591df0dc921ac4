import Git
import Ledger
import Release

// What is here of the seals of a release's decisions, for those who judge them as of their time.
extension Workspace {
  func seals(of subject: ReleaseCase) throws -> [SealEvidence] {
    try subject.evidence.standing.ofKind(.decision).compactMap { record in
      guard case .decision(let decision) = record.body, let seal = decision.seal else { return nil }
      return try evidence(of: seal, carriedBy: record.id, subject)
    }
  }

  private func evidence(
    of seal: Seal, carriedBy decision: RecordID, _ subject: ReleaseCase
  ) throws -> SealEvidence {
    let list = try repository.object(seal.list.blob)
    var evidence = SealEvidence(
      decision: decision, list: list?.kind == .blob ? list?.bytes : nil)
    let tip = seal.ledgers[.deployments]
    do throws(GitError) {
      let then = DeploymentLines(try ledgers.lines(at: tip.map { [$0] } ?? []))
      let name = subject.release.description
      evidence.tagRecords = then.standingTags.filter {
        $0.release.utf8.elementsEqual(name.utf8)
      }
      evidence.deployments = then.runs
      evidence.floor = try pastFloor(below: subject.release, then)
    } catch {
      // Rewritten, or not fetched whole: the bar of that time cannot be told from here.
      evidence.floor = .unknown(
        "the ledger of deployments as it stood then: \(error.message)", mend: .sync)
    }
    return evidence
  }

  private func pastFloor(
    below release: ReleaseVersion, _ then: DeploymentLines
  ) throws(GitError) -> PolicyFloor {
    do {
      return try floor(below: release, then, isPast: true).policy
    } catch {
      return .unknown("the floor: \(Failure(error).message)", mend: .sync)
    }
  }
}
