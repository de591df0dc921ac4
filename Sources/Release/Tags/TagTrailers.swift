/// The `Deed-` trailers of a tag: what stood when it was cut, even where no ledger arrived.
///
/// That one is absent says nothing.
package struct TagTrailers: Hashable, Sendable {
  package struct Approval: Hashable, Sendable {
    package let person: String
    /// Named only where the policy has several environments.
    package let environment: String?

    package init(person: String, environment: String?) {
      self.person = person
      self.environment = environment
    }
  }

  package let approvals: [Approval]

  package init(approvals: [Approval]) {
    self.approvals = approvals
  }

  /// The lines of `message` that begin as our trailers do: users may not write them.
  package static func reserved(in message: [UInt8]) -> [String] {
    message.split(separator: UInt8(ascii: "\n")).filter { line in
      // Any case: git's own reading of trailers does not tell them apart.
      line.count >= 5
        && zip(line, zip("DEED-".utf8, "deed-".utf8)).allSatisfy { byte, either in
          byte == either.0 || byte == either.1
        }
    }.map { String(decoding: $0, as: UTF8.self) }
  }

  /// `message` with the trailers in a paragraph of their own at its end.
  package func appended(to message: [UInt8]) -> [UInt8] {
    guard !approvals.isEmpty else { return message }
    let lines = approvals.map { "Deed-Approved-by: \($0)\n" }
    let isEnded = message.last == UInt8(ascii: "\n")
    return message + Array(((isEnded ? "\n" : "\n\n") + lines.joined()).utf8)
  }

  /// The trailers in the last paragraph of a tag's message.
  package init(parsing message: String) {
    var lines = message.utf8
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    let last = lines.split(separator: []).last ?? []
    approvals = last.compactMap(Self.approval)
  }

  private static func approval(_ line: [UInt8]) -> Approval? {
    let name = "Deed-Approved-by: "
    guard line.starts(with: name.utf8) else { return nil }
    let value = String(decoding: line.dropFirst(name.utf8.count), as: UTF8.self)
    // A person ends in an address, so that a name may hold the mark itself.
    let mark = "> # ".unicodeScalars
    let scalars = Array(value.unicodeScalars)
    let start = scalars.indices.last { scalars[$0...].starts(with: mark) }
    guard let start else { return Approval(person: value, environment: nil) }
    func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
      String(String.UnicodeScalarView(scalars))
    }
    return Approval(
      person: text(scalars[...start]), environment: text(scalars[(start + mark.count)...]))
  }
}

extension TagTrailers.Approval: CustomStringConvertible {
  /// The trailer's value: `Name <email>`, and ` # environment` where there are several.
  ///
  /// Names come from records that anybody may have written: none may start a line of its own.
  package var description: String {
    let text = person + (environment.map { " # \($0)" } ?? "")
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

extension TagTrailers {
  /// What the verdicts of the environments say at the moment of cutting.
  package init(verdicts: [Verdict]) {
    let several = verdicts.count > 1
    approvals = verdicts.flatMap { verdict in
      verdict.signoffs
        .filter { $0.signoff.decision == .approve && $0.discounted == nil }
        .map { standing in
          Approval(
            person: standing.record.by.description,
            environment: several ? verdict.environment : nil)
        }
    }
  }
}
