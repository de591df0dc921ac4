package import Git
import Glibc
package import Release

// Tags that were here before the remote's ledgers were last fetched. A tag and its record go out together:
// of these the record would be here. Of a tag that came since, the record may still be on the remote.
extension LedgerStore {
  /// Whether the remote's ledgers were fetched while this tag, or what stands for one, was here.
  package func wasAsked(about tag: ObjectID, on remote: String) throws(GitError) -> Bool {
    guard let text = Self.read(try askedPath(remote)) else { return false }
    let id = tag.hexadecimal
    return text.split(separator: UInt8(ascii: "\n")).contains { $0.elementsEqual(id) }
  }

  /// The tags that are here now, to be noted once the ledgers are fetched.
  func tagsHere() throws(GitError) -> Set<ObjectID> {
    Set(try repository.references(under: "refs/tags/").map(\.target))
  }

  func noteAsked(about tags: Set<ObjectID>, on remote: String) throws(GitError) {
    let path = try askedPath(remote)
    let text = Array(tags.sorted().map { "\($0)\n" }.joined().utf8)
    if Self.read(path) != text { writeWhole(text, to: path) }
  }

  private func askedPath(_ remote: String) throws(GitError) -> String {
    "\(repository.commonDirectory)/deed/asked-\(try address(of: remote).short)"
  }

  // Where it cannot be read the remote is asked again, which is all that a missing file costs.
  private static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&part, 1, part.count, file), count > 0 { text += part[..<count] }
    return text
  }
}
