@_spi(_Unicode) internal import Swift

/// The forms in which a document's text is compared.
package enum TextForm {
  /// Trimmed, every run of white space one space.
  package static func collapsed(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    var isPending = false
    for scalar in text.unicodeScalars {
      if isSpace(scalar) {
        isPending = !result.isEmpty
      } else {
        if isPending { result.append(" ") }
        isPending = false
        result.append(scalar)
      }
    }
    return String(result)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    // Asking Unicode's tables takes most of the time, and most text is ASCII or ideographs.
    switch scalar.value {
    case 0x20, 0x09...0x0d: true
    case 0x21..<0x80, 0x3041..<0xd800: false
    default: scalar.properties.isWhitespace
    }
  }

  /// Collapsed and in Unicode's composed form (NFC), so that saving a document in another form, as
  /// some file systems and editors do, makes no new items of the old.
  package static func canonical(_ text: some StringProtocol) -> String {
    composed(collapsed(text))
  }

  /// Canonical, without case, and full-width Latin and half-width Katakana in their usual widths:
  /// what a search compares.
  package static func folded(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    for scalar in collapsed(text).lowercased().unicodeScalars { result.append(usualWidth(scalar)) }
    return composed(String(result).lowercased())
  }

  private static func composed(_ text: String) -> String {
    // Most text is ASCII, and that is composed already.
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: text._nfc)
    return String(result)
  }

  /// The Katakana of U+FF65 to U+FF9D; the two sound marks after them become combining ones.
  private static let katakana = Array(
    "・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン".unicodeScalars)

  private static func usualWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.value {
    case 0xff01...0xff5e: Unicode.Scalar(scalar.value - 0xfee0) ?? scalar
    case 0xff65...0xff9d: katakana[Int(scalar.value) - 0xff65]
    case 0xff9e: "\u{3099}"
    case 0xff9f: "\u{309a}"
    default: scalar
    }
  }
}
