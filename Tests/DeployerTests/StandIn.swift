// The stand-in for the host, as a program of its own.

import Foundation
import TestSupport

/// Where the stand-in and the deployer's own tests are.
let pythonFolder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

/// A running stand-in.
struct StandIn {
    /// What no output may have in it.
    static let token = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"

    /// The folder with the host's files.
    let root: URL
    /// The variables with which the tool finds it.
    let environment: [String: String?]

    /// Returns the files below a folder of the host's, none where there is no folder.
    func files(below path: String) throws -> [String] {
        let folder = root.appending(path: path)
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        return try filePaths(below: folder)
    }
}

/// What keeps the stand-in from starting.
struct NoStandIn: Error {
    let log: String
}

/// Runs an action with a stand-in for alice's account, and ends that afterwards.
func withStandIn(
    _ python: String,
    below folder: URL,
    _ action: (StandIn) throws -> Void
) throws {
    let root = folder.appending(path: "host")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let started = try run(
        "sh",
        ["-c", #""$@" > url 2> log & echo $!"#, "sh", python]
            + [pythonFolder.appending(path: "standin.py").path, root.path, "alice"],
        in: folder,
        environment: ["API_TOKEN": StandIn.token]
    )
    let process = pid_t(started.stdout.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    defer { if process > 0 { kill(process, SIGKILL) } }
    var url = ""
    for _ in 0..<1000 where !url.hasSuffix("\n") {
        usleep(10_000)
        url = (try? String(contentsOf: folder.appending(path: "url"), encoding: .utf8)) ?? ""
    }
    guard url.hasSuffix("\n") else {
        let log = folder.appending(path: "log")
        throw NoStandIn(log: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
    }
    let environment = [
        "API_TOKEN": StandIn.token,
        "PYTHONANYWHERE_SITE": url.trimmingCharacters(in: .whitespacesAndNewlines),
    ]
    try action(StandIn(root: root, environment: environment))
}
