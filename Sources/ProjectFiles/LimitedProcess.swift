// Runs a program that must end: with limits on its time and on what it writes, and without leaving it
// behind if a signal ends this process.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What a program may use.
package struct ProgramLimits: Sendable, Hashable {
    /// The seconds until it is ended.
    package var seconds: Int
    /// The maximum size of each file that it writes, in bytes.
    package var fileBytes: Int

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - seconds: The seconds until the program is ended.
    ///   - fileBytes: The maximum size of each file that it writes, in bytes.
    package init(seconds: Int, fileBytes: Int) {
        self.seconds = seconds
        self.fileBytes = fileBytes
    }
}

extension ProgramLimits {
    /// The maximum size of a file in the units of `ulimit`.
    fileprivate var fileBlocks: Int { max(1, fileBytes / 512) }
}

/// Limits the size of files, and becomes the program.
///
/// This process itself, and what else it starts, keep their limits. A file that is too large is an error for the
/// program, and not the signal SIGXFSZ.
private let limitingScript = """
    trap '' XFSZ; ulimit -f "$1" 2>/dev/null; shift; exec "$@"
    """

/// How a program with limits ended.
package enum LimitedEnding: Sendable, Hashable {
    /// It ended by itself, with its exit code and the first 64 KiB of its stderr.
    case exited(code: Int32, output: String)
    /// It took too long, and was ended.
    case tooLong
    /// Its stdout reached the limit, and it was ended: many programs do not notice that.
    case tooMuchOutput
    /// A signal for this process came, and the program was ended first. The signal is still pending.
    case interrupted
}

/// Runs a program, and ends it with all that it started if it takes too long, or if a signal is to end
/// this process.
///
/// SIGINT, SIGTERM and SIGHUP have to be held (``holdEndingSignals()``), so that the caller can remove what
/// the program has written.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without its name.
///   - environment: Its variables, as `NAME=VALUE`.
///   - input: The file for its stdin; nil for an empty one.
///   - output: The file for its stdout; nil if nothing is to be kept.
///   - limits: What it may use.
/// - Returns: How it ended.
/// - Throws: ``SystemFailure`` if it cannot be started.
package func runLimited(
    _ path: String,
    _ arguments: [String],
    environment: [String],
    input: String? = nil,
    output: String? = nil,
    _ limits: ProgramLimits
) throws(SystemFailure) -> LimitedEnding {
    let ends = try makePipe()
    defer { close(ends.toRead) }
    // If the parent ignores SIGCHLD, waiting for a child fails.
    let handler = signal(SIGCHLD, SIG_DFL)
    defer { signal(SIGCHLD, handler) }
    let group = ProcessGroup()
    let child: pid_t
    do throws(SystemFailure) {
        defer { close(ends.toWrite) }
        let streams: [(Int32, Redirection)] = [
            (STDIN_FILENO, .file(input ?? "/dev/null", flags: O_RDONLY)),
            (
                STDOUT_FILENO,
                .file(output ?? "/dev/null", flags: O_WRONLY | O_CREAT | O_TRUNC)
            ),
            (STDERR_FILENO, .descriptor(ends.toWrite)),
        ]
        child = try spawn(
            "/bin/sh",
            ["-c", limitingScript, "sh", String(limits.fileBlocks), path] + arguments,
            environment: environment,
            streams: streams,
            signals: noSignals(),
            group: group?.id ?? 0
        )
    } catch {
        throw error
    }
    return wait(for: child, in: group, errors: ends.toRead, output: output, limits)
}

/// Holds the signals that end this process until the result is given to ``releaseEndingSignals(_:)``.
///
/// - Returns: The signals that were held before.
package func holdEndingSignals() -> sigset_t {
    var held = endingSignals()
    var before = sigset_t()
    sigprocmask(SIG_BLOCK, &held, &before)
    return before
}

/// Lets the held signals through.
///
/// - Parameter before: The signals that were held before, and stay so.
package func releaseEndingSignals(_ before: sigset_t) {
    var before = before
    sigprocmask(SIG_SETMASK, &before, nil)
}

private func endingSignals() -> sigset_t {
    var signals = noSignals()
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    return signals
}

/// Whether a signal that ends this process is waiting.
private var isEnding: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return [SIGINT, SIGTERM, SIGHUP].contains { sigismember(&pending, $0) == 1 }
}

/// Reads a program's stderr until its end, and waits for it.
private func wait(
    for child: pid_t,
    in group: ProcessGroup?,
    errors: Int32,
    output file: String?,
    _ limits: ProgramLimits
) -> LimitedEnding {
    let deadline = secondsSinceStart() + limits.seconds
    /// Returns why the program has to end now; nil if it may run on.
    func limit() -> LimitedEnding? {
        if isEnding { return .interrupted }
        var status = stat()
        if let file, lstat(file, &status) == 0, status.st_size >= limits.fileBlocks * 512 {
            return .tooMuchOutput
        }
        return secondsSinceStart() >= deadline ? .tooLong : nil
    }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    var reason: LimitedEnding?
    while true {
        reason = limit()
        if reason != nil {
            kill(-(group?.id ?? child), SIGKILL)
            break
        }
        var entry = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
        // Signals are only looked for, so this is how long one waits at most.
        guard poll(&entry, 1, 100) > 0 else { continue }
        let count = read(errors, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        if output.count < 1 << 16 { output += buffer[..<count] }
    }
    var status: Int32 = 0
    while true {
        // A program that has closed its stderr can still run.
        let ended = waitpid(child, &status, reason == nil ? WNOHANG : 0)
        if ended == child || ended < 0 && errno != EINTR { break }
        if ended == 0 {
            reason = limit()
            if reason != nil { kill(-(group?.id ?? child), SIGKILL) } else { usleep(1000) }
        }
    }
    return reason
        ?? .exited(
            code: exitCode(ofStatus: status),
            output: String(decoding: output, as: UTF8.self)
        )
}

/// The seconds of a clock that nobody sets.
private func secondsSinceStart() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec
}
