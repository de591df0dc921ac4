internal import Clibgit2
internal import Dispatch
package import Release
internal import Synchronization

extension Repository {
  /// What `transform` makes of the contents of these blobs, in the same order; `nil` for those of
  /// more than `limit` bytes.
  ///
  /// All processors take part. The second argument is the index of the id.
  package func contents<Output: Sendable>(
    of ids: [ObjectID], upTo limit: Int,
    as transform: @escaping @Sendable (Swift.Span<UInt8>, Int) -> Output
  ) throws(GitError) -> [Output?] {
    let size = 128
    let parts = (ids.count + size - 1) / size
    let workers = min(parts, 16, Processors.count)
    let directory = commonDirectory
    let next = Atomic<Int>(0)
    let read = Mutex<[Int: [BlobReading<Output>]]>([:])
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let database = OwnDatabase(directory)
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < parts else { return }
        let range = (part * size)..<min((part + 1) * size, ids.count)
        let results = range.map { index in
          database?.blob(ids[index], upTo: limit) { transform($0, index) } ?? .unusual
        }
        read.withLock { $0[part] = results }
      }
    }
    var outputs: [Output?] = []
    outputs.reserveCapacity(ids.count)
    for part in 0..<parts {
      for reading in read.withLock({ $0.removeValue(forKey: part) }) ?? [] {
        switch reading {
        case .read(let output): outputs.append(output)
        case .tooLarge: outputs.append(nil)
        case .unusual:
          let index = outputs.count
          guard let bytes = try content(of: ids[index], .blob) else {
            throw missing(ids[index], "blob")
          }
          outputs.append(bytes.count > limit ? nil : transform(bytes.span, index))
        }
      }
    }
    return outputs
  }
}

/// How the reading of one blob went.
private enum BlobReading<Output: Sendable>: Sendable {
  case read(Output)
  case tooLarge
  /// To be read, or refused, by the repository itself.
  case unusual
}

extension OwnDatabase {
  fileprivate func blob<Output>(
    _ id: ObjectID, upTo limit: Int, _ transform: (Swift.Span<UInt8>) -> Output
  ) -> BlobReading<Output> {
    var size = 0
    var type = GIT_OBJECT_INVALID
    var raw = id.raw
    guard git_odb_read_header(&size, &type, database, &raw) == 0, type == GIT_OBJECT_BLOB else {
      git_error_clear()
      return .unusual
    }
    if size > limit { return .tooLarge }
    var found: OpaquePointer?
    guard git_odb_read(&found, database, &raw) == 0 else {
      git_error_clear()
      return .unusual
    }
    defer { git_odb_object_free(found) }
    let content = UnsafeRawBufferPointer(
      start: git_odb_object_data(found), count: git_odb_object_size(found))
    return .read(transform(content.assumingMemoryBound(to: UInt8.self).span))
  }
}
