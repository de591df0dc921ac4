/// A text taken scalar by scalar, its lines counted: what all lexers of migrations go over.
protocol SourceCursor {
  var scalars: [Unicode.Scalar] { get }
  /// Of the next one.
  var place: Int { get set }
  var line: Int { get set }
}

extension SourceCursor {
  func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    place + offset < scalars.count ? scalars[place + offset] : nil
  }

  mutating func take() -> Unicode.Scalar {
    let scalar = scalars[place]
    place += 1
    if scalar == "\n" { line += 1 }
    return scalar
  }
}
