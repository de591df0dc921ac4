internal import Glibc

/// How many can work at once.
enum Processors {
  /// At least 1, and at most 8: more would only wait for memory.
  static var count: Int { max(1, min(8, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }
}
