import Release

/// A checklist `production` of these items.
func checklist(_ items: ChecklistItem...) -> Checklist {
  Checklist(name: "production", path: "docs/production.md", items: items)
}

func item(
  _ text: String, _ number: String = "", in section: String = "1. Part", id: String? = nil,
  stage: Stage = .before, environment: String? = nil, isOptional: Bool = false
) -> ChecklistItem {
  ChecklistItem(
    explicitID: id, section: [section], number: number, text: text, stage: stage,
    environment: environment, isOptional: isOptional)
}

/// A record about the release v1.4.0 in production, one minute after the one with the number before.
func record(
  _ minute: Int, _ body: Record.Body, environment: String = "production",
  replacing: [Record] = []
) throws -> Record {
  try Record(
    at: moment(minute), by: Person(name: "Hanako", email: "hanako@example.org"), commit: id(1),
    release: version("v1.4.0"), environment: environment, body: body,
    replaces: replacing.map(\.id))
}

func moment(_ minute: Int) -> Timestamp { Timestamp(seconds: 1_700_000_000 + Int64(minute) * 60) }

/// The record with a comment, as a version that writes comments would have it.
func commented(_ record: Record, _ comment: String) throws -> Record? {
  guard case .object(var members) = try JSON(canonical: record.line),
    case .object(var body)? = members["body"]
  else { return nil }
  body["comment"] = .string(comment)
  members["body"] = .object(body)
  guard case .record(let result) = LedgerLine(parsing: JSON.object(members).canonical) else {
    return nil
  }
  return result
}
