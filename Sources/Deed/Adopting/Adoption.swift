import Configuration
import Documents
import Release
import Templates

/// Templates that somebody takes over into a repository.
struct Adoption {
  let documents: [Templates.Document]

  /// - Parameter words: Templates as a person names them, each `NAME` or `NAME.LANGUAGE`.
  init(_ words: [String]) throws {
    var documents: [Templates.Document] = []
    for word in words {
      let document = try Self.document(word)
      if let other = documents.first(where: { $0.path == document.path }) {
        guard other.language != document.language else { continue }
        throw Failure(
          .usage,
          "\(document.name) in \(other.language) and in \(document.language) would both be "
            + document.path,
          hint: "choose one language")
      }
      documents.append(document)
    }
    self.documents = documents
  }

  private static func document(_ word: String) throws -> Templates.Document {
    let parts = word.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let all = Templates.documents + Templates.pipelines
    let named = all.filter { $0.name == String(parts[0]) }
    guard let first = named.first else {
      throw Failure.unknownName(
        "there is no template \u{201C}\(word.safe)\u{201D}", String(parts[0]),
        among: all.map(\.name), otherwise: "deed init --list   # shows them")
    }
    guard parts.count > 1 else { return first }
    guard let found = named.first(where: { $0.language == String(parts[1]) }) else {
      let languages = named.map(\.language).joined(separator: ", ")
      throw Failure(
        .usage,
        "the template \(first.name) is not there in \u{201C}\(String(parts[1]).safe)\u{201D}",
        hint: "it is there in: \(languages)")
    }
    return found
  }

  /// The checklists as `deed.toml` names them.
  var entries: [(name: String, path: String)] {
    documents.compactMap { document in document.checklist.map { ($0, document.path) } }
  }

  /// A new `deed.toml` that names the checklists.
  func configuration() throws -> [UInt8] {
    guard !entries.isEmpty else { return Templates.configuration }
    let text = String(decoding: Templates.configuration, as: UTF8.self)
    let example = "#[checklists]\n#production = \"docs/release/production.md\"\n"
    guard text.contains(example) else {
      throw Failure(.configuration, "the template of \(Policy.fileName) has no [checklists]")
    }
    let lines = entries.map { Self.line($0.name, $0.path) + "\n" }.joined()
    return Array(text.replacing(example, with: "[checklists]\n" + lines).utf8)
  }

  /// What a `deed.toml` that is there already would need besides, in lines for people.
  func lines(lackingIn policy: Policy) -> [String] {
    let paths = policy.checklists.values.map(\.path)
    let open = entries.filter { !paths.containsBytes(of: $0.path) }
    let free = open.filter { policy.checklists[$0.name] == nil }
    var lines: [String] = []
    if !free.isEmpty {
      lines += ["", "add to \(Policy.fileName), under [checklists]:", ""]
      lines += free.map { Self.line($0.name, $0.path) }
      lines += ["", "and name them in the checklists of each environment that is to ask for them"]
    }
    for (name, path) in open {
      guard let other = policy.checklists[name] else { continue }
      lines.append(
        "\(Policy.fileName) calls \(other.path.safe) \u{201C}\(name)\u{201D} already: give \(path) "
          + "another name there")
    }
    return lines
  }

  private static func line(_ name: String, _ path: String) -> String { "\(name) = \"\(path)\"" }

  /// The templates that there are.
  static func list() throws -> [TemplatesReport.Template] {
    var names: [String] = []
    for document in Templates.documents where names.last != document.name {
      names.append(document.name)
    }
    return try names.map { name in
      let documents = Templates.documents.filter { $0.name == name }
      let items = try documents.first.map { document in
        try MarkdownDocument.parse(document.content, name: name, path: document.path).items.count
      }
      return TemplatesReport.Template(
        name: name, languages: documents.map(\.language), items: items ?? 0)
    }
      + Templates.pipelines.map { pipeline in
        TemplatesReport.Template(name: pipeline.name, languages: [pipeline.language], items: 0)
      }
  }

  /// The same for people.
  static func lines(of templates: [TemplatesReport.Template]) -> [String] {
    let width = templates.map(\.name.count).max() ?? 0
    return templates.map { template in
      let languages = template.languages.joined(separator: " ").padded(to: 5)
      let what = template.items == 0 ? "a pipeline" : template.items.counted("item")
      return "\(template.name.padded(to: width))  \(languages)  \(what)"
    }
  }
}
