/// What makes sign-offs of one environment stale: manifests and waivers that they do not cover.
struct Staleness {
  /// Those that stand, by time.
  private let makers: [Record]

  init(_ standing: Standing, environment: String) {
    makers =
      (standing.ofKind(.manifest) + standing.ofKind(.waiver, environment: environment))
      .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// Why a sign-off that covers these is stale; `nil` where it is not.
  func reason(_ covers: Record.Covers) -> String? {
    let later = makers.filter { record in
      !(record.kind == .manifest ? covers.manifests : covers.waivers).contains(record.id)
    }
    guard let first = later.first else { return nil }
    let others = later.count > 1 ? " and \(later.count - 1) more" : ""
    return "stale: \(Self.name(of: first))\(others) came after it"
  }

  private static func name(of record: Record) -> String {
    let name = "\(record.kind.rawValue) \(record.id.short)"
    guard case .waiver(let waiver) = record.body else { return "\(name) by \(record.by.name)" }
    let what =
      switch waiver.topic {
      case .check(let check): "the check \(check)"
      case .item(let item): "\u{201C}\(waiver.text ?? ItemID(item).short)\u{201D}"
      }
    return "\(name) of \(what) by \(record.by.name)"
  }
}
