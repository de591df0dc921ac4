internal import Crypto

/// A signature as `ssh-keygen -Y sign` writes it: OpenSSH's PROTOCOL.sshsig.
///
/// It tells what the key and the namespace are, and whether the key made it. Whether the key is to be
/// believed is another question.
package struct SSHSignature: Sendable {
  package enum Validity: Hashable, Sendable {
    /// The key made it, over these bytes in this namespace.
    case valid
    case invalid
    /// Its algorithm is none that is reckoned here.
    case notReckoned
  }

  /// The public key, as the lists of signers have it in base64.
  package let key: SSHKey
  package let namespace: [UInt8]
  private let hash: Hash
  private let algorithm: [UInt8]
  private let value: [UInt8]

  private enum Hash: String {
    case sha256
    case sha512
  }

  private static let magic = Array("SSHSIG".utf8)

  /// Reads the armoured text; `nil` where it is not what ssh-keygen writes, more than that included.
  package init?(armoured text: String) {
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    guard lines.count > 2, lines.removeFirst().elementsEqual("-----BEGIN SSH SIGNATURE-----".utf8),
      lines.removeLast().elementsEqual("-----END SSH SIGNATURE-----".utf8),
      let bytes = Base64.decode(Array(lines.joined()))
    else { return nil }
    var reader = SSHReader(bytes)
    guard reader.take(6) == Self.magic, reader.number() == 1, let key = reader.string(),
      let namespace = reader.string(), reader.string() == [], let hash = reader.string(),
      let signature = reader.string(), reader.isAtEnd
    else { return nil }
    var inner = SSHReader(signature)
    guard let algorithm = inner.string(), let value = inner.string(),
      let known = Hash(rawValue: String(decoding: hash, as: UTF8.self)),
      let read = SSHKey(key), !namespace.isEmpty
    else { return nil }
    // What follows the value is there with keys in hardware alone.
    guard inner.isAtEnd || read.isInHardware else { return nil }
    self.key = read
    self.namespace = namespace
    self.hash = known
    self.algorithm = algorithm
    self.value = value
  }

  /// Whether its key made it over `payload`, in its own namespace.
  package func validity(over payload: [UInt8]) -> Validity {
    let digest: [UInt8] =
      switch hash {
      case .sha256: Array(SHA256.hash(data: payload))
      case .sha512: Array(SHA512.hash(data: payload))
      }
    var signed = Self.magic
    for part in [namespace, [], Array(hash.rawValue.utf8), digest] {
      signed += withUnsafeBytes(of: UInt32(part.count).bigEndian, Array.init) + part
    }
    return key.validity(of: value, algorithm: algorithm, over: signed)
  }
}

/// A public key of SSH's.
package struct SSHKey: Hashable, Sendable {
  /// As it stands in files, without the base64.
  package let blob: [UInt8]
  package let type: String

  package init?(_ blob: [UInt8]) {
    var reader = SSHReader(blob)
    guard let type = reader.string(), let text = String(validating: type, as: UTF8.self),
      !text.isEmpty
    else { return nil }
    self.blob = blob
    self.type = text
  }

  /// As it stands in lists of signers, behind the names.
  package var line: String { "\(type) \(Base64.encode(blob))" }

  /// As ssh-keygen prints it: `SHA256:` and the digest in base64.
  package var fingerprint: String { "SHA256:" + Base64.encode(Digest(of: blob).bytes) }

  /// Whether an authority vouches for it, so that no list names the key itself.
  package var isCertified: Bool { type.hasSuffix("-cert-v01@openssh.com") }

  fileprivate var isInHardware: Bool { type.hasPrefix("sk-") }

  /// Only what is of the very form that OpenSSH writes is valid.
  fileprivate func validity(
    of value: [UInt8], algorithm: [UInt8], over signed: [UInt8]
  ) -> SSHSignature.Validity {
    var reader = SSHReader(blob)
    let isOwn = reader.string() == algorithm
    switch type {
    case "ssh-ed25519":
      guard isOwn, let point = reader.string(), reader.isAtEnd, value.count == 64,
        let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point)
      else { return .invalid }
      return key.isValidSignature(value, for: signed) ? .valid : .invalid
    case "ecdsa-sha2-nistp256":
      guard isOwn, let (point, numbers) = Self.elliptic("nistp256", 32, &reader, value),
        let key = try? P256.Signing.PublicKey(x963Representation: point),
        let signature = try? P256.Signing.ECDSASignature(rawRepresentation: numbers)
      else { return .invalid }
      return key.isValidSignature(signature, for: signed) ? .valid : .invalid
    case "ecdsa-sha2-nistp384":
      guard isOwn, let (point, numbers) = Self.elliptic("nistp384", 48, &reader, value),
        let key = try? P384.Signing.PublicKey(x963Representation: point),
        let signature = try? P384.Signing.ECDSASignature(rawRepresentation: numbers)
      else { return .invalid }
      return key.isValidSignature(signature, for: signed) ? .valid : .invalid
    case "ecdsa-sha2-nistp521":
      guard isOwn, let (point, numbers) = Self.elliptic("nistp521", 66, &reader, value),
        let key = try? P521.Signing.PublicKey(x963Representation: point),
        let signature = try? P521.Signing.ECDSASignature(rawRepresentation: numbers)
      else { return .invalid }
      return key.isValidSignature(signature, for: signed) ? .valid : .invalid
    default: return .notReckoned
    }
  }

  /// The point of the rest of a key, and both numbers of a signature, each `width` bytes wide.
  private static func elliptic(
    _ curve: String, _ width: Int, _ key: inout SSHReader, _ value: [UInt8]
  ) -> (point: [UInt8], numbers: [UInt8])? {
    var reader = SSHReader(value)
    guard key.string() == Array(curve.utf8), let point = key.string(), key.isAtEnd,
      point.count == 1 + 2 * width, point.first == 4,
      let r = reader.positive(width: width), let s = reader.positive(width: width), reader.isAtEnd
    else { return nil }
    return (point, r + s)
  }
}

/// Reads SSH's wire format (RFC 4251, section 5).
struct SSHReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  mutating func number() -> UInt32? {
    take(4).map { $0.reduce(0) { $0 << 8 | UInt32($1) } }
  }

  mutating func string() -> [UInt8]? {
    number().flatMap { take(Int($0)) }
  }

  /// A positive `mpint` as `width` bytes, in the one form that it may have.
  mutating func positive(width: Int) -> [UInt8]? {
    guard var bytes = string()?[...], let first = bytes.first, first < 0x80 else { return nil }
    if first == 0 {
      bytes = bytes.dropFirst()
      guard bytes.first ?? 0 >= 0x80 else { return nil }
    }
    guard bytes.count <= width else { return nil }
    return [UInt8](repeating: 0, count: width - bytes.count) + bytes
  }
}
