/// What something is called, byte for byte.
///
/// Swift takes texts for equal that Unicode calls equivalent; files, settings and revisions so called
/// are two.
struct ExactName: Hashable {
  let text: String

  init(_ text: some StringProtocol) {
    self.text = String(text)
  }

  static func == (left: ExactName, right: ExactName) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension StringProtocol {
  func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
