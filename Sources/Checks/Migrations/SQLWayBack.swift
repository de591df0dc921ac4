/// Where the way back of a file of SQL is, if not in itself: beside it by a name like its own, or by the
/// same name in a directory for that.
enum SQLWayBack {
  private static let words = ["down", "undo", "rollback"]
  /// What the way there is called then, if it is called anything.
  private static let there = ["up", "do"]

  /// All paths at which it may be.
  static func places(of path: String) -> [String] {
    guard path.hasSuffix(".sql") else { return [] }
    let file = String(PathName.last(path))
    let place = String(decoding: path.utf8.dropLast(file.utf8.count), as: UTF8.self)
    let names = names(of: String(file.dropLast(4)))
    return names.map { "\(place)\($0).sql" } + directories(of: place).map { "\($0)/\(file)" }
  }

  /// `1_a.down`, `1_a-undo`, `1_a_rollback` of `1_a` and `1_a_up`; `1.undo.a` of `1.do.a`.
  private static func names(of stem: String) -> [String] {
    var names: [String] = []
    for mark in [".", "-", "_"] {
      let ending = there.map { mark + $0 }.first(where: stem.hasSuffix)
      let base = stem.dropLast(ending?.count ?? 0)
      names += words.map { "\(base)\(mark)\($0)" }
    }
    let parts = stem.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count > 2, parts[1] == "do" {
      names.append(([parts[0], "undo"] + parts[2...]).joined(separator: "."))
    }
    return names
  }

  /// `db/up/rollback` and `db/down` of `db/up`.
  private static func directories(of place: String) -> [String] {
    let parts = place.split(separator: "/")
    let ways = words + words.map { $0 + "s" }
    let below = ways.map { (parts + [$0[...]]).joined(separator: "/") }
    guard let last = parts.last.map(String.init) else { return below }
    // What is kept there is no way there.
    return ways.contains(last)
      ? [] : below + ways.map { (parts.dropLast() + [$0[...]]).joined(separator: "/") }
  }
}
