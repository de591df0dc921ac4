import Release

/// When something ends, as a person says it.
enum Deadline {
  static let help = "When it ends: 2026-12-01 (its end, UTC), a time in UTC, or 24h, 7d from now."

  /// - Parameter what: What ends, for the refusal of a time that does not lie ahead.
  static func parse(_ text: String, of what: String, now: Timestamp) throws -> Timestamp {
    let end: Timestamp
    if let day = Timestamp(text + "T00:00:00.000Z") {
      end = day.advanced(bySeconds: 86_400)
    } else if let time = Timestamp(text) ?? Timestamp(text.replacing("Z", with: ".000Z")) {
      end = time
    } else if let seconds = Span.seconds(text) {
      end = now.advanced(bySeconds: seconds)
    } else {
      throw Failure(
        .usage, "\u{201C}\(text.safe)\u{201D} is no date",
        hint: "dates look like 2026-12-01, 2026-12-01T12:00:00Z, 24h or 7d")
    }
    // What a record cannot say is no date either.
    guard Timestamp(end.description) == end else {
      throw Failure(
        .usage, "\u{201C}\(text.safe)\u{201D} lies too far ahead", hint: "say an earlier time")
    }
    guard end > now else {
      throw Failure(
        .refused, "\(what) would have ended already, on \(end.minute) UTC",
        hint: "say a later time")
    }
    return end
  }
}
