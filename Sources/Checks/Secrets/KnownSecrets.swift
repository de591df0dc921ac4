internal import FoundationEssentials

/// The values of an environment's secrets, to be looked for elsewhere.
struct KnownSecrets: Sendable {
  private struct Needle: Sendable {
    let name: String
    let bytes: [UInt8]
  }

  private let needles: [Needle]
  /// How far one may go on from two bytes that end a window, by the bytes.
  private let steps: [UInt8]

  /// Shorter values are words.
  private static let shortest = 12
  /// Of one file, more are not told.
  private static let most = 20

  /// - Parameter source: How people call the place that the values are from.
  init(_ variables: [EnvironmentFile.Variable], from source: String) {
    self.init(
      needles: variables.flatMap { variable in
        Self.values(variable).flatMap { value in
          let name = "\(variable.name) of \(source)"
          return [Needle(name: name, bytes: value)]
            + Self.encodings(of: value).map { Needle(name: "\(name), encoded", bytes: $0) }
        }
      })
  }

  /// The value as it stands in a text in base 64: as Kubernetes keeps it, or behind a user's name.
  ///
  /// Three bytes become four signs, so that what stands before it leaves three ways; only those signs count
  /// that nothing beside the value has a part in.
  private static func encodings(of value: [UInt8]) -> [[UInt8]] {
    [(before: 0, shared: 0), (1, 2), (2, 3)].map { before, shared in
      let bytes = [UInt8](repeating: 0, count: before) + value
      let encoded = Data(bytes.prefix(bytes.count / 3 * 3)).base64EncodedString()
      return Array(encoded.utf8.dropFirst(shared))
    }
  }

  private init(needles: [Needle]) {
    self.needles = needles
    let window = Self.shortest
    var steps = [UInt8](repeating: UInt8(window - 1), count: needles.isEmpty ? 0 : 1 << 16)
    for needle in needles {
      for index in 1..<window {
        let pair = Self.pair(needle.bytes[index - 1], needle.bytes[index])
        steps[pair] = min(steps[pair], UInt8(window - 1 - index))
      }
    }
    self.steps = steps
  }

  static func + (left: KnownSecrets, right: KnownSecrets) -> KnownSecrets {
    KnownSecrets(needles: left.needles + right.needles)
  }

  static let none = KnownSecrets(needles: [])

  var isEmpty: Bool { needles.isEmpty }

  /// What of a variable's value nobody else can have by chance.
  private static func values(_ variable: EnvironmentFile.Variable) -> [[UInt8]] {
    var values: [String] = []
    if let password = SecretValue.password(inURL: variable.value) {
      values.append(String(password))
    } else if SecretName.isSecret(variable.name) {
      // Of several lines, such as those of a key, the longest will do.
      let lines = variable.value.split(whereSeparator: \.isNewline)
      if let longest = lines.max(by: { $0.utf8.count < $1.utf8.count }) {
        values.append(String(longest))
      }
    } else if variable.value.utf8.count >= 20, SecretValue.isRandom(Array(variable.value.utf8)) {
      values.append(variable.value)
    }
    return values.filter { value in
      value.utf8.count >= shortest && SecretValue.fault(in: value, isSecret: true) == nil
        && SecretValue.entropy(value.utf8) >= 2.5
    }.map { Array($0.utf8) }
  }

  @inline(__always)
  private static func pair(_ first: UInt8, _ second: UInt8) -> Int {
    Int(first) << 8 | Int(second)
  }

  /// Where the values stand.
  ///
  /// Skips as much as no value can begin in, so that a file costs less than its bytes.
  func sightings(in bytes: Swift.Span<UInt8>) -> [SecretScanner.Sighting] {
    guard !needles.isEmpty else { return [] }
    var sightings: [SecretScanner.Sighting] = []
    let window = Self.shortest
    var end = window - 1
    while end < bytes.count, sightings.count < Self.most {
      let step = Int(steps[Self.pair(bytes[end - 1], bytes[end])])
      if step > 0 {
        end += step
        continue
      }
      let start = end - window + 1
      if let needle = needles.first(where: { Self.stands($0.bytes, in: bytes, at: start) }) {
        sightings.append(Self.sighting(needle, in: bytes, at: start))
        end = start + needle.bytes.count + window - 1
      } else {
        end += 1
      }
    }
    return sightings
  }

  private static func stands(
    _ needle: [UInt8], in bytes: Swift.Span<UInt8>, at start: Int
  ) -> Bool {
    guard start + needle.count <= bytes.count else { return false }
    for offset in needle.indices where bytes[start + offset] != needle[offset] { return false }
    return true
  }

  private static func sighting(
    _ needle: Needle, in bytes: Swift.Span<UInt8>, at start: Int
  ) -> SecretScanner.Sighting {
    var line = 1
    var lineStart = 0
    for index in 0..<start where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    return SecretScanner.Sighting(
      what: "the value of \(needle.name)", line: line, column: start - lineStart + 1,
      length: needle.bytes.count, isKnown: true)
  }
}
