/// What a commit says that it takes back.
struct RevertClaim {
  /// Ids, whole or abbreviated, as lower-case hexadecimal digits.
  private(set) var ids: [MessageBytes] = []
  /// `Reverts org/repo#12`, as GitHub words it: `#12`.
  private(set) var pullRequests: [String] = []
  /// The quoted subject of what is taken back, without the references at its end.
  private(set) var title: MessageBytes?
  /// Those references.
  private(set) var titleReferences: [String] = []

  /// `nil` where the title is no revert's.
  init?(title: MessageBytes, commit: ConventionalCommit, body: MessageLines) {
    if let quoted = title.dropping(prefix: "Revert \""), quoted.last == UInt8(ascii: "\"") {
      setSubject(quoted.dropLast().text)
    } else if let quoted = title.dropping(prefix: "Reapply \""), quoted.last == UInt8(ascii: "\"") {
      setSubject("Revert \"" + quoted.text)
    } else if commit.kind == .revert {
      setSubject(commit.subject)
    } else if !title.starts(withASCII: "Revert ") || title.starts(withASCII: "Revert \"")
      || Self.ids(in: body).isEmpty
    {
      // `Revert "x" and mend y` does more than that.
      return nil
    }
    self.ids = Self.ids(in: body)
    for index in body.places(.reverts) {
      guard let rest = body[index].trimmed.dropping(prefix: "Reverts ") else { continue }
      for reference in IssueReference.all(in: rest) {
        let bytes = Array(reference.utf8)[...]
        if let sign = bytes.lastIndex(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "!") })
        {
          pullRequests.append(bytes[sign...].text)
        }
      }
    }
    if commit.kind == .revert {
      for footer in commit.footers where footer.kind == .refs {
        ids += Self.words(Array(footer.value.utf8)[...])
      }
    }
  }

  private mutating func setSubject(_ subject: String) {
    (title, titleReferences) = IssueReference.splitting(Array(subject.utf8)[...])
  }

  /// The ids behind `This reverts commit`, however its line is wrapped.
  private static func ids(in body: MessageLines) -> [MessageBytes] {
    var found: [MessageBytes] = []
    for index in body.places(.reverts) {
      let line = body[index].trimmed
      guard let rest = line.dropping(prefix: "This reverts commit") else { continue }
      var text = rest.first == UInt8(ascii: "s") ? rest.dropFirst() : rest
      if let next = body[(index + 1)...].first { text += [UInt8(ascii: " ")] + next }
      // git names the other side of a merge too: "…, reversing changes made to …".
      let end = text.firstRange(ofASCII: "reversing")?.lowerBound ?? text.endIndex
      found += words(text[text.startIndex..<end])
    }
    return found
  }

  /// The leading ids of a list, until a word that is neither an id nor `and`.
  private static func words(_ text: MessageBytes) -> [MessageBytes] {
    var found: [MessageBytes] = []
    for word in text.split(whereSeparator: { $0.isBlank || ",.;".utf8.contains($0) }) {
      if word.elementsEqual("and".utf8) { continue }
      guard (7...ObjectID.digitCount).contains(word.count), word.allSatisfy(\.isHexadecimal) else {
        break
      }
      found.append(word.asciiLowercased)
    }
    return found
  }
}
