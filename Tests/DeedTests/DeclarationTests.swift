import Testing

@testable import ArgumentParser
@testable import Deed

/// What the argument parser itself looks at only in debug builds, and then whenever it parses.
@Suite struct DeclarationTests {
  private static var commands: [any ParsableCommand.Type] {
    var open: [any ParsableCommand.Type] = [Main.self]
    var found: [any ParsableCommand.Type] = []
    while let command = open.popLast() {
      found.append(command)
      open += command.configuration.subcommands
    }
    return found
  }

  @Test func `every command is declared as the argument parser wants it`() throws {
    #expect(Self.commands.count > 25)
    for command in Self.commands { try command._validate(parent: nil) }
  }

  @Test func `two options of one name are no declaration`() {
    struct Twice: ParsableArguments {
      @Option(name: .customLong("one")) var first: String?
      @Option(name: .customLong("one")) var second: String?
    }
    #expect(throws: (any Error).self) { try Twice._validate(parent: nil) }
  }
}
