// What is given to programs.
extension SecretScanner {
  /// The value of a program's option, at the option's first dash.
  func option(
    in bytes: Swift.Span<UInt8>, at start: Int, behind previous: UInt8
  ) -> Found? {
    guard !Self.isWord(previous), start + 2 < bytes.count else { return nil }
    return bytes[start + 1] == UInt8(ascii: "-")
      ? longOption(in: bytes, at: start)
      : shortOption(in: bytes, at: start)
  }

  /// What is given to an option of several letters, behind a blank or `=`.
  private func longOption(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    var end = start + 1
    while end < bytes.count, end - start < 64,
      Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-")
    {
      end += 1
    }
    guard end - start > 4, end < bytes.count,
      bytes[end] == 0x20 || bytes[end] == UInt8(ascii: "=")
    else { return nil }
    if begins(bytes, at: start, with: "--user"), end - start == 6 {
      return login(in: bytes, at: end + 1)
    }
    if Self.passwords.contains(where: { begins(bytes, at: end - $0.utf8CodeUnitCount, with: $0) }),
      let found = password(in: bytes, at: end + 1)
    {
      return found
    }
    // What is behind a sign is looked at there.
    guard bytes[end] == 0x20 else { return nil }
    let value = skipBlanks(in: bytes, from: end + 1)
    let range = value..<self.end(of: bytes, from: value, Self.delimiters)
    return secret(in: bytes, range, named: nil) { (start..<end).map { bytes[$0] } }
  }

  /// How options end whose value is one that people choose.
  private static let passwords: [StaticString] = ["-password", "-passwd", "-pwd", "-pass"]
  private static let delimiters = Array(";|<>,)".utf8)

  /// `-u name:…` of any program, and what stands for a password in some.
  private func shortOption(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    let letter = bytes[start + 1]
    let isTight = bytes[start + 2] != 0x20
    if letter == UInt8(ascii: "u"), !isTight { return login(in: bytes, at: start + 3) }
    guard let option = PasswordOption.all.first(where: { $0.letter == letter }) else { return nil }
    let value = start + (isTight ? 2 : 3)
    // Whose option it is costs more than to see that no password stands there.
    guard argument(in: bytes, at: value).count > 7,
      option.isOf(command(in: bytes, before: start), isTight: isTight)
    else { return nil }
    return option.isLogin ? login(in: bytes, at: value) : password(in: bytes, at: value)
  }

  /// The words before an option, from the beginning of its command on.
  private func command(in bytes: Swift.Span<UInt8>, before option: Int) -> [[UInt8]] {
    var start = option
    while start > 0, option - start < 200, !";|&(".utf8.contains(bytes[start - 1]) {
      let isLineEnd = bytes[start - 1] == UInt8(ascii: "\n")
      // A command goes on behind a backslash.
      if isLineEnd, start < 2 || bytes[start - 2] != 0x5c { break }
      start -= 1
    }
    let line = (start..<option).map { bytes[$0] }
    return line.split { !Self.isWord($0) && $0 != UInt8(ascii: "-") }.map(Array.init)
  }

  /// What people choose as a password, quotation marks around it or not.
  private func password(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    let range = argument(in: bytes, at: start)
    let value = range.map { bytes[$0] }
    // `-p 8080:80`
    guard value.contains(where: \.isASCIILetter), SecretValue.isPassword(value, of: []) else {
      return nil
    }
    return ("a password given to a program", range.lowerBound, range.count)
  }

  private func login(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    let range = argument(in: bytes, at: start)
    let login = range.map { bytes[$0] }
    guard let colon = login.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let password = Array(login[(colon + 1)...])
    return SecretValue.isPassword(password, of: login[..<colon])
      ? ("a password behind a name", range.lowerBound + colon + 1, password.count) : nil
  }

  private func argument(in bytes: Swift.Span<UInt8>, at start: Int) -> Range<Int> {
    var value = skipBlanks(in: bytes, from: start)
    // Within a text, quotation marks have a backslash before them.
    if value + 1 < bytes.count, bytes[value] == 0x5c { value += 1 }
    let isQuoted = value < bytes.count && Self.isQuotation(bytes[value])
    if isQuoted { value += 1 }
    return value..<end(of: bytes, from: value, isQuoted ? [0x5c] : Self.delimiters + [0x5c])
  }

  /// What `PGPASSWORD` and its kin are given, at the sign behind them.
  func passwordVariable(in bytes: Swift.Span<UInt8>, at sign: Int) -> Found? {
    // Most signs have another letter before them.
    guard sign > 7, "DSH".utf8.contains(bytes[sign - 1]) else { return nil }
    for name in Self.variables {
      let start = sign - name.utf8CodeUnitCount
      guard begins(bytes, at: start, with: name), start == 0 || !Self.isWord(bytes[start - 1])
      else { continue }
      return password(in: bytes, at: sign + 1)
    }
    return nil
  }

  /// What programs take a password from.
  private static let variables: [StaticString] = [
    "PGPASSWORD", "MYSQL_PWD", "SSHPASS", "REDISCLI_AUTH",
  ]
}

/// An option of one letter that a password stands behind.
private struct PasswordOption {
  let letter: UInt8
  /// Programs that want it right behind the letter, and those that want a blank between.
  private let tight: Set<String>
  private let spaced: Set<String>
  /// Whether a name stands before it.
  let isLogin: Bool

  private init(_ letter: Unicode.Scalar, tight: String, spaced: String, isLogin: Bool = false) {
    self.letter = UInt8(ascii: letter)
    self.tight = Set(tight.split(separator: " ").map(String.init))
    self.spaced = Set(spaced.split(separator: " ").map(String.init))
    self.isLogin = isLogin
  }

  func isOf(_ command: [[UInt8]], isTight: Bool) -> Bool {
    let words = Set(command.map { String(decoding: $0, as: UTF8.self) })
    if letter == UInt8(ascii: "p"), !isTight, words.contains("login"),
      !words.isDisjoint(with: Self.registries)
    {
      return true
    }
    return !words.isDisjoint(with: isTight ? tight : spaced)
  }

  private static let registries: Set<String> = [
    "docker", "podman", "nerdctl", "buildah", "skopeo", "oras", "helm", "az", "oc", "cf",
  ]

  static let all = [
    PasswordOption(
      "p",
      tight: "mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlslap mysqlsh mariadb "
        + "mariadb-dump mariadb-admin sshpass",
      spaced: "sshpass mongo mongosh mongodump mongorestore"),
    PasswordOption("a", tight: "", spaced: "redis-cli valkey-cli keydb-cli"),
    PasswordOption("P", tight: "sqlcmd bcp", spaced: "sqlcmd bcp mosquitto_pub mosquitto_sub"),
    PasswordOption("w", tight: "", spaced: "ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami"),
    PasswordOption("u", tight: "curl", spaced: "", isLogin: true),
  ]
}
