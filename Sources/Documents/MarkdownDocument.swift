package import Release

/// Reads the team's own Markdown documents: see `docs/checklists.md`.
package enum MarkdownDocument {
  /// The checklist that a document is.
  ///
  /// - Parameters:
  ///   - name: What `deed.toml` calls it.
  ///   - rules: Stages by section, as a heading begins.
  package static func parse(
    _ bytes: [UInt8], name: String, path: String, rules: [String: Stage] = [:]
  ) throws(DocumentError) -> Checklist {
    let source = try SourceText(bytes)
    let (blocks, deepLine) = Cmark(source.bytes).blocks()
    var reader = ChecklistReader(source: source, rules: rules)
    reader.read(blocks)
    if let deepLine {
      reader.report(
        .tooDeep, deepLine,
        "nested more than \(Cmark.maximumDepth) deep: what is below was not read")
    }
    let numbers = ItemNumbers(sections: reader.sections, drafts: reader.drafts)
      .numbers(of: reader.drafts)
    let items = zip(reader.drafts, numbers).map { draft, number in
      var item = draft.item
      item.number = number
      return item
    }
    return Checklist(
      name: name, path: path, items: items,
      problems: reader.problems + reader.annotations.problems)
  }
}
