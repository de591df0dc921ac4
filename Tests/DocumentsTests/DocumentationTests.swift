import Documents
import Foundation
import Release
import Testing

@Suite struct `docs/checklists.md` {
  private static func text() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/checklists.md"), encoding: .utf8)
  }

  @Test func `has examples that give as many items as they say, and no problem`() throws {
    var examples: [(count: Int, text: String)] = []
    var open: (count: Int, text: String)?
    for line in try Self.text().split(separator: "\n", omittingEmptySubsequences: false) {
      if let example = open {
        if line == "```" {
          examples.append(example)
          open = nil
        } else {
          open = (example.count, example.text + line + "\n")
        }
      } else if line.hasPrefix("```markdown items=") {
        open = (try #require(Int(line.dropFirst(18))), "")
      }
    }
    #expect(examples.count == 5)
    for example in examples {
      let list = try checklist(example.text)
      #expect(list.items.count == example.count)
      #expect(list.problems.isEmpty)
    }
  }

  @Test(arguments: ChecklistProblem.Code.allCases)
  func `explains every code of lint`(_ code: ChecklistProblem.Code) throws {
    #expect(try Self.text().contains("| `\(code.rawValue)` |"))
  }

  @Test func `names only headers that are known`() throws {
    let text = try Self.text()
    let lines = text.split(separator: "\n").map(String.init)
    for (role, known) in [
      ("procedure", ["How", "手順", "確認方法", "コマンド", "방법", "점검 방법", "명령어"]),
      ("remark", ["Remark", "備考", "비고"]),
    ] {
      let row = try #require(lines.first { $0.hasPrefix("| \(role) |") })
      for quoted in row.split(separator: "`").enumerated() where quoted.offset % 2 == 1 {
        let table = "| # | Check | \(quoted.element) |\n|--|--|--|\n| 1 | a | text |\n"
        let item = try #require(try checklist(table).items.first)
        #expect((role == "procedure" ? item.procedure : item.remark) == "text")
      }
      for name in known { #expect(row.contains("`\(name)`")) }
    }
    let names = text.split(separator: "\n- a column headed").dropFirst().flatMap { part in
      let end = part.split(separator: "; or").first ?? ""
      return end.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }
    #expect(names.count > 40)
    for name in names {
      let header = name.split(whereSeparator: \.isNewline).joined(separator: " ")
      #expect(try checklist("| \(header) | Foo |\n|--|--|\n| 1 | a |\n").items.count == 1)
    }
  }
}
