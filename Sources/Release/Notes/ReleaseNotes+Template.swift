extension ReleaseNotes {
  /// What a template's text is, and so what would be markup in it.
  package enum TextKind: Hashable, Sendable {
    case markdown
    case html

    /// By the template's name: `page.html.mustache` is HTML.
    package init(templateNamed name: String) {
      self = name.split(separator: ".").contains { $0 == "html" || $0 == "htm" } ? .html : .markdown
    }
  }

  /// All names that a template can ask for: those of the JSON, and of a place in a list.
  package static let names: Set<String> = [
    "@first", "@last", "answer", "approvals", "at", "authors", "bot", "breaking", "compare",
    "considered", "contributors", "counts", "credits", "decision", "details", "discounted", "email",
    "empty", "entries", "environments", "evidence", "first", "groups", "heading", "hidden", "id",
    "links", "manifests", "marked", "name", "previous", "proven", "range", "references", "release",
    "requirements", "returned", "role", "scope", "sealed", "sha256", "short", "shown", "state",
    "subject", "text", "title", "told", "type", "unclear", "unread", "url", "v", "verdict", "why",
  ]

  /// The notes as a template tells them.
  package func text(_ template: MustacheTemplate, _ kind: TextKind) -> [UInt8] {
    template.render(json) { text, column in
      switch kind {
      case .markdown: MarkdownText.hanging(text, at: column)
      case .html: Self.escapedForHTML(text)
      }
    }
  }

  private static func escapedForHTML(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
