import Release
import Testing

@Suite struct `A Mustache template` {
  private static let context: JSON = .object([
    "name": .string("<b> & \"c\""), "count": .integer(3), "yes": .bool(true), "no": .bool(false),
    "empty": .string(""), "none": .array([]), "list": .array([.string("a"), .string("b")]),
    "person": .object(["name": .string("Bob"), "pet": .object(["kind": .string("cat")])]),
    "rows": .array([
      .object(["n": .integer(1), "rows": .array([])]), .object(["n": .integer(2)]),
    ]),
  ])

  private func rendered(_ template: String) throws -> String {
    let template = try MustacheTemplate(parsing: Array(template.utf8))
    return String(decoding: template.render(Self.context) { text, _ in "[\(text)]" }, as: UTF8.self)
  }

  @Test(arguments: [
    ("", ""), ("plain } text {", "plain } text {"), ("{{name}}", "[<b> & \"c\"]"),
    ("{{{name}}}{{& name }}", "<b> & \"c\"<b> & \"c\""), ("{{ count }}{{yes}}", "[3][true]"),
    ("({{missing}}{{{missing}}}{{person.missing.kind}})", "([])".replacing("[]", with: "[][]")),
    ("{{person.name}} {{person.pet.kind}}", "[Bob] [cat]"),
    ("{{#person}}{{name}}{{count}}{{/person}}", "[Bob][3]"),
    ("{{#yes}}y{{/yes}}{{#no}}n{{/no}}{{#missing}}m{{/missing}}{{#empty}}e{{/empty}}", "y"),
    ("{{^yes}}y{{/yes}}{{^no}}n{{/no}}{{^missing}}m{{/missing}}{{^none}}0{{/none}}", "nm0"),
    ("{{#list}}{{.}}{{/list}}", "[a][b]"),
    ("{{#list}}{{{.}}}{{^@last}}, {{/@last}}{{/list}}", "a, b"),
    ("{{#list}}{{#@first}}>{{/@first}}{{{.}}}{{/list}}", ">ab"),
    ("{{#rows}}{{n}}{{#rows}}x{{/rows}}{{/rows}}", "[1][2]xx"),
    ("{{#person.pet}}{{kind}}{{/person.pet}}", "[cat]"),
    ("a{{! no\n matter }}b", "ab"), ("a\n  {{! alone }}  \nb", "a\nb"),
    ("{{=<% %>=}}<%count%>{{count}}<%={{ }}=%>{{count}}", "[3]{{count}}[3]"),
    ("a\n{{=| |=}}\n|count|\n", "a\n[3]\n"),
    ("{{#yes}}\nx\n{{/yes}}\n", "x\n"), ("{{#yes}}\r\nx\r\n{{/yes}}\r\ny", "x\r\ny"),
    ("  {{#yes}}\n  x\n  {{/yes}}", "  x\n"), ("| {{#yes}} | {{/yes}}\n", "|  | \n"),
    ("{{#list}}\n- {{{.}}}\n{{/list}}\nend", "- a\n- b\nend"),
    ("{{#yes}}\n{{#no}}\nx\n{{/no}}\n{{/yes}}\n", ""), (" {{count}}\n", " [3]\n"),
    ("{{#yes}}{{#yes}}x{{/yes}}{{/yes}}", "x"), ("{{ # yes }}", "{{ # yes }}"),
  ])
  func `is filled in as the manual says`(_ template: String, _ text: String) throws {
    if template == "{{ # yes }}" {
      #expect(throws: MustacheTemplate.ParseError.self) { try rendered(template) }
    } else {
      #expect(try rendered(template) == text)
    }
  }

  @Test(arguments: [
    ("a\n{{#x}}\nb", 2, "the section {{#x}} is never closed"),
    ("a\n\n{{/x}}", 3, "{{/x}} closes nothing"),
    ("{{#a}}\n{{#b}}\n{{/a}}\n{{/b}}", 3, "{{/a}} does not close {{#b}} of line 2"),
    ("\n{{x", 2, "a tag is never closed"), ("{{{x}}", 1, "a tag is never closed"),
    ("{{}}", 1, "a tag has no name"), ("{{a b}}", 1, "“a b” is no name"),
    ("{{a..b}}", 1, "“a..b” is no name"),
    ("x\n{{> part}}", 2, "partials ({{> …}}) are not supported"),
    ("x\n{{$a}}b{{/a}}", 2, "blocks ({{$…}}) and parents ({{<…}}) are not supported"),
    ("{{<a}}{{/a}}", 1, "blocks ({{$…}}) and parents ({{<…}}) are not supported"),
    ("{{=a=}}", 1, "delimiters are set as in {{=<% %>=}}"),
    ("{{!\n\n}}\n{{x", 4, "a tag is never closed"),
  ])
  func `with a mistake is refused, with the line`(_ text: String, _ line: Int, _ message: String) {
    #expect(throws: MustacheTemplate.ParseError(line: line, message: message)) {
      try MustacheTemplate(parsing: Array(text.utf8))
    }
  }

  @Test func `of any bytes is read or refused`() {
    var generator = Generator(state: 7)
    let pieces = [
      "{{", "}}", "{", "}", "#", "/", "^", "=", "a", ".", " ", "\n", "\r\n", "!", "&", ">",
    ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        pieces.randomElement(using: &generator) ?? ""
      }.joined()
      _ = try? rendered(text)
    }
  }
}

/// Numbers that look random and are the same in every run.
private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
