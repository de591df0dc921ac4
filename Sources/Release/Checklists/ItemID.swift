/// What a checklist's item is known by in records: the id that its document gives it, or a digest
/// of what it says and where.
package struct ItemID: Sendable, CustomStringConvertible {
  package let text: String

  package init(_ text: String) {
    self.text = text
  }

  /// The id of an item whose document gives it none: the SHA-256 of the canonical JSON
  /// `[checklist,[headings],text,n]`, texts in canonical form and the tick mark left out.
  ///
  /// - Parameter n: From 1, counts the items of this text under these headings.
  package init(checklist: String, section: [String], text: String, n: Int) {
    let parts: JSON = .array([
      .string(checklist), .array(section.map { .string(TextForm.canonical($0)) }),
      .string(TextForm.canonical(text)), .integer(n),
    ])
    self.text = Digest(of: parts.canonical).description
  }

  package var description: String { text }

  /// As people see and type it: a digest's first 12 digits, a given id whole.
  package var short: String { Digest(text)?.short ?? text }

  /// What is wrong with an id that a document gives; `nil` where nothing is.
  package static func objection(to id: String) -> String? {
    guard !id.isEmpty, id.unicodeScalars.count <= 64 else { return "1 to 64 characters long" }
    let fits = id.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || scalar.properties.generalCategory == .nonspacingMark
        || "._-".unicodeScalars.contains(scalar)
    }
    guard fits else { return "made of letters, digits, `.`, `_` and `-`" }
    // Otherwise it could be taken for a number or for a digest's beginning.
    guard let first = id.unicodeScalars.first, first.properties.isAlphabetic else {
      return "begun with a letter"
    }
    return Digest(id) == nil ? nil : "told apart from a digest"
  }
}

extension ItemID: Hashable {
  // By bytes, as records are.
  package static func == (left: ItemID, right: ItemID) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
