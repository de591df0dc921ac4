extension ReleaseNotes: Encodable {
  package func encode(to encoder: any Encoder) throws {
    try json.encode(to: encoder)
  }

  /// The notes as JSON, which is also what templates are filled from.
  ///
  /// Members may be added, and are never renamed.
  package var json: JSON {
    var members: [String: JSON] = [
      "v": .integer(1), "range": .string(range), "counts": counts.json,
      "groups": .array(
        groups.map { group in
          .object([
            "title": .string(group.title), "entries": .array(group.entries.map(json(of:))),
          ])
        }),
      "hidden": .array(hidden.map(\.json)), "unclear": .array(unclear.map(\.json)),
      "contributors": .array(contributors.map(\.json)),
      "credits": .array(
        credits.map { .object(["name": .string($0.name), "first": .bool($0.isFirst)]) }),
    ]
    members["evidence"] = evidence?.json
    if groups.isEmpty { members["empty"] = .string(emptyText) }
    for (name, text) in [("release", release), ("previous", previous), ("compare", compare)] {
      members[name] = text.map(JSON.string)
    }
    return .object(members)
  }

  private func json(of entry: Entry) -> JSON {
    var members: [String: JSON] = [
      "id": .string(entry.id.description), "short": .string(entry.shortID),
      "subject": .string(entry.subject), "breaking": .bool(entry.breaking),
      "marked": .bool(entry.breaking && marksBreaks),
      "details": .array(entry.details.map(JSON.string)),
      "authors": .array(
        entry.authors.map {
          .object(["name": .string($0.name), "email": .string($0.email)])
        }),
      "references": .array(entry.references.map(JSON.string)),
      "links": .array(
        links(of: entry).map { link in
          .object(
            ["text": .string(link.text)].merging(link.url.map { ["url": .string($0)] } ?? [:]) {
              first, _ in first
            })
        }),
    ]
    if let type = entry.type { members["type"] = .string(type) }
    if let scope = entry.scope { members["scope"] = .string(scope) }
    // Where the type is part of the subject, so is the scope.
    if let scope = entry.shownScope { members["heading"] = .string(scope) }
    return .object(members)
  }
}

extension ReleaseNotes {
  /// An issue, a pull request or a commit, and where it can be seen.
  struct Link {
    let text: String
    let url: String?
  }

  /// An issue or a pull request, also one of another site.
  func link(to reference: String) -> Link {
    IssueAddress(reference).map { Link(text: $0.name, url: $0.text) }
      ?? Link(text: reference, url: forge?.page(of: reference))
  }

  /// What an entry refers to, and the commit itself at last.
  func links(of entry: Entry) -> [Link] {
    entry.references.map(link)
      + [Link(text: entry.shortID, url: forge?.commit(entry.id))]
  }
}

extension ReleaseNotes.Entry {
  /// Enough digits for a forge to link, and for large repositories.
  var shortID: String { id.digits(8) }

  /// The scope that is set before the subject.
  var shownScope: String? { isTyped ? scope : nil }
}

extension ReleaseNotes.Counts {
  fileprivate var json: JSON {
    .object([
      "considered": .integer(considered), "shown": .integer(shown), "hidden": .integer(hidden),
      "returned": .integer(returned),
    ])
  }
}

extension ReleaseNotes.Hidden {
  fileprivate var json: JSON {
    .object(["id": .string(id.description), "why": .string(why)])
  }
}

extension ReleaseNotes.Contributor {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "name": .string(name), "email": .string(email), "bot": .bool(bot),
    ]
    members["first"] = first.map(JSON.bool)
    return .object(members)
  }
}
