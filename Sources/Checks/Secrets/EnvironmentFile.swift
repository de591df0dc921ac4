/// The variables of an environment file: `NAME=value` by lines, as shells and dotenv read them.
struct EnvironmentFile {
  struct Variable {
    let name: String
    /// Never to be shown, recorded or handed to another program.
    let value: String
    let line: Int
    var form: EnvironmentForm = []

    /// Whether it is named as settings are, in capital letters.
    var isPlain: Bool { EnvironmentFile.isPlain(name.utf8) }
  }

  /// What is wrong with a line; nothing of what stands there, which may be a part of a secret.
  struct Fault: Hashable {
    let line: Int
    let why: String
  }

  /// In the file's order; of several of one name, all.
  private(set) var variables: [Variable] = []
  private(set) var faults: [Fault] = []
  /// The lines with faults: not to be shown either, since nobody knows which part is a value.
  private(set) var unread: [ArraySlice<UInt8>] = []
  /// Whether it could be read by lines at all.
  private(set) var isText = true
  /// The first line that ends in a carriage return, which a shell takes for a part of the value.
  private(set) var carriageReturnLine: Int?
  /// Whether it begins with the mark that some editors write before UTF-8.
  private(set) var hasMark = false

  private var rest: ArraySlice<UInt8>
  private let lastBlockEnd: Int
  private var line = 1
  /// How the variable that is being read is written.
  private var form: EnvironmentForm = []
  /// The names that may have no value, whatever they look like; `nil`: all may.
  private var known: Set<ExactName>?

  /// - Parameter known: Names that somebody else has written down: others without a value may be the
  ///   rest of one that goes over several lines. `nil`: no value here is a secret.
  init(_ bytes: [UInt8], known: Set<ExactName>? = []) {
    rest = bytes[...]
    lastBlockEnd = Self.lastBlockEnd(in: bytes)
    self.known = known
    if rest.starts(with: [0xef, 0xbb, 0xbf]) {
      rest = rest.dropFirst(3)
      hasMark = true
    }
    if rest.contains(0) {
      let isWide = bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
      faults.append(
        Fault(line: 1, why: isWide ? "the file is UTF-16, not UTF-8" : "the file is binary"))
      isText = false
      return
    }
    while !rest.isEmpty {
      let (start, known) = (rest, faults.count)
      readLine()
      if faults.count > known { unread.append(start[..<rest.startIndex]) }
    }
  }

  /// Variables that somebody else has read; they stand on no lines.
  init(variables: [(String, String)]) {
    rest = []
    lastBlockEnd = -1
    self.variables = variables.map { Variable(name: $0.0, value: $0.1, line: 0) }
  }

  private mutating func readLine() {
    skipBlanks()
    guard let first = rest.first, first != UInt8(ascii: "#"), !Self.isLineEnd(first) else {
      skipLine()
      return
    }
    let start = line
    form = []
    let word = Array("export".utf8)
    if rest.starts(with: word), rest.dropFirst(word.count).first.map(Self.isBlank) == true {
      rest = rest.dropFirst(word.count)
      skipBlanks()
      form.insert(.export)
    }
    let name = rest.prefix { Self.isInNames($0) }
    rest = rest.dropFirst(name.count)
    if rest.first.map(Self.isBlank) == true { form.insert(.spaced) }
    skipBlanks()
    guard Self.isName(name), rest.first == UInt8(ascii: "=") else {
      fault(start, Self.noSetting)
      return
    }
    rest = rest.dropFirst()
    let isSpaced = rest.first.map(Self.isBlank) == true
    skipBlanks()
    if isSpaced, let next = rest.first, !Self.isLineEnd(next) { form.insert(.spaced) }
    guard let value = readValue(start) else { return }
    if value.starts(with: "-----BEGIN ".utf8), !value.contains(UInt8(ascii: "\n")), isBlockOpen {
      faults.append(Fault(line: start, why: "a value of several lines wants quotation marks"))
      skipBlock()
      return
    }
    guard let text = String(validating: value, as: UTF8.self) else {
      faults.append(Fault(line: start, why: "its value is not UTF-8"))
      return
    }
    let variable = Variable(
      name: String(decoding: name, as: UTF8.self), value: text, line: start, form: form)
    guard !mayBeRest(variable) else {
      faults.append(Fault(line: start, why: Self.noSetting))
      return
    }
    variables.append(variable)
  }

  /// The value, the rest of its last line behind it; `nil` where it has no end.
  private mutating func readValue(_ start: Int) -> [UInt8]? {
    guard let mark = rest.first, "\"'`".utf8.contains(mark) else { return unquoted() }
    let place = rest
    form.insert(.quoted)
    rest = rest.dropFirst()
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == mark {
        skipBlanks()
        if let next = rest.first, !Self.isLineEnd(next), next != UInt8(ascii: "#") {
          fault(start, "more stands behind its closing quotation mark")
          return nil
        }
        if rest.first == UInt8(ascii: "#") { form.insert(.comment) }
        if mark == UInt8(ascii: "\""), Self.mayExpand(value) { form.insert(.dollar) }
        if line > start { form.insert(.lines) }
        skipLine()
        return value
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "\\"), mark == UInt8(ascii: "\""), let next = rest.popFirst() {
        if next == UInt8(ascii: "\n") { line += 1 }
        switch next {
        case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"), UInt8(ascii: "`"):
          value.append(next)
        default: value += [byte, next]
        }
      } else if byte != UInt8(ascii: "\r") || rest.first != UInt8(ascii: "\n") {
        value.append(byte)
      }
    }
    // What comes after it on later lines may well be variables.
    rest = place
    line = start
    fault(start, "its quotation mark is never closed")
    return nil
  }

  private mutating func unquoted() -> [UInt8] {
    var value: [UInt8] = []
    while let byte = rest.first, !Self.isLineEnd(byte) {
      if byte == UInt8(ascii: "#"), value.last.map(Self.isBlank) ?? true {
        form.insert(.comment)
        break
      }
      value.append(byte)
      rest = rest.dropFirst()
    }
    while let last = value.last, Self.isBlank(last) { value.removeLast() }
    if value.contains(where: Self.isBlank) { form.insert(.blank) }
    if Self.mayExpand(value) { form.insert(.dollar) }
    skipLine()
    return value
  }

  /// Whether a value holds `$NAME`, `${NAME}` or `$(command)`.
  private static func mayExpand(_ value: [UInt8]) -> Bool {
    zip(value, value.dropFirst()).contains { first, second in
      first == UInt8(ascii: "$") && (second.isASCIILetter || "_{(".utf8.contains(second))
    }
  }

  /// Whether an armoured block goes on below, none of whose lines may be taken for a variable.
  private var isBlockOpen: Bool { lastBlockEnd >= rest.startIndex }

  /// Where the last line begins that ends such a block; -1 where none does.
  private static func lastBlockEnd(in bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    return lines.last { $0.starts(with: "-----END ".utf8) }?.startIndex ?? -1
  }

  private mutating func skipBlock() {
    while !rest.isEmpty {
      let isEnd = rest.starts(with: "-----END ".utf8)
      skipLine()
      if isEnd { return }
    }
  }

  /// A line of a key that was not quoted may look like a name, and names are shown: longer ones are
  /// in capital letters.
  private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    let isPlain = name.allSatisfy { byte in
      byte.isASCIIDigit || byte == UInt8(ascii: "_")
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
    return !name.isEmpty
      && (name.count <= 40 || (name.count <= 100 && isPlain && name.contains(UInt8(ascii: "_"))))
  }

  /// Whether a line may be the end of a value in base 64, whose padding would be the sign.
  private func mayBeRest(_ variable: Variable) -> Bool {
    guard let known, !known.contains(ExactName(variable.name)), !variable.form.contains(.quoted)
    else {
      return false
    }
    let isPadding = variable.value == "="
    return isPadding || (variable.value.isEmpty && !variable.isPlain)
  }

  private static func isPlain(_ name: some Sequence<UInt8>) -> Bool {
    let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")
    var isFirst = true
    return name.allSatisfy { byte in
      defer { isFirst = false }
      return capitals.contains(byte)
        || (!isFirst && (byte.isASCIIDigit || byte == UInt8(ascii: "_")))
    }
  }

  private static let noSetting = "it is no NAME=value"

  private mutating func fault(_ start: Int, _ why: String) {
    faults.append(Fault(line: start, why: why))
    skipLine()
  }

  private mutating func skipBlanks() { rest = rest.drop(while: Self.isBlank) }

  private mutating func skipLine() {
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\r"), rest.first == UInt8(ascii: "\n"), carriageReturnLine == nil {
        carriageReturnLine = line
      }
      if byte == UInt8(ascii: "\n") {
        line += 1
        return
      }
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0a || byte == 0x0d }

  private static func isInNames(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || "_.-".utf8.contains(byte)
  }
}

extension UInt8 {
  var isASCIILetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
