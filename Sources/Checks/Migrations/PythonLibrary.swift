/// What comes with Python, and with what every migration of Alembic needs.
enum PythonLibrary {
  /// Whether the functions of a module change nothing by themselves.
  static func isHarmless(_ module: String) -> Bool {
    harmless.contains(String(module.prefix { $0 != "." }))
  }

  /// Whether a function of such a module starts programs all the same.
  static func runsPrograms(_ module: String, _ name: String) -> Bool {
    module == "os"
      && ["system", "popen", "exec", "spawn", "posix_spawn", "startfile"].contains(
        where: name.hasPrefix)
  }

  /// Whether a function of Python's own, or all of a module, changes no database.
  static func isPure(_ name: String) -> Bool {
    let calling: Set = ["map", "filter", "getattr", "globals", "locals", "vars", "setattr", "open"]
    let working: Set = ["alembic", "sqlalchemy", "sqlmodel", "functools", "operator"]
    return builtins.union(harmless).subtracting(calling).subtracting(working).contains(name)
  }

  private static let harmless: Set<String> = [
    "alembic", "sqlalchemy", "sqlmodel", "logging", "loguru", "structlog", "warnings", "time",
    "typing", "typing_extensions", "__future__", "uuid", "datetime", "json", "os", "sys", "re",
    "enum", "decimal", "fractions", "math", "random", "secrets", "hashlib", "hmac", "base64",
    "binascii", "string", "textwrap", "inspect", "itertools", "functools", "operator",
    "collections", "contextlib", "dataclasses", "abc", "copy", "io", "csv", "pathlib", "pprint",
    "types", "zoneinfo", "calendar", "unicodedata", "ipaddress", "statistics", "traceback",
    "platform", "locale", "numbers", "struct", "glob", "urllib",
  ]

  static let builtins: Set<String> = [
    "abs", "all", "any", "bool", "bytes", "callable", "chr", "classmethod", "dict", "dir", "divmod",
    "enumerate", "filter", "float", "format", "frozenset", "getattr", "globals", "hasattr", "hash",
    "hex", "id", "input", "int", "isinstance", "issubclass", "iter", "len", "list", "locals", "map",
    "max", "min", "next", "object", "open", "ord", "pow", "print", "property", "range", "repr",
    "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str", "sum", "super",
    "tuple", "type", "vars", "zip", "if", "elif", "while", "for", "in", "not", "and", "or", "is",
    "return", "yield", "assert", "del", "with", "raise", "except", "lambda", "else", "await",
    "import", "match", "case",
  ]
}
