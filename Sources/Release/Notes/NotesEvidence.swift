/// How a release was released, as its notes tell it: what the gate says, and who and what it rests on.
package struct NotesEvidence: Hashable, Sendable {
  struct Approval: Hashable, Sendable {
    let person: Person
    let role: String?
  }

  struct Decision: Hashable, Sendable {
    let choice: Record.Decision.Choice
    let person: Person
    let at: Timestamp
    /// How many records it seals.
    let sealed: Int?
    /// Why it is not in force, where it is not.
    let discounted: String?
  }

  struct Environment: Hashable, Sendable {
    let name: String
    let verdict: Answer
    /// Those that count, by time.
    let approvals: [Approval]
    /// What was due before the deployment.
    let requirements: [Requirement]
    let decision: Decision?
  }

  /// Those of which anything is recorded.
  let environments: [Environment]
  /// Digests of the manifests that stand.
  let manifests: [Digest]
  /// Why there may be more than could be read, each once.
  let unread: [String]

  /// - Parameters:
  ///   - subject: The case, as of its own records: no clock has a say in notes.
  ///   - verdicts: What the gate says of it.
  ///   - manifests: Digests of the manifests that stand.
  /// - Returns: `nil` where there is nothing to tell.
  package init?(_ subject: ReleaseCase, _ verdicts: [Verdict], manifests: [Digest]) {
    var unread: [String] = []
    for ledger in LedgerName.ofRecords {
      guard let why = subject.evidence.doubt(about: ledger), !unread.contains(why) else { continue }
      unread.append(why)
    }
    self.unread = unread
    self.manifests = manifests
    environments = verdicts.compactMap { verdict in
      let isRecorded = subject.evidence.records.contains { $0.isIn(verdict.environment) }
      return isRecorded ? Environment(verdict) : nil
    }
    if environments.isEmpty, manifests.isEmpty, unread.isEmpty { return nil }
  }
}

extension NotesEvidence.Environment {
  fileprivate init(_ verdict: Verdict) {
    name = verdict.environment
    self.verdict = verdict.state
    approvals = verdict.signoffs
      .filter { $0.signoff.decision == .approve && $0.discounted == nil }
      .map { NotesEvidence.Approval(person: $0.record.by, role: $0.signoff.role) }
    requirements = verdict.requirements
    decision = verdict.decision.map { standing in
      NotesEvidence.Decision(
        choice: standing.decision.choice, person: standing.record.by, at: standing.record.at,
        sealed: standing.decision.seal?.count, discounted: standing.objection)
    }
  }

  /// A sentence about each thing, without its full stop.
  var told: [String] {
    var told: [String] = []
    if !approvals.isEmpty {
      let people = approvals.map { $0.person.name + ($0.role.map { " as \($0)" } ?? "") }
      told.append("approved by \(people.joined(separator: ", ")) (names not proven)")
    }
    for requirement in requirements {
      switch requirement.id {
      case .checklist(let name): told.append("checklist \(name): \(requirement.why)")
      case .check(let name): told.append("check \(name): \(requirement.why)")
      case .signoffs where requirement.state != .met: told.append("sign-offs: \(requirement.why)")
      case .policy, .signoffs, .predecessor, .manifest, .ledger:
        guard requirement.state != .met, requirement.id != .signoffs else { continue }
        told.append("\(requirement.id): \(requirement.why)")
      }
    }
    if let decision { told.append(decision.told) }
    return told
  }

  /// Whether what is due before the deployment is met.
  var answer: String {
    switch verdict {
    case .met: "met"
    case .unmet: "not met"
    case .unknown: "cannot be told"
    }
  }
}

extension NotesEvidence.Decision {
  fileprivate var told: String {
    var text = "\(choice.rawValue) by \(person.name), \(at.minute) UTC"
    if let sealed { text += "; seals \(sealed) \(sealed == 1 ? "record" : "records")" }
    if let discounted { text += "; not in force: \(discounted)" }
    return text
  }
}

// For people and templates.
extension NotesEvidence {
  static let title = "How it was released"

  private var unreadText: [String] { unread.map { "could not be read: \($0)" } }

  private var manifestTexts: [String] { manifests.map { "manifest sha256:\($0)" } }

  /// The section's list.
  var markdown: String {
    func escaped(_ text: String) -> String { MarkdownText.escaped(text, limit: 600) }
    var lines: [String] = []
    for environment in environments {
      lines.append("- **\(escaped(environment.name)):** \(environment.answer)")
      lines += environment.told.map { "  - " + escaped($0) }
    }
    return (lines + (manifestTexts + unreadText).map { "- " + escaped($0) })
      .joined(separator: "\n")
  }

  var json: JSON {
    .object([
      "proven": .bool(false),
      "environments": .array(environments.map(\.json)),
      "manifests": .array(manifests.map { .object(["sha256": .string($0.description)]) }),
      "unread": .array(unread.map(JSON.string)),
      "told": .array((manifestTexts + unreadText).map(JSON.string)),
    ])
  }
}

extension NotesEvidence.Environment {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "name": .string(name), "verdict": .string(verdict.rawValue), "answer": .string(answer),
      "told": .array(told.map(JSON.string)),
      "approvals": .array(
        approvals.map { approval in
          var members: [String: JSON] = [
            "name": .string(approval.person.name), "email": .string(approval.person.email),
          ]
          members["role"] = approval.role.map(JSON.string)
          return .object(members)
        }),
      "requirements": .array(
        requirements.map { requirement in
          .object([
            "id": .string(requirement.id.description), "state": .string(requirement.state.rawValue),
            "why": .string(requirement.why),
          ])
        }),
    ]
    members["decision"] = decision?.json
    return .object(members)
  }
}

extension NotesEvidence.Decision {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "decision": .string(choice.rawValue), "name": .string(person.name),
      "email": .string(person.email), "at": .string(at.description),
    ]
    members["sealed"] = sealed.map(JSON.integer)
    members["discounted"] = discounted.map(JSON.string)
    return .object(members)
  }
}

extension Record {
  /// The digest of the manifest that was recorded; `nil` where the record names none.
  package var manifestDigest: Digest? {
    if case .manifest(let summary) = body { summary.file.digest } else { nil }
  }
}
