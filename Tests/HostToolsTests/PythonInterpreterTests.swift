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

    @Test(
        "that reads a project is none of the project's",
        arguments: [
            (["p/.venv/bin/python", "b/python3"], "b/python3", "p/.venv"),
            (["p/venv/bin/python", "p/.venv/bin/python", "b/python3"], "b/python3", "p/.venv"),
            (["p/venv/bin/python", "v/bin/python", "b/python3"], "v/bin/python", "p/venv"),
            (["v/bin/python", "b/python3"], "v/bin/python", nil),
            (["p/v/bin/python", "b/python3"], "b/python3", "p/v"),
            (["p/b/python3", "b/python3"], "b/python3", nil),
            (["p/b/python3"], "outside", nil), (["p/.venv/bin/python"], "outside", nil),
            ([], "none", nil),
        ] as [([String], String, String?)]
    )
    func outside(paths: [String], expected: String, packages: String?) throws {
        try withTemporaryFolder { folder in
            try programs(paths, in: folder)
            let root = folder.path
            // A link to a folder of the project, and programs of the current folder.
            try FileManager.default.createSymbolicLink(
                atPath: root + "/link",
                withDestinationPath: "p/b"
            )
            let hasOwn = paths.contains("p/v/bin/python")
            let environment = [
                "PATH": ".::\(root)/link:\(root)/p/b:p/b:\(root)/b",
                "VIRTUAL_ENV": root + (hasOwn ? "/p/v" : "/v"),
            ]
            var found = "none"
            do {
                let python = try PythonInterpreter.find(
                    named: nil,
                    for: root + "/p",
                    to: .reading,
                    environment: environment
                )
                found = python.path.replacing(root + "/", with: "")
                #expect(python.packages?.replacing(root + "/", with: "") == packages)
                #expect(!python.isPart(of: root + "/p"))
            } catch PythonError.noInterpreterOutside {
                found = "outside"
            } catch PythonError.noInterpreter(nil) {
                found = "none"
            }
            #expect(found == expected)
        }
    }

    @Test("that reads a project may be named, if it is elsewhere")
    func namedOutside() throws {
        try withTemporaryFolder { folder in
            try programs(["p/.venv/bin/python", "p/b/python3", "b/python3"], in: folder)
            let root = folder.path
            try FileManager.default.createSymbolicLink(
                atPath: root + "/python",
                withDestinationPath: "p/.venv/bin/python"
            )
            func find(_ name: String, on path: String) throws -> PythonInterpreter {
                try PythonInterpreter.find(
                    named: name,
                    for: root + "/p",
                    to: .reading,
                    environment: ["PATH": path]
                )
            }
            let both = "\(root)/p/b:\(root)/b"
            #expect(try find("python3", on: both).path == root + "/b/python3")
            #expect(try find(root + "/b/python3", on: "").packages == nil)
            for (name, path) in [
                ("python3", root + "/p/b"), (root + "/p/b/python3", both), (root + "/python", both),
            ] {
                #expect(throws: PythonError.interpreterInProject(name)) { try find(name, on: path) }
            }
            #expect(throws: PythonError.noInterpreter("python9")) { try find("python9", on: both) }
        }
    }
}
