// Where things are: the package, the built tool, and temporary folders.

import Foundation

/// The folders and files that tests look at.
public enum Paths {
    /// The folder of Package.swift.
    public static let package = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The templates as they lie in the repository.
    public static let templates = package.appending(path: "Templates")

    /// The built tool, which lies beside the test bundle.
    public static let tool = built("pa-new")

    /// Returns a program of this package that was built with the tests.
    ///
    /// - Parameter name: The program's name.
    /// - Returns: Where it lies.
    public static func built(_ name: String) -> URL {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
        let folder =
            bundle.bundlePath.hasSuffix(".xctest")
            ? bundle.bundleURL.deletingLastPathComponent() : bundle.bundleURL
        return folder.appending(path: name)
    }

    /// What tests keep from one run to the next, such as Python environments.
    public static let cache = package.appending(path: ".build/tests")
}

/// Runs an action in a new folder, and removes the folder afterwards.
///
/// - Parameter action: What to do in the folder, which is given without symbolic links.
/// - Returns: What the action returned.
/// - Throws: What the action throws.
public func withTemporaryFolder<Value>(_ action: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        .appending(path: "pa-new-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try action(folder)
}

/// Runs an action that waits for something in a new folder, and removes the folder afterwards.
///
/// - Parameter action: What to do in the folder, which is given without symbolic links.
/// - Returns: What the action returned.
/// - Throws: What the action throws.
public func withTemporaryFolder<Value>(
    _ action: (URL) async throws -> Value
) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
        .appending(path: "pa-new-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await action(folder)
}

/// Returns the paths of all files below a folder, sorted; links and folders that are empty count.
///
/// - Parameter folder: The folder.
/// - Returns: The paths below the folder.
/// - Throws: Where the folder cannot be read.
public func filePaths(below folder: URL) throws -> [String] {
    let manager = FileManager.default
    return try manager.subpathsOfDirectory(atPath: folder.path).filter { path in
        let place = folder.appending(path: path).path
        let type = try manager.attributesOfItem(atPath: place)[.type] as? FileAttributeType
        return try type != .typeDirectory || manager.contentsOfDirectory(atPath: place).isEmpty
    }.sorted()
}
