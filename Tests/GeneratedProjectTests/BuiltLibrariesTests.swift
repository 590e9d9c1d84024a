// The folders in which projects with handlers in Swift are built, after a run that was killed.

import Foundation
import TestSupport
import Testing

@Suite("Folders of built projects")
struct BuiltLibrariesTests {
    @Test("a half copy is replaced as a whole, also while a compiler still writes to it")
    func halfCopy() throws {
        try withTemporaryFolder { root in
            let (project, folder) = (root.appending(path: "new"), root.appending(path: "cache/old"))
            try write(["Package.swift": "new", "Sources/a.swift": "new"], below: project)
            try write(
                [
                    "Package.swift": "half", ".build/db": "old", "Sources/left.swift": "old",
                    "../old.left-1/a": "of an earlier run", "../older/a": "of another project",
                ],
                below: folder
            )
            let compiler = Process()
            compiler.executableURL = URL(filePath: "/bin/sh")
            compiler.arguments = ["-c", "while :; do mkdir -p .build/x; : >> .build/x/$$; done"]
            compiler.currentDirectoryURL = folder
            try compiler.run()
            defer {
                compiler.terminate()
                compiler.waitUntilExit()
            }
            try BuiltLibraries.replace(folder, byCopyOf: project)
            #expect(try filePaths(below: folder) == ["Package.swift", "Sources/a.swift"])
            let text = try String(
                contentsOf: folder.appending(path: "Package.swift"),
                encoding: .utf8
            )
            #expect(text == "new")
            #expect(try filePaths(below: root).contains("cache/older/a"))
            #expect(try !filePaths(below: root).contains("cache/old.left-1/a"))
        }
    }

    @Test("what cannot be copied leaves no half copy, and the next run starts anew")
    func failure() throws {
        try withTemporaryFolder { root in
            let (project, folder) = (root.appending(path: "new"), root.appending(path: "cache/old"))
            try write(["complete.txt": "of an earlier run"], below: folder)
            #expect(throws: (any Error).self) {
                try BuiltLibraries.replace(folder, byCopyOf: project)
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path))
            try write(["a": "new"], below: project)
            try BuiltLibraries.replace(folder, byCopyOf: project)
            #expect(try filePaths(below: root.appending(path: "cache")) == ["old/a"])
        }
    }
}
