// Running one program to its end, without leaving anything behind when a signal comes.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Runs a program to its end.
///
/// A signal that would end this process is handed on to the program, and this process goes on when
/// the program has ended, so that the caller can clean up.
///
/// - Parameters:
///   - path: The program's path.
///   - arguments: Its arguments, without the program's name.
///   - output: The file that its stdout goes to, or nil for the one of this process.
/// - Returns: Its exit code, or 128 and the number of the signal that ended it.
/// - Throws: ``CheckError/cannotStart(path:code:)``.
func runChild(
    _ path: String,
    _ arguments: [String],
    output: String? = nil
) throws(CheckError) -> Int32 {
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

    let child = try spawn(path, arguments, output: output, signals: &before)
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
        var number: Int32 = 0
        sigwait(&held, &number)
        if number != SIGCHLD { kill(child, number) }
    }
    let ending = status & 0x7F
    return ending == 0 ? (status >> 8) & 0xFF : 128 + ending
}

/// Starts a program.
private func spawn(
    _ path: String,
    _ arguments: [String],
    output: String?,
    signals: inout sigset_t
) throws(CheckError) -> pid_t {
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
    if let output {
        posix_spawn_file_actions_addopen(
            &actions,
            STDOUT_FILENO,
            output,
            O_WRONLY | O_CREAT | O_TRUNC,
            0o600
        )
    }
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, path, &actions, &attributes, words, environ)
    guard code == 0 else { throw .cannotStart(path: path, code: code) }
    return child
}
