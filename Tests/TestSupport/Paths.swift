// Paths that tests need: the package, the built tool, and temporary folders.

import Foundation

/// Folders and files that tests use.
public enum Paths {
    /// The folder that contains Package.swift.
    public static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The templates in the repository.
    public static let templates = package.appending(path: "Templates")

    /// The built tool, beside the test bundle.
    public static let tool = built("pa-new")

    /// Returns the path of a program of this package, which is built with the tests.
    ///
    /// - Parameter name: The program's name.
    /// - Returns: Its path.
    public static func built(_ name: String) -> URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
        let folder =
            bundle.bundlePath.hasSuffix(".xctest")
            ? bundle.bundleURL.deletingLastPathComponent() : bundle.bundleURL
        return folder.appending(path: name)
    }

    /// The folder for what tests keep between runs, such as Python environments.
    public static let cache = package.appending(path: ".build/tests")
}

/// Runs an action with a new folder, and removes the folder afterwards.
///
/// - Parameter action: The action; its argument is the folder, without symbolic links.
/// - Returns: The result of the action.
/// - Throws: The error of the action.
public func withTemporaryFolder<Value>(_ action: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        .appending(path: "pa-new-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try action(folder)
}

/// Runs an asynchronous action with a new folder, and removes the folder afterwards.
///
/// - Parameter action: The action; its argument is the folder, without symbolic links.
/// - Returns: The result of the action.
/// - Throws: The error of the action.
public func withTemporaryFolder<Value>(
    _ action: (URL) async throws -> Value
) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        .appending(path: "pa-new-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await action(folder)
}

/// Returns the paths of all files below a folder, sorted, including links and empty folders.
///
/// - Parameter folder: The folder.
/// - Returns: The paths below the folder.
/// - Throws: If the folder cannot be read.
public func filePaths(below folder: URL) throws -> [String] {
    let manager = FileManager.default
    return try manager.subpathsOfDirectory(atPath: folder.path).filter { path in
        let place = folder.appending(path: path).path
        let type = try manager.attributesOfItem(atPath: place)[.type] as? FileAttributeType
        return try type != .typeDirectory || manager.contentsOfDirectory(atPath: place).isEmpty
    }.sorted()
}
