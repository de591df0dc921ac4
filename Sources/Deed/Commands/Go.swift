import ArgumentParser
import Git
import Release

struct GoCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "go",
    abstract: "Decide that a release may go to an environment, and seal why.",
    usage: "deed go [<version>] [-e <name>] [-m <text>] [--push] [<options>]",
    discussion: """
      Unites with the remote first, and decides only where every requirement is met. The decision \
      carries a seal over all that is recorded of the release: what goes missing afterwards is \
      named. --break-glass lets a deployment happen where the gate says no; it meets nothing, ends \
      when you say, and stays a finding until a sign-off answers for it.

        deed go v1.4.0 -e production --push
        deed go -e production --break-glass -m "checkout is down" --until 4h --push
      """)

  @OptionGroup var options: DecisionOptions

  @Flag(help: "Let it be deployed although the gate says no; wants -m and --until.")
  var breakGlass = false

  @Option(help: ArgumentHelp("\(Deadline.help)", valueName: "date"))
  var until: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    try options.validate()
    if until != nil, !breakGlass {
      throw ValidationError("--until goes with --break-glass: a go has no end.")
    }
  }

  func run(in context: Context) async throws -> Int32 {
    if breakGlass { return try await breakTheGlass(context) }
    let deciding = try await Deciding(options, in: context)
    try deciding.subject.requireUnmovedTag(toBe: "let go")
    guard deciding.verdict.state == .met else { return try await deciding.refuse() }
    deciding.show(common)
    if let noGo = deciding.noGo, !common.quiet {
      let claim = deciding.verdict.decision?.claim.map { " (\($0))" } ?? ""
      context.error.print(
        "note: this outweighs the no-go by \(noGo.by.name.safe)\(claim.safe)")
    }
    noteWhatIsOpen(before: deciding, context)
    var decision = Record.Decision(.go)
    decision.comment = options.statement.message
    try await deciding.record(decision, seals: true, common)
    return 0
  }

  /// Says what is not met after the deployment to the environment before: it asks for no more than that
  /// deployment, and whoever decides may not know.
  private func noteWhatIsOpen(before deciding: Deciding, _ context: Context) {
    guard !common.quiet, let place = deciding.environment.after,
      let rules = deciding.subject.policy.environment(place)
    else { return }
    let open = Gate.judge(deciding.subject, in: rules).afterwards.filter { $0.state != .met }
    guard !open.isEmpty else { return }
    let names = open.map(\.id.description).joined(separator: ", ")
    context.note("note: not met after the deployment to \(place.safe): \(names.safe)")
  }

  private func breakTheGlass(_ context: Context) async throws -> Int32 {
    let isSilent = (options.statement.message ?? "").allSatisfy(\.isWhitespace)
    guard until != nil || !isSilent else {
      throw Failure(
        .usage, "to break the glass wants a reason and an end",
        hint: "say them with -m and --until, such as -m \"checkout is down\" --until 4h")
    }
    let reason = try Reason.require(options.statement.message, of: "to break the glass")
    guard let until else {
      throw Failure(
        .usage, "to break the glass wants an end", hint: "say it with --until, such as --until 4h")
    }
    let end = try Deadline.parse(until, of: "it", now: context.now())
    let deciding = try await Deciding(options, in: context)
    try deciding.subject.requireUnmovedTag(toBe: "let go")
    guard deciding.verdict.state != .met else {
      throw Failure(
        .refused,
        "nothing is to be broken: every requirement is met"
          + (deciding.noGo.map { ", and \($0.by.name.safe) decided no-go" } ?? ""),
        hint: "deed go \(deciding.subject.release) -e "
          + "\(GitError.quoted(deciding.environment.name).safe)   # without --break-glass")
    }
    deciding.show(common)
    var decision = Record.Decision(.breakGlass)
    decision.comment = reason
    decision.until = end
    try await deciding.record(decision, seals: true, common)
    return 0
  }
}
