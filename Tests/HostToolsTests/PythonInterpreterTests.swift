// Which Python runs the checker and the deployer.

import Foundation
import TestSupport
import Testing

@testable import HostTools

@Suite("The Python that looks")
struct PythonInterpreterTests {
    /// Makes something that can be run, at each of the paths.
    private func programs(_ paths: [String], in folder: URL) throws {
        for path in paths {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data().write(to: file)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: file.path
            )
        }
    }

    @Test(
        "is the one named, the project's own, the active one, then python3",
        arguments: [
            (["p/.venv/bin/python", "p/venv/bin/python", "v/bin/python", "b/python3"], ".venv"),
            (["p/venv/bin/python", "v/bin/python", "b/python3"], "venv"),
            (["v/bin/python", "b/python3"], "active"),
            (["b/python3"], "path"),
            ([], "none"),
        ]
    )
    func order(paths: [String], expected: String) throws {
        try withTemporaryFolder { folder in
            try programs(paths, in: folder)
            let environment = [
                "PATH": "/nowhere:\(folder.path)/b", "VIRTUAL_ENV": folder.path + "/v",
            ]
            var source = "none"
            do {
                let found = try PythonInterpreter.find(
                    named: nil,
                    for: folder.path + "/p",
                    environment: environment
                )
                source =
                    switch found.source {
                    case .option: "option"
                    case .project(let name): name
                    case .active: "active"
                    case .path: "path"
                    }
            } catch PythonError.noInterpreter(nil) {
                source = "none"
            }
            #expect(source == expected)
        }
    }

    @Test("that was named has to be there, and to be a program")
    func named() throws {
        try withTemporaryFolder { folder in
            try programs(["b/python3"], in: folder)
            let environment = ["PATH": folder.path + "/b"]
            for name in ["python3", folder.path + "/b/python3"] {
                let found = try PythonInterpreter.find(
                    named: name,
                    for: ".",
                    environment: environment
                )
                #expect(found.path == folder.path + "/b/python3")
                #expect(found.source == .option)
            }
            for name in ["python9", folder.path, folder.path + "/b/python9", "", "/dev/null"] {
                #expect(throws: PythonError.noInterpreter(name)) {
                    try PythonInterpreter.find(named: name, for: ".", environment: environment)
                }
            }
        }
    }
}
