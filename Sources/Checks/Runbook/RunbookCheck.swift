internal import Documents
internal import Git
internal import Release

/// Whether the runbook of the release is one that somebody can work with at night.
package struct RunbookCheck: Check {
  package let title = "Runbook"
  /// Where the template is written to.
  private static let usualPath = "RUNBOOK.md"
  private let path: String
  private let sections: [String]
  private let names: SectionNames
  /// In seconds; `nil`: any age will do.
  private let fresh: Int?
  private let placeholders: [String]

  /// - Parameters:
  ///   - synonyms: The team's own words for sections.
  ///   - fresh: How long before the release it may have been changed last, in seconds.
  ///   - placeholders: Patterns of the team's own for what was not filled in.
  package init(
    path: String = "RUNBOOK.md", sections: [String] = [], synonyms: [String: [String]] = [:],
    fresh: Int? = nil, placeholders: [String] = []
  ) {
    self.path = path
    self.sections = sections
    self.names = SectionNames(synonyms: synonyms)
    self.fresh = fresh
    self.placeholders = placeholders
  }

  init(_ settings: CheckSettings) {
    self.init(
      path: settings.text("path") ?? Self.usualPath, sections: settings.texts("sections"),
      synonyms: settings.lists("synonyms"), fresh: settings.seconds("fresh"),
      placeholders: settings.texts("placeholders"))
  }

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    let placeholders = try Placeholders(patterns: placeholders)
    guard let document = try subject.file(at: path) else {
      let isFree = try subject.entry(at: path) == nil
      return [
        CheckFinding(
          .fail, "runbook-missing", try subject.lack(of: path), path: path,
          hint: isFree && path == Self.usualPath ? "deed init --template runbook" : nil)
      ]
    }
    let outline: DocumentOutline
    do throws(DocumentError) {
      outline = try DocumentOutline(document)
    } catch {
      let line: Int? = if case .notUTF8(let line) = error { line } else { nil }
      return [
        CheckFinding(.fail, "runbook-unreadable", "\(path) is \(error)", path: path, line: line)
      ]
    }
    var findings = [
      CheckFinding(.pass, "runbook", "\(path) is in \(subject.release)", path: path)
    ]
    // Its marks would be taken for headings, and what stands between them is there twice.
    if let line = ConflictMarker.line(in: document) {
      return findings + [
        CheckFinding(
          .fail, "placeholder", "not merged: a conflict marker", path: path, line: line,
          hint: "merge it to its end")
      ]
    }
    findings += sectionFindings(outline)
    findings.append(contact(outline))
    findings += try freshness(outline, subject)
    findings += left(in: outline, placeholders)
    findings += try await links(of: outline, in: document, subject)
    return findings
  }

  private func sectionFindings(_ outline: DocumentOutline) -> [CheckFinding] {
    sections.map { name in
      let found = outline.sections.filter { names.matches($0.title, name) }
      if let section = found.first(where: { !$0.isEmpty }) {
        return CheckFinding(
          .pass, "section", "there is a section on \(name): \(section.title)", path: path,
          line: section.line)
      }
      if let section = found.first {
        return CheckFinding(
          .fail, "section-empty", "nothing is written under \u{201C}\(section.title)\u{201D}",
          path: path, line: section.line)
      }
      return missing(name, outline)
    }
  }

  /// That there is no such section, with the heading or the name that was probably meant.
  private func missing(_ name: String, _ outline: DocumentOutline) -> CheckFinding {
    let words = names.words(for: name)
    let near = outline.sections.first { section in
      section.title.split { !$0.isLetter }.contains { word in
        words.contains { $0.count > 3 && EditDistance.between(String(word), $0) <= $0.count / 4 }
      }
    }
    if let near {
      return CheckFinding(
        .fail, "section-missing",
        "no heading speaks of \(name); is it \u{201C}\(near.title)\u{201D}?", path: path,
        line: near.line)
    }
    let known =
      SectionNames.known.first { $0.isExactly(name) } == nil
      ? NearestName.question(name, among: SectionNames.known) : nil
    return CheckFinding(
      .fail, "section-missing",
      "no heading speaks of \(name)" + (known.map { "; \($0)" } ?? ""), path: path,
      hint: known == nil ? nil : "mend `sections` in [checks.runbook]")
  }

  private func contact(_ outline: DocumentOutline) -> CheckFinding {
    let found = outline.sections.filter { names.matches($0.title, "contact") }
    guard let first = found.first else {
      return CheckFinding(
        .fail, "contact-missing", "no heading says whom to call in an emergency", path: path,
        hint: "write it, or name your word for it in `synonyms` of [checks.runbook]")
    }
    for section in found {
      let range = section.line..<(section.end ?? .max)
      let said =
        (outline.lines + outline.codes).filter { range.contains($0.line) }.map(\.text)
        + outline.links.filter { range.contains($0.line) && !$0.isPicture }.map(\.target)
      if said.contains(where: Contact.isGiven) {
        return CheckFinding(
          .pass, "contact", "\u{201C}\(section.title)\u{201D} says whom to call", path: path,
          line: section.line)
      }
    }
    return CheckFinding(
      .fail, "contact-missing",
      "\u{201C}\(first.title)\u{201D} names no mail address, telephone number, channel or link",
      path: path, line: first.line)
  }

  private func freshness(
    _ outline: DocumentOutline, _ subject: CheckSubject
  ) throws(CheckTrouble) -> [CheckFinding] {
    guard let fresh else { return [] }
    let limit = subject.moment.advanced(bySeconds: -fresh)
    let dates = outline.lines.compactMap { line in
      WrittenDate.lastUpdated(in: line.text).map { (date: $0, line: line.line) }
    }
    let written = dates.first { !$0.date.isUnknown } ?? dates.first
    // What it says of itself must be so, whatever git says.
    if let written, let why = fault(of: written.date, at: subject.moment) {
      return [CheckFinding(.fail, "runbook-date", why, path: path, line: written.line)]
    }
    // A day is over only at its end.
    if let written, case .day(let day) = written.date, day.advanced(bySeconds: 86_400) >= limit {
      return [
        CheckFinding(
          .pass, "runbook-fresh", "it says that it was updated on \(day.day)", path: path,
          line: written.line)
      ]
    }
    let changed: Int64?
    do throws(GitError) {
      changed = try subject.repository.lastChange(
        of: path, in: subject.commit, notBefore: limit.milliseconds / 1000)
    } catch {
      throw CheckTrouble(error)
    }
    if let changed {
      return [
        CheckFinding(
          .pass, "runbook-fresh", "it was last changed on \(Timestamp(seconds: changed).day)",
          path: path)
      ]
    }
    var said = ""
    switch written?.date {
    case .day(let day): said = ", and says that it was updated on \(day.day)"
    case .unknown(let text): said = ", and \u{201C}\(text)\u{201D} is no date that is known"
    case .impossible, nil: break
    }
    return [
      CheckFinding(
        .fail, "runbook-stale",
        "it was not changed within \(Span.text(fresh)) before the release\(said)", path: path,
        line: written?.line)
    ]
  }

  /// Why a document cannot have been updated on the day that it gives; `nil` where it can.
  private func fault(of date: WrittenDate, at moment: Timestamp) -> String? {
    switch date {
    case .impossible(let text): "it says that it was updated on \(text), and there is no such day"
    // Somewhere on earth it is tomorrow already.
    case .day(let day) where day > moment.advanced(bySeconds: 86_400):
      "it says that it was updated on \(day.day), after the release"
    case .day, .unknown: nil
    }
  }

  private func left(in outline: DocumentOutline, _ placeholders: Placeholders) -> [CheckFinding] {
    let found = outline.lines.compactMap { line in
      placeholders.first(in: line.text).map { text in
        CheckFinding(
          .fail, "placeholder", "not filled in: \(text)", path: path, line: line.line)
      }
    }
    return found.isEmpty
      ? [CheckFinding(.pass, "filled-in", "nothing is left to fill in", path: path)] : found
  }
}

// Its links.
extension RunbookCheck {
  private func links(
    of outline: DocumentOutline, in document: [UInt8], _ subject: CheckSubject
  ) async throws(CheckTrouble) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    var web: [(url: String, line: Int)] = []
    var anchors = [ExactName(path): outline.anchors]
    for link in outline.links {
      switch LinkTarget(link.target, in: path) {
      case .other: continue
      case .web(let url): web.append((url, link.line))
      case .outside:
        findings.append(broken(link.target, link.line, "it leads out of the repository"))
      case .file(let file, let anchor):
        if let why = try missing(file, anchor, &anchors, subject) {
          findings.append(broken(link.target, link.line, why))
        }
      }
    }
    findings += try undefined(in: outline, document)
    if findings.isEmpty, outline.links.count > web.count {
      findings.append(
        CheckFinding(.pass, "links", "its links within the repository lead somewhere", path: path))
    }
    guard subject.isOnline else { return findings }
    let online = try await OnlineLinks(
      environment: subject.repository.environment, directory: subject.repository.commonDirectory,
      isStopped: subject.watch.isStopped
    ).findings(on: web, path: path)
    return findings + online
  }

  private func undefined(
    in outline: DocumentOutline, _ document: [UInt8]
  ) throws(CheckTrouble) -> [CheckFinding] {
    let links: [UndefinedLinks.Link]
    do throws(DocumentError) {
      links = try UndefinedLinks(document).all(in: outline)
    } catch {
      throw CheckTrouble("\(path) is \(error)")
    }
    return links.map { link in
      let name = "[\(link.name.cut(to: 40))]"
      return link.isSure
        ? broken(name, link.line, "nothing says where that is")
        : CheckFinding(
          .warn, "link-unsure",
          "if \(link.text.cut(to: 40)) is a link, it is broken: nothing says where \(name) is",
          path: path, line: link.line,
          hint: "write where it is, `\(name): docs/…`, or `\\[` where it is none")
    }
  }

  private func broken(_ target: String, _ line: Int, _ why: String) -> CheckFinding {
    CheckFinding(
      .fail, "link-broken", "the link to \(target) is broken: \(why)", path: path, line: line)
  }

  /// Why a link leads nowhere; `nil` where it leads somewhere.
  private func missing(
    _ file: String, _ anchor: String?, _ anchors: inout [ExactName: Set<String>],
    _ subject: CheckSubject
  ) throws(CheckTrouble) -> String? {
    let isDocument = file.hasSuffix(".md") || file.hasSuffix(".markdown")
    if anchors[ExactName(file)] == nil {
      // The root itself.
      if file.isEmpty { return nil }
      guard try subject.entry(at: file) != nil else {
        return "there is no \(file) in \(subject.release)"
      }
      guard isDocument, let content = try subject.file(at: file) else { return nil }
      do throws(DocumentError) {
        anchors[ExactName(file)] = try DocumentOutline(content).anchors
      } catch {
        return "\(file) is \(error)"
      }
    }
    guard let anchor, !anchor.isEmpty, let known = anchors[ExactName(file)] else { return nil }
    // Lines of the source, as GitHub numbers them.
    if anchor.wholeMatch(of: /L[0-9]+(?:-L?[0-9]+)?/) != nil { return nil }
    // GitHub looks for anchors without regard to case.
    let isKnown = known.contains(anchor) || known.contains(anchor.lowercased())
    return isKnown || anchor == "top" ? nil : "\(file) has no heading #\(anchor)"
  }
}
