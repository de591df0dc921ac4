/// The records that stand of who cut a release, told apart by the tag that is there.
package struct TagRecords: Sendable {
  /// Those that speak of this very tag at this commit, by time.
  package let agreeing: [Record]
  /// Those that speak of another one, by time.
  package let others: [Record]

  package init(_ records: [Record], of tag: TagFact, at commit: ObjectID) {
    let byTime = records.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    func agrees(_ record: Record) -> Bool {
      guard case .annotated(let tag) = tag, case .tag(tag.object) = record.body else {
        return false
      }
      return record.commit == commit
    }
    agreeing = byTime.filter(agrees)
    others = byTime.filter { !agrees($0) }
  }

  package var count: Int { agreeing.count + others.count }

  /// Whoever cut the tag that is there, or else was the first to say that they cut one; `nil` where
  /// nobody says so.
  package var first: Record? { agreeing.first ?? others.first }
}

extension ReleaseCase {
  package var tagRecords: TagRecords {
    TagRecords(evidence.tagRecords, of: tag, at: commit)
  }
}

// What `verify` says of them.
extension Verification {
  static func tagRecord(of tag: AnnotatedTag, _ subject: ReleaseCase) -> [Finding] {
    let records = subject.tagRecords
    var findings = records.count > 1 ? [disputed(records, subject)] : []
    if let record = records.agreeing.first {
      findings.append(recorded(tag, by: record, subject))
    } else if !subject.evidence.isHere(.deployments) {
      // The record of this very tag may be where it comes from; that the ledger is not known is told.
    } else if let record = records.others.first, records.count == 1 {
      findings.append(moved(tag, from: record, subject))
    } else if records.count > 1 {
      findings.append(
        Finding(
          .error, "tag-moved",
          "the tag is \(tag.object.short), and none of those that were cut: \(subject.fetchTag) "
            + "brings the remote's"))
    } else {
      findings.append(
        Finding(
          .error, "tag-unrecorded",
          "no record says who cut \(subject.release): deed did not cut it, or the record is lost"))
    }
    return findings
  }

  /// By whom the tag that is there was cut and when, which whoever recorded it later may not be.
  private static func recorded(
    _ tag: AnnotatedTag, by record: Record, _ subject: ReleaseCase
  ) -> Finding {
    let last = record.at.milliseconds / 1000
    // What no calendar has is no time.
    let time = tag.time.flatMap { (0...253_402_300_799).contains($0) ? $0 : nil } ?? last
    let (moment, cutter) = (Timestamp(seconds: time), tag.tagger ?? record.by)
    // A record is written a moment after its tag; one that settles a dispute, much later.
    let isSame = cutter.foldedEmail == record.by.foldedEmail && abs(time - last) < 3600
    let recorder = cutter.foldedEmail == record.by.foldedEmail ? "" : " by \(record.by)"
    let remark = isSame ? "" : ", recorded\(recorder) on \(record.at.minute) UTC"
    let isAsked = if case .yes = subject.wantsSignedTag { true } else { false }
    let claim = subject.claim(on: record, isAsked: isAsked)
    return Finding(
      .info, claim == nil ? "tag-recorded" : "tag-record-not-proven",
      "cut by \(cutter) on \(moment.minute) UTC\(remark), and not moved since"
        + (claim.map { " (the record: \($0))" } ?? ""), record: record.id)
  }

  /// That another thing stands in the place of a tag that was cut.
  static func replaced(_ record: Record, _ subject: ReleaseCase) -> Finding {
    Finding(
      .error, "tag-moved",
      "\(subject.release) was cut by \(record.by), \(record.at.minute) UTC, at "
        + "\(record.commit.short), and its tag was replaced: \(subject.restoreTag) puts that back, "
        + "where the remote has it",
      record: record.id)
  }

  private static func moved(
    _ tag: AnnotatedTag, from record: Record, _ subject: ReleaseCase
  ) -> Finding {
    guard case .tag(let object) = record.body, object != tag.object else {
      return Finding(
        .error, "tag-moved",
        "the tag is at \(subject.commit.short), and was cut at \(record.commit.short)",
        record: record.id)
    }
    return Finding(
      .error, "tag-moved",
      "the tag is \(tag.object.short), and the one that \(record.by.name) cut is \(object.short): "
        + "\(subject.restoreTag) puts that back, where the remote has it",
      record: record.id)
  }

  /// Says who else claims to have cut it; what settles that is known only where the tag here is one of
  /// theirs.
  private static func disputed(_ records: TagRecords, _ subject: ReleaseCase) -> Finding {
    func said(_ record: Record) -> String {
      guard case .tag(let object) = record.body else { return "" }
      let which = records.agreeing.contains { $0.id == record.id } ? "the tag here" : object.short
      return "\(which) by \(record.by.name), \(record.at.minute) UTC"
    }
    let all = (records.agreeing + records.others).map(said).joined(separator: "; ")
    let mend =
      records.agreeing.isEmpty
      ? "git ls-remote says which one the remote has"
      : records.others.contains { $0.commit != subject.commit }
        // Whoever wrote one of them may have moved the remote's tag, too.
        ? "they are of different commits: ask those who are named, by another way than this; who was right "
          + "settles it by deed cut, with --commit and --push"
        : "where the remote has the tag that is here, deed cut \(subject.release) --commit "
          + "\(subject.commit.short) --push settles it; where it has another, \(subject.fetchTag)"
    return Finding(
      .error, "tag-records-disagree",
      "\(records.count) tag records of \(subject.release) stand (\(all)): \(mend)")
  }
}
