// Runs folders of Python tests, and makes sure that no test is left out.

import Foundation

/// Runs all tests of a folder with unittest, while the tests of this process continue.
///
/// A test that is skipped or not found is a failure.
///
/// - Parameters:
///   - python: The interpreter.
///   - folder: The folder to run them in.
///   - modules: The modules with the tests; by default each `test_*.py` of the folder.
///   - environment: Variables to set in addition to those of this process; nil removes one.
///   - seconds: The time after which it is killed.
/// - Returns: Its result; the exit code is 0 if all tests ran and passed.
/// - Throws: ``TimedOut``, or `POSIXError` if it cannot be started.
public func runUnittests(
    _ python: String,
    in folder: URL,
    modules: [String]? = nil,
    environment: [String: String?] = [:],
    seconds: Double = 900
) async throws -> ProcessResult {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Python/all_tests.py")
    let modules =
        try modules
        ?? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }
        .map { String($0.dropLast(".py".count)) }
    // The folder is first, as with `python -m unittest`.
    let path = [folder.path, environment["PYTHONPATH"]??.description].compactMap { $0 }
    return try await runInBackground(
        python,
        ["-W", "error", script.path] + modules,
        in: folder,
        environment: environment.merging(["PYTHONPATH": path.joined(separator: ":")]) { $1 },
        seconds: seconds
    )
}
