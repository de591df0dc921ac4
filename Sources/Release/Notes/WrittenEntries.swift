/// What people wrote in a changelog by hand, so that it is not told a second time.
struct WrittenEntries {
  private var references: Set<String> = []
  private var texts: Set<MessageBytes> = []

  /// - Parameter entries: Each without its bullet, on one line.
  init(_ entries: [MessageBytes]) {
    for entry in entries {
      references.formUnion(IssueReference.named(in: entry))
      let (text, _) = IssueReference.splitting(entry)
      texts.insert(Self.letters(of: text))
    }
    texts.remove([])
  }

  /// Whether one of them has the entry's text, or names one of its issues or pull requests.
  ///
  /// A number alone does not stand for what breaks or is deprecated: that must not go unsaid.
  func have(_ entry: ReleaseNotes.Entry) -> Bool {
    let isOrdinary = !entry.breaking && entry.details.isEmpty
    if isOrdinary, entry.references.contains(where: references.contains) { return true }
    let told = [entry.subject, (entry.scope ?? "") + entry.subject]
    return told.contains { texts.contains(Self.letters(of: Array($0.utf8)[...])) }
  }

  /// Letters and digits in lower case, of whatever script: people differ in marks and full stops.
  private static func letters(of text: MessageBytes) -> MessageBytes {
    text.filter { $0.isLetter || $0.isDigit || $0 >= 0x80 }
      .map(\.asciiLowercased)[...]
  }
}
