internal import Glibc

/// How many can work at once.
package enum Processors {
  /// At least 1.
  ///
  /// Asked once: for each answer a file is read.
  package static let count = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Of those that go through memory more than they reckon: more than 8 would only wait for it.
  static var countForMemory: Int { min(8, count) }
}
