/// What `git merge --squash` writes: the log of the commits that it made one, each message four
/// columns in.
struct SquashedLog {
  /// What stands around the log; of a single commit without a title of its own, what that says.
  let message: CommitMessage
  /// What the commits say that are still told of, the oldest first.
  private let parts: [CommitReading]
  /// Whether nobody has given it a title.
  private let isUntitled: Bool
  /// All who made it.
  let authors: [Person]

  private static let title: StaticString = "Squashed commit of the following:"

  /// `nil` where there is none: where log entries stand that are just quoted, too.
  ///
  /// It begins with git's own line, or is all that stands below a title.
  init?(_ message: CommitMessage) {
    let body = message.body
    guard body.places(.author).contains(where: { $0 > body.startIndex }) else { return nil }
    let isUntitled = IssueReference.splitting(message.subject).subject.equals(Self.title)
    var log = Log(isOpen: isUntitled || Entry(body, at: body.startIndex)?.column == 4)
    var index = body.startIndex
    while index < body.endIndex { index = log.read(body, at: index) }
    guard !log.parts.isEmpty else { return nil }
    let all = log.parts.reversed().map { part in
      CommitReading(
        HistoryCommit(id: part.entry.id, parents: [], author: part.entry.author, text: part.text),
        isPart: true)
    }
    authors = all.flatMap { [$0.source.author] + $0.coAuthors }
    self.isUntitled = isUntitled
    let around = Array(log.around.joined(separator: [.lineFeed]))[...]
    if message.subject.equals(Self.title), all.count == 1, let only = log.parts.first?.text {
      self.message = CommitMessage(only + [.lineFeed, .lineFeed] + around)
      parts = []
    } else {
      self.message = CommitMessage(subject: message.subject, body: MessageLines(around))
      parts = Self.live(all)
    }
  }

  /// Those that neither mend nor take back what stands beside them, nor only merge; but no break is
  /// lost.
  private static func live(_ parts: [CommitReading]) -> [CommitReading] {
    let reverts = RevertResolution(CommitRange(parts.reversed()))
    return parts.indices.filter { index in
      let place = parts.count - 1 - index
      let part = parts[index]
      if reverts.takenBackBy[place] != nil { return false }
      if part.isBreaking { return true }
      return reverts.takesBack[place] == nil && part.foldsInto == nil && !part.isSilenced
        && !part.title.starts(withASCII: "Merge ") && !part.title.equals(title)
    }.map { parts[$0] }
  }

  /// Whether a part says what people are told.
  var hasNote: Bool { parts.contains(where: \.hasNote) }

  /// The changes of the commit, of which the message alone has some: those of the parts instead of
  /// a title that says nothing.
  ///
  /// Below a title that has a type they are how it came about; but no break is lost.
  func changes(beside own: [Change], of commit: ConventionalCommit) -> [Change] {
    let isTelling =
      commit.footers.contains { $0.releaseNote != nil }
      || own.contains { $0.isBreaking || $0.deprecates || $0.kind != .other }
    var said = Set(own.map { Array($0.subject.utf8) })
    var told: [Change] = []
    for part in parts {
      for change in part.changes
      where part.hasNote || change.isTold(besideType: isTelling, isAll: isUntitled && !hasNote) {
        guard said.insert(Array(change.subject.utf8)).inserted || change.isBreaking else {
          continue
        }
        var change = change
        change.squashed = part
        told.append(change)
      }
    }
    if told.isEmpty || isTelling { return own + told }
    let typed = parts.count { $0.commit.kind != .other }
    return isUntitled || TypedShare(typed, of: parts.count, below: commit) == .all
      ? told : own + told
  }

  /// The lines that say which commit comes next in a log.
  private struct Entry {
    let id: ObjectID
    let author: Person
    /// How far its message is indented.
    let column: Int
    /// The line after them.
    let end: Int

    /// `nil` where the line begins none.
    init?(_ body: MessageLines, at index: Int) {
      guard index + 1 < body.endIndex else { return nil }
      let indent = body[index].prefix { $0 == UInt8(ascii: " ") }.count
      guard
        let digits = body[index].dropFirst(indent).dropping(prefix: "commit "),
        let id = ObjectID(hexadecimal: digits.trimmed)
      else { return nil }
      func value(_ line: Int, _ name: StaticString) -> MessageBytes? {
        guard line < body.endIndex, body[line].prefix(while: \.isBlank).count == indent else {
          return nil
        }
        return body[line].dropFirst(indent).dropping(prefix: name)
      }
      let next = value(index + 1, "Merge: ") == nil ? index + 1 : index + 2
      guard let name = value(next, "Author: "), value(next + 1, "Date: ") != nil else { return nil }
      self.id = id
      author =
        CommitFooter(token: "Co-authored-by", value: name.text).coAuthor
        ?? Person(name: name.trimmed.text, email: "")
      column = indent + 4
      end = next + 2
    }
  }

  /// What has been read of the log.
  private struct Log {
    private(set) var parts: [(entry: Entry, text: MessageBytes)] = []
    private(set) var around: [MessageBytes] = []
    private var isOpen: Bool
    /// How far the message is indented that is being read.
    private var column: Int?
    /// Whether its last line announces a log within it: what was squashed twice.
    private var isNested = false

    init(isOpen: Bool) { self.isOpen = isOpen }

    /// Deeper than the text it is quoted there, but for what that text announces.
    private func mayBegin(_ entry: Entry) -> Bool {
      let indent = entry.column - 4
      return indent == 0
        || indent.isMultiple(of: 4)
          && column.map { indent < $0 || (isNested && indent == $0) } ?? false
    }

    /// Takes what begins on a line, and says where the next begins.
    mutating func read(_ body: MessageLines, at index: Int) -> Int {
      if isOpen, let entry = Entry(body, at: index), mayBegin(entry) {
        parts.append((entry, []))
        column = entry.column
        isNested = false
        return entry.end
      }
      let line = body[index]
      if let column, body.isBlank(index) || line.prefix(column).allSatisfy({ $0 == 0x20 }) {
        let text = line.dropFirst(column)
        if !body.isBlank(index) { isNested = text.equals(SquashedLog.title) }
        parts[parts.count - 1].text += text + [.lineFeed]
      } else if line.equals(SquashedLog.title) {
        isOpen = true
        column = nil
      } else {
        around.append(line)
        column = nil
      }
      return index + 1
    }
  }
}

extension Change {
  /// Whether it is told beside the title of what it was squashed into.
  fileprivate func isTold(besideType: Bool, isAll: Bool) -> Bool {
    isBreaking || deprecates || isAll
      || (!besideType && kind != .other && kind != .housekeeping)
  }
}

extension ArraySlice<UInt8> {
  fileprivate func equals(_ text: StaticString) -> Bool {
    count == text.utf8CodeUnitCount && starts(withASCII: text)
  }
}
