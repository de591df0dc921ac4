internal import Cdeflate
package import Release

/// All packs of an object directory, for any number of threads.
///
/// Read directly, because most of the time of a history goes into unpacking commits, and libdeflate
/// does that twice as fast as the zlib behind libgit2. Whatever is not in a pack, or not as the
/// documented format has it, is left to libgit2, which alone says what is wrong.
package struct Packs: Sendable {
  fileprivate let files: [PackFile]

  package init(objects: String) {
    let directory = "\(objects)/pack"
    let names = (try? Disk.names(in: directory)) ?? []
    files = names.filter { $0.hasSuffix(".pack") }.sorted()
      .compactMap { PackFile("\(directory)/\($0)") }
  }
}

/// Where an object begins.
package struct PackPlace: Hashable {
  fileprivate let pack: Int
  fileprivate let offset: Int
}

/// What one thread reads from packs.
package final class PackReader {
  private struct Base {
    let kind: ObjectKind
    let bytes: [UInt8]
  }

  private let packs: [PackFile]
  private let decompressor: OpaquePointer
  /// The pack that had the last object: most have their neighbours too.
  private var latest = 0
  /// What others were told apart from: neighbours in history share it.
  private var bases: [PackPlace: Base] = [:]
  private var basesSize = 0

  /// How many bytes of them are kept.
  private let basesLimit: Int

  /// git's own limit of a chain is 4095.
  static let deepest = 4096

  /// - Parameter basesLimit: How many bytes are kept of what further objects may be told by.
  package init?(_ packs: Packs, keeping basesLimit: Int = 1 << 24) {
    guard !packs.files.isEmpty, let decompressor = libdeflate_alloc_decompressor() else {
      return nil
    }
    self.packs = packs.files
    self.basesLimit = basesLimit
    self.decompressor = decompressor
  }

  deinit {
    libdeflate_free_decompressor(decompressor)
  }

  /// An object; `nil` where libgit2 is to be asked.
  package func object(_ id: ObjectID) -> GitObject? {
    place(of: id).flatMap { object(at: $0) }
  }

  /// Where objects are that are going to be read; `nil` where one has to be looked for.
  package func places(of ids: [ObjectID]) -> [PackPlace?] {
    packs[latest].offsets(of: ids).map { offset in
      offset.map { PackPlace(pack: latest, offset: $0) }
    }
  }

  /// The object that begins at a place; `nil` where libgit2 is to be asked.
  package func object(at place: PackPlace) -> GitObject? {
    read(place).map { GitObject(kind: $0.kind, bytes: $0.bytes) }
  }

  /// The object with whose first bytes the one at a place begins, because it is told by that, how many
  /// they are, and the size of the one and the other; `nil` where there is none.
  func beginning(
    at place: PackPlace
  ) -> (of: PackPlace, count: Int, baseSize: Int, size: Int)? {
    guard let entry = PackedEntry(packs[place.pack], at: place.offset),
      let base = base(of: entry, in: place.pack),
      var delta = inflate(entry, packs[place.pack]).flatMap(PackedDelta.init),
      case .copied(let range) = delta.next(), range.lowerBound == 0, range.count <= delta.size
    else { return nil }
    return (base, range.count, delta.baseSize, delta.size)
  }

  /// An object's kind, without reading it; `nil` where libgit2 is to be asked.
  package func kind(of id: ObjectID) -> ObjectKind? {
    guard var place = place(of: id) else { return nil }
    for _ in 0..<Self.deepest {
      guard let entry = PackedEntry(packs[place.pack], at: place.offset) else { return nil }
      switch entry.form {
      case .whole(let kind): return kind
      case .deltaAt, .delta:
        guard let base = base(of: entry, in: place.pack) else { return nil }
        place = base
      }
    }
    return nil
  }

  /// Where an object is; `nil` where libgit2 is to be asked.
  func place(of id: ObjectID) -> PackPlace? {
    if let offset = packs[latest].offset(of: id) { return PackPlace(pack: latest, offset: offset) }
    for pack in packs.indices where pack != latest {
      guard let offset = packs[pack].offset(of: id) else { continue }
      latest = pack
      return PackPlace(pack: pack, offset: offset)
    }
    return nil
  }

  /// Where the object lies that a delta is told by: in the same pack, by the format.
  private func base(of entry: PackedEntry, in pack: Int) -> PackPlace? {
    switch entry.form {
    case .whole: nil
    case .deltaAt(let offset): PackPlace(pack: pack, offset: offset)
    case .delta(let id): packs[pack].offset(of: id).map { PackPlace(pack: pack, offset: $0) }
    }
  }

  private func read(_ start: PackPlace) -> Base? {
    // Down to what stands there whole or is known, and up again through the deltas.
    var deltas: [(place: PackPlace, delta: [UInt8])] = []
    var place = start
    var result: Base
    while true {
      guard deltas.count < Self.deepest,
        let entry = PackedEntry(packs[place.pack], at: place.offset)
      else { return nil }
      // A commit that stands whole is asked for once.
      if !deltas.isEmpty || !entry.isWholeCommit, let known = bases[place] {
        result = known
        break
      }
      guard let bytes = inflate(entry, packs[place.pack]) else { return nil }
      if case .whole(let kind) = entry.form {
        result = Base(kind: kind, bytes: bytes)
        if !deltas.isEmpty || kind == .tree { remember(result, at: place) }
        break
      }
      guard let base = base(of: entry, in: place.pack) else { return nil }
      deltas.append((place, bytes))
      place = base
    }
    while let (place, delta) = deltas.popLast() {
      guard let bytes = Self.apply(delta, to: result.bytes) else { return nil }
      result = Base(kind: result.kind, bytes: bytes)
      // A tree is what the next one in history is told by; few commits are.
      if !deltas.isEmpty || result.kind == .tree { remember(result, at: place) }
    }
    return result
  }

  private func remember(_ base: Base, at place: PackPlace) {
    if basesSize + base.bytes.count > basesLimit {
      bases.removeAll(keepingCapacity: true)
      basesSize = 0
    }
    bases[place] = base
    basesSize += base.bytes.count
  }

  private func inflate(_ entry: PackedEntry, _ pack: PackFile) -> [UInt8]? {
    let source = pack.data.bytes[entry.start..<pack.end]
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: entry.size) { buffer, count in
      var (used, made) = (0, 0)
      // No checksum but zlib's own is compared, as git and libgit2 have it.
      let result = libdeflate_zlib_decompress_ex(
        decompressor, UnsafeRawBufferPointer(rebasing: source).baseAddress, source.count,
        buffer.baseAddress, entry.size, &used, &made)
      isWhole = result == LIBDEFLATE_SUCCESS && made == entry.size
      count = isWhole ? made : 0
    }
    return isWhole ? bytes : nil
  }

  /// What `delta` makes of `base`; `nil` where it is malformed or of another base.
  static func apply(_ delta: [UInt8], to base: [UInt8]) -> [UInt8]? {
    guard var delta = PackedDelta(delta), delta.baseSize == base.count else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(delta.size)
    while !delta.isAtEnd {
      guard let step = delta.next() else { return nil }
      switch step {
      case .own(let range): result += delta[range]
      case .copied(let range):
        guard result.count + range.count <= delta.size else { return nil }
        result += base[range]
      }
    }
    return result.count == delta.size ? result : nil
  }
}
