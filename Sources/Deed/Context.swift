import Release
import Synchronization

/// What a command sees of the world: tests give it another one.
struct Context: Sendable {
  /// Absolute path of the directory that the command was started in.
  let directory: String
  let environment: [String: String]
  let output: Output
  let error: Output
  let terminal: Terminal
  let now: @Sendable () -> Timestamp
  /// All of standard input.
  let input: @Sendable () throws -> [UInt8]
  /// How this program is called where no `PATH` helps.
  var program = "deed"
  var leftovers = Leftovers()
  /// Whether `directory` is another one than that of the shell, by `-C`.
  var isElsewhere = false

  /// The same world, seen from another directory.
  func inside(_ directories: [String]) -> Context {
    let directory = directories.reduce(directory) { base, next in
      next.hasPrefix("/") ? next : base + "/" + next
    }
    return Context(
      directory: directory, environment: environment, output: output, error: error,
      terminal: terminal, now: now, input: input, program: program, leftovers: leftovers,
      isElsewhere: isElsewhere || !directories.isEmpty)
  }
}

/// What goes with the process: to give a history back commit by commit takes as long as to sort it.
final class Leftovers: Sendable {
  private let kept = Mutex<[any Sendable]>([])

  func keep(_ value: some Sendable) {
    kept.withLock { $0.append(value) }
  }
}

/// Where a command's words go.
struct Output: Sendable {
  private let write: @Sendable ([UInt8]) -> Void

  init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
    self.write = write
  }

  /// Text that is safe to show already.
  func print(_ text: String) {
    write(Array(text.utf8) + [UInt8(ascii: "\n")])
  }

  func write(_ bytes: some Sequence<UInt8>) {
    write(Array(bytes))
  }
}

/// What the terminal, if there is one, can do.
struct Terminal: Sendable {
  /// Columns; 80 where nobody says otherwise.
  var width = 80
  /// Whether the output is one, and no file or pipe.
  var isOutput = false
  /// Whether what is said beside the output goes to one.
  var isError = false
  var outputHasColour = false
  var errorHasColour = false
  /// Whether somebody is there to be asked.
  var isInteractive = false

  /// Columns of what is printed: a program reads lines, however long they are.
  var outputWidth: Int { isOutput ? width : .max }
  /// The same of what is said beside it.
  var errorWidth: Int { isError ? width : .max }
}

extension Context {
  /// Prints a result: on a terminal in lines of its width, elsewhere on the one that programs look for.
  ///
  /// - Parameter indent: The columns of `head`, and those before every further line.
  func say(_ text: String, after head: String = "", indent: Int = 2, keeping kept: [String] = []) {
    let lines = text.wrapped(
      to: terminal.outputWidth, after: head, indent: indent, head: head.isEmpty ? 0 : indent,
      keeping: kept)
    for line in lines { output.print(line) }
  }

  /// The same of what is no result.
  func note(_ text: String, indent: Int = 2) {
    for line in text.wrapped(to: terminal.errorWidth, indent: indent, head: 0) { error.print(line) }
  }
}
