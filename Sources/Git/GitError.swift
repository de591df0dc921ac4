internal import Clibgit2
internal import Release

/// What git, libgit2 or a signing program could not do, and the command that mends it.
package struct GitError: Error, Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case notARepository
    case unsupportedFormat
    case foreignOwner
    case invalidObject
    case missingObject
    case locked
    case readOnly
    case ambiguous
    case identity
    case signing
    case network
    case refused
    case program
    case other
  }

  package let kind: Kind
  package let message: String
  /// The command that mends it, ready to be typed.
  package let hint: String?

  package init(_ kind: Kind, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
  }
}

extension GitError: CustomStringConvertible {
  package var description: String { hint.map { "\(message)\nhint: \($0)" } ?? message }
}

extension GitError {
  /// libgit2's last error in this thread, copied and cleared, as the failure of `task`.
  static func last(_ status: Int32, _ task: String) -> GitError {
    // libgit2 may fail without a message, so an older one must never be left to be read again.
    var detail = "libgit2 error \(status)"
    var category = GIT_ERROR_NONE.rawValue
    if let error = git_error_last() {
      if let message = error.pointee.message { detail = String(cString: message) }
      category = UInt32(bitPattern: error.pointee.klass)
    }
    git_error_clear()
    return GitError(kind(status, category, detail), "\(task): \(detail)")
  }

  private static func kind(_ status: Int32, _ category: UInt32, _ detail: String) -> Kind {
    switch status {
    case GIT_EAMBIGUOUS.rawValue: return .ambiguous
    case GIT_ELOCKED.rawValue: return .locked
    case GIT_EMISMATCH.rawValue: return .invalidObject
    case GIT_EOWNER.rawValue: return .foreignOwner
    case GIT_ENOTFOUND.rawValue: return .missingObject
    default: break
    }
    if detail.hasSuffix("Read-only file system") || detail.hasSuffix("Permission denied") {
      return .readOnly
    }
    let damaged = [GIT_ERROR_ZLIB, GIT_ERROR_ODB, GIT_ERROR_OBJECT, GIT_ERROR_SHA]
    return damaged.contains { $0.rawValue == category } ? .invalidObject : .other
  }

  /// `text` as one word of a shell command, so that a hint can be pasted.
  package static func quoted(_ text: String) -> String {
    ShellWord.quoted(text)
  }
}

extension Int32 {
  /// Throws where libgit2's status says that `task` failed.
  func check(_ task: @autoclosure () -> String) throws(GitError) {
    if self < 0 { throw GitError.last(self, task()) }
  }
}
