import Git
import Release

/// What stands under the name of a release that is to be cut.
enum OwnTag {
  case free
  /// An earlier run of the same command by the same person made it.
  case unfinished(AnnotatedTag, isRecorded: Bool)
  /// The tag is recorded, and other records of the release stand beside that.
  case disputed(AnnotatedTag, others: Int)
  /// Somebody cut it, and the tag is not here.
  case cutElsewhere(Record)
  case foreign(String, hint: String)

  /// - Parameters:
  ///   - records: The tag records of the release that stand.
  ///   - message: What the tag would say, trailers left out.
  ///   - signs: Whether it would be signed.
  ///   - nextCommand: What proposes a version that is free.
  init(
    _ found: TagFact, release: ReleaseVersion, target: ObjectID, tagger: Person?,
    records: [Record], message: [UInt8], signs: Bool, nextCommand: String
  ) {
    switch found {
    case .absent:
      // Who took their own tag back may make it again.
      let others = records.filter { $0.by.foldedEmail != tagger?.foldedEmail }
      self = others.first.map(Self.cutElsewhere) ?? .free
    case .lightweight:
      self = .foreign(
        "\(release) is a lightweight tag already",
        hint: "git tag -d \(release)   # if nobody else has it")
    case .other(let what):
      self = .foreign(
        "\(release) is a tag already, on \(what)",
        hint: "git tag -d \(release)   # if nobody else has it")
    case .annotated(let tag):
      let agreeing = records.filter { record in
        if case .tag(tag.object) = record.body { record.commit == tag.commit } else { false }
      }
      let isRight =
        tag.commit == target && tag.name.utf8.elementsEqual(release.description.utf8)
      if isRight, !agreeing.isEmpty, agreeing.count < records.count {
        self = .disputed(tag, others: records.count - agreeing.count)
      } else if isRight, tag.tagger == tagger,
        !agreeing.isEmpty || (records.isEmpty && tag.isMade(of: message, signs: signs))
      {
        self = .unfinished(tag, isRecorded: !agreeing.isEmpty)
      } else {
        let place = tag.commit == target ? "" : " at \(tag.commit?.short ?? "another object")"
        let isMine = isRight && tag.tagger == tagger && records.isEmpty
        self = .foreign(
          records.isEmpty
            ? "\(release) is a tag already\(place)" + (isMine ? ", and not the one to be made" : "")
            : "\(release) is cut already\(place)",
          hint: isMine
            ? "git tag -d \(release)   # if nobody else has it"
            : "\(nextCommand)   # proposes another version")
      }
    }
  }

  var unfinished: AnnotatedTag? {
    switch self {
    case .unfinished(let tag, _), .disputed(let tag, _): tag
    case .free, .cutElsewhere, .foreign: nil
    }
  }
}

extension AnnotatedTag {
  /// Whether this is the tag that deed would make of a message: it and trailers of deed's, nothing
  /// else.
  fileprivate func isMade(of message: [UInt8], signs: Bool) -> Bool {
    guard isSigned == signs else { return false }
    let own = Array(self.message.utf8)
    guard own.starts(with: message) else { return false }
    return own.dropFirst(message.count).split(separator: UInt8(ascii: "\n"))
      .allSatisfy { $0.starts(with: "Deed-".utf8) }
  }
}
