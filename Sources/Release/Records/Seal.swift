/// A seal over a set of records: what was known when somebody decided, so that what goes missing
/// later is noticed.
package struct Seal: Hashable, Sendable {
  /// How many records it covers.
  package let count: Int
  /// SHA-256 over the records' full ids in hexadecimal, sorted, each followed by a line feed.
  package let digest: Digest

  package init(count: Int, digest: Digest) {
    self.count = count
    self.digest = digest
  }

  /// The seal over these records, whatever their order and however often each is given.
  package init(over ids: some Sequence<RecordID>) {
    let distinct = Set(ids).sorted()
    self.init(
      count: distinct.count,
      digest: Digest(of: distinct.flatMap { Array($0.description.utf8) + [UInt8(ascii: "\n")] }))
  }
}
