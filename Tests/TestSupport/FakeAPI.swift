// Runs the fake of PythonAnywhere's API as a separate program: Tests/DeployerTests/Python/fake_server.py.

import Foundation

/// A running fake API.
public struct FakeAPI {
    /// The token of its account, which must not appear in any output.
    public static let token = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"

    /// The folder with the files on the fake host.
    public let root: URL
    /// Its address.
    public let url: String

    /// The environment variables with which the tool finds it.
    public var environment: [String: String?] {
        ["API_TOKEN": Self.token, "PYTHONANYWHERE_SITE": url]
    }

    /// Returns the files below a folder on the fake host; none if the folder does not exist.
    ///
    /// - Parameter path: The folder, below the root.
    /// - Returns: The paths below the folder.
    /// - Throws: If the folder cannot be read.
    public func files(below path: String) throws -> [String] {
        let folder = root.appending(path: path)
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try filePaths(below: folder)
    }

    /// Puts an environment with packages into the folder for virtualenvs on the fake host.
    ///
    /// - Parameters:
    ///   - name: The name of the virtualenv.
    ///   - python: The `python` of an environment with the packages.
    /// - Throws: If the system refuses.
    public func makeVirtualenv(_ name: String, as python: URL) throws {
        let environments = root.appending(path: "home/alice/.virtualenvs")
        try FileManager.default.createDirectory(at: environments, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: environments.appending(path: name),
            withDestinationURL: python.deletingLastPathComponent().deletingLastPathComponent()
        )
    }
}

/// The fake API did not start.
public struct FakeAPIFailure: Error {
    /// What it wrote to stderr.
    public let log: String
}

/// Runs an action with a fake API for alice's account, and stops the API afterwards.
///
/// - Parameters:
///   - python: The interpreter that runs it and its apps.
///   - folder: A temporary folder for the files on the fake host.
///   - action: The action.
/// - Returns: What the action returned.
/// - Throws: ``FakeAPIFailure``, or an error of the action.
public func withFakeAPI<Value>(
    _ python: String,
    below folder: URL,
    _ action: (FakeAPI) async throws -> Value
) async throws -> Value {
    let script = Paths.package.appending(path: "Tests/DeployerTests/Python/fake_server.py")
    let root = folder.appending(path: "host")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let started = try await run(
        "sh",
        ["-c", #""$@" > url 2> log & echo $!"#, "sh", python, script.path, root.path, "alice"],
        in: folder,
        environment: ["API_TOKEN": FakeAPI.token]
    )
    let process = pid_t(started.stdout.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    defer { if process > 0 { kill(process, SIGKILL) } }
    var url = ""
    for _ in 0..<1000 where !url.hasSuffix("\n") {
        try await Task.sleep(for: .milliseconds(10))
        url = (try? String(contentsOf: folder.appending(path: "url"), encoding: .utf8)) ?? ""
    }
    guard url.hasSuffix("\n") else {
        let log = folder.appending(path: "log")
        throw FakeAPIFailure(log: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
    }
    return try await action(
        FakeAPI(root: root, url: url.trimmingCharacters(in: .whitespacesAndNewlines))
    )
}
