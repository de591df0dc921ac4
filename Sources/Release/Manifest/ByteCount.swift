extension Int {
  /// A number of bytes for people: `12 bytes`, `1.5 kB`, `600.0 MB`, by powers of 1000.
  package var asBytes: String {
    guard self >= 1000 else { return self == 1 ? "1 byte" : "\(self) bytes" }
    var units = ["kB", "MB", "GB", "TB"][...]
    var tenths = self / 100
    while tenths >= 10_000, units.count > 1 {
      tenths /= 1000
      units.removeFirst()
    }
    return "\(tenths / 10).\(tenths % 10) \(units.first ?? "")"
  }
}
