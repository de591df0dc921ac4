/// A title that says no more than that a release is made: `Release 1.2.0`, `v1.2.0`,
/// `chore(release): 1.2.0 [skip ci]`, `Bump version: 1.1.0 → 1.2.0`.
///
/// Strict: one word that is not of this kind, and it is a change.
enum ReleaseAnnouncement {
  /// The version that a title announces, as it is written there; `nil` where it says anything else.
  static func version(in title: MessageBytes) -> String? {
    guard title.count <= 120, mayAnnounce(title) else { return nil }
    var versions: [String] = []
    var isStep = false
    var isSaid = false
    for word in title.split(whereSeparator: { $0.isBlank || $0 == UInt8(ascii: ",") }) {
      let core = word.bare
      if core.contains(where: \.isDigit) {
        guard ReleaseVersion(recorded: core.text) != nil else { return nil }
        versions.append(core.text)
      } else if let kind = Self.kind(of: word) {
        isStep = isStep || kind == .step
        isSaid = isSaid || kind == .release
      } else {
        return nil
      }
    }
    // `1.1.0 → 1.2.0`, or the version and nothing else, or a word for what is done with it.
    guard let version = versions.last, versions.count == (isStep ? 2 : 1),
      isSaid || title.trimmed.bare.count == version.utf8.count
    else { return nil }
    return version
  }

  /// Whether a closer look is worth it: few titles have a digit beside a full stop.
  private static func mayAnnounce(_ title: MessageBytes) -> Bool {
    var rest = title.dropFirst()
    while let stop = rest.firstPlace(of: UInt8(ascii: ".")) {
      if title[stop - 1].isDigit { return true }
      rest = rest[(stop + 1)...]
    }
    return false
  }

  private enum Kind {
    /// Says by itself that it is about a release.
    case release
    /// From one version to the next.
    case step
    case filler
  }

  private static func kind(of word: MessageBytes) -> Kind? {
    let word = word.text.lowercased()
    if ["->", "→", "=>", "from"].contains(word) { return .step }
    if ["[skip", "ci]", "[ci", "skip]", "-", "–", "—", "&", "🔖", ":bookmark:", "🚀", ":rocket:"]
      .contains(word)
    {
      return .filler
    }
    let bare = Array(word.utf8)[...].bare.text
    if released.contains(bare) { return .release }
    return bare.isEmpty || fillers.contains(bare) ? .filler : nil
  }

  private static let released: Set<String> = [
    "release", "releases", "released", "releasing", "chore(release", "build(release",
    "ci(release", "version", "cut", "cuts", "cutting", "tag", "tags", "tagged", "tagging",
    "publish", "published", "publishing", "prepare", "prepares", "prepared", "preparing", "prep",
    "bump", "bumps", "bumped", "bumping", "changelog", "changelogs", "changelog.md",
  ]

  private static let fillers: Set<String> = [
    "add", "adds", "added", "a", "the", "new", "next", "for", "to", "of", "and", "as", "number",
    "set", "update", "updates",
    "updated", "updating", "make", "create", "start", "begin", "finish", "chore", "build", "ci",
    "docs", "notes",
  ]
}

extension ArraySlice<UInt8> {
  /// Without the punctuation around it.
  fileprivate var bare: MessageBytes {
    func isPunctuation(_ byte: UInt8) -> Bool { "()[]{}.,:;!\"'`*_".utf8.contains(byte) }
    guard let end = lastIndex(where: { !isPunctuation($0) }) else { return [] }
    return self[...end].drop(while: isPunctuation)
  }
}

/// What releases are called where people write of them: `v1.2.0`, `1.2.0`.
struct ReleaseNames: Sendable {
  private let names: Set<String>

  init(_ releases: [ReleaseVersion]) {
    names = Set(releases.flatMap { [$0.description, $0.number.description] })
  }

  func contains(_ name: String) -> Bool {
    names.contains(name)
      || (name.utf8.first?.asciiLowercased == UInt8(ascii: "v")
        && names.contains(String(name.dropFirst())))
  }
}
