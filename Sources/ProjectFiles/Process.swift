// Other programs: finding them on the path, starting them, and waiting for their end. The one place
// that does.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where a stream of a program leads.
private enum Redirection {
    /// From or to a file, opened with these flags.
    case file(String, flags: Int32)
    /// Where a descriptor of this process leads.
    case descriptor(Int32)
}

/// Starts a program.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without its name.
///   - environment: Its variables, as `NAME=VALUE`; nil for those of this process.
///   - streams: Where its descriptors lead; those not named lead where ours do.
///   - signals: The signals that it is started with held back.
/// - Returns: Its process.
/// - Throws: ``SystemFailure`` where it cannot be started.
private func spawn(
    _ path: String,
    _ arguments: [String],
    environment: [String]? = nil,
    streams: [(Int32, Redirection)],
    signals: sigset_t
) throws(SystemFailure) -> pid_t {
    #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
    #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    for (stream, redirection) in streams {
        switch redirection {
        case .file(let path, let flags):
            posix_spawn_file_actions_addopen(&actions, stream, path, flags, 0o600)
        case .descriptor(let descriptor):
            posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
        }
    }
    var signals = signals
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let words = ([path] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { $0.map { strdup($0) } + [nil] }
    defer { (words + (variables ?? [])).forEach { free($0) } }
    var child: pid_t = 0
    let code =
        if let variables {
            posix_spawn(&child, path, &actions, &attributes, words, variables)
        } else {
            posix_spawn(&child, path, &actions, &attributes, words, environ)
        }
    guard code == 0 else { throw SystemFailure(code: code) }
    return child
}

/// Returns the exit code of a program that ended, or 128 and the number of the signal that ended it.
///
/// - Parameter status: What waitpid(2) said of it.
/// - Returns: The code, as shells have it.
private func exitCode(ofStatus status: Int32) -> Int32 {
    let ending = status & 0x7F
    return ending == 0 ? (status >> 8) & 0xFF : 128 + ending
}

/// Runs a program to its end, with nothing to read.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without its name.
///   - environment: Its variables, as `NAME=VALUE`.
/// - Returns: Its exit code, or 128 and the number of the signal that ended it; and what it printed to
///   both of its streams.
/// - Throws: ``SystemFailure`` where it cannot be started.
package func runCapturing(
    _ path: String,
    _ arguments: [String],
    environment: [String]
) throws(SystemFailure) -> (code: Int32, output: String) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .last }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Where the parent ignores SIGCHLD, nobody could wait for a child.
    let handler = signal(SIGCHLD, SIG_DFL)
    defer { signal(SIGCHLD, handler) }

    var signals = sigset_t()
    sigemptyset(&signals)
    defer { close(ends[0]) }
    let child: pid_t
    do throws(SystemFailure) {
        defer { close(ends[1]) }
        child = try spawn(
            path,
            arguments,
            environment: environment,
            streams: [
                (STDIN_FILENO, .file("/dev/null", flags: O_RDONLY)),
                (STDOUT_FILENO, .descriptor(ends[1])), (STDERR_FILENO, .descriptor(ends[1])),
            ],
            signals: signals
        )
    } catch {
        throw error
    }

    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(ends[0], &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        // More than that nobody reads.
        if output.count < 1 << 16 { output += buffer[..<count] }
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return (exitCode(ofStatus: status), String(decoding: output, as: UTF8.self))
}

/// Runs a program to its end, which has this process's streams.
///
/// A signal that would end this process is handed on to the program, and this process goes on when
/// the program has ended, so that the caller can clean up.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without the program's name.
///   - output: The file that its stdout goes to, or nil for the one of this process.
/// - Returns: Its exit code, or 128 and the number of the signal that ended it.
/// - Throws: ``SystemFailure`` where it cannot be started.
package func runForwardingSignals(
    _ path: String,
    _ arguments: [String],
    output: String? = nil
) throws(SystemFailure) -> Int32 {
    var held = sigset_t()
    var before = sigset_t()
    sigemptyset(&held)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&held, number) }
    // Where the parent ignores SIGCHLD, nobody could wait for a child.
    let handler = signal(SIGCHLD, SIG_DFL)
    sigprocmask(SIG_BLOCK, &held, &before)
    defer {
        sigprocmask(SIG_SETMASK, &before, nil)
        signal(SIGCHLD, handler)
    }

    let child = try spawn(
        path,
        arguments,
        streams: output.map {
            [(STDOUT_FILENO, .file($0, flags: O_WRONLY | O_CREAT | O_TRUNC))]
        } ?? [],
        signals: before
    )
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
        var number: Int32 = 0
        sigwait(&held, &number)
        if number != SIGCHLD { kill(child, number) }
    }
    return exitCode(ofStatus: status)
}

/// Finds a program.
///
/// - Parameters:
///   - name: The program's path, or its name without a slash, which is looked for on the path.
///   - path: The folders to look in, as the variable `PATH` has them; nil for the system's own.
/// - Returns: The path of the program; nil where there is none that this user may run.
package func findProgram(_ name: String, on path: String?) -> String? {
    if name.contains("/") { return isProgram(name) ? name : nil }
    return (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        .map { "\($0)/\(name)" }
        .first(where: isProgram)
}

/// Tells whether a path is that of a file that this user may run.
///
/// - Parameter path: The path.
/// - Returns: Whether it can be run; a link stands for the file that it leads to.
package func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        && access(path, X_OK) == 0
}

/// Returns the value of an environment variable of this process.
///
/// - Parameter name: The variable.
/// - Returns: Its value; nil where it is not set.
package func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
