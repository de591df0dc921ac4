/// The texts that are not to be seen in what a command prints.
package struct SecretMask: Sendable {
  package static let none = SecretMask([])

  /// What stands in their place.
  static let cover = Array("***".utf8)

  /// By their first byte, the longest first.
  fileprivate let texts: [UInt8: [[UInt8]]]
  /// Why nothing may be seen; `nil` where all but those texts may.
  fileprivate let objection: String?

  init(_ texts: some Sequence<[UInt8]>) {
    let distinct = Set(texts.filter { !$0.isEmpty }).sorted { $0.count > $1.count }
    self.texts = Dictionary(grouping: distinct) { $0[0] }
    objection = nil
  }

  private init(objection: String) {
    texts = [:]
    self.objection = objection
  }

  /// All of a text, as it may be seen.
  package func covering(_ text: String) -> String {
    var output = MaskedOutput(self)
    let passed = output.pass(Array(text.utf8))
    return String(decoding: passed + output.finish(), as: UTF8.self)
  }

  /// Lets nothing through but a line that says why.
  package static func everything(because why: String) -> SecretMask {
    SecretMask(objection: why)
  }
}

/// Output on its way through a mask, in whichever pieces it comes.
struct MaskedOutput {
  private let mask: SecretMask
  /// What may be the beginning of such a text, so that more has to come before it is let through.
  private var held: [UInt8] = []
  /// How much of what is held belongs to a text before it.
  private var covered = 0
  private var isRefused = false

  init(_ mask: SecretMask) {
    self.mask = mask
  }

  /// What is let through of the next piece, and of what was held before it.
  mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
    if let why = mask.objection {
      defer { isRefused = isRefused || !bytes.isEmpty }
      return isRefused || bytes.isEmpty
        ? [] : Array("[deed: not shown and not kept: \(why)]\n".utf8)
    }
    return mask.texts.isEmpty ? bytes : pass(held + bytes, isEnded: false)
  }

  /// What is still held, once nothing more comes.
  mutating func finish() -> [UInt8] {
    pass(held, isEnded: true)
  }

  private mutating func pass(_ bytes: [UInt8], isEnded: Bool) -> [UInt8] {
    var passed: [UInt8] = []
    passed.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      let rest = bytes[place...]
      let candidates = mask.texts[bytes[place]] ?? []
      // One that goes on behind the end is waited for, be there a shorter one already.
      if !isEnded, candidates.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) {
        break
      }
      if let text = candidates.first(where: { rest.starts(with: $0) }) {
        if covered == 0 { passed += SecretMask.cover }
        covered = max(covered, text.count)
      }
      if covered > 0 { covered -= 1 } else { passed.append(bytes[place]) }
      place += 1
    }
    held = Array(bytes[place...])
    return passed
  }
}
