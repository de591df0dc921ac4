import Checks
import Release

/// One line on a terminal that tells how far the reading of files is, and goes when it is done.
struct ProgressLine {
  /// What is shown of it: nothing where nobody is there to see it.
  static func watch(
    _ context: Context, _ verb: String, quiet: Bool = false,
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) -> ReadingWatch {
    let isDumb = context.environment["TERM", default: "dumb"] == "dumb"
    guard context.terminal.isInteractive, !isDumb, !quiet else {
      return ReadingWatch(isStopped: isStopped)
    }
    let (output, width) = (context.error, context.terminal.width)
    return ReadingWatch(
      report: { progress in
        output.write("\r\(text(progress, verb).truncated(to: width - 1))\u{1b}[K".utf8)
      },
      ended: { output.write("\r\u{1b}[K".utf8) }, isStopped: isStopped)
  }

  /// Reads files while signals are noted, so that whoever stops it is told what stands.
  ///
  /// - Parameters:
  ///   - standing: What is so where it was stopped.
  ///   - isWhole: Whether `read` came to its end, though a signal may have arrived.
  static func reading<Found>(
    _ context: Context, _ verb: String, quiet: Bool, orSay standing: String,
    isWhole: (Found) -> Bool, _ read: (ReadingWatch) async throws -> Found
  ) async throws -> Found {
    try await Interruption.noted {
      let watch = watch(context, verb, quiet: quiet) { Interruption.signal != nil }
      let found: Result<Found, any Error>
      do { found = .success(try await read(watch)) } catch { found = .failure(error) }
      guard let signal = Interruption.signal else { return try found.get() }
      if case .success(let found) = found, isWhole(found) { return found }
      throw Failure(
        .repository, "stopped by signal \(signal): \(standing)",
        hint: "the same command does it from the beginning")
    }
  }

  /// `reading: 1 of 3 files, 120.0 MB of 600.0 MB, 400.0 MB/s, 2 s left`.
  static func text(_ progress: ReadingProgress, _ verb: String) -> String {
    let (done, all) = progress.bytes
    var text =
      "\(verb): \(progress.files.done) of \(progress.files.all.counted("file")), "
      + "\(done.asBytes) of \(all.asBytes)"
    let milliseconds = Int(progress.elapsed / .milliseconds(1))
    guard milliseconds > 0, done > 0 else { return text }
    let rate = Double(done) / Double(milliseconds) * 1000
    text += ", \(Int(rate).asBytes)/s"
    // A file may grow while it is read.
    let left = max(0, Double(all - done) / rate)
    return text + ", \(Int(left.rounded(.up)).asTime) left"
  }
}

extension Int {
  /// Seconds, in the two largest units that say something: `2 s`, `3 min 20 s`, `1 h 5 min`.
  fileprivate var asTime: String {
    if self < 60 { return "\(self) s" }
    if self < 3600 { return "\(self / 60) min \(self % 60) s" }
    return "\(self / 3600) h \(self % 3600 / 60) min"
  }
}
