/// One thing in a checklist to confirm.
package struct ChecklistItem: Hashable, Sendable {
  /// What keeps an item from being taken as it stands.
  package enum Flag: String, Hashable, Sendable, CaseIterable {
    /// Other items have the same explicit id, so no record says which of them it means.
    case duplicateID = "duplicate-id"
    /// There is nothing to confirm.
    case empty
    /// A `|` inside code tore its table row apart.
    case splitCell = "split-cell"
  }

  /// Made by the checklist, which alone can count equal items.
  package internal(set) var id = ItemID("")
  /// The id that the document gives.
  package var explicitID: String?
  /// Name of the checklist.
  package internal(set) var checklist = ""
  /// The headings above it, outermost first.
  package var section: [String]
  /// `2.3`: the section's number and the row's; several items may have one.
  package var number: String
  /// What is to be confirmed, on one line, code in backticks.
  package var text: String
  /// How to confirm it, possibly on several lines.
  package var procedure: String?
  /// The command that confirms it.
  package var command: String?
  package var remark: String?
  package var stage: Stage
  /// The only environment that it belongs to; `nil`: every one.
  package var environment: String?
  /// Whether a release may do without it.
  package var isOptional: Bool
  /// Whether its command is meant to be run by the program.
  package var isRun: Bool
  package internal(set) var flags: [Flag]
  /// Where it begins in the document, from 1.
  package var line: Int

  package init(
    explicitID: String? = nil, section: [String] = [], number: String = "", text: String,
    procedure: String? = nil, command: String? = nil, remark: String? = nil,
    stage: Stage = .before, environment: String? = nil, isOptional: Bool = false,
    isRun: Bool = false, flags: [Flag] = [], line: Int = 1
  ) {
    self.explicitID = explicitID
    self.section = section
    self.number = number
    self.text = text
    self.procedure = procedure
    self.command = command
    self.remark = remark
    self.stage = stage
    self.environment = environment
    self.isOptional = isOptional
    self.isRun = isRun
    self.flags = flags
    self.line = line
  }

  /// How many blanks (`____`) its text leaves for values.
  package var blanks: Int {
    var count = 0
    var length = 0
    for scalar in text.unicodeScalars {
      length = scalar == "_" || scalar == "\u{ff3f}" ? length + 1 : 0
      if length == 3 { count += 1 }
    }
    return count
  }

  /// Whether it is asked for in an environment, out of all those of the policy.
  ///
  /// One whose own environment no policy knows is asked for everywhere: a typing error must not lose
  /// it.
  package func applies(to environment: String, of environments: [String]) -> Bool {
    guard let own = self.environment else { return true }
    func same(_ other: String) -> Bool { other.utf8.elementsEqual(own.utf8) }
    return same(environment) || !environments.contains(where: same)
  }
}
