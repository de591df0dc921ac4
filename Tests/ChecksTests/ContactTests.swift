import Testing

@testable import Checks

@Suite struct ContactTests {
  @Test(arguments: [
    // Japan, Korea, the United States, Germany, abroad.
    "03-1234-5678", "090-1234-5678", "0120-123-456", "０３－１２３４－５６７８", "03(1234)5678",
    "電話03-1234-5678まで",
    "TEL：03-1234-5678", "0312345678", "03ー1234ー5678", "+81 3-1234-5678", "内線 4711",
    "02-123-4567", "02-1234-5678", "010-1234-5678", "1588-1234", "+82-10-1234-5678", "내선: 4711",
    "(212) 555-0123", "212-555-0123", "212.555.0123", "1-800-555-0123", "+1 212 555 0123",
    "030 1234567", "030/1234567", "0171 1234567", "+49 (0)30 1234567", "0049 30 1234567",
    "Tel.: 030 / 12 34 56 78", "Telefon 4711", "tel.030-1234567", "☎ 4711", "Phone: 5550123",
    "2026-11-20: call 03-1234-5678", "on 11.20.2026 09:00 030 1234567", "03-1234-5678: Hanako",
    // Mail.
    "hanako@shop.co.jp", "<a.b+c@mail.shop.co.jp>,", "花子@例え.日本", "mailto:a@b.jp",
    "mailto:ops%40corp.jp",
    "ops@example-shop.jp", "sip:ops@corp.jp", "https://examples.corp.jp/x",
    // Channels and links.
    "#ops-oncall", "Slack：#ops-当番", "(#incidents)", "@ops-team", "#2nd-line", "#운영-당직", "「#ops」",
    "https://shop.pagerduty.com/schedules/PABC", "https://example.pagerduty.com/x",
    "https://app.slack.com/client/T1/C2", "tel:110",
    "slack://channel?team=T1&id=C1", "#facade",
  ])
  func `this reaches somebody`(text: String) { #expect(Contact.isGiven(in: text)) }

  @Test(arguments: [
    "2026-11-20", "2026/11/20", "11.20.2026", "20.11.2026", "2026.11.20", "2026年11月20日", "20261120",
    "2026-11-20 09:00", "2026-11-20T09:00:00Z", "01.12.2026 09:00", "2026-11", "2025-2026",
    "2026-11-20 2026-12-20", "09:00-18:00", "0900-1800", "1600-1800", "24/7/365",
    "10.0.0.12", "192.168.100.200", "10.0.0.12:5432", "192.168.100.0/24", "127.0.0.1 10.0.0.2",
    "1.2.3", "v2026.11.20", "20.04.6", "1.25.10", "0.10.20231115", "v1.800.555.0123",
    "#1234", "#1234567", "PR #1234", "INC0012345678", "repo#1234", "#ff8800", "#2a2a2a",
    "〒100-0001",
    "ext. 12", "12345678", "1700000000", "100 200 3000", "0123456789abcdef", "000-0000-0000",
    "00000000-0000-0000-0000-000000000000", "¥0123456789", "tool@1.2.3", "git@host.example:a/b",
    "@2x", "words", "C#", "# 1", "0.5 to 1.5 seconds", "", "1000000000000000000000",
    "taro@example.com", "mailto:taro@mail.example.org", "<TARO@EXAMPLE.NET>",
    "oncall@example.co.jp", "oncall@example.jp", "oncall@yourcompany.example", "oncall@corp.test",
    "oncall@example.invalid", "sip:x@example.com", "https://example.com/oncall",
    "https://a.test:8080",
    "http://user@www.example.jp?a", "mailto:taro%40example.com", "https://localhost/x",
    "sips:10@b.example",
    "200 500 1000", "a@b", "99.9 % of 12345",
  ])
  func `this reaches nobody`(text: String) { #expect(!Contact.isGiven(in: text)) }

  @Test func `long lines cost no more than their length`() {
    for piece in ["0", "1-", "@", "a@", "#", "1 ", "(", "09:00 ", "0123456789 ", "aaaa@a. "] {
      _ = Contact.isGiven(in: String(repeating: piece, count: 5_000))
    }
  }
}

@Suite struct BracketTests {
  @Test(arguments: [
    "[On-call engineer]", "[Name]", "[NAME]", "[YYYY-MM-DD]", "[担当者名]", "[이름]", "[Second on call]",
    "[Incident lead]", "[Data owner]", "[Contract number]", "[Name of each integration]", "[x.y.z]",
    "[hh:mm]", "[Your team]", "[insert link]", "[電話番号]", "[담당자 연락처]", "[実施日]", "[番号を記入]", "[URL]",
    "[phone number]", "[Date of the last test]", "[E-mail address]", "[DD.MM.YYYY]", "[연락처를 입력]",
  ])
  func `words for a person, a date or a number are left to fill in wherever they stand`(
    text: String
  ) throws {
    let placeholders = try Placeholders(patterns: [])
    for line in [text, "Call \(text) now.", "Owner: \(text)"] {
      #expect(placeholders.first(in: line) == text)
    }
  }

  @Test(arguments: [
    "[High priority]", "[x]", "[OK]", "[INFO]", "[P1]", "[重要]", "[필수]", "[1]", "[Optional]",
    "[TOC]",
    "[^note]", "[優先度高]", "[WARN-2]", "[平日]", "[done]", "[緊急]", "[중요]",
  ])
  func `marks are none, even alone`(text: String) throws {
    let placeholders = try Placeholders(patterns: [])
    for line in [text, "\(text) Restart it.", "Level: \(text)"] {
      #expect(placeholders.first(in: line) == nil, "\(line)")
    }
  }

  @Test(arguments: ["[platform squad]", "[社内の当番]", "[운영 그룹]", "[internal database]"])
  func `other words are only in the place of a value`(text: String) throws {
    let placeholders = try Placeholders(patterns: [])
    for line in [text, "Owner: \(text)", "担当： \(text)", "**\(text)**"] {
      #expect(placeholders.first(in: line) == text, "\(line)")
    }
    for line in ["Ask \(text) first.", "\(text) restarts it.", "\(text)(a.md)", "\(text)[1]"] {
      #expect(placeholders.first(in: line) == nil, "\(line)")
    }
  }

  @Test(arguments: [
    "Owner: tbd", "担当: Tbd", "TBC", "Owner: T.B.D.", "担当： ＴＢＤ", "**Phone:** WIP", "責任者: ［担当者名］",
    "責任者： 【担当者名】", "＜氏名＞ に電話する", "当番: △△", "Call {{name}}.", "Date: YYYY-MM-DD", "値: 要変更", "値: 未設定",
    "電話: 03-0000-0000", "電話: xxx-xxxx-xxxx", "Owner: to be determined", "Coming soon.", "準備中",
    "담당: 작성 예정",
  ])
  func `values that are none are left to fill in`(line: String) throws {
    #expect(try Placeholders(patterns: []).first(in: line) != nil)
  }

  @Test(arguments: [
    "Dates are written as YYYY-MM-DD, see below.", "未設定の場合は既定値になる。", "【連絡先】 03-1234-5678", "【手順】",
    "Level: 【重要】", "＜重要＞ 先に止める", "Work in progress is listed apart.", "電話: 03-1000-0001",
  ])
  func `the same words about something are not`(line: String) throws {
    #expect(try Placeholders(patterns: []).first(in: line) == nil)
  }

  @Test func `tags are no placeholders, words in such brackets are`() throws {
    let placeholders = try Placeholders(patterns: [])
    for line in ["<details open>", "<center>", "<br>", "<video controls>"] {
      #expect(placeholders.first(in: line) == nil, "\(line)")
    }
    for line in ["<service>", "<code name>", "<a host>", "<previous-version>"] {
      #expect(placeholders.first(in: line) == line)
    }
  }

  @Test(arguments: ["a[name]", "[[name]]", "[Name](a.md)", "![Name][1]", "[ask the data owner]!"])
  func `links and code are none`(line: String) throws {
    #expect(try Placeholders(patterns: []).first(in: line) == nil)
  }
}
