import TestSupport
import Testing

/// One thing that goes wrong, and what is said of it.
struct CheckFault: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let release: String
  /// The checks that fail; all others pass.
  let checks: Set<String>
  /// `code path:line` of a finding that fails.
  let finding: String
  let make: @Sendable (TestRepository) throws -> Void

  init(
    _ what: String, of release: String = "v1.1.0", fails checks: Set<String>, _ finding: String,
    make: @escaping @Sendable (TestRepository) throws -> Void
  ) {
    testDescription = what
    self.release = release
    self.checks = checks
    self.finding = finding
    self.make = make
  }

  /// A text of a file is replaced by another, and that is committed where git tracks the file.
  static func replacing(
    _ old: String, with new: String, in path: String, fails check: String, _ finding: String
  ) -> CheckFault {
    CheckFault("\(path): \(old.prefix(30)) → \(new.prefix(30))", fails: [check], finding) { test in
      let bytes = try #require(TestSupport.Files.read("\(test.path)/\(path)"))
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(text.contains(old))
      try TestSupport.Files.write(
        text.replacing(old, with: new), to: "\(test.path)/\(path)")
      if try !test.git("ls-files", path).isEmpty { try test.commit("feat: a fault") }
    }
  }

  /// A file is added and committed.
  static func adding(
    _ path: String, _ content: String, fails check: String, _ finding: String
  ) -> CheckFault {
    CheckFault("added: \(path), \(finding)", fails: [check], finding) { test in
      try test.commit("feat: a fault", files: [path: content])
    }
  }
}
