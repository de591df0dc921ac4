import Documents
import Foundation
import Release
import Testing

@Suite struct `Documents of teams` {
  private func fixture(_ name: String) throws -> String {
    let url = try #require(
      Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "documents"))
    return try String(contentsOf: url, encoding: .utf8)
  }

  @Test func `in Japanese, of a hundred rows`() throws {
    let list = try checklist(try fixture("production.ja.md"), rules: ["5.": .after])
    #expect(list.items.count == 100)
    #expect(Set(list.items.map(\.id)).count == 100)
    #expect(list.items.count { $0.command != nil } == 39)
    #expect(list.items.filter { $0.stage == .after }.map(\.number) == (1...20).map { "5.\($0)" })
    #expect(list.items[21].label == "2.2 TLS が有効")
    #expect(list.items[21].section == ["本番リリース チェックリスト", "2. セキュリティ"])
    #expect(list.items[0].procedure == "手で見る\n二人で" || list.items[0].command == "make check-1-1")
    #expect(list.problems.map(\.code) == [.splitCell])
    #expect(list.items.filter { !$0.flags.isEmpty }.map(\.procedure) == ["`ps aux | grep worker`"])
    let unruled = try checklist(try fixture("production.ja.md"))
    #expect(unruled.problems.map(\.code) == [.splitCell, .missingStage])
    #expect(ItemSearch("ＴＬＳ が有効", in: Array(list.items[..<25])) == .one(list.items[21]))
  }

  @Test func `in Korean`() throws {
    let list = try checklist(try fixture("pre-deployment.ko.md"))
    #expect(
      list.items.map(\.label) == [
        "1.1 태그가 올바르다", "1.2 마이그레이션을 확인했다", "1.1.1 평문 비밀이 없다", "1.1.2 키: ____",
        "2.1 오류율이 오르지 않았다", "2.2 알림이 왔다",
      ])
    #expect(list.problems.map(\.code) == [.missingStage])
    #expect(list.items[0].command == "git describe --exact-match")
    #expect(list.items[1].remark == "둘이서")
  }

  @Test func `with emoji, front matter and nested lists`() throws {
    let list = try checklist(try fixture("emoji.md"))
    #expect(
      list.items.map { "\($0.section.last ?? "") | \($0.label)" } == [
        "🔐 Secrets | 1.1 Keys of `worker` rotated", "🔐 Secrets | 1.2 No key in the image",
        "📈 Monitoring | 2.1 Dashboard open", "📈 Monitoring | 2.2 Pager answered by ____",
        "✅ After deployment | 3.1 Error rate below 1 % for one hour",
        "✅ After deployment | 3.1.1 in `eu`", "✅ After deployment | 3.1.2 in `us`",
        "✅ After deployment | 3.2 Announcement sent",
      ])
    #expect(list.items.map(\.stage).suffix(4) == [.after, .after, .after, .after])
    #expect(list.problems.isEmpty)
  }

  @Test func `of mixed languages and kinds`() throws {
    let list = try checklist(try fixture("mixed.md"))
    #expect(
      list.items.map(\.label) == [
        "0.1 VPC reviewed", "0.1 Zone delegated", "0.2 証明書の期限を確認", "1.1 Lower the TTL",
        "1.2 Switch", "1.3 되돌리기 준비",
      ])
    #expect(list.items.map(\.environment).prefix(3) == ["staging", "staging", "staging"])
    #expect(list.items.map(\.stage).suffix(3) == [.during, .during, .during])
    #expect(list.items[3].command == "dig +short example.org")
    #expect(list.items[4].procedure == "- watch the graphs")
    #expect(list.problems.isEmpty)
  }
}
