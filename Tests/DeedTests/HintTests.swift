import ArgumentParser
import TestSupport
import Testing

@testable import Deed

/// What a hint or `next:` begins with a command can be pasted: the whole line is that command, and a
/// remark behind it is one of the shell's.
@Suite struct HintTests {
  private static let programs: Set = [
    "alembic", "chmod", "cp", "date", "deed", "docker", "git", "gitleaks", "gpg", "ls", "mkdir",
    "mv", "openssl", "rm", "sed", "ssh-add", "sudo",
  ]

  /// Words of prose that no command takes.
  private static let prose: Set = [
    "and", "brings", "fetches", "finishes", "if", "is", "it", "lets", "lists", "names", "once",
    "or",
    "prints", "proposes", "puts", "removes", "runs", "says", "sends", "sets", "settles", "shares",
    "shows", "so", "takes", "tells", "that", "the", "them", "then", "to", "where", "which",
  ]

  private static func grep(
    _ pattern: String, _ directory: String, _ options: String = "-rhE"
  ) throws -> [String] {
    let found = try Program.run(
      "grep", [options, pattern, directory], directory: ProjectPage.root,
      environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"])
    return found.text.split(separator: "\n").map(String.init)
  }

  /// The commands of a line, each in its words, without the remark.
  private static func commands(_ line: String) -> [[String]] {
    let isRemark = line.firstRange(of: " # ")
    let whole = isRemark.map { String(line[..<$0.lowerBound]) } ?? line
    return whole.split(separator: " && ").map { ProjectPage.words($0) }
  }

  private static func begins(_ line: some StringProtocol) -> Bool {
    line.split(separator: " ").first.map { programs.contains(String($0)) } ?? false
  }

  private func check(_ command: [String], in line: String) {
    #expect(command.first.map(Self.programs.contains) == true, "\(line)")
    for word in command.dropFirst() {
      #expect(!Self.prose.contains(word), "“\(word)” in: \(line)")
      #expect(!word.hasSuffix(",") && !word.hasSuffix(";"), "\(line)")
    }
  }

  @Test func `each hint that is a command can be pasted as it stands`() throws {
    let lines = try Self.grep("(hint|next|mend): |→ ", "Tests/DeedTests/golden").compactMap {
      line -> String? in
      let mark = /^[ !]*(?:remote:)? *(?:hint: |next: |mend: |→ )/
      guard let head = line.prefixMatch(of: mark) else { return nil }
      let rest = String(line[head.range.upperBound...])
      return Self.begins(rest) ? rest : nil
    }
    let all = Set(lines)
    #expect(all.count > 60, "\(all.count)")
    for line in all.sorted() {
      let shell = try Program.run(
        "sh", ["-n"], directory: "/", environment: ["PATH": "/usr/bin:/bin"],
        input: Array("\(line)\n".utf8))
      #expect(shell.status == 0, "\(line): \(shell.error)")
      for command in Self.commands(line) {
        check(command, in: line)
        guard command.first == "deed", command.count > 1, command[1] != "help" else { continue }
        // A directory before the command is taken off before the arguments are read.
        let arguments = command.dropFirst(command[1] == "-C" ? 3 : 1)
        let parsed = Result { try Main.parseAsRoot(Array(arguments)) }
        #expect(throws: Never.self, "\(line)") { try parsed.get() }
      }
    }
  }

  @Test func `so can those that no golden file has, for all that the sources say of them`() throws {
    var count = 0
    for line in try Self.grep("(hint|command|otherwise): \"|\"(hint: |deed )", "Sources")
    where !line.contains("usage:") && !line.contains("+ \"deed ") {
      for literal in Self.literals(of: line).map(\.text) {
        let text = literal.hasPrefix("hint: ") ? String(literal.dropFirst(6)) : literal
        let isHint = line.contains("hint: ") || line.contains("command: ")
        guard Self.begins(text), isHint || text.hasPrefix("deed ") else { continue }
        count += 1
        for command in Self.commands(text) { check(command, in: line) }
      }
    }
    #expect(count > 150, "\(count)")
  }

  /// What stands in a command and is no name that anybody chose: versions, ids, options, and what deed put
  /// together of words that are quoted.
  private static let own: Set = [
    "$0", "Policy.fileName", "Self.configuration", "Self.octal", "again", "decision.rawValue",
    "encoding", "file",
    "fileOption", "highest", "hint", "id", "ids", "isReplacing", "ledger.rawValue",
    "ledger.reference", "mark", "package", "place", "previous.0", "push", "release.description",
    "release.reference", "room",
    "tagsInTheWay", "text", "tip", "verb", "version", "ways", "written",
  ]

  /// Words of messages that only begin like a command.
  private static let message: Set = [
    "cannot", "config:", "does", "ended", "failed:", "for", "from", "has", "ignores", "knows", "no",
    "nothing", "sees", "tracks",
  ]

  /// Whether an interpolation is one word for a shell, whatever a stranger called something.
  private static func isOneWord(_ expression: String, in file: some StringProtocol) -> Bool {
    let path = expression.prefix { $0.isLetter || $0.isNumber || ".$".contains($0) }
    let parts = path.split(separator: ".").filter { !["safe", "joined"].contains($0) }
    let name = parts.joined(separator: ".")
    return expression.contains("quoted") || own.contains(name)
      || ["release", "short", "minute"].contains(parts.last)
      // What the same file makes of such before.
      || file.split(separator: "\n").contains { line in
        line.contains("quoted") && line.contains("let \(name) = ")
      }
  }

  @Test func `in a hint that is a command stands no name as somebody else chose it`() throws {
    var count = 0
    for path in try Self.grep("\"(hint: )?[a-z-]+ .*\\\\\\(", "Sources", "-rlE") {
      let file = try ProjectPage.text(path)
      for line in file.split(separator: "\n") {
        for literal in Self.literals(of: line) {
          let text = literal.text.replacing("hint: ", with: "")
          let words = Set(text.split(separator: " ").map(String.init))
          guard Self.begins(text), words.isDisjoint(with: Self.prose.union(Self.message)) else {
            continue
          }
          for expression in literal.interpolations {
            count += 1
            #expect(Self.isOneWord(expression, in: file), "\(path): \(expression) in \(line)")
          }
        }
      }
    }
    #expect(count > 80, "\(count)")
  }

  /// The string literals of a line of Swift, each interpolation being one word.
  private static func literals(
    of line: some StringProtocol
  ) -> [(text: String, interpolations: [String])] {
    var literals: [(text: String, interpolations: [String])] = []
    var literal: String?
    var interpolations: [String] = []
    var depth = 0
    var isEscaped = false
    for character in line {
      if depth > 0 {
        depth += character == "(" ? 1 : character == ")" ? -1 : 0
        if depth > 0 { interpolations[interpolations.count - 1].append(character) }
      } else if isEscaped {
        isEscaped = false
        if character == "(" {
          depth = 1
          literal?.append("X")
          interpolations.append("")
        }
      } else if let text = literal {
        switch character {
        case "\\": isEscaped = true
        case "\"":
          literals.append((text, interpolations))
          (literal, interpolations) = (nil, [])
        default: literal?.append(character)
        }
      } else if character == "\"" {
        literal = ""
      }
    }
    return literals
  }
}
