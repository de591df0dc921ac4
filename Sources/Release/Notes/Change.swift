/// One thing that a commit changed, as people are told about it.
struct Change: Sendable {
  /// In lower case; `nil` where nothing says it.
  let type: String?
  let scope: String?
  /// Without type and scope.
  let subject: String
  /// As it was written, type and scope included.
  let header: String
  let isBreaking: Bool
  /// What kind of change the type stands for.
  let kind: ChangeKind
  /// Whether it says what is not to be used any more, which no rule hides.
  var deprecates = false
  /// Pull requests and issues that this change alone names.
  var references: [String] = []
  /// The commit that made it before it was squashed, where that is known.
  var squashed: CommitReading?
}

extension Change {
  /// What a commit says that it changed: its title, or what its `Release-Note:` trailers say instead,
  /// and what the body of a squashed commit lists besides.
  static func all(of commit: ConventionalCommit, body: MessageLines) -> [Change] {
    let notes = commit.footers.compactMap(\.releaseNote).filter { !$0.isEmpty }
    guard notes.isEmpty else {
      return notes.map { note in
        Change(
          type: commit.type, scope: commit.scope, subject: note, header: note,
          isBreaking: commit.isBreaking, kind: commit.kind, deprecates: commit.deprecates)
      }
    }
    let title = Change(
      type: commit.type, scope: commit.scope,
      subject: commit.saysNothing ? "" : commit.subject, header: commit.header,
      isBreaking: commit.isBreaking, kind: commit.kind, deprecates: commit.deprecates)
    var listed = listed(in: body, isTitled: commit.kind != .other)
    if listed.isEmpty { return [title] }
    listed.removeAll { $0.subject.utf8.elementsEqual(title.subject.utf8) }
    // A title without a type says less than the changes that it stands for.
    let isSaid = commit.kind == .other && !commit.isBreaking && listed.contains(where: \.isBullet)
    return (isSaid ? [] : [title]) + listed.map(\.change)
  }

  private struct Listed {
    let change: Change
    let isBullet: Bool
    var subject: String { change.subject }
  }

  /// The changes in a body: paragraphs that begin as a title does, and bullets that do.
  ///
  /// Where the title itself has a type, bullets are how it came about; but no break is lost.
  private static func listed(in body: MessageLines, isTitled: Bool) -> [Listed] {
    var found: [Listed] = []
    var fences: CodeFences?
    var last: Int?
    for index in body.places(.change) {
      let line = body[index]
      let length = line.starts(withASCII: "* ") || line.starts(withASCII: "- ") ? 2 : 0
      let isStart =
        length > 0 || index == body.startIndex || body.isBlank(index - 1) || last == index - 1
      guard isStart, let change = Change(line: line.dropFirst(length)) else { continue }
      last = index
      let known = fences ?? CodeFences(body)
      fences = known
      if known.start(around: index) == nil, length == 0 || !isTitled || change.isBreaking {
        found.append(Listed(change: change, isBullet: length > 0))
      }
    }
    return found
  }

  /// A line such as `fix(api): x (#12)`, of a type that users care for or marked as breaking.
  private init?(line: MessageBytes) {
    let (bytes, references) = IssueReference.splitting(line)
    guard ConventionalHeader.mayBegin(bytes) else { return nil }
    let text = bytes.text
    guard let header = ConventionalHeader(bytes, text) else { return nil }
    let kind = header.kind
    // `fix: #12` is a footer.
    guard kind != .other, kind != .housekeeping || header.isMarkedBreaking,
      header.subject.utf8.first != UInt8(ascii: "#")
    else { return nil }
    self.init(
      type: header.type, scope: header.scope, subject: header.subject, header: text,
      isBreaking: header.isMarkedBreaking, kind: kind, references: references)
  }
}
