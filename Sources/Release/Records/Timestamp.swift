/// A moment in UTC, in milliseconds since 1970-01-01; written `2026-11-21T08:00:00.000Z`.
///
/// The one spelling has a fixed width, so that timestamps sort as text.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package init(seconds: Int64) {
    self.milliseconds = seconds * 1000
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The moment so much later, or the last one that can be counted.
  package func advanced(bySeconds seconds: Int) -> Timestamp {
    let end = seconds < 0 ? Int64.min : .max
    let (span, isTooLong) = Int64(seconds).multipliedReportingOverflow(by: 1000)
    let (sum, isTooFar) = milliseconds.addingReportingOverflow(isTooLong ? end : span)
    return Timestamp(milliseconds: isTooFar ? end : sum)
  }
}

extension Timestamp {
  private static let template = [UInt8]("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
  private static let millisecondsPerDay: Int64 = 86_400_000

  /// The moment that `text` spells; `nil` for any other spelling and for days that never were.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == Self.template.count else { return nil }
    var fields: [Int64] = []
    var field: Int64?
    for (byte, expected) in zip(bytes, Self.template) {
      if expected == UInt8(ascii: "d") {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        field = (field ?? 0) * 10 + Int64(byte - UInt8(ascii: "0"))
      } else {
        guard byte == expected else { return nil }
        if let value = field { fields.append(value) }
        field = nil
      }
    }
    let (year, month, day) = (fields[0], fields[1], fields[2])
    let (hour, minute, second, millisecond) = (fields[3], fields[4], fields[5], fields[6])
    guard (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
      hour < 24, minute < 60, second < 60
    else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    let seconds = (hour * 60 + minute) * 60 + second
    self.init(milliseconds: days * Self.millisecondsPerDay + seconds * 1000 + millisecond)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // Both conversions count in years that begin in March, which puts the leap day last.
  private static func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let monthFromMarch = (month + 9) % 12
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let leapDays = floorDivide(shifted, 4) - floorDivide(shifted, 100) + floorDivide(shifted, 400)
    return 365 * shifted + leapDays + dayOfYear - 719_468
  }

  private static func civil(fromDaysSince1970 days: Int64) -> (
    year: Int64, month: Int64, day: Int64
  ) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    dividend >= 0 ? dividend / divisor : -((-dividend + divisor - 1) / divisor)
  }
}

extension Timestamp: CustomStringConvertible {
  package var description: String {
    let days = Self.floorDivide(milliseconds, Self.millisecondsPerDay)
    let rest = milliseconds - days * Self.millisecondsPerDay
    let date = Self.civil(fromDaysSince1970: days)
    func digits(_ number: Int64, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    let time =
      "\(digits(rest / 3_600_000, 2)):\(digits(rest / 60_000 % 60, 2)):\(digits(rest / 1000 % 60, 2))"
    return
      "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))T\(time).\(digits(rest % 1000, 3))Z"
  }

  /// `2026-11-21`.
  package var day: String { String(description.prefix(10)) }

  /// `2026-11-21 08:00`, as people see it.
  package var minute: String {
    let text = description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
  }
}
