/// The address of an issue or a pull request, as the forges have them:
/// `https://github.com/org/repo/issues/12`, `https://gitlab.com/org/repo/-/merge_requests/34`.
struct IssueAddress {
  /// Without what leads to a place in the page.
  let text: String
  /// `https://github.com`.
  let site: String
  /// `org/repo`.
  let project: String
  /// `#12`, `!34`.
  let number: String
  let page: String

  /// What people call it who know which site is meant: `org/repo#12`.
  var name: String { project + number }

  init?(_ address: MessageBytes) {
    guard let start = address.dropping(prefix: "https://") ?? address.dropping(prefix: "http://")
    else { return nil }
    let path = start.prefix { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "?") }
    let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    // A host, an organisation and a repository at least.
    guard parts.count >= 5, parts.allSatisfy({ !$0.isEmpty }),
      path.allSatisfy({ $0.isLetter || $0.isDigit || "-_./:".utf8.contains($0) }),
      !parts.dropFirst().joined().contains(UInt8(ascii: ":")),
      Self.pages.contains(where: { $0.withUTF8Buffer(parts[parts.count - 2].elementsEqual) }),
      let (digits, rest) = parts[parts.count - 1].splitDigits, rest.isEmpty, digits.count <= 12
    else { return nil }
    let names = parts[1...].dropLast(2)
    let isDashed = names.last?.elementsEqual("-".utf8) == true
    text = address[..<path.endIndex].text
    site = address[..<parts[0].endIndex].text
    project = (isDashed ? names.dropLast() : names).map(\.text).joined(separator: "/")
    page = parts[parts.count - 2].text
    number = (page == "merge_requests" ? "!" : "#") + digits.text
  }

  init?(_ reference: String) {
    guard reference.utf8.starts(with: "http".utf8) else { return nil }
    self.init(Array(reference.utf8)[...])
  }

  private static let pages: [StaticString] = [
    "issues", "pull", "pulls", "merge_requests", "pull-requests", "work_items",
  ]
}
