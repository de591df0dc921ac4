import Git
import Release

/// What a commit says of who may approve what comes after it, and of what a tag needs.
private struct Trust: Hashable {
  let tags: TagRules
  let approvals: [String: ApprovalRules]
  let namesList: Bool
  /// What the list of signers is there; `nil` where it is no file.
  let list: ObjectID?
}

extension Workspace {
  /// Whether two commits say the same of who may approve; not so where one of them cannot be read.
  func hasSameTrust(_ one: ObjectID, _ other: ObjectID) throws -> Bool {
    guard let trust = try trust(at: one) else { return false }
    return try trust == self.trust(at: other)
  }

  /// Whether it makes no difference to what comes after which of two commits is the bar for it: the same may
  /// approve, the same addresses are one person's, and nobody asks who wrote what since.
  func decidesAlike(_ one: ObjectID, _ other: ObjectID) throws -> Bool {
    guard let trust = try trust(at: one), try trust == self.trust(at: other) else { return false }
    return try !trust.approvals.values.contains { $0.independent > 0 }
      && repository.entry(at: ".mailmap", in: one) == repository.entry(at: ".mailmap", in: other)
  }

  private func trust(at commit: ObjectID) throws -> Trust? {
    guard try repository.header(of: commit)?.kind == .commit else { return nil }
    let policy: Policy
    do {
      policy = try self.policy(at: commit)
    } catch let error as GitError where error.kind == .missingObject {
      throw error
    } catch {
      return nil
    }
    let list = try policy.approvals.signers.flatMap { try repository.entry(at: $0, in: commit) }
    return Trust(
      tags: policy.tags,
      approvals: Dictionary(
        policy.environments.map { ($0.name, $0.approvals) }, uniquingKeysWith: { one, _ in one }),
      namesList: policy.approvals.signers != nil,
      list: list.flatMap { $0.isFile ? $0.id : nil })
  }
}
