import ArgumentParser
import Git
import Release

/// What is released by itself: the whole repository, or one of its packages.
struct ReleasePart {
  /// The package's name; `nil` for the whole repository.
  let package: String?
  /// What its releases' names begin with.
  let prefix: String
  /// Which files count; `nil` for all.
  let filter: PathFilter?
  /// The package's patterns, for people: `services/api without services/api/docs`.
  var patterns: String?

  /// `deed next`, for this part.
  var nextCommand: String {
    "deed next" + (package.map { " --package \(GitError.quoted($0))" } ?? "")
  }
}

/// Which part of the repository is meant where no version says it.
struct PackageOption: ParsableArguments {
  @Option(help: ArgumentHelp("Of this package in deed.toml.", valueName: "name"))
  var package: String?

  init() {}
}

extension Policy {
  /// The part of this name; the whole repository where there is none.
  func part(named package: String?) throws -> ReleasePart {
    guard let package else {
      return ReleasePart(package: nil, prefix: tags.prefix, filter: nil)
    }
    return part(package, try self.package(named: package))
  }

  /// The part that a release is of.
  func part(of release: ReleaseVersion) -> ReleasePart {
    guard let package = package(of: release) else {
      return ReleasePart(package: nil, prefix: release.prefix, filter: nil)
    }
    return part(package.name, package.rules)
  }

  private func part(_ name: String, _ rules: PackageRules) -> ReleasePart {
    let exclude = rules.exclude.isEmpty ? "" : " without " + rules.exclude.joined(separator: ", ")
    return ReleasePart(
      package: name, prefix: rules.prefix,
      filter: PathFilter(including: rules.paths, excluding: rules.exclude),
      patterns: rules.paths.joined(separator: ", ") + exclude)
  }

  /// A package by its name, or why there is none.
  func package(named name: String) throws -> PackageRules {
    if let found = packagesInOrder.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      return found.rules
    }
    throw Failure.unknownName(
      "there is no package \u{201C}\(name.safe)\u{201D}", name,
      among: packagesInOrder.map(\.name),
      otherwise: packages.isEmpty
        ? "name packages in \(Policy.fileName) under [packages.NAME]"
        : "the packages are: \(packageNames)")
  }

  /// `api, web`.
  var packageNames: String { packagesInOrder.map(\.name).joined(separator: ", ").safe }

  /// What versions look like here: `v1.4.0`, and of packages too.
  var exampleVersions: String {
    prefixes.map { "\($0.safe)1.4.0" }.joined(separator: ", ")
  }
}

extension Policy {
  /// The release that somebody typed, or why it is none.
  ///
  /// - Parameter package: The package whose version it must be; then its prefix may be left out.
  func version(_ typed: String, package name: String? = nil) throws -> ReleaseVersion {
    guard let name else {
      if let release = release(named: typed) { return release }
      return try version(typed, prefix: likeliestPrefix(of: typed) ?? tags.prefix)
    }
    let prefix = try package(named: name).prefix
    if let release = ReleaseVersion(tag: prefix + typed, prefix: prefix) { return release }
    return try version(typed, prefix: prefix)
  }

  private func version(_ typed: String, prefix: String) throws -> ReleaseVersion {
    do throws(SemanticVersion.ParseError) {
      return try ReleaseVersion(parsing: typed, prefix: prefix)
    } catch {
      let others =
        if case .prefixMissing = error, prefixes.count > 1, prefix == tags.prefix {
          "versions look like \(exampleVersions)"
        } else if let meant = ReleaseVersion(meantBy: typed, prefix: prefix) {
          NearestName.question("\(meant)".safe)
        } else { "versions look like \(prefix.safe)1.4.0 or \(prefix.safe)1.4.0-rc.1" }
      throw Failure(
        .usage, "\u{201C}\(typed.safe)\u{201D} is not a version: \(error.description.safe)",
        hint: others)
    }
  }

  /// The release that a word is nearly the name of; `nil` where it is one, or may be anything.
  func versionMeant(by word: String) -> ReleaseVersion? {
    guard release(named: word) == nil, word.contains(where: { ".,".contains($0) }) else {
      return nil
    }
    return ReleaseVersion(meantBy: word, prefix: likeliestPrefix(of: word) ?? tags.prefix)
  }

  /// The prefix that a word begins with, in whichever case, before a digit; `nil` where it begins
  /// with none, or with nothing but a digit.
  func likeliestPrefix(of word: String) -> String? {
    prefixes.filter { !$0.isEmpty }.first { prefix in
      word.prefix(prefix.count).lowercased() == prefix.lowercased()
        && word.dropFirst(prefix.count).first.map { ("0"..."9").contains($0) } ?? false
    }
  }
}
