import Release

/// A team's own way to tell notes.
struct NotesTemplate {
  private let template: MustacheTemplate
  private let kind: ReleaseNotes.TextKind

  /// Reads the file that a person named.
  init(_ name: String, _ workspace: Workspace) throws {
    let bytes = try workspace.read(name, limit: 16 << 20)
    do throws(MustacheTemplate.ParseError) {
      template = try MustacheTemplate(parsing: bytes)
    } catch {
      throw Failure(
        .configuration, "\(name.safe), line \(error.line): \(error.message.safe)",
        hint: "deed notes --show-template   # prints one that works")
    }
    kind = ReleaseNotes.TextKind(templateNamed: name)
  }

  /// The names that it asks for, and that notes never have.
  var unknownNames: [String] { template.names(notIn: ReleaseNotes.names) }

  func text(of notes: ReleaseNotes) -> String {
    String(decoding: notes.text(template, kind), as: UTF8.self)
  }
}
