/// The lines of one note: split at line feeds alone, never at what Unicode calls a line break.
package enum NoteText {
  /// The lines of a note, without their line feeds, empty ones left out: git puts those between
  /// notes that it concatenates.
  package static func lines(of note: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    note.withUnsafeBufferPointer { bytes in
      var start = 0
      var end = 0
      while end <= bytes.count {
        if end == bytes.count || bytes[end] == UInt8(ascii: "\n") {
          if end > start { lines.append(Array(bytes[start..<end])) }
          start = end + 1
        }
        end += 1
      }
    }
    return lines
  }

  /// The lines in the order of their bytes, each once, empty ones left out.
  package static func sorted(_ lines: [[UInt8]]) -> [[UInt8]] {
    // Most notes are in order, and most others were until something was added at the end.
    if !(lines.first?.isEmpty ?? false), zip(lines, lines.dropFirst()).allSatisfy(precedes) {
      return lines
    }
    var sorted: [[UInt8]] = []
    for line in lines.sorted(by: precedes) where !line.isEmpty {
      if let last = sorted.last, !precedes(last, line) { continue }
      sorted.append(line)
    }
    return sorted
  }

  /// The lines of `some` that are not in `sorted`, in the order in which they came.
  package static func lines(of some: [[UInt8]], missingIn sorted: [[UInt8]]) -> [[UInt8]] {
    some.filter { line in
      var (low, high) = (0, sorted.count)
      while low < high {
        let middle = (low + high) / 2
        if precedes(sorted[middle], line) { low = middle + 1 } else { high = middle }
      }
      return low == sorted.count || precedes(line, sorted[low])
    }
  }

  /// The note that holds all the lines: sorted by bytes, each once, each ended by a line feed.
  package static func joining(_ lines: [[UInt8]]) -> [UInt8] {
    let lines = sorted(lines)
    var text: [UInt8] = []
    text.reserveCapacity(lines.reduce(0) { $0 + $1.count + 1 })
    for line in lines {
      text += line
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  private static func precedes(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    one.withUnsafeBufferPointer { one in
      other.withUnsafeBufferPointer { other in
        let common = min(one.count, other.count)
        var index = 0
        while index < common {
          if one[index] != other[index] { return one[index] < other[index] }
          index += 1
        }
        return one.count < other.count
      }
    }
  }
}
