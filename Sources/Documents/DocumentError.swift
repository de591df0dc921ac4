/// Why bytes are no document.
package enum DocumentError: Error, Hashable, CustomStringConvertible {
  case notUTF8(offset: Int)
  /// Sizes in bytes.
  case tooLarge(size: Int, limit: Int)
  /// Something in it would take the parser minutes.
  case tooIntricate(what: String)

  package var description: String {
    switch self {
    case .notUTF8(let offset): "not UTF-8 at byte \(offset)"
    case .tooLarge(let size, let limit):
      "\(size) bytes long; no document may have more than \(limit / 1_048_576) MiB"
    case .tooIntricate(let what): "too intricate to be read: \(what)"
    }
  }
}
