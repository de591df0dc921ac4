extension StringProtocol {
  /// Its beginning, where it has more signs than a message has room for.
  func cut(to limit: Int) -> String { count > limit ? "\(prefix(limit - 1))…" : String(self) }
}
