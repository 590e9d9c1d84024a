// A trap (a failed precondition, an index out of bounds, `fatalError`) ends the worker process,
// like every crash of native code, and the host starts another worker. With this file, the server's
// log shows which handler had the trap, and so does the page of the preview.

#if canImport(Glibc)
  import Glibc

  /// Answers a request.
  ///
  /// If a trap ends the process during the work, the server's log shows the request, and the name
  /// that ``nameInTraps(_:)`` got last.
  ///
  /// - Parameters:
  ///   - method: The request's method.
  ///   - path: The request's path.
  ///   - work: Answers the request.
  /// - Returns: The result of the work.
  /// - Throws: The error of the work.
  func namingTraps<Value>(
    _ method: ArraySlice<UInt8>,
    _ path: ArraySlice<UInt8>,
    _ work: () throws -> Value
  ) rethrows -> Value {
    _ = actionsBefore
    _ = trapFile
    let note = Note.ofThisThread
    note.pointee.begin(method, path)
    defer { note.pointee.nameLength = 0 }
    return try work()
  }

  /// Sets the name of what this thread does now, such as `MainHandler.get`.
  func nameInTraps(_ name: String) {
    guard let note = pthread_getspecific(noteKey) else { return }
    note.assumingMemoryBound(to: Note.self).pointee.write(name)
  }

  /// The words that a thread writes to the log after a trap.
  ///
  /// They are prepared before the work, because a signal handler can do almost nothing.
  private struct Note {
    static let nameCapacity = 256
    static let requestCapacity = 512
    static let stackSize = 64 * 1024

    /// The name, and the request behind it.
    let name: UnsafeMutablePointer<UInt8>
    /// A stack for the signal handler, which works even if the thread's own stack is full.
    let stack: UnsafeMutableRawPointer
    /// 0 between two requests.
    var nameLength = 0
    var requestLength = 0

    var request: UnsafeMutablePointer<UInt8> { name + Self.nameCapacity }

    /// The note of this thread.
    ///
    /// The first request makes it; it is freed when the thread ends.
    static var ofThisThread: UnsafeMutablePointer<Note> {
      if let note = pthread_getspecific(noteKey) {
        return note.assumingMemoryBound(to: Note.self)
      }
      let note = UnsafeMutablePointer<Note>.allocate(capacity: 1)
      let stack = UnsafeMutableRawPointer.allocate(byteCount: stackSize, alignment: 16)
      let text = UnsafeMutablePointer<UInt8>.allocate(capacity: nameCapacity + requestCapacity)
      text.initialize(repeating: 0, count: nameCapacity + requestCapacity)
      note.initialize(to: Note(name: text, stack: stack))
      var before = stack_t()
      sigaltstack(nil, &before)
      if before.ss_flags == CInt(SS_DISABLE) {
        var after = stack_t(ss_sp: stack, ss_flags: 0, ss_size: stackSize)
        sigaltstack(&after, nil)
      }
      pthread_setspecific(noteKey, note)
      return note
    }

    mutating func begin(_ method: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) {
      requestLength = 0
      append(method)
      request[requestLength] = UInt8(ascii: " ")
      requestLength += 1
      append(path)
      write("the application")
    }

    private mutating func append(_ part: ArraySlice<UInt8>) {
      // Two bytes are for the space and the line break.
      let count = min(part.count, max(Self.requestCapacity - 2 - requestLength, 0))
      part.withUnsafeBufferPointer { bytes in
        if let start = bytes.baseAddress {
          (request + requestLength).update(from: start, count: count)
        }
      }
      requestLength += count
    }

    mutating func write(_ text: String) {
      var text = text
      nameLength = text.withUTF8 { bytes in
        let count = min(bytes.count, Self.nameCapacity)
        if let start = bytes.baseAddress { name.update(from: start, count: count) }
        return count
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
      note.pointee.name.deallocate()
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
      action.__sigaction_handler.sa_sigaction = trapped
      action.sa_flags = SA_ONSTACK | CInt(SA_SIGINFO)
      (table + index).initialize(to: sigaction())
      sigaction(signal, &action, table + index)
    }
    return table
  }()

  /// The file in which the preview looks for the words of a trap, or -1.
  private let trapFile = getenv("PA_NEW_TRAPS").flatMap { CInt(String(cString: $0)) } ?? -1

  private let trapWords: StaticString = "Swift trap in "
  private let signalWords: StaticString = "a signal from outside in "
  private let endWords: StaticString = ", which ends this worker: "

  /// Writes the thread's note to stderr, which is the server's log, and restores the earlier action
  /// of the signal.
  private func trapped(
    _ signal: CInt,
    _ info: UnsafeMutablePointer<siginfo_t>?,
    _ context: UnsafeMutableRawPointer?
  ) {
    // A server can end a worker that takes too long with one of these signals.
    let code = info?.pointee.si_code ?? 0
    let isFromOutside = code <= 0 && info?.pointee._sifields._kill.si_pid != getpid()
    if let note = pthread_getspecific(noteKey)?.assumingMemoryBound(to: Note.self),
      note.pointee.nameLength > 0
    {
      let (name, request) = (note.pointee.name, note.pointee.request)
      // Replace other characters, so that a client cannot fake a line of the log.
      for index in 0..<note.pointee.nameLength where !(0x20...0x7E).contains(name[index]) {
        name[index] = UInt8(ascii: "?")
      }
      for index in 0..<note.pointee.requestLength where !(0x20...0x7E).contains(request[index]) {
        request[index] = UInt8(ascii: "?")
      }
      request[note.pointee.requestLength] = UInt8(ascii: "\n")
      let start = isFromOutside ? signalWords : trapWords
      // In one piece, so that other lines of the log cannot come between.
      withUnsafeTemporaryAllocation(of: iovec.self, capacity: 4) { parts in
        func part(_ words: StaticString) -> iovec {
          iovec(
            iov_base: UnsafeMutableRawPointer(mutating: words.utf8Start),
            iov_len: words.utf8CodeUnitCount)
        }
        parts[0] = part(start)
        parts[1] = iovec(iov_base: name, iov_len: note.pointee.nameLength)
        parts[2] = part(endWords)
        parts[3] = iovec(iov_base: request, iov_len: note.pointee.requestLength + 1)
        _ = writev(STDERR_FILENO, parts.baseAddress, 4)
        if trapFile >= 0 { _ = writev(trapFile, parts.baseAddress, 4) }
      }
    }
    for index in 0..<trapSignals.count where trapSignals[index] == signal {
      sigaction(signal, actionsBefore + index, nil)
    }
    // After the return, a fault happens again, but a signal that a process sent does not.
    if code <= 0 { raise(signal) }
  }
#else
  /// Answers a request.
  ///
  /// The name for the log is used only on Linux, the host's system.
  func namingTraps<Value>(
    _ method: ArraySlice<UInt8>,
    _ path: ArraySlice<UInt8>,
    _ work: () throws -> Value
  ) rethrows -> Value {
    try work()
  }

  /// Does nothing on this system.
  func nameInTraps(_ name: String) {}
#endif
