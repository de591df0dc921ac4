import ArgumentParser
import TestSupport
import Testing

@testable import Deed

@Suite struct HelpTests {
  private static let commands = [
    "approve", "artifacts", "carry", "changelog", "check", "checklist", "cut", "deploy",
    "doctor", "go", "hook", "init", "next", "no-go", "notes", "redact", "reject", "show", "status",
    "sync",
    "tick", "verify",
    "waive", "walk", "withdraw",
  ]

  @Test func `no command is left out here`() {
    let groups = Main.configuration.groupedSubcommands
    let names = groups.flatMap { group in
      group.subcommands.map { $0.configuration.commandName ?? "" }
    }
    #expect(names.sorted() == Self.commands)
  }

  @Test func `without arguments it prints its help`() async throws {
    let test = try TestRepository()
    let plain = await test.deed()
    #expect(plain.code == 0 && plain.error.isEmpty)
    for words in [["help"], ["--help"], ["-h"]] {
      let help = await test.deed(words)
      #expect(help.code == 0 && help.output == plain.output && help.error.isEmpty)
    }
    try Golden.check(plain.output, "help/deed")
  }

  @Test(arguments: commands)
  func `every command has help with an example, in 80 columns`(name: String) async throws {
    let test = try TestRepository()
    let help = await test.deed(name, "--help")
    #expect(help.code == 0 && help.error.isEmpty)
    #expect(help.output.contains("  deed \(name)"), "there is an example")
    for line in help.output.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
    let other = await test.deed("help", name)
    #expect(other.code == 0 && other.output == help.output)
    try Golden.check(help.output, "help/\(name)")
  }

  @Test(arguments: [
    ("artifacts", "record"), ("artifacts", "verify"), ("artifacts", "distribute"),
    ("hook", "install"), ("hook", "pre-receive"),
  ])
  func `so has every command below another`(group: String, name: String) async throws {
    let test = try TestRepository()
    let help = await test.deed(group, name, "--help")
    #expect(help.code == 0 && help.output.contains("deed \(group) \(name)"), "\(help.error)")
    for line in help.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    try Golden.check(help.output, "help/\(group)-\(name)")
  }

  @Test func `examples fit, and paragraphs are broken where the page is`() {
    let commands = Main.configuration.groupedSubcommands.flatMap(\.subcommands)
    for command in commands + commands.flatMap({ $0.configuration.subcommands }) {
      let lines = command.configuration.discussion.split(
        separator: "\n", omittingEmptySubsequences: false)
      for (line, next) in zip(lines, lines.dropFirst() + [""]) {
        let isText = !line.isEmpty && !line.hasPrefix(" ")
        #expect(isText || line.count <= 80, "\(line)")
        #expect(!isText || next.isEmpty, "\(line)")
      }
    }
  }

  @Test func `the version is printed`() async throws {
    let test = try TestRepository()
    let ran = await test.deed("--version")
    #expect(ran.code == 0 && ran.output == "deed \(Main.version)\n")
  }
}
