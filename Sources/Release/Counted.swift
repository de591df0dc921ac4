extension Int {
  /// `1 commit`, `2 commits`.
  package func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
