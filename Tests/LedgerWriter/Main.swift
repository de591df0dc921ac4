import Git
import Glibc
import Ledger
import Release

/// One writer among several, each a process of its own, for tests of what they do to each other.
///
///     LedgerWriter REPOSITORY COMMIT WRITER COUNT
///
/// Appends COUNT records to the note of COMMIT, one at a time, and prints each line as soon as it
/// is acknowledged.
@main
enum LedgerWriter {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 5, let commit = ObjectID(arguments[2]), let count = Int(arguments[4])
    else {
      say("usage: LedgerWriter REPOSITORY COMMIT WRITER COUNT", to: 2)
      exit(2)
    }
    do {
      let repository = try Repository(
        discovering: arguments[1], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
      let store = LedgerStore(repository)
      for number in 0..<count {
        let record = try record("\(arguments[3])-\(number)", number, on: commit)
        try store.append(
          [record], by: Identity(person: record.by, seconds: 1_767_225_600, offsetMinutes: 0),
          message: "deed: \(arguments[3]) writes")
        say(String(decoding: record.line, as: UTF8.self), to: 1)
      }
    } catch {
      say("\(error)", to: 2)
      exit(1)
    }
  }

  /// Unbuffered: what was printed is known even of a process that was killed.
  private static func say(_ line: String, to descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    _ = write(descriptor, bytes, bytes.count)
  }

  private static func record(
    _ name: String, _ number: Int, on commit: ObjectID
  ) throws -> Record {
    try Record(
      at: Timestamp(seconds: 1_767_225_600 + Int64(number)),
      by: Person(name: "Writer", email: "writer@example.com"), commit: commit,
      release: ReleaseVersion(parsing: "v1.0.0", prefix: "v"), environment: "production",
      body: .check(Record.CheckResult(name: name, outcome: .pass)), replaces: [])
  }
}
