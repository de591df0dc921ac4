internal import Release

/// One of git's packs and its index, mapped, their bounds checked.
///
/// Of what a file says nothing is believed beyond its own size; a file that is malformed is as none.
struct PackFile {
  let data: MappedFile
  private let index: MappedFile
  private let count: Int
  private let idStart: Int
  private let offsetStart: Int
  private let longStart: Int

  /// What stands before the first object, and after the last.
  static let headerSize = 12
  private static let trailerSize = ObjectID.byteCount

  /// The pack of `path`, which ends in `.pack`; `nil` where it or its index cannot be used.
  init?(_ path: String) {
    guard let data = MappedFile(path), let index = MappedFile(path.dropLast(4) + "idx"),
      data.count >= Self.headerSize + Self.trailerSize, index.count >= 8 + 1024 + 40
    else { return nil }
    let (pack, table) = (data.bytes, index.bytes)
    // `PACK`, version 2; and an index of version 2, which is of this very pack.
    guard pack.bigEndian(at: 0, as: UInt32.self) == 0x5041_434B,
      pack.bigEndian(at: 4, as: UInt32.self) == 2,
      table.bigEndian(at: 0, as: UInt32.self) == 0xFF74_4F63,
      table.bigEndian(at: 4, as: UInt32.self) == 2,
      ObjectID(table, at: table.count - 2 * Self.trailerSize)
        == ObjectID(pack, at: pack.count - Self.trailerSize)
    else { return nil }
    var last: UInt32 = 0
    for place in 0..<256 {
      let next = table.bigEndian(at: 8 + place * 4, as: UInt32.self)
      guard next >= last else { return nil }
      last = next
    }
    let count = Int(last)
    guard pack.bigEndian(at: 8, as: UInt32.self) == last,
      table.count >= 8 + 1024 + count * 28 + 2 * Self.trailerSize
    else { return nil }
    self.data = data
    self.index = index
    self.count = count
    idStart = 8 + 1024
    offsetStart = idStart + count * 24
    longStart = offsetStart + count * 4
  }

  /// Where an object begins in the pack; `nil` where the pack does not have it.
  func offset(of id: ObjectID) -> Int? {
    let places = places(beginningAs: id)
    return offset(of: id, in: places, near: guess(of: id, in: places, steps: 2))
  }

  /// The same of many, looked up together: nearly each look misses every cache, and several can wait for
  /// memory at once.
  func offsets(of ids: [ObjectID]) -> [Int?] {
    var guesses = ids.map { guess(of: $0, in: places(beginningAs: $0), steps: 1) }
    for index in ids.indices {
      guesses[index] = guess(
        of: ids[index], in: places(beginningAs: ids[index]), from: guesses[index], steps: 1)
    }
    return zip(ids, guesses).map { offset(of: $0, in: places(beginningAs: $0), near: $1) }
  }

  /// Where the ids stand that have the first byte of this one.
  private func places(beginningAs id: ObjectID) -> Range<Int> {
    let table = index.bytes
    let head = Int(id.firstByte)
    let low = head == 0 ? 0 : table.bigEndian(at: 4 + head * 4, as: UInt32.self)
    return Int(low)..<Int(table.bigEndian(at: 8 + head * 4, as: UInt32.self))
  }

  /// About where an id stands, found with so many looks.
  ///
  /// Ids are as good as random: a place is about as far on as its id is, from the first or another one.
  private func guess(
    of id: ObjectID, in places: Range<Int>, from known: Int? = nil, steps: Int
  ) -> Int {
    guard let last = places.last else { return places.lowerBound }
    let share = Self.share(of: id.bits)
    // Neither is above 2³², so that nothing overflows.
    func further(_ place: Int, _ seen: Int64) -> Int {
      let step = Int(((share - seen) * Int64(places.count)) >> 31)
      return min(max(place + step, places.lowerBound), last)
    }
    var guess = known ?? further(places.lowerBound, 0)
    for _ in 0..<steps { guess = further(guess, Self.share(of: start(of: guess))) }
    return guess
  }

  private func offset(of id: ObjectID, in places: Range<Int>, near guess: Int) -> Int? {
    let bits = id.bits
    var (low, high) = (places.lowerBound, places.upperBound)
    if low < high {
      var step = 4
      if start(of: guess) < bits {
        low = guess
        while low + step < high, start(of: low + step) < bits {
          low += step
          step *= 2
        }
        high = min(high, low + step)
      } else {
        high = guess
        while high - step > low, start(of: high - step) >= bits {
          high -= step
          step *= 2
        }
        low = max(low, high - step)
      }
    }
    // The first whose leading bits are not below; those of two ids hardly ever agree.
    while low < high {
      let middle = (low + high) / 2
      if start(of: middle) < bits { low = middle + 1 } else { high = middle }
    }
    while low < count, start(of: low) == bits {
      let place = idStart + low * ObjectID.byteCount
      if ObjectID(index.bytes, at: place) == id { return offset(at: low) }
      low += 1
    }
    return nil
  }

  /// How far an id is between the first that begins with its byte and the last, of 2³¹.
  private static func share(of bits: UInt64) -> Int64 { Int64((bits << 8) >> 33) }

  /// The leading bits of an id, as `ObjectID.bits` has them.
  private func start(of place: Int) -> UInt64 {
    index.bytes.bigEndian(at: idStart + place * ObjectID.byteCount, as: UInt64.self)
  }

  private func offset(at place: Int) -> Int? {
    let table = index.bytes
    let short = table.bigEndian(at: offsetStart + place * 4, as: UInt32.self)
    var offset = Int(short)
    if short & 0x8000_0000 != 0 {
      let long = longStart + Int(short & 0x7FFF_FFFF) * 8
      guard long + 8 <= table.count - 2 * Self.trailerSize else { return nil }
      let value = table.bigEndian(at: long, as: UInt64.self)
      guard value < UInt64(data.count) else { return nil }
      offset = Int(value)
    }
    return (Self.headerSize..<end).contains(offset) ? offset : nil
  }

  /// Where the objects end.
  var end: Int { data.count - Self.trailerSize }
}

/// How an object stands in a pack.
struct PackedEntry {
  enum Form {
    case whole(ObjectKind)
    /// By what distinguishes it from the object that begins at this offset.
    case deltaAt(Int)
    case delta(ObjectID)
  }

  let form: Form
  /// Of the content, or of the delta.
  let size: Int
  /// Where the compressed bytes begin.
  let start: Int

  /// Larger objects are not read here.
  private static let largest = 1 << 24

  var isWholeCommit: Bool {
    if case .whole(.commit) = form { true } else { false }
  }

  /// `nil` where nothing that could be an object begins at `offset`.
  init?(_ pack: PackFile, at offset: Int) {
    let bytes = pack.data.bytes
    let end = pack.end
    var place = offset
    func next() -> UInt8? {
      guard place < end else { return nil }
      defer { place += 1 }
      return bytes[place]
    }
    guard var byte = next() else { return nil }
    let type = byte >> 4 & 7
    var size = Int(byte & 15)
    var shift = 4
    while byte & 0x80 != 0 {
      guard let more = next(), shift < 32 else { return nil }
      byte = more
      size |= Int(byte & 0x7F) << shift
      shift += 7
    }
    guard size <= Self.largest else { return nil }
    switch type {
    case 1: form = .whole(.commit)
    case 2: form = .whole(.tree)
    case 3: form = .whole(.blob)
    case 4: form = .whole(.tag)
    case 6:
      guard var byte = next() else { return nil }
      var distance = Int(byte & 0x7F)
      while byte & 0x80 != 0 {
        guard let more = next(), distance < 1 << 48 else { return nil }
        byte = more
        distance = (distance + 1) << 7 | Int(byte & 0x7F)
      }
      guard distance > 0, offset - distance >= PackFile.headerSize else { return nil }
      form = .deltaAt(offset - distance)
    case 7:
      guard place + ObjectID.byteCount <= end else { return nil }
      form = .delta(ObjectID(bytes, at: place))
      place += ObjectID.byteCount
    default: return nil
    }
    self.size = size
    start = place
  }
}
