/// Why artifacts cannot be found, read or copied.
package struct ArtifactError: Error, Hashable {
  package enum Kind: Hashable, Sendable {
    /// There is nothing of that name.
    case missing
    case unreadable
    /// It was not the same from the beginning of its reading to the end.
    case changed
    /// A link leads out of the root.
    case outside
    /// It is no regular file.
    case special
    case limit
    case unwritable
    /// A rule says no: what is there is something else.
    case refused
    /// Somebody wanted it to stop.
    case stopped
  }

  package let kind: Kind
  package let message: String
  package let hint: String?
  /// From the root.
  package let path: String?

  package init(_ kind: Kind, _ message: String, hint: String? = nil, path: String? = nil) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.path = path
  }
}
