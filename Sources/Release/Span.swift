/// A length of time as the file writes it: `45s`, `30m`, `24h`, `90d`, `2w`.
package enum Span {
  /// Its seconds; `nil` where `text` is none, or longer than any release is kept.
  package static func seconds(_ text: String) -> Int? {
    guard let unit = text.utf8.last, let length = lengths[unit] else { return nil }
    let digits = text.utf8.dropLast()
    let isNumber = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, let count = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
    let (seconds, overflow) = count.multipliedReportingOverflow(by: length)
    return overflow || seconds > longest ? nil : seconds
  }

  /// The shortest spelling of so many seconds: `24h` is `1d`.
  package static func text(_ seconds: Int) -> String {
    let unit = lengths.filter { seconds.isMultiple(of: $0.value) && seconds != 0 }
      .max { $0.value < $1.value }
    guard let unit else { return "\(seconds)s" }
    return "\(seconds / unit.value)\(Unicode.Scalar(unit.key))"
  }

  private static let lengths: [UInt8: Int] = [
    UInt8(ascii: "s"): 1,
    UInt8(ascii: "m"): 60,
    UInt8(ascii: "h"): 3600,
    UInt8(ascii: "d"): 86_400,
    UInt8(ascii: "w"): 604_800,
  ]

  /// A hundred years: sums with any date stay far from overflow.
  private static let longest = 36_525 * 86_400
}
