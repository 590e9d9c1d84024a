// Runs mypy with what it has read before, so that each run need not read Python's own types again.

import Foundation

/// Gives a cache of mypy to one run at a time: it is not made for two that write into it at once.
private actor MypyCaches {
    static let shared = MypyCaches()

    /// Those that wait for each cache in use.
    private var queues: [String: [CheckedContinuation<Void, Never>]] = [:]

    func take(_ cache: String) async {
        guard queues[cache] != nil else {
            queues[cache] = []
            return
        }
        await withCheckedContinuation { queues[cache]?.append($0) }
    }

    func give(_ cache: String) {
        guard let queue = queues[cache], !queue.isEmpty else {
            queues[cache] = nil
            return
        }
        queues[cache]?.removeFirst().resume()
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
    await MypyCaches.shared.take(cache)
    let result: Result<ProcessResult, any Error>
    do {
        let words = options + arguments
        result = .success(try await run(python, words, in: folder, environment: environment))
    } catch {
        result = .failure(error)
    }
    await MypyCaches.shared.give(cache)
    return try result.get()
}
