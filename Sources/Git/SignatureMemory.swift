internal import Synchronization

/// What ssh-keygen and gpg took for good, for as long as one command runs: hundreds of releases ask the same.
///
/// Nothing else is kept: what is wrong is said by the name of the list that says so.
package final class SignatureMemory: Sendable {
  /// What an answer hangs on.
  struct Place: Hashable {
    enum Proof: Hashable {
      /// Any signature that a key made.
      case ssh(SignatureCheck.Alike)
      case openPGP(SignatureCheck.Question)
    }

    let proof: Proof
    let signers: [UInt8]
    let revoked: String?
    let program: String
    /// When the keys had to be good.
    let time: String
  }

  private let keys = Mutex<[Place: String]>([:])

  package init() {}

  func key(at place: Place) -> String? { keys.withLock { $0[place] } }

  func remember(_ answer: SignatureCheck.Answer?, at place: Place) {
    guard case .good(let key)? = answer else { return }
    keys.withLock { $0[place] = key }
  }
}
