// Programs that run beside the tests: those that mostly wait, for servers, limits and other programs.

import Foundation

/// Hands out the turns for programs beside the tests.
private actor Turns {
    static let shared = Turns()

    /// So many that two processors stay busy, and so few that time limits in tests still hold.
    private var free = 3
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func give() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}

/// Runs a program to its end as ``run(_:_:in:environment:seconds:)`` does, while other tests go on.
///
/// Tests share as many threads as there are processors, and one that waits for a program holds a thread
/// all the time, busy or not.
///
/// - Parameters:
///   - program: The program's path, or a name to be found on PATH.
///   - arguments: Its arguments.
///   - folder: The folder to run it in.
///   - environment: Variables to set besides those of this process; nil removes one.
///   - seconds: How long it may take before it is killed.
/// - Returns: What it left.
/// - Throws: ``TimedOut``, or `POSIXError` where it cannot be started.
public func runAside(
    _ program: String,
    _ arguments: [String] = [],
    in folder: URL? = nil,
    environment: [String: String?] = [:],
    seconds: Double = 600
) async throws -> ProcessResult {
    await Turns.shared.take()
    let result: Result<ProcessResult, any Error> = await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(
                returning: Result {
                    try run(
                        program,
                        arguments,
                        in: folder,
                        environment: environment,
                        seconds: seconds
                    )
                }
            )
        }
    }
    await Turns.shared.give()
    return try result.get()
}
