// The fake of PythonAnywhere's API, as a program of its own: Tests/DeployerTests/Python/fake_server.py.

import Foundation

/// A running fake API.
public struct FakeAPI {
    /// The token of its account: what no output may have in it.
    public static let token = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"

    /// The folder with the host's files.
    public let root: URL
    /// Its address.
    public let url: String

    /// The variables with which the tool finds it.
    public var environment: [String: String?] {
        ["API_TOKEN": Self.token, "PYTHONANYWHERE_SITE": url]
    }

    /// Returns the files below a folder of the host's, none where there is no folder.
    ///
    /// - Parameter path: The folder, below the root.
    /// - Returns: The paths below the folder.
    /// - Throws: Where the folder cannot be read.
    public func files(below path: String) throws -> [String] {
        let folder = root.appending(path: path)
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try filePaths(below: folder)
    }

    /// Puts an environment with packages into the folder in which users of PythonAnywhere make theirs.
    ///
    /// - Parameters:
    ///   - name: The name of the virtualenv.
    ///   - python: The `python` of an environment with the packages.
    /// - Throws: Where the system refuses.
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

/// Runs an action with a fake API for alice's account, and ends that afterwards.
///
/// - Parameters:
///   - python: The interpreter that runs it, and the apps on it.
///   - folder: A temporary folder, for the host's files.
///   - action: What to do meanwhile.
/// - Returns: What the action returned.
/// - Throws: ``FakeAPIFailure``, or what the action throws.
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
