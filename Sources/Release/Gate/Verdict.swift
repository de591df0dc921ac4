/// An answer that never takes "cannot tell" for "yes".
package enum Answer: String, Hashable, Sendable, Encodable {
  case met
  case unmet
  case unknown

  /// Met only if all are; unmet if any is; else unknown.
  package static func all(_ answers: some Sequence<Answer>) -> Answer {
    let present = Set(answers)
    if present.contains(.unmet) { return .unmet }
    return present.contains(.unknown) ? .unknown : .met
  }
}

/// One thing that an environment asks of a release.
package struct Requirement: Hashable, Sendable {
  package enum ID: Hashable, Sendable, CustomStringConvertible {
    case policy
    case checklist(String)
    case check(String)
    case signoffs
    case predecessor
    case manifest
    case ledger

    package var description: String {
      switch self {
      case .policy: "policy"
      case .checklist(let name): "checklist:\(name)"
      case .check(let name): "check:\(name)"
      case .signoffs: "signoffs"
      case .predecessor: "predecessor"
      case .manifest: "manifest"
      case .ledger: "ledger"
      }
    }
  }

  package let id: ID
  package let state: Answer
  /// A sentence without its full stop.
  package let why: String
  /// What would mend it.
  package let mend: Mend?
  /// Whether nothing but the bar keeps it from being met, which is not known and told of itself.
  package let hangsOnPolicy: Bool

  package init(
    id: ID, state: Answer, why: String, mend: Mend? = nil, hangsOnPolicy: Bool = false
  ) {
    self.id = id
    self.state = state
    self.why = why
    self.mend = mend
    self.hangsOnPolicy = hangsOnPolicy
  }
}

/// What would bring a requirement nearer to being met.
package enum Mend: Hashable, Sendable {
  case sync
  case approve(role: String?)
  /// The one who rejected has to think again.
  case withdraw(by: Person)
  /// Items of this environment's checklists are to be answered.
  case walk(environment: String)
  /// This check is to be run.
  case check(name: String, environment: String)
  /// The manifest is to be recorded; in the place of those that stand where it says so.
  case manifest(replacing: Bool)
  /// A decision for this environment is wanted.
  case go(environment: String)
  /// A deployment to this environment is wanted, or its end.
  case deploy(environment: String)
  /// Nothing but time is missing.
  case wait(until: Timestamp)
  case other(command: String)
}

/// A sign-off as the gate sees it.
package struct SignoffStanding: Sendable {
  package let record: Record
  package let signoff: Record.Signoff
  /// Why it does not count, where it does not.
  package let discounted: String?
  /// What its signatures prove.
  package let proof: Proof
  /// Whether something that it did not cover came later.
  package let isStale: Bool
  /// How many other records on the release in this environment are dated later: for display alone,
  /// because clocks say so.
  package let later: Int
}

/// What the gate says of one release in one environment.
package struct Verdict: Sendable {
  package let environment: String
  /// What must be met before the deployment.
  package var requirements: [Requirement]
  /// How what was met before the tag would stand by what came after it (`Gate.judgeAfterCut`).
  package var disturbed: [Requirement] = []
  /// What is to be met during the deployment and after it.
  package let afterwards: [Requirement]
  /// Standing sign-offs, by time.
  package let signoffs: [SignoffStanding]
  /// Those of them that are a no which is heard.
  package let rejections: [SignoffStanding]
  /// How many people's approvals count, and how many are wanted.
  package let approvals: (counted: Int, required: Int)
  /// Whether only signatures count.
  package let asksForSignatures: Bool
  /// Approvals in order that bring the requirement no nearer, with the reasons.
  package let idle: [RecordID: String]
  /// What had to be met before the tag, and was not when it was made.
  package let late: [LateRequirement]
  /// Who among the approvers may be somebody else than they seem.
  package let likenesses: [Likeness]
  /// Whether all of them are signed by whom they name.
  package let areApproversProven: Bool
  /// How many items that are due before the deployment are met, of all checklists; `nil` where there
  /// is none, or one could not be counted.
  package let items: (met: Int, asked: Int)?
  /// The worst decision that stands.
  package let decision: DecisionStanding?
  /// Whether the release may be deployed now.
  package let mayDeploy: Answer
  /// Break-glass decisions for which no sign-off answers yet, by time.
  package let unnamedBreakGlass: [Record]

  package var state: Answer { .all(requirements.map(\.state)) }

  /// Whether all is done, what comes after the deployment too.
  package var closed: Answer { .all((requirements + afterwards).map(\.state)) }
}

extension [Verdict] {
  /// Whether approvals are asked for at all, and everybody whose approval counts signed it.
  package var areApproversProven: Bool {
    let asked = filter { $0.approvals.required > 0 }
    return !asked.isEmpty && asked.allSatisfy(\.areApproversProven)
  }

  /// Of the approvals that stand where any are asked for, how many are signed by whom they name, and
  /// how many are not, counted or not.
  package var approvalsByProof: (proven: Int, unproven: Int) {
    let approvals = filter { $0.approvals.required > 0 }.flatMap(\.signoffs)
      .filter { $0.signoff.decision == .approve }
    let proven = approvals.count(where: \.proof.isSigned)
    return (proven, approvals.count - proven)
  }

  /// Of the decisions that govern, how many are signed by whom they name, and how many are not.
  package var decisionsByProof: (proven: Int, unproven: Int) {
    let decisions = compactMap(\.decision)
    let proven = decisions.count(where: \.proof.isSigned)
    return (proven, decisions.count - proven)
  }
}
