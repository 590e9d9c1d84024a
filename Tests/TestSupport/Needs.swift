// What tests need of a machine: a test says it with a trait. Where it is missing, the test is skipped
// with the reason on a laptop, and fails with CI=true.

import Foundation
import Testing

/// Whether this run has to prove everything: what is missing is then a failure and not skipped.
public let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"

/// Something that a test needs, and that not every machine has.
public struct Need: Sendable {
    /// The reason for which a test is skipped, such as `needs zsh`.
    public let reason: String
    /// Whether this machine has it.
    public let isMet: @Sendable () -> Bool

    /// Names what a test needs.
    ///
    /// - Parameters:
    ///   - reason: The reason for which a test is skipped, such as `needs zsh`.
    ///   - isMet: Finds out whether this machine has it.
    public init(_ reason: String, isMet: @escaping @Sendable () -> Bool) {
        self.reason = reason
        self.isMet = isMet
    }

    /// A program that is found on PATH.
    ///
    /// - Parameter name: The program's name.
    /// - Returns: The need.
    public static func program(_ name: String) -> Need {
        Need("needs \(name)") { isOnPath(name) }
    }

    /// A Python of the versions asked for, with `venv`.
    ///
    /// - Parameter interpreters: Those that were found.
    /// - Returns: The need.
    public static func python(_ interpreters: [Interpreter]) -> Need {
        Need("needs python3 with venv; on Debian: apt install python3-venv") {
            !interpreters.isEmpty
        }
    }

    /// The right to mount a file system of one's own.
    public static let mount = Need("needs unshare, and the right to mount a tmpfs in a namespace") {
        let words = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return (try? probe("unshare", words))?.exitCode == 0
    }

    /// A compiler for C.
    public static let compiler = Need("needs a C compiler: cc, clang or gcc") {
        ["cc", "clang", "gcc"].contains(where: isOnPath)
    }

    /// What the wheel is built with.
    public static let wheel = Need("needs Linux, and python3 (3.10 or newer) with venv") {
        BuiltWheel.isOnLinux && BuiltWheel.interpreter != nil
    }

    /// Whether a program is found on PATH.
    private static func isOnPath(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }
}

/// A need that is not met where everything has to be proved.
public struct UnmetNeed: Error, CustomStringConvertible {
    /// What is missing.
    public let description: String
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, with the reason, where something is missing; with CI=true the test fails.
    ///
    /// - Parameter need: What the test needs.
    /// - Returns: The trait.
    public static func needs(_ need: Need) -> Self {
        .enabled("\(need.reason)") {
            if need.isMet() { return true }
            guard isContinuousIntegration else { return false }
            throw UnmetNeed(description: "\(need.reason), which has to be there with CI=true")
        }
    }

    /// Skips the test, with the reason, where a program is missing; with CI=true the test fails.
    ///
    /// - Parameter program: The program's name.
    /// - Returns: The trait.
    public static func needs(_ program: String) -> Self { needs(.program(program)) }
}

/// No arguments are left for a test that has to have some.
public struct NoArguments: Error {}

/// Returns the arguments of a test, of which one has to be there: without any it would pass untested.
///
/// - Parameter arguments: The arguments.
/// - Returns: The same.
/// - Throws: ``NoArguments`` where there are none.
public func atLeastOne<Arguments: Collection>(_ arguments: Arguments) throws -> Arguments {
    guard !arguments.isEmpty else { throw NoArguments() }
    return arguments
}
