/// Why bytes are no document.
package enum DocumentError: Error, Hashable, CustomStringConvertible {
  /// - line: From 1, the first one that is not.
  case notUTF8(line: Int)
  /// Sizes in bytes.
  case tooLarge(size: Int, limit: Int)
  /// Something in it would take the parser minutes.
  case tooIntricate(what: String)

  package var description: String {
    switch self {
    case .notUTF8(let line): "not UTF-8 on line \(line)"
    case .tooLarge(let size, let limit):
      "\(size) bytes long; no document may have more than \(limit / 1_048_576) MiB"
    case .tooIntricate(let what): "too intricate to be read: \(what)"
    }
  }
}
