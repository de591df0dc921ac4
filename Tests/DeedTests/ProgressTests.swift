import Testing

@testable import Checks
@testable import Deed

/// What is shown while files are read.
@Suite struct ProgressTests {
  @Test(
    arguments: [
      (120, 300, ", 400.0 MB/s, 2 s left"), (0, 300, ""), (1, 1000, ", 1.0 MB/s, 9 min 59 s left"),
      (600, 100_000, ", 6.0 MB/s, 0 s left"),
    ])
  func `says how much is done, how fast, and how long it takes`(
    megabytes: Int, milliseconds: Int, rest: String
  ) {
    let progress = ReadingProgress(
      files: (1, 3), bytes: (megabytes * 1_000_000, 600_000_000),
      elapsed: .milliseconds(milliseconds))
    let text = ProgressLine.text(progress, "digesting")
    #expect(text.hasPrefix("digesting: 1 of 3 files, "))
    #expect(text.hasSuffix(" of 600.0 MB\(rest)"), "\(text)")
  }
}
