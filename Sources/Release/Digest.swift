import Crypto

/// A SHA-256 digest: a record's id, a seal's or an attachment's digest.
package struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The 32 raw bytes.
  package let bytes: [UInt8]

  /// The digest of `content`.
  package init(of content: some Sequence<UInt8>) {
    self.bytes = Array(SHA256.hash(data: Array(content)))
  }

  /// A digest from its 32 raw bytes; `nil` for any other number of them.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// A digest from its 64 lower-case hexadecimal digits; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == 64, let bytes = Hexadecimal.decode(text.utf8) else { return nil }
    self.bytes = bytes
  }

  package var description: String { String(decoding: Hexadecimal.encode(bytes), as: UTF8.self) }

  /// The first 12 digits, as people see and type it.
  package var short: String { String(description.prefix(12)) }

  package static func < (left: Digest, right: Digest) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

/// A record's id: the digest of its line without its signature.
package typealias RecordID = Digest
