import ArgumentParser
import Git
import Glibc
import Release

/// Which release's artifacts are meant, and at which commit.
struct ArtifactPlace: ParsableArguments {
  @Option(help: ArgumentHelp("The candidate's commit, instead of HEAD.", valueName: "rev"))
  var commit: String?

  @OptionGroup var part: PackageOption

  init() {}

  /// The arguments that name the release.
  func release(_ version: String?) -> ReleaseArguments {
    ReleaseArguments(version: version, commit: commit, package: part.package)
  }

  /// The version among the words, and all others: paths.
  func split(
    _ words: [String], _ workspace: Workspace
  ) throws -> (release: ReleaseArguments, paths: [String]) {
    let policy = try workspace.policy(at: commit.map(workspace.commit) ?? workspace.head())
    let isVersion = { (word: String) in policy.release(named: word) != nil }
    let versions = words.filter(isVersion)
    guard versions.count < 2 else {
      throw Failure(
        .usage, "more than one release is named: \(versions.joined(separator: ", ").safe)",
        hint: "a directory of such a name is written ./\(versions[1].safe)")
    }
    let paths = words.filter { !isVersion($0) }
    for path in paths
    where !path.contains(where: { "/*?{".contains($0) }) && !Files.exists(workspace.path(path))
      && (policy.versionMeant(by: path) != nil || policy.likeliestPrefix(of: path) != nil)
    {
      // Nothing is there of this name: recorded under another release's, it would be wrong for ever.
      _ = try policy.version(path)
    }
    return (release(versions.first), paths)
  }
}

extension Workspace {
  /// A path or pattern that somebody typed where they are, from the root of the work tree.
  func fromRoot(_ word: String) throws -> String {
    guard let root = repository.workDirectory else {
      throw Failure(
        .repository, "this is a bare repository: there are no artifacts in it",
        hint: "run this in a clone of it")
    }
    let here = Disk.resolved(context.directory) ?? context.directory
    var parts = (word.hasPrefix("/") ? word : "\(here)/\(word)").split(separator: "/")[...]
    var place: [Substring] = []
    while let part = parts.popFirst() {
      if part == ".." { _ = place.popLast() } else if part != "." { place.append(part) }
    }
    let above = root.split(separator: "/")
    guard place.count > above.count,
      zip(above, place).allSatisfy({ $0.utf8.elementsEqual($1.utf8) })
    else {
      throw Failure(
        .refused, "\(word.safe) is not below the work tree, \(root.safe)",
        hint: "only what lies in the work tree can be recorded: copy it there")
    }
    return place.dropFirst(above.count).joined(separator: "/")
  }
}

extension Files {
  /// Makes a directory where there is none; the one above it must be there.
  static func makeDirectory(_ path: String) throws {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw Failure(.usage, "cannot make \(path.safe): \(String(cString: strerror(errno)))")
    }
  }
}
