// What tests need from a machine, as traits. If something is missing, the test is skipped with the
// reason; with CI=true it fails.

import Foundation
import Testing

/// Whether a missing need is a failure instead of a skipped test.
public let isContinuousIntegration = ProcessInfo.processInfo.environment["CI"] == "true"

/// Something that a test needs and that not every machine has.
public struct Need: Sendable {
    /// The reason for skipping the test, such as `needs zsh`.
    public let reason: String
    /// Whether this machine has it.
    public let isMet: @Sendable () -> Bool

    /// Creates a need.
    ///
    /// - Parameters:
    ///   - reason: The reason for skipping the test, such as `needs zsh`.
    ///   - isMet: Tells whether this machine has it.
    public init(_ reason: String, isMet: @escaping @Sendable () -> Bool) {
        self.reason = reason
        self.isMet = isMet
    }

    /// A program on the path.
    ///
    /// - Parameter name: The program's name.
    /// - Returns: The need.
    public static func program(_ name: String) -> Need {
        Need("needs \(name)") { isOnPath(name) }
    }

    /// A Python with `venv`, in one of the versions that were looked for.
    ///
    /// - Parameter interpreters: The interpreters that were found.
    /// - Returns: The need.
    public static func python(_ interpreters: [Interpreter]) -> Need {
        Need("needs python3 with venv; on Debian: apt install python3-venv") {
            !interpreters.isEmpty
        }
    }

    /// The right to mount a separate file system.
    public static let mount = Need("needs unshare, and the right to mount a tmpfs in a namespace") {
        let words = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        return (try? probe("unshare", words))?.exitCode == 0
    }

    /// A C compiler.
    public static let compiler = Need("needs a C compiler: cc, clang or gcc") {
        ["cc", "clang", "gcc"].contains(where: isOnPath)
    }

    /// The tools that build the wheel.
    public static let wheel = Need("needs Linux, and python3 (3.10 or newer) with venv") {
        BuiltWheel.isOnLinux && BuiltWheel.interpreter != nil
    }

    /// Whether a program is on the path.
    private static func isOnPath(_ name: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }
}

/// A need is not met although CI=true requires it.
public struct UnmetNeed: Error, CustomStringConvertible {
    /// What is missing.
    public let description: String
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, with the reason, if something is missing; with CI=true the test fails instead.
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

    /// Skips the test, with the reason, if a program is missing; with CI=true the test fails instead.
    ///
    /// - Parameter program: The program's name.
    /// - Returns: The trait.
    public static func needs(_ program: String) -> Self { needs(.program(program)) }
}

/// A test that needs arguments has none.
public struct NoArguments: Error {}

/// Returns the arguments of a test, and throws if there are none: the test would pass without testing.
///
/// - Parameter arguments: The arguments.
/// - Returns: The same arguments.
/// - Throws: ``NoArguments`` if there are none.
public func atLeastOne<Arguments: Collection>(_ arguments: Arguments) throws -> Arguments {
    guard !arguments.isEmpty else { throw NoArguments() }
    return arguments
}
