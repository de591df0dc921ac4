import Release

/// A commit of a made-up history; an id begins with its number, the author is `a` unless said otherwise.
func commit(
  _ number: Int, _ message: String, parents: [Int] = [], author: String = "a"
) -> HistoryCommit {
  HistoryCommit(
    id: id(number), parents: parents.map(id),
    author: Person(name: author, email: author + "@example.org"), message: message)
}

func id(_ number: Int) -> ObjectID {
  let digits = String(number, radix: 16)
  let text = String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
  return ObjectID(text + String(repeating: "0", count: 32)) ?? .zero
}

func notes(_ commits: [HistoryCommit], previous: String? = "v1.0.0") -> ReleaseNotes {
  ReleaseNotes(release: "v1.1.0", previous: previous, range: "v1.0.0..v1.1.0", commits: commits)
}

/// What notes of the commits show, as `Group: subject (references)`.
func shown(_ commits: [HistoryCommit]) -> [String] {
  notes(commits).groups.flatMap { group in
    group.entries.map { entry in
      "\(group.title): \(entry.subject)"
        + (entry.references.isEmpty ? "" : " (\(entry.references.joined(separator: ", ")))")
    }
  }
}

/// Why they hide the others, by number.
func hidden(_ commits: [HistoryCommit]) -> [ObjectID: String] {
  Dictionary(notes(commits).hidden.map { ($0.id, $0.why) }, uniquingKeysWith: { first, _ in first })
}

func version(_ text: String) -> ReleaseVersion {
  ReleaseVersion(tag: text, prefix: "v")
    ?? ReleaseVersion(prefix: "unreadable", number: SemanticVersion(major: 0, minor: 0, patch: 0))
}
