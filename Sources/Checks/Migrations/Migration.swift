/// How one tool writes its migrations; another tool is another of these.
protocol MigrationTool: Sendable {
  /// Whether a file under the policy's paths is one of its migrations.
  func owns(_ path: String) -> Bool

  /// Whether a file is run again whenever it changes, and so may change.
  func isRepeatable(_ path: String) -> Bool

  /// Whether a file is run each time that others are: it has no place among them, and its name is
  /// the tool's.
  func isCallback(_ path: String) -> Bool

  /// The part of a path that names the migration: the file's own name, or its directory's.
  func name(of path: String) -> Substring

  /// Whether a file is named and written as this tool's are; else it may be one of another tool.
  func knows(_ file: MigrationFile) -> Bool

  /// What a file does; `nil` where it is the way back of another one.
  func read(
    _ file: MigrationFile, among files: MigrationFiles
  ) throws(UnreadableMigration) -> Migration?

  /// Those that have run when this one runs, the first ones first.
  func before(_ migration: Migration, among all: [Migration]) -> [Migration]

  /// Whether it is clear which one comes after which.
  ///
  /// - Parameter isShipped: Whether the release before had a migration already.
  func order(_ migrations: [Migration], isShipped: (Migration) -> Bool) -> [CheckFinding]
}

extension MigrationTool {
  func isRepeatable(_ path: String) -> Bool { false }
  func isCallback(_ path: String) -> Bool { false }
  func name(of path: String) -> Substring { PathName.last(path) }
  func knows(_ file: MigrationFile) -> Bool { true }
}

/// A migration's file, as it is in a release.
struct MigrationFile {
  let path: String
  let content: [UInt8]

  /// Its text, or why it is none.
  func text() throws(UnreadableMigration) -> String {
    guard let text = String(validating: content, as: UTF8.self) else {
      throw UnreadableMigration(line: nil, why: "it is not UTF-8")
    }
    guard !content.contains(0) else {
      throw UnreadableMigration(line: nil, why: "it holds NUL bytes")
    }
    if let line = ConflictMarker.line(in: content) {
      throw UnreadableMigration(line: line, why: "a conflict marker stands there")
    }
    return text.unicodeScalars.first == "\u{feff}"
      ? String(text.unicodeScalars.dropFirst()) : text
  }
}

/// All files of a tool's in a release, by their paths.
///
/// By bytes, as git has them: equal texts may be two files, one composed and one not.
struct MigrationFiles {
  private var byPath: [ExactName: MigrationFile] = [:]
  private var waysBack: Set<ExactName> = []

  init(_ files: [MigrationFile] = []) {
    for file in files { byPath[ExactName(file.path)] = file }
    for file in files {
      let places = SQLWayBack.places(of: file.path).map { ExactName($0) }
      waysBack.formUnion(places.filter { byPath[$0] != nil })
    }
  }

  /// Whether another file of them is the one that this takes back, by their names.
  func isWayBack(_ path: String) -> Bool { waysBack.contains(ExactName(path)) }

  subscript(path: String) -> MigrationFile? { byPath[ExactName(path)] }
}

/// Why a migration could not be read.
struct UnreadableMigration: Error, Hashable {
  let line: Int?
  let why: String
  /// What mends it, where it is not the text.
  var hint: String?
  /// The file, where it is another one than the migration's own.
  var path: String?
}

/// One step of a database's schema, as far as it matters to a release.
struct Migration {
  let path: String
  /// What the tool calls it: a revision, a version.
  let id: String
  /// What it is called where that is not its file's name.
  var directory: String?
  /// Where that is said.
  var line = 1
  /// Those that it comes after.
  var parents: [String] = []
  /// Those that it needs besides, and what others may call it and those behind it.
  var needs: [String] = []
  var labels: [String] = []
  /// Where its needs are said.
  var needsLine: Int?
  /// Where its parents are said, and where the way up and the way back begin; `nil` where no line of its own
  /// says it.
  var parentsLine: Int?
  var upLine: Int?
  var downLine: Int?
  /// What it takes away or narrows on the way up, what it calls there, and what it leaves to be called.
  var effects = SQLEffects()
  /// Whether there is a way back.
  var hasDown: Bool
  /// Whether it does nothing, and is not there for its place alone, as one that joins two others.
  var isBlank = false
  /// Whether it does nothing but join others.
  var joins = false
  /// Why nobody here can tell what it does, though its place among the others is known; a shipped one
  /// is not asked.
  var hidden: UnreadableMigration?
}

/// Something that a migration does and that the release before, or its data, may not survive.
struct DestructiveStep: Hashable {
  let line: Int
  /// What it does, as in “it drops the column users.name”.
  let what: String
  /// Whether that is so; else nobody here can tell.
  var isCertain = true
}

/// The parts of a path.
enum PathName {
  static func last(_ path: String) -> Substring {
    path.split(separator: "/").last ?? path[...]
  }

  /// The file's name without its endings: those of `V1.2__a.sql` and `1_a.up.sql`.
  static func stem(_ path: some StringProtocol) -> String {
    let path = String(path)
    var name = last(path)
    if let dot = name.lastIndex(of: "."), dot > name.startIndex { name = name[..<dot] }
    for half in [".up", ".down"] where name.hasSuffix(half) { name = name.dropLast(half.count) }
    return String(name)
  }
}

/// The tools that there are, by the names that the policy uses.
enum MigrationTools {
  static let all: [String: @Sendable () -> any MigrationTool] = [
    "alembic": { AlembicMigrations() },
    "sqlx": { SqlxMigrations() },
    "plain": { PlainMigrations() },
  ]
}
