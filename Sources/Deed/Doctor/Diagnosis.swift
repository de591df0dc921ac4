import Release

/// Something that doctor found, and the command that mends it.
struct Diagnosis {
  let finding: Finding
  let hint: String?

  init(_ severity: Finding.Severity, _ code: String, _ message: String, hint: String? = nil) {
    finding = Finding(severity, code, message)
    self.hint = hint
  }

  /// What could not be looked at: a policy may have several faults.
  static func all(of error: any Error) -> [Diagnosis] {
    let failure = Failure(error)
    return failure.faults.map { Diagnosis(.error, "cannot-tell", $0, hint: failure.hint) }
  }
}

/// All that doctor found, in the order in which it looked.
struct Diagnoses {
  private(set) var all: [Diagnosis] = []

  mutating func add(
    _ severity: Finding.Severity, _ code: String, _ message: String, hint: String? = nil
  ) {
    all.append(Diagnosis(severity, code, message, hint: hint))
  }

  /// Looks at something; that it cannot be looked at is a finding too, and the rest goes on.
  mutating func look(_ examine: (inout Diagnoses) async throws -> Void) async {
    do {
      try await examine(&self)
    } catch {
      // What ails one ledger is met by everything that looks at it, and what one command mends in several
      // is one trouble.
      let told = all
      all += Diagnosis.all(of: error).filter { trouble in
        !told.contains { known in
          known.finding == trouble.finding
            || (known.finding.code == trouble.finding.code && known.hint != nil
              && known.hint == trouble.hint)
        }
      }
    }
  }

  func count(_ severity: Finding.Severity) -> Int {
    all.count { $0.finding.severity == severity }
  }

  /// 0 where nothing has to be mended, 1 where something has, 2 where that cannot be told.
  var exitCode: Int32 {
    let errors = all.filter { $0.finding.severity == .error }
    if errors.contains(where: { $0.finding.code != "cannot-tell" }) { return 1 }
    return errors.isEmpty ? 0 : 2
  }
}
