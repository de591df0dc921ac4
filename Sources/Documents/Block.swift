/// A block of a document, owned: nothing in it points into the parser's memory.
struct Block {
  enum Kind: Equatable {
    case heading(level: Int)
    case paragraph
    /// - first: the first entry's number; `nil` in a list without numbers.
    case list(first: Int?)
    case entry(isTask: Bool)
    case quote
    case code
    case html
    case table
    case tableHeader
    case tableRow
    case cell
    case other
  }

  let kind: Kind
  /// From 1.
  let line: Int
  /// What code and HTML hold.
  let literal: String
  /// What paragraphs, headings and cells hold.
  let inlines: [Inline]
  let children: [Block]
}

/// A piece of running text; emphasis and links are flattened.
struct Inline {
  enum Kind: Equatable {
    case text
    case code
    /// A tag or comment, as it stands.
    case html
    case softBreak
    case hardBreak
    case linkStart
    case linkEnd(target: String)
  }

  let kind: Kind
  let text: String
  let isStrong: Bool

  init(_ kind: Kind, _ text: String = "", isStrong: Bool = false) {
    self.kind = kind
    self.text = text
    self.isStrong = isStrong
  }
}
