internal import Release

/// git's commit-graph: the parents, times and depths of commits, without reading the commits.
///
/// Read directly, because libgit2 1.5 refuses the files that git writes by default, and then walks
/// ten times slower. A file that is malformed is as none: the commits themselves are read instead.
/// Whether depths and parents agree is seen on the way; git believes it all.
struct CommitGraph: Sendable {
  // Oldest layer first; a commit's position counts through them all.
  private let layers: [Layer]
  let count: Int

  /// The graph of an object directory; `nil` where there is none that can be used.
  init?(objects: String) {
    let information = "\(objects)/info"
    let paths: [String]
    if Disk.exists("\(information)/commit-graph") {
      paths = ["\(information)/commit-graph"]
    } else {
      let directory = "\(information)/commit-graphs"
      guard let chain = try? Disk.content(of: "\(directory)/commit-graph-chain") else { return nil }
      let names = chain.split(separator: UInt8(ascii: "\n"))
      guard names.allSatisfy({ ObjectID(hexadecimal: $0) != nil }) else { return nil }
      paths = names.map { "\(directory)/graph-\(String(decoding: $0, as: UTF8.self)).graph" }
    }
    var layers: [Layer] = []
    var first = 0
    for path in paths {
      guard let file = MappedFile(path), let layer = Layer(file, first: first, below: layers.count)
      else { return nil }
      layers.append(layer)
      first += layer.count
    }
    // Graphs written before git 2.18 have no depths, and then a walk could not be cut short.
    guard let newest = layers.last, (1...Int(Int32.max)).contains(first),
      newest.count == 0 || newest.generation(at: 0) > 0
    else { return nil }
    self.layers = layers
    count = first
  }

  /// Whether the order of positions is that of ids.
  var isOrderedByID: Bool { layers.count == 1 }

  func position(of id: ObjectID) -> Int? {
    for layer in layers.reversed() {
      if let place = layer.find(id) { return layer.first + place }
    }
    return nil
  }

  /// When the commit was made, in seconds since 1970, and how deep it is: one more than the deepest of its
  /// parents.
  func entry(at position: Int) -> (time: Int64, generation: UInt32) {
    let layer = layer(of: position)
    let place = position - layer.first
    return (layer.time(at: place), layer.generation(at: place))
  }

  func id(at position: Int) -> ObjectID {
    let layer = layer(of: position)
    return layer.id(at: position - layer.first)
  }

  /// The commit's own tree.
  func tree(at position: Int) -> ObjectID {
    let layer = layer(of: position)
    return layer.tree(at: position - layer.first)
  }

  /// Adds the positions of the parents; where the file says what cannot be, they mean nothing.
  ///
  /// - Returns: Whether it says what can be.
  func appendParents(of position: Int, to positions: inout [Int32]) -> Bool {
    let layer = layer(of: position)
    let place = position - layer.first
    let start = positions.count
    guard layer.appendParents(of: place, to: &positions) else { return false }
    // Where parents are less deep, no way leads back to a commit.
    var deepest: UInt32 = 0
    for index in start..<positions.count {
      let parent = Int(positions[index])
      guard parent < layer.first + layer.count else { return false }
      let holder = parent < layer.first ? self.layer(of: parent) : layer
      deepest = max(deepest, holder.generation(at: parent - holder.first))
    }
    // At 2³⁰ - 1 git stops counting: nobody has as many.
    return layer.generation(at: place) == deepest + 1
  }

  private func layer(of position: Int) -> Layer {
    // Chains are a few layers long, and the newest is asked most.
    var number = layers.count - 1
    while number > 0, layers[number].first > position { number -= 1 }
    return layers[number]
  }
}

/// One file of a commit-graph, its bounds checked.
///
/// A class: a copy costs more than what it is asked.
private final class Layer: Sendable {
  let first: Int
  let count: Int
  private let file: MappedFile
  // Parts of the file, where nobody writes, so that all threads may read.
  private nonisolated(unsafe) let fanout: UnsafeRawBufferPointer
  private nonisolated(unsafe) let ids: UnsafeRawBufferPointer
  private nonisolated(unsafe) let data: UnsafeRawBufferPointer
  private nonisolated(unsafe) let edges: UnsafeRawBufferPointer

  private static let none: UInt32 = 0x7000_0000
  private static let flag: UInt32 = 0x8000_0000
  private static let width = ObjectID.byteCount + 16

  init?(_ file: MappedFile, first: Int, below: Int) {
    let bytes = file.bytes
    // Signature `CGPH`, version 1, SHA-1, number of chunks, number of layers below.
    guard bytes.count >= 8 + 12 + ObjectID.byteCount,
      bytes.bigEndian(at: 0, as: UInt32.self) == 0x4347_5048, bytes[4] == 1, bytes[5] == 1,
      Int(bytes[7]) == below, let chunks = Self.chunks(bytes),
      let fanout = chunks[0x4F49_4446], let ids = chunks[0x4F49_444C],
      let data = chunks[0x4344_4154], fanout.count >= 1024
    else { return nil }
    var last: UInt32 = 0
    for index in 0..<256 {
      let next = fanout.bigEndian(at: index * 4, as: UInt32.self)
      guard next >= last else { return nil }
      last = next
    }
    count = Int(last)
    guard ids.count >= count * ObjectID.byteCount, data.count >= count * Self.width else {
      return nil
    }
    self.file = file
    self.first = first
    self.fanout = fanout
    self.ids = ids
    self.data = data
    edges = chunks[0x4544_4745] ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  private static func chunks(_ bytes: UnsafeRawBufferPointer) -> [UInt32: UnsafeRawBufferPointer]? {
    var chunks: [UInt32: UnsafeRawBufferPointer] = [:]
    let number = Int(bytes[6])
    guard bytes.count >= 8 + (number + 1) * 12 + ObjectID.byteCount else { return nil }
    let end = UInt64(bytes.count - ObjectID.byteCount)
    for index in 0..<number {
      let entry = 8 + index * 12
      let start = bytes.bigEndian(at: entry + 4, as: UInt64.self)
      let next = bytes.bigEndian(at: entry + 16, as: UInt64.self)
      guard start <= next, next <= end else { return nil }
      let name = bytes.bigEndian(at: entry, as: UInt32.self)
      chunks[name] = UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<Int(next)])
    }
    return chunks
  }

  func find(_ id: ObjectID) -> Int? {
    let head = Int(id.firstByte)
    var low = head == 0 ? 0 : Int(fanout.bigEndian(at: (head - 1) * 4, as: UInt32.self))
    var high = Int(fanout.bigEndian(at: head * 4, as: UInt32.self))
    while low < high {
      let middle = (low + high) / 2
      let candidate = self.id(at: middle)
      if candidate == id { return middle }
      if candidate < id { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  func id(at place: Int) -> ObjectID {
    ObjectID(ids, at: place * ObjectID.byteCount)
  }

  func tree(at place: Int) -> ObjectID {
    ObjectID(data, at: place * Self.width)
  }

  func time(at place: Int) -> Int64 {
    let offset = place * Self.width + ObjectID.byteCount + 8
    let high = UInt64(data.bigEndian(at: offset, as: UInt32.self) & 3)
    return Int64(high << 32 | UInt64(data.bigEndian(at: offset + 4, as: UInt32.self)))
  }

  func generation(at place: Int) -> UInt32 {
    data.bigEndian(at: place * Self.width + ObjectID.byteCount + 8, as: UInt32.self) >> 2
  }

  func appendParents(of place: Int, to positions: inout [Int32]) -> Bool {
    let offset = place * Self.width + ObjectID.byteCount
    let one = data.bigEndian(at: offset, as: UInt32.self)
    let two = data.bigEndian(at: offset + 4, as: UInt32.self)
    guard one != Self.none else { return two == Self.none }
    guard one & Self.flag == 0 else { return false }
    positions.append(Int32(one))
    guard two != Self.none else { return true }
    guard two & Self.flag != 0 else {
      positions.append(Int32(two))
      return true
    }
    // More than two parents: the rest stand in a list of their own, the last one flagged.
    var next = Int(two & ~Self.flag)
    while true {
      guard (next + 1) * 4 <= edges.count else { return false }
      let edge = edges.bigEndian(at: next * 4, as: UInt32.self)
      positions.append(Int32(edge & ~Self.flag))
      if edge & Self.flag != 0 { return true }
      next += 1
    }
  }
}
