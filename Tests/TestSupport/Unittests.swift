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
    let modules = try modules ?? unittestModules(in: folder)
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

/// Returns the modules with tests of a folder, or those of them that one of several Pythons runs.
///
/// Each module runs on one of the Pythons, in turn, so that every one of them has some; in the lane
/// `long`, and if there are fewer modules than Pythons, each module runs on all of them.
///
/// - Parameters:
///   - folder: The folder.
///   - interpreter: The Python that is to run them; by default all modules are returned.
///   - interpreters: The Pythons among which they are divided.
/// - Returns: The names of its `test_*.py`, without the ending, sorted.
/// - Throws: If the folder cannot be listed.
public func unittestModules(
    in folder: URL,
    for interpreter: Interpreter? = nil,
    among interpreters: [Interpreter] = []
) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        .filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }
        .map { String($0.dropLast(".py".count)) }
    guard let interpreter, names.count >= interpreters.count else { return names }
    return names.enumerated()
        .filter { interpreters.inTurn($0.offset).contains(interpreter) }
        .map(\.element)
}
