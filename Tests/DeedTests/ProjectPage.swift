import TestSupport
import Testing

/// A page of the project itself, wherever that is.
enum ProjectPage {
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static func text(_ path: String) throws -> String {
    let bytes = try #require(TestSupport.Files.read("\(root)/\(path)"), "\(path)")
    return String(decoding: bytes, as: UTF8.self)
  }
}
