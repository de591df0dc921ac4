internal import Glibc

/// A file in memory, read-only, until the last user lets go of it.
final class MappedFile: Sendable {
  // Nobody writes there, so that all threads may read.
  private nonisolated(unsafe) let address: UnsafeMutableRawPointer
  let count: Int

  /// `nil` where there is no such file, or an empty one.
  init?(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size > 0 else { return nil }
    count = Int(status.st_size)
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { return nil }
    self.address = address
  }

  deinit {
    munmap(address, count)
  }

  /// Every reader checks its bounds once, when it takes a slice.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: address, count: count) }
}

extension UnsafeRawBufferPointer {
  /// The big-endian number at `offset`, which the caller knows to be inside.
  func bigEndian<Number: FixedWidthInteger>(at offset: Int, as type: Number.Type) -> Number {
    Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }
}
