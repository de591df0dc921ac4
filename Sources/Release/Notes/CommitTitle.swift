/// What a commit is called in notes: its subject, or the title of the pull request that a merge
/// names in its body or subject, as the forges word it.
struct CommitTitle {
  private(set) var text: MessageBytes
  private(set) var body: MessageLines
  /// The pull request that the commit is or brought in: `#12`, `!34`.
  private(set) var pullRequest: String?
  /// Whether the text is a forge's title, and no more a `Merge …` line.
  private(set) var isFromForge = false

  init(_ message: CommitMessage) {
    self.text = message.subject
    self.body = message.body
    // All that forges write begins with one of three letters, but for what GitLab adds at the end.
    let first = message.subject.first
    let mayBeForges =
      first == UInt8(ascii: "M") || first == UInt8(ascii: "A")
      || first == UInt8(ascii: "P")
    if mayBeForges, let title = Self.merge(message) ?? Self.prefixed(message) {
      self = title
    } else if let title = Self.gitLab(message) {
      self = title
    }
  }

  private init(
    text: MessageBytes, body: MessageLines, pullRequest: String?, isFromForge: Bool
  ) {
    self.text = text
    self.body = body
    self.pullRequest = pullRequest
    self.isFromForge = isFromForge
  }

  /// The body's first line as the title, where it has one that people wrote.
  private init(firstLineOf message: CommitMessage, pullRequest: String) {
    let first = message.body.first?.trimmed ?? []
    let isTitle =
      !first.isEmpty && !first.starts(withASCII: "* ")
      && !first.starts(withASCII: "See merge request ")
      && CommitFooter(line: first)?.isUnmistakable != true
    self.init(
      text: isTitle ? first : message.subject,
      body: isTitle
        ? message.body[message.body.text(from: message.body.startIndex + 1)...] : message.body,
      pullRequest: pullRequest, isFromForge: isTitle)
  }

  /// Titles below the subject: GitHub, Bitbucket, both kinds of bors; and Gitea, which quotes it in the subject.
  private static func merge(_ message: CommitMessage) -> CommitTitle? {
    let subject = message.subject
    if let rest = subject.dropping(prefix: "Merge pull request "),
      rest.first == UInt8(ascii: "'"), let end = rest.firstRange(ofASCII: "' (#"),
      let number = rest[end.upperBound...].splitDigits
    {
      return CommitTitle(
        text: rest[(rest.startIndex + 1)..<end.lowerBound], body: message.body,
        pullRequest: "#" + number.digits.text, isFromForge: true)
    }
    let digits =
      subject.dropping(prefix: "Merge pull request #")?.splitDigits
      ?? subject.dropping(prefix: "Auto merge of #")?.splitDigits
    if let digits {
      return CommitTitle(firstLineOf: message, pullRequest: "#" + digits.digits.text)
    }
    if subject.starts(withASCII: "Merged in "),
      let place = subject.firstRange(ofASCII: "(pull request #"),
      let number = subject[place.upperBound...].splitDigits
    {
      return CommitTitle(firstLineOf: message, pullRequest: "#" + number.digits.text)
    }
    if let (number, rest) = subject.dropping(prefix: "Merge #")?.splitDigits, rest.isEmpty {
      return bors(message, number)
    }
    return nil
  }

  /// bors-ng's, which has the number before the title, and who wants it behind: `12: x r=a a=b`.
  private static func bors(_ message: CommitMessage, _ number: MessageBytes) -> CommitTitle {
    let body = message.body
    let pullRequest = "#" + number.text
    if let (digits, rest) = body.first?.trimmed.splitDigits, digits.elementsEqual(number),
      let title = rest.dropping(prefix: ": "), let end = title.firstRange(ofASCII: " r="),
      !title[..<end.lowerBound].isBlank
    {
      return CommitTitle(
        text: title[..<end.lowerBound].trimmed, body: body[body.text(from: body.startIndex + 1)...],
        pullRequest: pullRequest, isFromForge: true)
    }
    return CommitTitle(
      text: message.subject, body: body, pullRequest: pullRequest, isFromForge: false)
  }

  /// Titles behind a number: Azure (`Merged PR 12: x`), Bitbucket's server (`Pull request #12: x`).
  private static func prefixed(_ message: CommitMessage) -> CommitTitle? {
    for (prefix, sign) in [("Merged PR ", "!"), ("Pull request #", "#")] as [(StaticString, String)]
    {
      guard let (digits, rest) = message.subject.dropping(prefix: prefix)?.splitDigits,
        let title = rest.dropping(prefix: ":")?.trimmed, !title.isEmpty
      else { continue }
      return CommitTitle(
        text: title, body: message.body, pullRequest: sign + digits.text, isFromForge: true)
    }
    return nil
  }

  /// GitLab names the merge request at the end, and the title below a `Merge branch` line.
  private static func gitLab(_ message: CommitMessage) -> CommitTitle? {
    let body = message.body
    for index in body.places(.mergeRequest).reversed() {
      guard let rest = body[index].trimmed.dropping(prefix: "See merge request ") else { continue }
      let number = rest.reversed().prefix { $0.isDigit }.count
      guard number > 0, rest.dropLast(number).last == UInt8(ascii: "!") else { continue }
      let reference = "!" + rest.suffix(number).text
      if message.subject.starts(withASCII: "Merge branch ") {
        return CommitTitle(firstLineOf: message, pullRequest: reference)
      }
      return CommitTitle(
        text: message.subject, body: message.body, pullRequest: reference, isFromForge: true)
    }
    return nil
  }
}
