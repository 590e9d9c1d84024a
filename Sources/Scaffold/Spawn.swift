// Starting another program: the one place that does.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where a stream of a program leads.
enum Redirection {
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
func spawn(
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
func exitCode(ofStatus status: Int32) -> Int32 {
    let ending = status & 0x7F
    return ending == 0 ? (status >> 8) & 0xFF : 128 + ending
}
