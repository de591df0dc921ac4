/// What git leaves in a file that it could not merge.
enum ConflictMarker {
  /// The line of the first one; `nil` where there is none.
  static func line(in content: [UInt8]) -> Int? {
    let marks = ["<<<<<<< ", ">>>>>>> "].map { Array($0.utf8) }
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.firstIndex { line in marks.contains { line.starts(with: $0) } }.map { $0 + 1 }
  }
}
