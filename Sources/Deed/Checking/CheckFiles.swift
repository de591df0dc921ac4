import Release

/// The files into which `check` writes its result, whatever that is: what an earlier run wrote there is
/// never left for this one's.
struct CheckFiles {
  let context: Context
  let names: [String]
  /// The one of standard output.
  let format: CheckFormat

  /// Says in those that are there that nothing is known yet, should this run break off.
  func begin() throws {
    let unfinished = Failure(.repository, "the checks did not come to their end")
    let faults = faults { name in
      // What a link leads to says it too: an earlier run wrote it through the link.
      if Files.leadsToRegular(path(name)) {
        try write(unfinished, to: name)
      } else {
        try Files.requireDirectory(above: path(name))
      }
    }
    // Of which nothing could come at all is not begun.
    if faults.count == names.count, let fault = Self.united(faults) { throw fault }
  }

  /// Takes them away while the checks run, so that they do not make the checkout unclean.
  func clear() {
    for name in names {
      // One that stays says that nothing is known, and is written over in the end.
      try? Files.removeRegularFile(path(name))
    }
  }

  /// Writes all that can be written.
  ///
  /// - Returns: What is to be said of the others.
  func write(_ output: CheckOutput) -> Failure? {
    Self.united(faults { try write(try output.bytes(format(of: $0)), to: $0) })
  }

  /// The same, where there is no result.
  func write(_ failure: Failure) -> Failure? {
    Self.united(faults { try write(failure, to: $0) })
  }

  private func write(_ failure: Failure, to name: String) throws {
    let bytes: [UInt8] =
      switch format(of: name) {
      case .text: Array(failure.text.utf8)
      case .json: try Output.json(FailureReport(failure))
      case .junit: Array(JUnit.document(failure, at: context.now()).utf8)
      }
    try write(bytes, to: name)
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try Files.write(bytes, to: path(name), exclusively: false)
  }

  /// The format that the file's ending says, or else that of standard output.
  private func format(of name: String) -> CheckFormat {
    name.hasSuffix(".xml") ? .junit : name.hasSuffix(".json") ? .json : format
  }

  private func path(_ name: String) -> String { context.path(name) }

  private func faults(_ task: (String) throws -> Void) -> [Failure] {
    names.compactMap { name in
      do {
        try task(name)
        return nil
      } catch {
        return Failure(error)
      }
    }
  }

  private static func united(_ faults: [Failure]) -> Failure? {
    guard let first = faults.first else { return nil }
    return Failure(first.kind, faults.map(\.message).joined(separator: "\n"), hint: first.hint)
  }
}
