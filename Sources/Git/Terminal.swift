internal import Glibc

/// Whether somebody is there to be asked.
enum Terminal {
  static func isInteractive(_ environment: [String: String]) -> Bool {
    let isAutomated = environment["CI"].map { !$0.isEmpty } ?? false
    return !isAutomated && isatty(0) == 1 && isatty(2) == 1
  }
}
