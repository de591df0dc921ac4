/// One thing that a commit changed, as people are told about it.
struct Change: Sendable {
  /// In lower case; `nil` where nothing says it.
  let type: String?
  let scope: String?
  /// Without type and scope.
  let subject: String
  /// As it was written, type and scope included.
  let header: String
  private(set) var isBreaking: Bool
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
  /// The same as a break.
  var broken: Change {
    Change(
      type: type, scope: scope, subject: subject, header: header, isBreaking: true, kind: kind,
      deprecates: deprecates, references: references, squashed: squashed)
  }

  /// What a commit says that it changed: its title, or what its `Release-Note:` trailers say instead,
  /// and what the body of a squashed commit lists besides.
  ///
  /// - Returns: What is told, `nil` for the title and nothing else, and what is not, since the title says
  ///   more than single points among others; a version asks for no less because of that.
  static func all(
    of commit: ConventionalCommit, body: MessageLines
  ) -> (told: [Change]?, unsaid: [Change]) {
    let notes = commit.footers.compactMap(\.releaseNote).filter { !$0.isEmpty }
    guard notes.isEmpty else {
      let changes = notes.map { note in
        Change(
          type: commit.type, scope: commit.scope, subject: note, header: note,
          isBreaking: commit.isBreaking, kind: commit.kind, deprecates: commit.deprecates)
      }
      return (changes, [])
    }
    var listed = listed(in: body, isTitled: commit.kind != .other)
    if listed.isEmpty { return (nil, []) }
    var title = Change(titleOf: commit)
    // Of two that say the same, the one with a type says more.
    if commit.kind == .other, !commit.isBreaking,
      listed.contains(where: { title.isRepeated(by: $0.change) })
    {
      return (listed.map(\.change), [])
    }
    listed.removeAll { title.isRepeated(by: $0.change) }
    if title.isBreaking, !commit.isMarkedBreaking, isBreak(ofPointsIn: body, listed) {
      title.isBreaking = false
    }
    let changes = listed.map(\.change)
    let isPlain = commit.kind == .other && !title.isBreaking
    guard isPlain, listed.contains(where: \.isBullet) else { return ([title] + changes, []) }
    switch TypedShare(ofPointsIn: body, below: commit) {
    case .all: return (changes, [])
    case .most: return ([title] + changes, [])
    case .few:
      let isTold = { (point: Listed) in !point.isBullet || point.change.isBreaking }
      return (
        [title] + listed.filter(isTold).map(\.change),
        listed.filter { !isTold($0) }.map(\.change)
      )
    }
  }

  /// What the title of a commit says.
  init(titleOf commit: ConventionalCommit) {
    self.init(
      type: commit.type, scope: commit.scope, subject: commit.saysNothing ? "" : commit.subject,
      header: commit.header, isBreaking: commit.isBreaking, kind: commit.kind,
      deprecates: commit.deprecates)
  }

  /// Whether what footers announce is the break of a point above them, as squashing leaves it, and so none
  /// of the title.
  private static func isBreak(ofPointsIn body: MessageLines, _ listed: [Listed]) -> Bool {
    guard let first = listed.first(where: \.change.isBreaking) else { return false }
    return !body.places(.footer).contains { place in
      place < first.place && CommitFooter(line: body[place])?.isBreaking == true
    }
  }

  private struct Listed {
    let change: Change
    let place: Int
    let isBullet: Bool
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
      let length = line.isPoint ? 2 : 0
      let isStart =
        length > 0 || index == body.startIndex || body.isBlank(index - 1) || last == index - 1
      guard isStart, let change = Change(line: line.dropFirst(length)) else { continue }
      last = index
      let known = fences ?? CodeFences(body)
      fences = known
      if known.start(around: index) == nil, length == 0 || !isTitled || change.isBreaking {
        found.append(Listed(change: change, place: index, isBullet: length > 0))
      }
    }
    guard found.contains(where: \.isBullet) else { return found }
    let gone = takenBack(in: body)
    return found.filter { !gone.contains($0.place) }
  }

  /// The points of a body that a later one takes back, and those that do so.
  private static func takenBack(in body: MessageLines) -> Set<Int> {
    var points: [(title: MessageBytes, place: Int, takesBack: Int?)] = []
    var gone: Set<Int> = []
    for place in body.indices where body[place].isPoint {
      let title = IssueReference.splitting(body[place].dropFirst(2)).subject
      points.append((title, place, nil))
      let quoted = title.dropping(prefix: "Revert \"").flatMap { rest in
        rest.last == UInt8(ascii: "\"") ? rest.dropLast() : nil
      }
      guard let taken = quoted ?? title.dropping(prefix: "revert: ") else { continue }
      let old = IssueReference.splitting(taken).subject
      guard
        let index = points.dropLast().lastIndex(where: { point in
          (point.takesBack != nil || !gone.contains(point.place)) && point.title.elementsEqual(old)
        })
      else { continue }
      gone.formUnion([place, points[index].place])
      points[points.count - 1].takesBack = points[index].place
      // What was taken back, and that taken back, is there again.
      if let again = points[index].takesBack { gone.remove(again) }
      points[index].takesBack = nil
    }
    return gone
  }

  /// Whether a further one says the same, as the title of a pull request and that of its commit do: but for
  /// marks, or where it was cut short.
  private func isRepeated(by other: Change) -> Bool {
    if other.isBreaking, !isBreaking { return false }
    let title = Array(subject.utf8)[...]
    guard let end = title.firstRange(ofASCII: "…"), end.upperBound == title.endIndex else {
      return subject.lettersAlone == other.subject.lettersAlone
    }
    // `add a cart (#1…`
    var text = title[..<end.lowerBound]
    if let open = text.lastIndex(of: UInt8(ascii: "(")), text.endIndex - open < 8 {
      text = text[..<open]
    }
    // What a site cuts short is long.
    return text.count >= 20
      && other.subject.lettersAlone.utf8.starts(with: text.text.lettersAlone.utf8)
  }

  /// A line such as `fix(api): x (#12)`, of a type that users care for or marked as breaking.
  private init?(line: MessageBytes) {
    let (bytes, references) = IssueReference.splitting(line)
    guard ConventionalHeader.mayBegin(bytes) else { return nil }
    let text = bytes.text
    guard let header = ConventionalHeader(bytes, text) else { return nil }
    let kind = header.kind
    // `fix: #12` is a footer.
    guard header.isTyped, kind != .housekeeping || header.isMarkedBreaking,
      header.subject.utf8.first != UInt8(ascii: "#")
    else { return nil }
    self.init(
      type: header.type, scope: header.scope, subject: header.subject, header: text,
      isBreaking: header.isMarkedBreaking, kind: kind, references: references)
  }
}

/// How many of the commits that one was made of have a type, as all titles of a team that keeps to it do:
/// so much they say beside a title that has none.
enum TypedShare {
  /// Or the title says nothing.
  case all
  /// Half of them at least.
  case most
  case few

  init(_ typed: Int, of count: Int, below title: ConventionalCommit) {
    let saysNothing = ReleaseAnnouncement.version(in: Array(title.header.utf8)[...]) != nil
    self = typed == count || saysNothing ? .all : typed * 2 >= count ? .most : .few
  }

  /// The points of a body, which were their titles.
  fileprivate init(ofPointsIn body: MessageLines, below title: ConventionalCommit) {
    let fences = CodeFences(body)
    var (count, typed) = (0, 0)
    for index in body.indices where body[index].isPoint && fences.start(around: index) == nil {
      let point = body[index].dropFirst(2)
      if point.starts(withASCII: "Merge ") { continue }
      count += 1
      guard ConventionalHeader.mayBegin(point),
        let header = ConventionalHeader(point, point.text), header.isTyped
      else { continue }
      typed += 1
    }
    self.init(typed, of: count, below: title)
  }
}

extension String {
  /// In lower case, without the references and stops at the end, blanks and quotes.
  fileprivate var lettersAlone: String {
    var text = IssueReference.splitting(Array(utf8)[...]).subject
    while text.last == UInt8(ascii: ".") { text.removeLast() }
    return text.filter { !$0.isBlank && !"`'\"".utf8.contains($0) }[...].asciiLowercased.text
  }
}

extension ArraySlice<UInt8> {
  fileprivate var isPoint: Bool { starts(withASCII: "* ") || starts(withASCII: "- ") }
}
