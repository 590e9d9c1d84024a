// Turns for programs: a bounded number runs beside the tests, and none of them holds a thread of theirs.

import Foundation

/// Hands out turns to run a program.
actor ProcessTurns {
    /// The turns of programs that keep a processor busy.
    static let busy = ProcessTurns(max(2, ProcessInfo.processInfo.activeProcessorCount))

    /// The turns of programs that mostly wait, for servers, limits and other programs: so many that
    /// two processors stay busy, and so few that time limits in tests still hold.
    static let waiting = ProcessTurns(3)

    private var free: Int
    private var queue: [CheckedContinuation<Void, Never>] = []

    private init(_ count: Int) { free = count }

    /// Does something that blocks, on a thread of its own, once there is a turn.
    ///
    /// - Parameter action: What to do.
    /// - Returns: What the action returned.
    /// - Throws: What the action throws.
    nonisolated func run<Value: Sendable>(
        _ action: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        await take()
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result(catching: action)) }
        }
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

/// Runs a program that mostly waits as ``run(_:_:in:environment:seconds:)`` does, with turns apart from
/// those of busy programs.
///
/// - Parameters:
///   - program: The program's path, or a name to be found on PATH.
///   - arguments: Its arguments.
///   - folder: The folder to run it in.
///   - environment: Variables to set besides those of this process; nil removes one.
///   - seconds: How long it may take before it is killed.
/// - Returns: What it left.
/// - Throws: ``TimedOut``, or `POSIXError` where it cannot be started.
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
