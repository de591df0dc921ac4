/// What one line of a ledger turns out to be.
///
/// Whatever it is, it is kept byte for byte.
package enum LedgerLine: Sendable {
  case record(Record)
  /// Canonical, of a kind that this version does not know: neutral.
  case unknownKind(String)
  /// Of a known kind, in a version or with a value that this version does not know.
  case unreadable(UnreadableRecord)
  /// No record at all.
  case malformed(String)
}

/// A record of a known kind which says what this version cannot judge: "cannot tell" is never
/// "yes", so whatever it could bear on is unknown.
package struct UnreadableRecord: Sendable {
  package let id: RecordID
  package let kind: Record.Kind
  package let commit: ObjectID
  /// `nil` where not even that could be read: it may speak of any release.
  package let release: String?
  /// `nil` where not even that could be read: it may speak of any environment.
  package let environment: String?
  package let reason: String
}

extension LedgerLine {
  /// Reads one line, given without its line feed.
  package init(parsing line: [UInt8]) {
    do {
      self = try Self.read(line)
    } catch {
      self = .malformed(error.reason)
    }
  }

  private static func read(_ line: [UInt8]) throws(RecordError) -> LedgerLine {
    guard line.count < Record.maximumLength else {
      throw RecordError(reason: "longer than \(Record.maximumLength / 1024) KiB")
    }
    let members: [String: JSON]
    do throws(JSON.ParseError) {
      guard let object = try JSON(canonical: line).object else {
        throw .unexpected(offset: 0)
      }
      members = object
    } catch {
      throw RecordError(reason: error.description)
    }
    // "at" sorts first, so that a ledger in byte order is in time order.
    if let early = members.keys.first(where: { $0.utf8.lexicographicallyPrecedes("at".utf8) }) {
      throw RecordError(
        reason: "the member \u{201C}\(early)\u{201D} sorts before \u{201C}at\u{201D}")
    }
    guard let kindName = members["kind"]?.string, let version = members["v"]?.integer else {
      throw RecordError(reason: "no kind or no version")
    }
    guard let kind = Record.Kind(rawValue: kindName) else { return .unknownKind(kindName) }
    let id = Self.id(of: members, line: line)
    guard let commit = members["commit"]?.string.flatMap({ ObjectID($0) }) else {
      throw RecordError(reason: "\u{201C}commit\u{201D} is not a full object id")
    }
    func unreadable(_ reason: String) -> LedgerLine {
      .unreadable(
        UnreadableRecord(
          id: id, kind: kind, commit: commit, release: members["release"]?.string,
          environment: members["environment"]?.string, reason: reason))
    }
    guard version == Record.version else { return unreadable("its version is \(version)") }
    do throws(BodyError) {
      return .record(try Record(line: line, id: id, kind: kind, commit: commit, members: members))
    } catch {
      switch error {
      case .malformed(let reason): throw RecordError(reason: reason)
      case .unknownValue(let reason): return unreadable(reason)
      }
    }
  }

  /// The digest of the line without its signature.
  private static func id(of members: [String: JSON], line: [UInt8]) -> RecordID {
    guard members["signature"] != nil else { return RecordID(of: line) }
    return RecordID(of: JSON.object(members.filter { $0.key != "signature" }).canonical)
  }
}

extension Record {
  fileprivate init(
    line: [UInt8], id: RecordID, kind: Kind, commit: ObjectID, members: [String: JSON]
  ) throws(BodyError) {
    let reader = MemberReader(members: members)
    guard let at = try reader.optionalTime("at") else {
      throw .malformed("\u{201C}at\u{201D} is missing")
    }
    let environment = try reader.optionalText("environment")
    guard (environment != nil) == kind.hasEnvironment else {
      throw .malformed(
        kind.hasEnvironment
          ? "\u{201C}environment\u{201D} is missing"
          : "a \(kind.rawValue) speaks of no environment")
    }
    let by = try reader.object("by")
    let replaces = members["replaces"] == nil ? [] : try reader.ids("replaces")
    if members["replaces"] != nil, replaces.isEmpty {
      throw .malformed("\u{201C}replaces\u{201D} is empty")
    }
    let signature = members["signature"] == nil ? nil : try Signature(reader.object("signature"))
    self.init(
      line: line, id: id, at: at,
      by: Person(name: try by.text("name"), email: try by.text("email")),
      commit: commit, release: try reader.text("release"), environment: environment, kind: kind,
      body: try Body(kind: kind, members: try reader.object("body").members),
      replaces: replaces, signature: signature)
  }
}

extension Record.Signature {
  fileprivate init(_ reader: MemberReader) throws(BodyError) {
    self.init(format: try reader.text("format"), value: try reader.text("value"))
  }
}

extension LedgerLine {
  /// The lines of a commit's note in a ledger, without those that count for nothing there.
  package static func placed(
    _ lines: [[UInt8]], in ledger: LedgerName, on commit: ObjectID
  ) -> [LedgerLine] {
    lines.map(LedgerLine.init(parsing:)).filter { line in
      line.misplacement(in: ledger, on: commit) == nil
    }
  }
}
