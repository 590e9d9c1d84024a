// Finds other programs on the path, starts them, and waits for their end. No other code starts
// programs.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The source or target of a program's stream.
enum Redirection {
    /// A file, opened with these flags.
    case file(String, flags: Int32)
    /// The same as a descriptor of this process.
    case descriptor(Int32)
}

/// The variable with the API token, which no other program gets in its environment.
package let secretVariable = "API_TOKEN"

/// Takes the API token out of the variables that other programs can read.
///
/// Linux shows the variables that a process was started with to every process of the same user, in
/// `/proc/PID/environ`; and so do the tools of other systems. They read the memory in which the variables
/// were at the start. So the token is moved to other memory, where this process still finds it.
package func hideSecret() {
    guard getenv(secretVariable) != nil else { return }
    let token = environmentVariable(secretVariable)
    var next = environ
    while let variable = next.pointee {
        if isSecret(variable) {
            let start = secretVariable.utf8.count + 1
            memset(variable + start, 0, strlen(variable) - start)
        }
        next += 1
    }
    if let token { setenv(secretVariable, token, 1) }
}

/// Tells whether a variable is the API token.
private func isSecret(_ variable: UnsafePointer<CChar>) -> Bool {
    strncmp(variable, secretVariable + "=", secretVariable.utf8.count + 1) == 0
}

/// The variables of this process.
private func ownEnvironment() -> [UnsafeMutablePointer<CChar>] {
    var variables: [UnsafeMutablePointer<CChar>] = []
    var next = environ
    while let variable = next.pointee {
        variables.append(variable)
        next += 1
    }
    return variables
}

/// Starts a program.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without its name.
///   - environment: Its variables, as `NAME=VALUE`; nil for those of this process. The API token is not
///     passed on in either case.
///   - streams: The targets of its descriptors; the others are inherited.
///   - signals: The signals that are blocked when it starts.
///   - group: The process group that it joins, 0 for one of its own; nil for that of this process.
/// - Returns: Its process id.
/// - Throws: ``SystemFailure`` if it cannot be started.
func spawn(
    _ path: String,
    _ arguments: [String],
    environment: [String]? = nil,
    streams: [(Int32, Redirection)],
    signals: sigset_t,
    group: pid_t? = nil
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
    posix_spawnattr_setflags(
        &attributes,
        Int16(POSIX_SPAWN_SETSIGMASK | (group == nil ? 0 : POSIX_SPAWN_SETPGROUP))
    )
    if let group { posix_spawnattr_setpgroup(&attributes, group) }

    let argv = ([path] + arguments).map { strdup($0) } + [nil]
    let copies = (environment ?? []).compactMap { strdup($0) }
    defer { (argv + copies).forEach { free($0) } }
    let variables = (environment == nil ? ownEnvironment() : copies).filter { !isSecret($0) }
    var child: pid_t = 0
    let code = posix_spawn(&child, path, &actions, &attributes, argv, variables + [nil])
    guard code == 0 else { throw SystemFailure(code: code) }
    return child
}

/// Makes a pipe that no program inherits, unless one of its ends is given to it.
///
/// - Returns: Its ends, which the caller closes.
/// - Throws: ``SystemFailure`` if there is none to be had.
func makePipe() throws(SystemFailure) -> (toRead: Int32, toWrite: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .last }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// Returns the empty set of signals.
func noSignals() -> sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    return signals
}

/// A group of programs that end with this process, even if it is killed.
///
/// Linux could tell each program of the end of its parent (`PR_SET_PDEATHSIG`), but only by code that runs in the
/// program before it starts, and macOS has nothing like that. So a shell in the group waits for the end of a pipe,
/// which the system closes at the end of this process, and then kills the group.
package final class ProcessGroup: Sendable {
    /// The process group, which is also the id of the shell.
    let id: pid_t
    /// The end of the pipe that only this process has.
    private let end: Int32

    /// Starts the group; nil if the system refuses.
    package init?() {
        guard let ends = try? makePipe() else { return nil }
        defer { close(ends.toRead) }
        do throws(SystemFailure) {
            id = try spawn(
                "/bin/sh",
                ["-c", "read -r line; kill -9 0"],
                environment: [],
                streams: [
                    (STDIN_FILENO, .descriptor(ends.toRead)),
                    (STDOUT_FILENO, .file("/dev/null", flags: O_WRONLY)),
                    (STDERR_FILENO, .file("/dev/null", flags: O_WRONLY)),
                ],
                signals: noSignals(),
                group: 0
            )
        } catch {
            close(ends.toWrite)
            return nil
        }
        end = ends.toWrite
    }

    deinit {
        kill(id, SIGKILL)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        close(end)
    }
}

/// Returns the exit code of a finished program, or 128 plus the number of the signal that ended it.
///
/// - Parameter status: Its status from waitpid(2).
/// - Returns: The code, as shells report it.
func exitCode(ofStatus status: Int32) -> Int32 {
    let ending = status & 0x7F
    return ending == 0 ? (status >> 8) & 0xFF : 128 + ending
}

/// Runs a program to its end, with an empty stdin.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without its name.
///   - environment: Its variables, as `NAME=VALUE`.
///   - group: The group of programs that it belongs to; nil for that of this process.
/// - Returns: Its exit code, or 128 plus the number of the signal that ended it; and its output on
///   stdout and stderr together.
/// - Throws: ``SystemFailure`` if it cannot be started.
package func runCapturing(
    _ path: String,
    _ arguments: [String],
    environment: [String],
    in group: ProcessGroup? = nil
) throws(SystemFailure) -> (code: Int32, output: String) {
    let ends = try makePipe()
    // If the parent ignores SIGCHLD, waiting for a child fails.
    let handler = signal(SIGCHLD, SIG_DFL)
    defer { signal(SIGCHLD, handler) }

    defer { close(ends.toRead) }
    let child: pid_t
    do throws(SystemFailure) {
        defer { close(ends.toWrite) }
        child = try spawn(
            path,
            arguments,
            environment: environment,
            streams: [
                (STDIN_FILENO, .file("/dev/null", flags: O_RDONLY)),
                (STDOUT_FILENO, .descriptor(ends.toWrite)),
                (STDERR_FILENO, .descriptor(ends.toWrite)),
            ],
            signals: noSignals(),
            group: group?.id
        )
    } catch {
        throw error
    }

    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(ends.toRead, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        // The rest is not needed.
        if output.count < 1 << 16 { output += buffer[..<count] }
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return (exitCode(ofStatus: status), String(decoding: output, as: UTF8.self))
}

/// Runs a program to its end, with the streams of this process.
///
/// A signal that would end this process goes to the program instead. This process continues when
/// the program has ended, so that the caller can clean up.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without the program's name.
///   - input: The text on its stdin, of at most a few thousand bytes; nil for the stdin of this process.
///   - output: The file for its stdout; nil for the stdout of this process.
/// - Returns: Its exit code, or 128 plus the number of the signal that ended it.
/// - Throws: ``SystemFailure`` if it cannot be started.
package func runForwardingSignals(
    _ path: String,
    _ arguments: [String],
    input: String? = nil,
    output: String? = nil
) throws(SystemFailure) -> Int32 {
    var held = noSignals()
    var before = sigset_t()
    for number in [SIGINT, SIGTERM, SIGHUP, SIGCHLD] { sigaddset(&held, number) }
    // If the parent ignores SIGCHLD, waiting for a child fails.
    let handler = signal(SIGCHLD, SIG_DFL)
    sigprocmask(SIG_BLOCK, &held, &before)
    defer {
        sigprocmask(SIG_SETMASK, &before, nil)
        signal(SIGCHLD, handler)
    }

    var streams: [(Int32, Redirection)] = []
    if let output {
        streams.append((STDOUT_FILENO, .file(output, flags: O_WRONLY | O_CREAT | O_TRUNC)))
    }
    let source = try input.map { text throws(SystemFailure) in try filledPipe(text) }
    defer { if let source { close(source) } }
    if let source { streams.append((STDIN_FILENO, .descriptor(source))) }
    let child = try spawn(path, arguments, streams: streams, signals: before)
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
        var number: Int32 = 0
        sigwait(&held, &number)
        if number != SIGCHLD { kill(child, number) }
    }
    return exitCode(ofStatus: status)
}

/// Returns the end to read of a pipe with a text in it.
///
/// - Parameter text: The text. Only as much of it as every pipe holds at once is written.
/// - Returns: The descriptor, which the caller closes.
/// - Throws: ``SystemFailure`` if there is no pipe to be had.
private func filledPipe(_ text: String) throws(SystemFailure) -> Int32 {
    let ends = try makePipe()
    let bytes = Array(text.utf8.prefix(4096))
    _ = write(ends.toWrite, bytes, bytes.count)
    close(ends.toWrite)
    return ends.toRead
}

/// Finds a program.
///
/// Folders on the path that are not absolute are passed over: their programs would be those of the
/// current folder, which may be a project's.
///
/// - Parameters:
///   - name: The program's path, or its name without a slash, which is searched on the path.
///   - path: The folders to search, as in the variable `PATH`; nil for the system's default.
///   - project: A folder whose programs are passed over on the path.
/// - Returns: The path of the program; nil if there is none that this user may execute.
package func findProgram(
    _ name: String,
    on path: String?,
    outside project: String? = nil
) -> String? {
    if name.contains("/") { return isProgram(name) ? name : nil }
    return (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        .filter { $0.hasPrefix("/") }
        .map { "\($0)/\(name)" }
        .first { place in isProgram(place) && !(project.map { isInside(place, $0) } ?? false) }
}

/// Tells whether a path is a file that this user may execute.
///
/// - Parameter path: The path.
/// - Returns: Whether it can be executed; links are followed.
package func isProgram(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        && access(path, X_OK) == 0
}

/// Returns the value of an environment variable of this process.
///
/// - Parameter name: The variable.
/// - Returns: Its value; nil if it is not set.
package func environmentVariable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

/// Returns the environment variables of this process.
///
/// - Returns: The values, by their names.
func environmentVariables() -> [String: String] {
    var variables: [String: String] = [:]
    for entry in ownEnvironment() {
        let text = String(cString: entry)
        guard let equals = text.firstIndex(of: "=") else { continue }
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return variables
}
