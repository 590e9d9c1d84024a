// Programs that are killed, or that the system refuses something, at one call of many.

import Foundation
import TestSupport

/// What happens to a program at one of its calls that write.
enum Fault: CustomStringConvertible {
    /// It is killed in that call.
    case kill(at: Int)
    /// The call fails.
    case fail(at: Int, code: Int32)
    /// From that call on no call gets any space.
    case full(from: Int)

    var description: String {
        switch self {
        case .kill(let call): "killed at call \(call)"
        case .fail(let call, let code): "call \(call) fails with \(String(cString: strerror(code)))"
        case .full(let call): "disk full from call \(call)"
        }
    }

    fileprivate var environment: [String: String?] {
        switch self {
        case .kill(let call): ["FAULT_KILL": "\(call)"]
        case .fail(let call, let code): ["FAULT_FAIL": "\(call)", "FAULT_ERRNO": "\(code)"]
        case .full(let call): ["FAULT_FULL": "\(call)"]
        }
    }
}

/// What keeps faults from being made.
struct NoFaults: Error, CustomStringConvertible {
    let description: String
}

/// The library that makes faults, compiled once for this run of the tests.
enum Faults {
    private static let file = FileManager.default.temporaryDirectory
        .appending(path: "pa-new-test-faults-\(getpid()).so")

    private static let compiled = Once<URL>()

    private static func library() async throws -> URL {
        try await compiled.value {
            let source = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "C/faults.c")
            atexit { Faults.removeLibrary() }
            for compiler in ["cc", "clang", "gcc"] {
                let words = ["-c", "command -v \"$1\" >/dev/null && exec \"$@\"", "sh", compiler]
                let finished = try await TestSupport.run(
                    "sh",
                    words + ["-shared", "-fPIC", "-O1", "-o", file.path, source.path, "-ldl"]
                )
                if finished.exitCode == 0 { return file }
            }
            throw NoFaults(description: "no C compiler makes the library")
        }
    }

    private static func removeLibrary() { unlink(file.path) }

    /// Runs a program with a fault.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - arguments: Its arguments.
    ///   - folder: The folder to run it in.
    ///   - fault: What happens to it; nil for nothing.
    ///   - hasLinks: Whether the file system has links.
    ///   - trace: Where to write the calls to.
    ///   - settings: Variables to set; nil removes one.
    /// - Returns: What it left.
    /// - Throws: Where it cannot be run.
    static func run(
        _ program: URL,
        _ arguments: [String],
        in folder: URL,
        fault: Fault?,
        hasLinks: Bool = true,
        trace: URL? = nil,
        environment settings: [String: String?] = [:]
    ) async throws -> ProcessResult {
        var environment: [String: String?] = fault?.environment ?? [:]
        environment["LD_PRELOAD"] = try await library().path
        if !hasLinks { environment["FAULT_NOLINK"] = "1" }
        environment["FAULT_TRACE"] = trace?.path
        // Set by env, so that the shell before it is not what is killed.
        let words = environment.compactMap { name, value in value.map { "\(name)=\($0)" } }
        return try await TestSupport.run(
            "env",
            words + [program.path] + arguments,
            in: folder,
            environment: (program == Paths.tool ? stateOfTool : [:]).merging(settings) { $1 }
        )
    }
}
