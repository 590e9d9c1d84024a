// Runs programs, with separate stdout, stderr and exit code, while other tests continue.

import Foundation
import Testing

/// The result of a program.
public struct ProcessResult: Sendable, CustomStringConvertible {
    /// Its output on stdout.
    public let stdout: String
    /// Its output on stderr.
    public let stderr: String
    /// Its exit code, or 128 plus the number of the signal that ended it.
    public let exitCode: Int32
    /// The CPU time of the program and its children, in seconds.
    public let processorSeconds: Double

    /// The whole result, for the message of a failed test.
    public var description: String {
        "exit code \(exitCode)\n--- stdout\n\(stdout)--- stderr\n\(stderr)"
    }
}

/// A program was killed because it took too long.
public struct TimedOut: Error, CustomStringConvertible {
    /// The program with its arguments.
    public let description: String
}

/// Runs a program and waits for its end, as soon as a turn for busy programs is free.
///
/// There are as many test threads as processors. A separate thread waits for the program, so that
/// other tests continue meanwhile.
///
/// - Parameters:
///   - program: The program's path, or a name to find on the path.
///   - arguments: Its arguments.
///   - folder: The folder to run it in.
///   - environment: Variables to set in addition to those of this process; nil removes one.
///   - seconds: The time after which it is killed.
/// - Returns: Its result.
/// - Throws: ``TimedOut``, or `POSIXError` if it cannot be started.
public func run(
    _ program: String,
    _ arguments: [String] = [],
    in folder: URL? = nil,
    environment: [String: String?] = [:],
    seconds: Double = 900
) async throws -> ProcessResult {
    let test = nameOfTest()
    return try await ProcessTurns.busy.run {
        try runBlocking(
            program,
            arguments,
            in: folder,
            environment: environment,
            seconds: seconds,
            test: test
        )
    }
}

/// Returns the target and the name of the test to which this task belongs.
func nameOfTest() -> String {
    guard let test = Test.current else { return "no test" }
    return test.sourceLocation.moduleName + "." + (test.displayName ?? test.name)
}

/// Runs a program that ends at once, and blocks this thread meanwhile.
///
/// It is for facts that must be known before a test can run, such as the installed Pythons.
///
/// - Parameters:
///   - program: The program's path, or a name to find on the path.
///   - arguments: Its arguments.
/// - Returns: Its result.
/// - Throws: ``TimedOut``, or `POSIXError` if it cannot be started.
public func probe(_ program: String, _ arguments: [String]) throws -> ProcessResult {
    try runBlocking(program, arguments, seconds: 60)
}

/// Runs a program and blocks this thread until it ends.
func runBlocking(
    _ program: String,
    _ arguments: [String] = [],
    in folder: URL? = nil,
    environment: [String: String?] = [:],
    seconds: Double,
    test: String = nameOfTest()
) throws -> ProcessResult {
    try withTemporaryFolder { scratch in
        // Files instead of pipes: nothing has to be read while the program runs.
        let stdout = scratch.appending(path: "stdout")
        let stderr = scratch.appending(path: "stderr")
        var variables = ProcessInfo.processInfo.environment
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
        variables["NO_COLOR"] = nil
        variables["XDG_CACHE_HOME"] = Paths.cache.appending(path: "user-cache").path
        for (name, value) in environment { variables[name] = value }

        let child = try spawn(
            ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder?.path ?? ".", program] + arguments,
            variables,
            stdout: stdout,
            stderr: stderr
        )
        let start = Date()
        var status: Int32 = 0
        var usage = rusage()
        // Short at first, because most programs of tests end at once.
        var pause: UInt32 = 500
        while wait4(child, &status, WNOHANG, &usage) == 0 {
            if Date().timeIntervalSince(start) > seconds {
                // Kill the whole group, so that no child of the program continues.
                kill(-child, SIGKILL)
                waitpid(child, &status, 0)
                throw TimedOut(description: "\(program) \(arguments) took over \(seconds) s")
            }
            usleep(pause)
            pause = min(pause * 2, 16_000)
        }
        let processor = [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000
        }
        record([program] + arguments, processor, Date().timeIntervalSince(start), test: test)
        let signal = status & 0x7F
        return ProcessResult(
            stdout: String(decoding: try Data(contentsOf: stdout), as: UTF8.self),
            stderr: String(decoding: try Data(contentsOf: stderr), as: UTF8.self),
            exitCode: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
            processorSeconds: processor
        )
    }
}

/// Adds a line to the file in `PA_NEW_TEST_TIMES`, if that is set: the CPU time of a program and its
/// children in seconds, its wall time in seconds, the test, and the program.
private func record(_ words: [String], _ processor: Double, _ wall: Double, test: String) {
    guard let path = ProcessInfo.processInfo.environment["PA_NEW_TEST_TIMES"] else { return }
    let command = words.joined(separator: " ").prefix(200).replacing("\n", with: " ")
    let line = String(format: "%.2f\t%.2f\t", processor, wall) + "\(test)\t\(command)\n"
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    // One call for the whole line, because several threads write.
    _ = Array(line.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
}

/// Starts a program in a new process group, with all signals as a shell would leave them.
///
/// Foundation's `Process` passes on the signal mask of the calling thread. In a test, that mask blocks
/// all signals, so a program that waits for a signal would wait forever.
private func spawn(
    _ words: [String],
    _ variables: [String: String],
    stdout: URL,
    stderr: URL
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (descriptor, file) in [(1, stdout), (2, stderr)] {
        posix_spawn_file_actions_addopen(
            &actions,
            Int32(descriptor),
            file.path,
            O_WRONLY | O_CREAT | O_TRUNC | O_APPEND,
            0o600
        )
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
        &attributes,
        Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP)
    )

    let arguments = words.map { strdup($0) } + [nil]
    let environment = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, words[0], &actions, &attributes, arguments, environment)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
    return child
}

/// The variable that keeps what the tool remembers out of the home folder of whoever runs the tests.
public let stateOfTool: [String: String?] = [
    "XDG_STATE_HOME": Paths.package.path + "/.build/tests/state"
]

/// Runs the built pa-new.
///
/// - Parameters:
///   - arguments: Its arguments.
///   - folder: The folder to run it in.
///   - environment: Variables to set in addition to those of this process; nil removes one.
/// - Returns: Its result.
/// - Throws: ``TimedOut``, or `POSIXError` if it cannot be started.
public func runTool(
    _ arguments: [String],
    in folder: URL,
    environment: [String: String?] = [:]
) async throws -> ProcessResult {
    try await run(
        Paths.tool.path,
        arguments,
        in: folder,
        environment: stateOfTool.merging(environment) { $1 }
    )
}
