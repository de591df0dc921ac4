import Testing

@testable import Configuration

@Suite struct `The line of a key` {
  /// Lines by the key's path, its parts joined by slashes.
  private func lines(_ text: String) -> [String: Int] {
    let places = KeyLocator(Array(text.utf8)).places
    return Dictionary(
      uniqueKeysWithValues: places.map { path, place in
        let parts = path.map { step in
          switch step {
          case .key(let name): String(decoding: name, as: UTF8.self)
          case .index(let index): "#\(index)"
          }
        }
        return (parts.joined(separator: "/"), place.line)
      })
  }

  @Test func `is found beneath headers, in dotted and in quoted keys`() {
    let text = """
      # a = 0
      a = 1 # b = 2

      [b.c] # [z]
      d . "e.f" = 1
      'g h'.i = 2
      [ "j\\u006b" . l ]
      m = 3
      """
    #expect(
      lines(text) == [
        "a": 2, "b": 4, "b/c": 4, "b/c/d": 5, "b/c/d/e.f": 5, "b/c/g h": 6, "b/c/g h/i": 6,
        "jk": 7, "jk/l": 7, "jk/l/m": 8,
      ])
  }

  @Test func `is not confused by texts and lists of several lines`() {
    let text = #"""
      a = """
      b = 1
      \""" ["""""
      c = '''
      [d]
      '''
      e = [ # ]
        "]", '#',
        { f = [
          1 ] },
      ]
      g = { h = "}", i.j = '"' }
      k = 1979-05-27 07:32:00
      l = -1
      """#
    #expect(
      lines(text) == [
        "a": 1, "c": 4, "e": 7, "e/#0": 8, "e/#1": 8, "e/#2": 9, "e/#2/f": 9, "e/#2/f/#0": 10,
        "g": 12, "g/h": 12, "g/i": 12, "g/i/j": 12, "k": 13, "l": 14,
      ])
  }

  @Test func `is unknown beneath lists of tables`() {
    let text = "[[a]]\nb = 1\n[a.c]\nd = 1\n[[a]]\nb = 2\n[e]\nf = 1"
    #expect(lines(text) == ["a": 1, "e": 7, "e/f": 8])
  }

  @Test func `counts lines that end as Windows has them`() {
    #expect(lines("a = 1\r\n# x\r\nb = \"\"\"\r\n\"\"\"\r\nc = 1\r\n") == ["a": 1, "b": 3, "c": 5])
  }

  @Test func `holds up to where the text stops making sense`() {
    #expect(lines("a = 1\nb = \"\nc = 3") == ["a": 1, "b": 2])
  }
}
