import Release

/// An item of a checklist with the command that confirms it, ready to be run.
struct ItemCommand {
  let item: ChecklistItem
  /// As the document has it, its placeholders filled.
  let command: String
}

/// Which commands of an environment's checklists are to be run, and with what in their placeholders.
struct CommandSelection {
  let commands: [ItemCommand]
  /// Items that are to be run, and have no command.
  let withoutCommand: [ChecklistItem]

  /// - Parameters:
  ///   - chosen: Items that somebody named; `nil` for all that are meant to be run at this stage.
  ///   - values: What goes into the placeholders, by their names.
  init(
    _ board: ItemBoard, chosen: [ChecklistItem]?, stage: Stage, values: [String: String]
  ) throws {
    let items = chosen ?? board.items.filter { $0.stage == stage && board.isMeantToBeRun($0) }
    withoutCommand = items.filter { $0.command == nil }
    let templates = items.compactMap { item in
      item.command.map { (item: item, template: CommandTemplate($0)) }
    }
    try Self.check(values, against: templates.flatMap(\.template.placeholders))
    let open = templates.filter { !$0.template.placeholders.allSatisfy { values[$0] != nil } }
    guard open.isEmpty else { throw Self.unfilled(open, values) }
    commands = templates.map { ItemCommand(item: $0.item, command: $0.template.filled(values)) }
    for command in commands { try command.item.requireOwnID() }
  }

  private static func check(_ values: [String: String], against names: [String]) throws {
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      guard names.containsBytes(of: name) else {
        throw Failure(
          .usage, "no command that is to be run has a placeholder <\(name.safe)>",
          hint: names.isEmpty
            ? "leave out --set"
            : "there are: \(Set(names).sorted().map { "<\($0)>" }.joined(separator: ", ").safe)"
        )
      }
      if let scalar = CommandTemplate.unsafeCharacter(in: value) {
        throw Failure(
          .usage,
          "the value of <\(name.safe)> has \u{201C}\(String(scalar).safe)\u{201D} in it, which a "
            + "shell could take for more than text",
          hint: "letters, digits and _ @ % + = : , . / - are safe; give the rest another way, such "
            + "as a variable of the environment")
      }
    }
  }

  private static func unfilled(
    _ open: [(item: ChecklistItem, template: CommandTemplate)], _ values: [String: String]
  ) -> Failure {
    let names = open.flatMap(\.template.placeholders).filter { values[$0] == nil }
    let lines = open.prefix(8).map { "\n  \($0.item.label.safe): \($0.template.filled([:]).safe)" }
    let rest = open.count > 8 ? "\n  and \(open.count - 8) more" : ""
    var each: [String] = []
    for name in names where !each.containsBytes(of: name) { each.append(name) }
    return Failure(
      .usage,
      "\(open.count.counted("command")) cannot be run with a placeholder left:" + lines.joined()
        + rest,
      hint: each.map { $0.contains(" ") ? "--set '\($0)=…'" : "--set \($0)=…" }
        .joined(separator: " ").safe)
  }
}

extension ItemBoard {
  /// Whether the document says so of the item, or the configuration of the whole list.
  func isMeantToBeRun(_ item: ChecklistItem) -> Bool {
    if item.isRun { return true }
    return item.command != nil && subject.policy.checklists[item.checklist]?.run ?? false
  }
}
