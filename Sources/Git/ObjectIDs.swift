internal import Clibgit2
internal import Release

extension ObjectID {
  init(_ id: git_oid) {
    var id = id
    self = withUnsafePointer(to: &id.id) { ObjectID(at: $0) }
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
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[offset..<(offset + Self.byteCount)])
    self = bytes.baseAddress.map { ObjectID(at: $0) } ?? .zero
  }
}
