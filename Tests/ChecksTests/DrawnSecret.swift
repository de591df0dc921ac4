@testable import Checks

/// A value that looks drawn by lot, for which `§` stands in texts.
enum DrawnSecret {
  static let value = "q7Zt2vLxR1tY6uB0mK4s"

  /// What the scanner sees in a text: the line, what it is, and the length of what is not the whole value.
  static func sightings(in text: String, path: String) -> [String] {
    let bytes = Array(text.replacing("§", with: value).utf8)
    return SecretScanner(path: path).sightings(in: bytes.span).map { sighting in
      let isWhole = sighting.length == value.utf8.count
      return "\(sighting.line) \(sighting.what)\(isWhole ? "" : " (\(sighting.length))")"
    }
  }
}
