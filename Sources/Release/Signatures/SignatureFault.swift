/// Why a signature proves nothing.
package enum SignatureFault: Hashable, Sendable {
  /// It is not over these bytes, or is none at all.
  case altered
  /// It is made by a key that the list does not give to whom it is said to be of.
  case stranger
  /// Its key is not good now: no more, or not yet.
  case expired
  case revoked
  /// The program that was asked says no.
  case refused
}

/// What the signature on a release's tag proves.
package enum TagProof: Hashable, Sendable {
  /// It has none, or there is no tag.
  case notSigned
  /// Signed with a key of the tagger.
  case signed(key: String)
  /// Signed with a good key of somebody else whom the list names.
  case other(String, key: String)
  case bad(SignatureFault, String)
  /// Whether it counts cannot be told; the text says why.
  case unknown(String)

  /// Whether nobody whose tags count made it; `false` where that cannot be told.
  package var isKnownToBeNobodys: Bool {
    switch self {
    case .notSigned, .bad: true
    case .signed, .other, .unknown: false
    }
  }

  /// The key that made it, where it is good.
  package var key: String? {
    switch self {
    case .signed(let key), .other(_, let key): key
    case .notSigned, .bad, .unknown: nil
    }
  }
}
