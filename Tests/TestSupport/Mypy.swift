// Runs mypy with what it has read before, so that each run need not read Python's own types again.

import Foundation

/// Gives a cache of mypy to one run at a time: it is not made for two that write into it at once.
private actor MypyCaches {
    static let shared = MypyCaches()

    private var turns: [String: ProcessTurns] = [:]

    func turn(of cache: String) -> ProcessTurns {
        let turn = turns[cache] ?? ProcessTurns(1)
        turns[cache] = turn
        return turn
    }
}

/// Runs `mypy` with a cache of this name, which later runs use, too.
///
/// - Parameters:
///   - python: A Python that mypy is installed for.
///   - arguments: The options of mypy, and what it reads.
///   - cache: The name of the cache.
///   - folder: The folder to run it in.
///   - environment: Variables to set in addition to those of this process; nil removes one.
/// - Returns: Its result.
/// - Throws: ``TimedOut``, or `POSIXError` if it cannot be started.
public func runMypy(
    _ python: String,
    _ arguments: [String],
    cache: String = "mypy",
    in folder: URL,
    environment: [String: String?] = [:]
) async throws -> ProcessResult {
    let options = ["-m", "mypy", "--cache-dir", Paths.cache.appending(path: cache).path]
    return try await MypyCaches.shared.turn(of: cache).hold {
        try await run(python, options + arguments, in: folder, environment: environment)
    }
}
