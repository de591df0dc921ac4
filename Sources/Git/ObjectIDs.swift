internal import Clibgit2
internal import Release

extension ObjectID {
  init(_ id: git_oid) {
    var id = id
    let value = withUnsafeBytes(of: &id.id) { ObjectID(bytes: $0) }
    // 20 bytes always make an id.
    self = value ?? .zero
  }

  var raw: git_oid {
    var id = git_oid()
    let bytes = self.bytes
    withUnsafeMutableBytes(of: &id.id) { $0.copyBytes(from: bytes) }
    return id
  }
}

extension ObjectID {
  /// The id at `offset` in a buffer that is known to hold it.
  init(_ buffer: UnsafeRawBufferPointer, at offset: Int) {
    self =
      ObjectID(bytes: UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + Self.byteCount)]))
      ?? .zero
  }
}
