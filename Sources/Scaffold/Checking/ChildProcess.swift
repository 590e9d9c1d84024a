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

    let child: pid_t
    do throws(SystemFailure) {
        child = try spawn(
            path,
            arguments,
            streams: output.map {
                [(STDOUT_FILENO, .file($0, flags: O_WRONLY | O_CREAT | O_TRUNC))]
            } ?? [],
            signals: before
        )
    } catch {
        throw .cannotStart(path: path, code: error.code)
    }
    var status: Int32 = 0
    while waitpid(child, &status, WNOHANG) == 0 {
        var number: Int32 = 0
        sigwait(&held, &number)
        if number != SIGCHLD { kill(child, number) }
    }
    return exitCode(ofStatus: status)
}
