// A trap (a failed precondition, an index out of bounds, `fatalError`) ends the worker process,
// like every crash of native code, and the host starts another worker. With this file, the server's
// log shows which handler had the trap.

#if canImport(Glibc)
  import Glibc

  /// Calls a function.
  ///
  /// If a trap ends the process during the call, the server's log shows its name.
  ///
  /// - Parameters:
  ///   - name: The name of the function, such as `MainHandler.get`.
  ///   - method: The request's method.
  ///   - path: The request's path.
  ///   - work: The function.
  /// - Returns: The result of the function.
  /// - Throws: The error of the function.
  func namedInTraps<Value>(
    _ name: String,
    _ method: String,
    _ path: String,
    _ work: () throws -> Value
  ) rethrows -> Value {
    _ = actionsBefore
    let note = Note.ofThisThread
    note.pointee.write(name, method, path)
    defer { note.pointee.length = 0 }
    return try work()
  }

  /// The line that a thread writes to the log after a trap.
  ///
  /// It is prepared before the call, because a signal handler can do almost nothing.
  private struct Note {
    static let capacity = 512

    let text: UnsafeMutablePointer<UInt8>
    /// A stack for the signal handler, which works even if the thread's own stack is full.
    let stack: UnsafeMutableRawPointer
    var length = 0

    static let stackSize = 64 * 1024

    /// The note of this thread.
    ///
    /// The first request makes it; it is freed when the thread ends.
    static var ofThisThread: UnsafeMutablePointer<Note> {
      if let note = pthread_getspecific(noteKey) {
        return note.assumingMemoryBound(to: Note.self)
      }
      let note = UnsafeMutablePointer<Note>.allocate(capacity: 1)
      let stack = UnsafeMutableRawPointer.allocate(byteCount: stackSize, alignment: 16)
      note.initialize(to: Note(text: .allocate(capacity: capacity), stack: stack))
      var before = stack_t()
      sigaltstack(nil, &before)
      if before.ss_flags == CInt(SS_DISABLE) {
        var after = stack_t(ss_sp: stack, ss_flags: 0, ss_size: stackSize)
        sigaltstack(&after, nil)
      }
      pthread_setspecific(noteKey, note)
      return note
    }

    mutating func write(_ name: String, _ method: String, _ path: String) {
      length = 0
      append("Swift trap in ")
      append(name)
      append(", which ends this worker: ")
      append(method)
      append(" ")
      append(path)
    }

    private mutating func append(_ part: String) {
      var part = part
      part.withUTF8 { bytes in
        let count = min(bytes.count, Self.capacity - 1 - length)
        if let start = bytes.baseAddress { (text + length).update(from: start, count: count) }
        length += count
      }
    }
  }

  private let noteKey: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key) { pointer in
      guard let note = pointer?.assumingMemoryBound(to: Note.self) else { return }
      var current = stack_t()
      sigaltstack(nil, &current)
      if current.ss_sp == note.pointee.stack {
        var none = stack_t(ss_sp: nil, ss_flags: CInt(SS_DISABLE), ss_size: 0)
        sigaltstack(&none, nil)
      }
      note.pointee.stack.deallocate()
      note.pointee.text.deallocate()
      note.deallocate()
    }
    return key
  }()

  /// The signals of a trap.
  private let trapSignals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT]

  /// The earlier action for each of them, stored once, before the first trap can happen.
  private nonisolated(unsafe) let actionsBefore: UnsafeMutablePointer<sigaction> = {
    let table = UnsafeMutablePointer<sigaction>.allocate(capacity: trapSignals.count)
    for (index, signal) in trapSignals.enumerated() {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = trapped
      action.sa_flags = SA_ONSTACK
      (table + index).initialize(to: sigaction())
      sigaction(signal, &action, table + index)
    }
    return table
  }()

  /// Writes the thread's note to stderr, which is the server's log, and restores the earlier action
  /// of the signal.
  private func trapped(_ signal: CInt) {
    if let note = pthread_getspecific(noteKey)?.assumingMemoryBound(to: Note.self) {
      let text = note.pointee.text
      let length = note.pointee.length
      // Replace other characters, so that a client cannot fake a line of the log.
      for index in 0..<length where !(0x20...0x7E).contains(text[index]) {
        text[index] = UInt8(ascii: "?")
      }
      text[length] = UInt8(ascii: "\n")
      if length > 0 { _ = write(STDERR_FILENO, text, length + 1) }
    }
    for index in 0..<trapSignals.count where trapSignals[index] == signal {
      sigaction(signal, actionsBefore + index, nil)
    }
    // After the return, a fault happens again, but the signal of `abort` does not.
    if signal == SIGABRT { raise(signal) }
  }
#else
  /// Calls a function.
  ///
  /// The name for the log is used only on Linux, the host's system.
  func namedInTraps<Value>(
    _ name: String,
    _ method: String,
    _ path: String,
    _ work: () throws -> Value
  ) rethrows -> Value {
    try work()
  }
#endif
