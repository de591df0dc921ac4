import Git
import Release

/// One reference of a push, as git tells it to a pre-receive hook.
struct PushedReference {
  /// As git has it: names need not be UTF-8, and are compared by bytes.
  let name: [UInt8]
  /// Where it is, by the word of whoever pushes, which git checks as it moves the reference; `nil`
  /// where it is to be made.
  let old: ObjectID?
  /// `nil` where it is to be deleted.
  let new: ObjectID?

  /// Reads the lines that git writes: `old new name`.
  static func parse(_ input: [UInt8]) throws -> [PushedReference] {
    try input.split(separator: UInt8(ascii: "\n")).map { line in
      let fields = line.split(
        separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, !fields[2].isEmpty, let old = ObjectID(hexadecimal: fields[0]),
        let new = ObjectID(hexadecimal: fields[1])
      else {
        throw Failure(
          .usage,
          "a line of standard input is not \u{201C}old new ref\u{201D}: "
            + String(decoding: line.prefix(200), as: UTF8.self),
          hint: "it is for git to run, as the pre-receive hook: deed hook install")
      }
      return PushedReference(
        name: Array(fields[2]), old: old == .zero ? nil : old, new: new == .zero ? nil : new)
    }
  }

  /// For people.
  var shown: String { String(decoding: name, as: UTF8.self) }

  /// The ledger that this is; `nil` where it is none.
  var ledger: LedgerName? {
    LedgerName.allCases.first { $0.reference.utf8.elementsEqual(name) }
  }

  /// Whether this may be a ledger of a later deed.
  var isUnknownLedger: Bool {
    name.starts(with: LedgerName.root.utf8) && ledger == nil && obstructedLedger == nil
  }

  /// The ledger that could not be made where this stood: git keeps references as files, makes no
  /// directory of one, and not every file system tells small letters from capitals.
  var obstructedLedger: LedgerName? {
    guard new != nil, ledger == nil else { return nil }
    let slash = UInt8(ascii: "/")
    let name = name.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    return LedgerName.allCases.first { ledger in
      let reference = Array(ledger.reference.utf8)
      return name == reference || reference.starts(with: name + [slash])
        || name.starts(with: reference + [slash])
    }
  }

  /// The tag's name; `nil` where this is no tag.
  var tag: ArraySlice<UInt8>? {
    let root = Array("refs/tags/".utf8)
    return name.starts(with: root) ? name.dropFirst(root.count) : nil
  }
}
