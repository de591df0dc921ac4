import Glibc
import Synchronization

/// The terminal on standard input, giving every key as it is pressed.
///
/// Its former mode comes back with `restore`, at the latest when the keyboard goes.
final class Keyboard {
  enum Event: Equatable {
    case key(Key)
    /// The terminal is gone.
    case closed
    /// A signal that asks the program to end.
    case signal(Int32)
  }

  private static let signals = [SIGHUP, SIGINT, SIGTERM]
  /// How long a lone escape is waited on for the rest of a sequence, in milliseconds.
  private static let patience: Int32 = 200

  private let former: termios
  private let formerActions: [sigaction]
  private let arrivals: SignalPipe
  private var decoder = KeyDecoder()
  private var bytes: ArraySlice<UInt8> = []
  private var isRestored = false
  private var isGone = false

  init() throws {
    var mode = termios()
    guard tcgetattr(STDIN_FILENO, &mode) == 0 else {
      throw Failure(.usage, "the terminal cannot be set up: \(String(cString: strerror(errno)))")
    }
    former = mode
    // Before the mode changes, so that no signal can end the program in between.
    arrivals = try SignalPipe()
    formerActions = Self.signals.map(SignalPipe.catch)
    mode.c_lflag &= ~UInt32(ICANON | ECHO | ISIG | IEXTEN)
    mode.c_iflag &= ~UInt32(IXON)
    withUnsafeMutableBytes(of: &mode.c_cc) { keys in
      keys[Int(VMIN)] = 1
      keys[Int(VTIME)] = 0
    }
    guard tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) == 0 else {
      let why = String(cString: strerror(errno))
      restore()
      throw Failure(.usage, "the terminal cannot be set up: \(why)")
    }
  }

  deinit { restore() }

  /// Gives the terminal and the signals back as they were.
  func restore() {
    guard !isRestored else { return }
    isRestored = true
    var mode = former
    while tcsetattr(STDIN_FILENO, TCSADRAIN, &mode) != 0, errno == EINTR {}
    for (number, var action) in zip(Self.signals, formerActions) {
      // A terminal that goes says so more than once; who heard it has work to finish.
      if number == SIGHUP, isGone { action.__sigaction_handler.sa_handler = SIG_IGN }
      sigaction(number, &action, nil)
    }
    arrivals.close()
  }

  /// Forgets what was typed ahead.
  func discard() {
    tcflush(STDIN_FILENO, TCIFLUSH)
    bytes = []
    decoder = KeyDecoder()
  }

  /// Shows a text; where the terminal is gone, the next event says so.
  ///
  /// Nothing ends here: what was recorded is still to be shared.
  func show(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty, !isGone {
      let written = rest.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR || errno == EAGAIN { continue }
      isGone = written <= 0
      rest = rest.dropFirst(max(0, written))
    }
  }

  /// Waits for the next key.
  func next() -> Event {
    let event = isGone ? .closed : wait()
    if event == .closed || event == .signal(SIGHUP) { isGone = true }
    return event
  }

  private func wait() -> Event {
    while true {
      while let byte = bytes.popFirst() {
        if let key = decoder.read(byte) { return .key(key) }
      }
      var waited = [
        pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: arrivals.reader, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&waited, 2, decoder.awaitsMore ? Self.patience : -1)
      if ready < 0, errno != EINTR { return .closed }
      if let number = arrivals.first() { return .signal(number) }
      if ready == 0, let key = decoder.pause() { return .key(key) }
      guard ready > 0, waited[0].revents != 0 else { continue }
      guard fill() else { return .closed }
    }
  }

  private func fill() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = read(STDIN_FILENO, &buffer, buffer.count)
    if count < 0 { return errno == EINTR || errno == EAGAIN }
    bytes = buffer[..<count]
    return count > 0
  }

  /// Columns of the terminal now: it may have been resized.
  static var width: Int {
    var size = winsize()
    guard ioctl(STDIN_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return max(24, Int(size.ws_col))
  }
}

/// Signals, made readable: a handler may do hardly more than write a byte.
private struct SignalPipe {
  /// Where the handler writes, which knows nothing that is not global; -1 for nowhere.
  private static let writer = Atomic<Int32>(-1)

  let reader: Int32
  private let end: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw Failure(.usage, "there is no pipe: \(String(cString: strerror(errno)))")
    }
    for descriptor in ends {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }
    (reader, end) = (ends[0], ends[1])
    Self.writer.store(end, ordering: .sequentiallyConsistent)
  }

  /// From now on the signal arrives in the pipe; what was done with it before is given back.
  static func `catch`(_ number: Int32) -> sigaction {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let former = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(SignalPipe.writer.load(ordering: .sequentiallyConsistent), &byte, 1)
      errno = former
    }
    var former = sigaction()
    sigaction(number, &action, &former)
    return former
  }

  /// The first signal that has arrived and was not taken yet.
  func first() -> Int32? {
    var byte: UInt8 = 0
    return read(reader, &byte, 1) == 1 ? Int32(byte) : nil
  }

  func close() {
    Self.writer.store(-1, ordering: .sequentiallyConsistent)
    Glibc.close(end)
    Glibc.close(reader)
  }
}
