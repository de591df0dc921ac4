import ArgumentParser
import Configuration
import TestSupport
import Testing

@testable import Deed

@Suite struct ReadmeTests {
  /// Every command of deed's in a session or in a code span.
  private static func commands(_ text: String) -> [[String]] {
    let spans = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    let sessions = text.split(separator: "\n").compactMap { line in
      line.firstRange(of: "$ ").map { String(line[$0.upperBound...]) }
    }
    var commands: [[String]] = []
    for line in spans + sessions where !line.contains("\n") {
      for part in line.split(separator: "&") {
        let words: [String] = part.split(separator: " ").map(String.init)
        if words.first == "deed", words.count > 1, words[1] != "help" { commands.append(words) }
      }
    }
    return commands
  }

  @Test func `its commands are deed's commands`() throws {
    let commands = Self.commands(try ProjectPage.text("README.md"))
    #expect(commands.count >= 20, "\(commands.count)")
    for command in commands {
      let parsed = Result { try Main.parseAsRoot(Array(command.dropFirst())) }
      #expect(throws: Never.self, "\(command.joined(separator: " "))") { try parsed.get() }
    }
  }

  @Test func `so are those on the page about servers`() throws {
    let commands = Self.commands(try ProjectPage.text("docs/server.md"))
    #expect(commands.count >= 5, "\(commands.count)")
    for command in commands {
      let parsed = Result { try Main.parseAsRoot(Array(command.dropFirst())) }
      #expect(throws: Never.self, "\(command.joined(separator: " "))") { try parsed.get() }
    }
  }

  @Test func `its configuration is one`() throws {
    let blocks = try ProjectPage.text("README.md").split(separator: "```toml\n").dropFirst()
    #expect(!blocks.isEmpty)
    for block in blocks {
      let text = block.prefix(upTo: try #require(block.firstRange(of: "```")).lowerBound)
      #expect(throws: Never.self) {
        try ConfigurationFile.policy(from: Array(text.utf8), file: "README.md")
      }
    }
  }
}
