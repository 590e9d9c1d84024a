// Limits the number of programs that run at the same time, without blocking the threads of tests.

import Foundation

/// Gives out a limited number of turns to run programs.
actor ProcessTurns {
    /// Turns for programs that keep a processor busy: one more than there are, for each waits now and then.
    static let busy = ProcessTurns(max(2, ProcessInfo.processInfo.activeProcessorCount) + 1)

    /// Turns for programs that mostly wait, for servers, timeouts and other programs: enough to keep two
    /// processors busy, and few enough for the time limits in tests.
    static let waiting = ProcessTurns(3)

    private var free: Int
    private var queue: [CheckedContinuation<Void, Never>] = []

    /// Gives out turns.
    ///
    /// - Parameter count: How many there are.
    init(_ count: Int) { free = count }

    /// Runs a blocking action on a separate thread as soon as a turn is free.
    ///
    /// - Parameter action: The action.
    /// - Returns: The result of the action.
    /// - Throws: The error of the action.
    nonisolated func run<Value: Sendable>(
        _ action: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await hold {
            let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: Result(catching: action)) }
            }
            return try result.get()
        }
    }

    /// Does something as soon as a turn is free, and keeps the turn until the end.
    ///
    /// - Parameter body: What is done.
    /// - Returns: Its result.
    /// - Throws: Its error.
    nonisolated func hold<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Value {
        await take()
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await give()
        return try result.get()
    }

    private func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    private func give() {
        if queue.isEmpty {
            free += 1
        } else {
            queue.removeFirst().resume()
        }
    }
}

/// Runs a program that mostly waits, like ``run(_:_:in:environment:seconds:)`` but with separate
/// turns.
///
/// - Parameters:
///   - program: The program's path, or a name to find on the path.
///   - arguments: Its arguments.
///   - folder: The folder to run it in.
///   - environment: Variables to set in addition to those of this process; nil removes one.
///   - seconds: The time after which it is killed.
/// - Returns: Its result.
/// - Throws: ``TimedOut``, or `POSIXError` if it cannot be started.
public func runInBackground(
    _ program: String,
    _ arguments: [String] = [],
    in folder: URL? = nil,
    environment: [String: String?] = [:],
    seconds: Double = 600
) async throws -> ProcessResult {
    let test = nameOfTest()
    return try await ProcessTurns.waiting.run {
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
