// Running programs, with stdout, stderr and exit code apart, while other tests go on.

import Foundation
import Testing

/// What a program left when it ended.
public struct ProcessResult: Sendable, CustomStringConvertible {
    /// What it wrote to stdout.
    public let stdout: String
    /// What it wrote to stderr.
    public let stderr: String
    /// Its exit code, or 128 and the signal that ended it.
    public let exitCode: Int32
    /// The seconds that a processor worked for it, and for what it waited for.
    public let processorSeconds: Double

    /// Everything, for the message of a failed test.
    public var description: String {
        "exit code \(exitCode)\n--- stdout\n\(stdout)--- stderr\n\(stderr)"
    }
}

/// A program that did not come to its end.
public struct TimedOut: Error, CustomStringConvertible {
    /// The program with its arguments.
    public let description: String
}

/// Runs a program to its end, once one of the turns for busy programs is free.
///
/// Tests share as many threads as there are processors. The program is waited for on a thread of its
/// own, so that other tests go on meanwhile.
///
/// - Parameters:
///   - program: The program's path, or a name to be found on PATH.
///   - arguments: Its arguments.
///   - folder: The folder to run it in.
///   - environment: Variables to set besides those of this process; nil removes one.
///   - seconds: How long it may take before it is killed.
/// - Returns: What it left.
/// - Throws: ``TimedOut``, or `POSIXError` where it cannot be started.
public func run(
    _ program: String,
    _ arguments: [String] = [],
    in folder: URL? = nil,
    environment: [String: String?] = [:],
    seconds: Double = 300
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

/// Returns the target and the name of the test that this task belongs to.
func nameOfTest() -> String {
    guard let test = Test.current else { return "no test" }
    return test.sourceLocation.moduleName + "." + (test.displayName ?? test.name)
}

/// Runs a program that takes no time, and holds this thread meanwhile.
///
/// It is for what has to be known before a test can run, such as the Pythons that are there.
///
/// - Parameters:
///   - program: The program's path, or a name to be found on PATH.
///   - arguments: Its arguments.
/// - Returns: What it left.
/// - Throws: ``TimedOut``, or `POSIXError` where it cannot be started.
public func probe(_ program: String, _ arguments: [String]) throws -> ProcessResult {
    try runBlocking(program, arguments, seconds: 60)
}

/// Runs a program to its end, and holds this thread meanwhile.
func runBlocking(
    _ program: String,
    _ arguments: [String] = [],
    in folder: URL? = nil,
    environment: [String: String?] = [:],
    seconds: Double,
    test: String = nameOfTest()
) throws -> ProcessResult {
    try withTemporaryFolder { scratch in
        // Files and not pipes: nothing has to be read while the program runs.
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
        // Short at first, as most programs of tests end at once.
        var pause: UInt32 = 500
        while wait4(child, &status, WNOHANG, &usage) == 0 {
            if Date().timeIntervalSince(start) > seconds {
                // The whole group, so that nothing the program started goes on.
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

/// Adds a line to the file that `PA_NEW_TEST_TIMES` names, if it does: the processor's seconds of a
/// program and all that it waited for, its seconds by the clock, the test, and the program.
private func record(_ words: [String], _ processor: Double, _ wall: Double, test: String) {
    guard let path = ProcessInfo.processInfo.environment["PA_NEW_TEST_TIMES"] else { return }
    let command = words.joined(separator: " ").prefix(200).replacing("\n", with: " ")
    let line = String(format: "%.2f\t%.2f\t", processor, wall) + "\(test)\t\(command)\n"
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    // One call for the whole line, as several threads write.
    _ = Array(line.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    close(file)
}

/// Starts a program in a process group of its own, with every signal as a shell would leave it.
///
/// Foundation's `Process` hands on the signal mask of the calling thread. In a test that is one with
/// all signals blocked, and a program that waits for a signal then waits forever.
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

/// Runs the built pa-new.
///
/// - Parameters:
///   - arguments: Its arguments.
///   - folder: The folder to run it in.
///   - environment: Variables to set besides those of this process; nil removes one.
/// - Returns: What it left.
/// - Throws: ``TimedOut``, or `POSIXError` where it cannot be started.
public func runTool(
    _ arguments: [String],
    in folder: URL,
    environment: [String: String?] = [:]
) async throws -> ProcessResult {
    try await run(Paths.tool.path, arguments, in: folder, environment: environment)
}
