package import Git
package import Release

/// Finds the digests of container images: as given, as a compose file pins them, or as docker has
/// them.
package struct ImageDigests {
  package enum Answer: Sendable {
    case found(Manifest.Image)
    /// The text says why there is none; the line is that of the compose file.
    case none(why: String, path: String?, line: Int?)
  }

  /// How long docker may take to answer, in seconds.
  private static let patience = 20

  private let repository: Repository
  private let given: [ImageReference]
  private let isStopped: @Sendable () -> Bool
  private let wanted: [String]
  private let entries: [ComposeImages.Entry]
  /// The first compose file; `nil` where there is none.
  private let compose: String?

  /// - Parameters:
  ///   - given: What somebody said, which goes before all else.
  ///   - isStopped: Is asked whether to wait for docker no longer.
  package init(
    _ rules: ArtifactRules, given: [ImageReference] = [], in repository: Repository,
    at commit: ObjectID, until isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(CheckTrouble) {
    self.repository = repository
    self.given = given
    self.isStopped = isStopped
    let files = try Self.compose(rules, repository, commit)
    compose = files.first?.path
    let images = ComposeImages(files)
    entries = images.entries
    // Compose files that are named without images stand for all in them.
    wanted =
      rules.images.isEmpty && !rules.compose.isEmpty
      ? entries.map { $0.reference?.name ?? $0.text }.distinctByBytes : rules.images
    let isAsked = !wanted.isEmpty || !rules.compose.isEmpty
    if isAsked { try Self.checkForm(files, images) }
    if !rules.compose.isEmpty, wanted.isEmpty {
      throw CheckTrouble(
        "no image can be read from \(rules.compose.joined(separator: ", ")) at \(commit.short)",
        hint: "write each as a line of its own: image: NAME@sha256:…")
    }
  }

  /// What is not read could be any image, with any digest.
  private static func checkForm(
    _ files: [(path: String, bytes: [UInt8])], _ images: ComposeImages
  ) throws(CheckTrouble) {
    for file in files {
      if let line = ConflictMarker.line(in: file.bytes) {
        throw CheckTrouble(
          "a conflict marker stands in line \(line) of \(file.path)", hint: "merge it to its end")
      }
    }
    if let place = images.unread.first {
      throw CheckTrouble(
        "the image in line \(place.line) of \(place.path) is written in a form that is not read",
        hint: "write each as a line of its own: image: NAME@sha256:…")
    }
  }

  /// The compose files in the order in which compose takes them.
  private static func compose(
    _ rules: ArtifactRules, _ repository: Repository, _ commit: ObjectID
  ) throws(CheckTrouble) -> [(path: String, bytes: [UInt8])] {
    func file(at path: String) throws(GitError) -> (path: String, bytes: [UInt8])? {
      try repository.file(at: path, in: commit).map { (path, $0) }
    }
    var files: [(path: String, bytes: [UInt8])] = []
    do throws(GitError) {
      for path in rules.compose {
        if let file = try file(at: path) { files.append(file) }
      }
      if rules.compose.isEmpty {
        for names in [ComposeImages.usualNames, ComposeImages.usualOverrides] {
          let count = files.count
          for path in names where files.count == count {
            if let file = try file(at: path) { files.append(file) }
          }
          // Nothing is laid over what is not there.
          if files.isEmpty { break }
        }
      }
    } catch {
      throw CheckTrouble(error)
    }
    if let path = rules.compose.first(where: { path in !files.contains { $0.path.isExactly(path) } }
    ) {
      throw CheckTrouble(
        "there is no compose file \(path) at \(commit.short)",
        hint: "commit it, or mend `compose` in [checks.artifacts]")
    }
    return files
  }

  /// The names that are asked for, and what is known of each.
  package func answers() async throws(CheckTrouble) -> [(name: String, answer: Answer)] {
    var answers: [(name: String, answer: Answer)] = []
    for name in wanted { answers.append((name, try await answer(name))) }
    for image in given where !wanted.contains(where: image.isCalled) {
      answers.append((image.name, try await answer(image.name)))
    }
    return answers
  }

  /// The digests that the compose file itself gives, and where.
  package func pinned(_ name: String) -> [(digest: Digest, path: String, line: Int)] {
    entries.compactMap { entry in
      guard let reference = entry.reference, reference.isCalled(name),
        let digest = reference.digest
      else { return nil }
      return (digest, entry.path, entry.line)
    }
  }

  /// The names that are asked for.
  package var names: [String] { wanted }

  /// The images of the compose files that nobody asks for.
  package var leftOut: [(name: String, path: String, line: Int)] {
    guard !wanted.isEmpty else { return [] }
    return entries.filter { entry in !wanted.contains(where: entry.names) }
      .map { ($0.reference?.name ?? $0.text, $0.path, $0.line) }
  }

  package func answer(_ name: String) async throws(CheckTrouble) -> Answer {
    let said = given.filter { $0.isCalled(name) }
    if let image = said.first, let digest = image.digest {
      return .found(Manifest.Image(name: image.name, digest: digest))
    }
    let named = entries.filter { $0.names(name) }
    let pinned = named.compactMap { entry -> Manifest.Image? in
      guard let reference = entry.reference, let digest = reference.digest else { return nil }
      return Manifest.Image(name: reference.name, digest: digest)
    }
    let (path, line) = (named.first?.path, named.first?.line)
    if let image = pinned.first {
      guard pinned.count == named.count, pinned.allSatisfy({ $0.digest == image.digest }) else {
        return .none(
          why: Set(named.map(\.path)).sorted().joined(separator: ", ")
            + " gives image \(name) several digests, or one only at times",
          path: path, line: line)
      }
      return .found(image)
    }
    let full = said.first?.name ?? named.first?.reference?.name ?? name
    if let digest = try await docker(full) {
      return .found(Manifest.Image(name: full, digest: digest))
    }
    let broken = named.compactMap { entry in
      entry.isFixed ? ImageReference.objection(to: entry.text) : nil
    }.first
    let others = entries.map { $0.reference?.repository ?? $0.text }.distinctByBytes
    let why =
      if let broken { ": \(broken)" } else if named.isEmpty, said.isEmpty, !others.isEmpty {
        ", and docker knows none: \(entries.map(\.path).distinctByBytes.joined(separator: ", ")) "
          + "has \(others.joined(separator: ", "))"
          + (Self.meant(name, among: others).map { "; \($0)" } ?? "")
      } else if let compose, entries.isEmpty, said.isEmpty {
        ", and docker knows none: no service of \(compose) has an image"
      } else { ", and docker knows none" }
    let place = path ?? (said.isEmpty ? entries.first?.path ?? compose : nil)
    return .none(why: "image \(name) has no digest\(why)", path: place, line: line)
  }

  /// The image that was probably meant, by its name or the last part of it.
  private static func meant(_ name: String, among others: [String]) -> String? {
    let short = others.compactMap { $0.split(separator: "/").last.map(String.init) }
    return NearestName.question(name, among: short + others)
  }

  /// The digest under which a registry has an image that is here; `nil` where docker knows none.
  private func docker(_ name: String) async throws(CheckTrouble) -> Digest? {
    guard let image = ImageReference(name) else {
      throw CheckTrouble(
        "\u{201C}\(name)\u{201D} cannot be the name of an image",
        hint: "mend `images` in [checks.artifacts]")
    }
    var environment = repository.environment
    environment["DEED_IMAGE"] = name
    let runner = CommandRunner(
      directory: repository.workDirectory ?? repository.gitDirectory, environment: environment,
      timeout: Self.patience)
    let ending: CommandRunner.Ending
    do throws(CommandRunner.Failure) {
      ending = try await runner.run(
        "docker image inspect --format '{{json .RepoDigests}}' \"$DEED_IMAGE\"", show: { _ in },
        until: isStopped)
    } catch {
      throw CheckTrouble(error.message)
    }
    guard ending.cause != .stopped else { throw CheckTrouble.stopped }
    guard ending.isSuccess else { return nil }
    // `["registry.example.com/app@sha256:…"]`, in a line that a warning may stand before.
    let words = ending.log.bytes.split(separator: UInt8(ascii: "\""))
    let digests = words.compactMap { word -> Digest? in
      guard let reference = ImageReference(String(decoding: word, as: UTF8.self)),
        reference.repository.utf8.elementsEqual(image.repository.utf8)
      else { return nil }
      return reference.digest
    }
    return Set(digests).count == 1 ? digests.first : nil
  }
}

extension ComposeImages.Entry {
  /// Whether no part of it is left to a variable.
  fileprivate var isFixed: Bool { !text.contains("$") }

  /// Whether it speaks of the image of this name, though it may leave its tag to a variable.
  fileprivate func names(_ name: String) -> Bool {
    if let reference { return reference.isCalled(name) }
    let fixed = text.prefix { $0 != "$" && $0 != "@" }
    let end = fixed.last == ":" ? fixed.dropLast() : fixed
    return text.utf8.elementsEqual(name.utf8) || ImageReference(end)?.isCalled(name) ?? false
  }
}

extension [String] {
  fileprivate var distinctByBytes: [String] {
    var seen: Set<[UInt8]> = []
    return filter { seen.insert([UInt8]($0.utf8)).inserted }
  }
}
