import Testing

@testable import Release

@Suite struct CommandTemplateTests {
  @Test(arguments: [
    ("curl https://<env>.example.com/<path to it>?e=<env>", ["env", "path to it"]),
    ("deploy <環境> <사용자>", ["環境", "사용자"]), ("a<b-1>c", ["b-1"]), ("x <a.b_c>", ["a.b_c"]),
    ("make test", []), ("sort <in >out", []), ("sort < in > out", []), ("cat <<END>out", []),
    ("test 1 -lt 2 && echo '<1>'", []), ("diff <(a) <(b)", []), ("echo <>", []), ("a <b", []),
    ("<", []), ("<a", []), ("cat <<<x> y", []), ("2>&1 <&3", []),
  ])
  func `placeholders are told from redirections`(command: String, names: [String]) {
    let template = CommandTemplate(command)
    #expect(template.placeholders == names)
    #expect(template.filled([:]) == command)
  }

  @Test func `values take the place of placeholders wherever they stand`() {
    let template = CommandTemplate("curl \"https://<env>.example.com/<env>\" -u <user>")
    #expect(template.filled(["env": "stg"]) == "curl \"https://stg.example.com/stg\" -u <user>")
    #expect(
      template.filled(["env": "<user>", "user": "a"])
        == "curl \"https://<user>.example.com/<user>\" -u a")
  }

  @Test(
    arguments: [
      ("stg", nil), ("https://a.example:8443/x?", "?"), ("東京-1", nil), ("a b", " "), ("$(rm)", "$"),
      ("a;b", ";"), ("`x`", "`"), ("a'b", "'"), ("a\"b", "\""), ("a\nb", "\n"), ("a\\b", "\\"),
      ("*", "*"), ("~", "~"), ("", nil),
    ] as [(String, Unicode.Scalar?)])
  func `a value may not mean anything to the shell`(value: String, unsafe: Unicode.Scalar?) {
    #expect(CommandTemplate.unsafeCharacter(in: value) == unsafe)
  }
}
