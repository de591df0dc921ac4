internal import FoundationEssentials
internal import Release

/// Settings as secret managers print them: one JSON object of texts, numbers, true and false.
enum PrintedSettings {
  static func read(
    _ bytes: [UInt8]
  ) throws(CheckTrouble) -> [(name: String, value: String)] {
    let forms: [String: Form]
    let texts: [String: String]
    do {
      forms = try JSONDecoder().decode([String: Form].self, from: Data(bytes))
      if let name = forms.filter({ $0.value == .other }).keys.min() {
        throw trouble("gives \(name) no text, number, true or false")
      }
      // Only in an object without others are all that is looked at names.
      if let name = twice(in: quoted(bytes)) {
        throw trouble("gives \(name) twice, and programs take another one of them each")
      }
      texts = try JSONDecoder().decode([String: String].self, from: Data(quoted(bytes)))
    } catch let trouble as CheckTrouble {
      throw trouble
    } catch {
      // The error itself would quote what it could not read.
      throw trouble("printed no JSON object of settings")
    }
    return texts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The first name that stands twice in an object where all is in quotation marks; `nil` where none does.
  private static func twice(in bytes: [UInt8]) -> String? {
    var names: Set<[UInt8]> = []
    var text: [UInt8] = []
    var (isText, isEscaped, isName) = (false, false, true)
    for byte in bytes {
      guard byte == UInt8(ascii: "\""), !isEscaped else {
        if isText { text.append(byte) }
        isEscaped = isText && !isEscaped && byte == UInt8(ascii: "\\")
        continue
      }
      if isText {
        if isName, !names.insert(text).inserted { return String(decoding: text, as: UTF8.self) }
        isName.toggle()
        text = []
      }
      isText.toggle()
    }
    return nil
  }

  /// The same with quotation marks around what has none, so that each number keeps its digits.
  private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var isText = false
    var isEscaped = false
    var isBare = false
    for byte in bytes {
      let isMark = byte == UInt8(ascii: "\"") && !isEscaped
      let isPart = !isText && !isMark && byte > 0x20 && !"{}:,".utf8.contains(byte)
      if isPart != isBare { result.append(UInt8(ascii: "\"")) }
      result.append(byte)
      isBare = isPart
      isEscaped = isText && !isEscaped && byte == UInt8(ascii: "\\")
      if isMark { isText.toggle() }
    }
    return result
  }

  private static func trouble(_ what: String) -> CheckTrouble {
    CheckTrouble(
      "the command that prints the secrets \(what)",
      hint: "let it print {\"NAME\": \"value\"}, as jq can, or NAME=value by lines")
  }

  private enum Form: Decodable {
    case text
    case bare
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if (try? container.decode(String.self)) != nil {
        self = .text
      } else if (try? container.decode(Bool.self)) != nil
        || (try? container.decode(Double.self)) != nil
      {
        self = .bare
      } else {
        self = .other
      }
    }
  }
}
