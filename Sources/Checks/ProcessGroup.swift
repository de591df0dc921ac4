internal import Glibc

/// A command and what it started, by the number of the command, which has ended and is not yet reaped:
/// till then the number is nobody else's.
struct ProcessGroup {
  private let leader: pid_t

  init(_ leader: pid_t) {
    self.leader = leader
  }

  /// Ends what is left of it: asks, and after a while no longer.
  func end(within grace: Duration) async {
    guard isAlive else { return }
    _ = kill(-leader, SIGTERM)
    let clock = ContinuousClock()
    let deadline = clock.now + grace
    while isAlive, clock.now < deadline {
      do { try await Task.sleep(for: .milliseconds(50)) } catch { break }
    }
    _ = kill(-leader, SIGKILL)
  }

  /// Whether anything of it still runs; what cannot be told is taken for that.
  private var isAlive: Bool {
    guard let processes = opendir("/proc") else { return true }
    defer { closedir(processes) }
    while let entry = readdir(processes) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let number = pid_t(name), number != leader else { continue }
      if Self.isRunning(number, in: leader) { return true }
    }
    return false
  }

  /// Reads `/proc/NUMBER/stat`: the name in brackets, which may hold anything, then the state, the
  /// parent and the group.
  private static func isRunning(_ process: pid_t, in group: pid_t) -> Bool {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 1024)
    let count = read(file, &text, text.count)
    guard count > 0, let end = text[..<count].lastIndex(of: UInt8(ascii: ")")) else { return false }
    let fields = text[..<count][(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 2, !fields[0].elementsEqual("Z".utf8) else { return false }
    return fields[2].elementsEqual("\(group)".utf8)
  }
}
