internal import Glibc

/// Ports of this machine that only it can reach.
package enum Loopback {
  /// One at which nobody answers.
  package static func freePort() throws -> UInt16 {
    let listener = try listener()
    defer { close(listener.socket) }
    return listener.port
  }

  /// A socket at which somebody can be reached once it listens.
  static func listener() throws -> (socket: Int32, port: UInt16) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    // Programs that are started meanwhile must not keep it open.
    _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var found = address(0)
    let status = withUnsafeMutablePointer(to: &found) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard status else {
      close(socket)
      throw TestFailure("there is no free port")
    }
    return (socket, UInt16(bigEndian: found.sin_port))
  }

  /// Whether somebody answers at a port.
  static func answers(_ port: UInt16) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var target = address(port)
    return withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
