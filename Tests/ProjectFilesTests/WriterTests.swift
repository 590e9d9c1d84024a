// How files land: whole or not at all.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("Writing")
struct WriterTests {
    private static let files = [
        ProjectFile(path: "a/b/c.txt", contents: Array("c".utf8), isExecutable: false),
        ProjectFile(path: "a/run", contents: Array("#!".utf8), isExecutable: true),
        ProjectFile(path: "empty", contents: [], isExecutable: false),
        ProjectFile(
            path: "large",
            contents: Array(repeating: 7, count: 3_000_000),
            isExecutable: false
        ),
    ]

    /// Writes into a folder that was prepared, and returns the error and what is in the folder then.
    private func outcome(
        _ files: [ProjectFile] = files,
        target: String = "hello",
        prepare: (URL) throws -> Void = { _ in }
    ) throws -> (error: FileError?, paths: [String]) {
        try withTemporaryFolder { folder in
            try prepare(folder)
            var failure: FileError?
            do throws(FileError) {
                try writeFolder(files, at: folder.path + "/" + target)
            } catch {
                failure = error
            }
            return (failure, try filePaths(below: folder))
        }
    }

    @Test("every file lands with its bytes and its mode, and nothing else is left")
    func lands() throws {
        try withTemporaryFolder { folder in
            try writeFolder(Self.files, at: folder.path + "/hello")
            #expect(
                try filePaths(below: folder)
                    == ["hello/a/b/c.txt", "hello/a/run", "hello/empty", "hello/large"]
            )
            for file in Self.files {
                let place = folder.appending(path: "hello/" + file.path)
                #expect(try Data(contentsOf: place) == Data(file.contents.bytes()))
                #expect(
                    FileManager.default.isExecutableFile(atPath: place.path) == file.isExecutable
                )
            }
        }
    }

    @Test("an empty folder is filled")
    func emptyFolder() throws {
        let (error, paths) = try outcome {
            try FileManager.default.createDirectory(
                at: $0.appending(path: "hello"),
                withIntermediateDirectories: false
            )
        }
        #expect(error == nil)
        #expect(paths.count == 4)
    }

    @Test("a folder with anything in it is refused and left alone")
    func fullFolder() throws {
        let (error, paths) = try outcome { folder in
            try FileManager.default.createDirectory(
                at: folder.appending(path: "hello/.git"),
                withIntermediateDirectories: true
            )
        }
        #expect(paths == ["hello/.git"])
        guard case .targetExists(_, .folder(entries: [".git"])) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("a file is refused and left alone")
    func file() throws {
        let (error, paths) = try outcome {
            try Data("mine".utf8).write(to: $0.appending(path: "hello"))
        }
        #expect(paths == ["hello"])
        guard case .targetExists(_, .file) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("a link is refused and not followed", arguments: ["nowhere", "empty", "/"])
    func link(destination: String) throws {
        let (error, paths) = try outcome { folder in
            try FileManager.default.createDirectory(
                at: folder.appending(path: "empty"),
                withIntermediateDirectories: false
            )
            try FileManager.default.createSymbolicLink(
                atPath: folder.path + "/hello",
                withDestinationPath: destination
            )
        }
        #expect(paths == ["empty", "hello"])
        guard case .targetExists(_, .link) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("a named pipe is refused")
    func pipe() throws {
        let (error, paths) = try outcome { #expect(mkfifo($0.path + "/hello", 0o600) == 0) }
        #expect(paths == ["hello"])
        guard case .targetExists(_, .other) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("a parent that is missing, or is a file, is refused")
    func parent() throws {
        let (missing, _) = try outcome(target: "no/hello")
        guard case .badParent(_, .missing) = missing else {
            Issue.record("another error: \(String(describing: missing))")
            return
        }
        let (file, _) = try outcome(target: "file/hello") {
            try Data().write(to: $0.appending(path: "file"))
        }
        guard case .badParent(_, .notAFolder) = file else {
            Issue.record("another error: \(String(describing: file))")
            return
        }
    }

    @Test("a failure halfway removes all that was made")
    func halfway() throws {
        let long = ProjectFile(
            path: "z/" + String(repeating: "n", count: 300),
            contents: [],
            isExecutable: false
        )
        let (error, paths) = try outcome(Self.files + [long])
        #expect(paths == [])
        guard case .system(.write, _, code: ENAMETOOLONG) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
    }

    @Test("of many writers for one name exactly one wins, and its project is whole")
    func race() async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "pa-new-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }

        let wins = await withTaskGroup(of: Bool.self) { group in
            for writer in 0..<16 {
                group.addTask {
                    let mine = (0..<20).map {
                        ProjectFile(
                            path: "\($0)",
                            contents: Array("\(writer)".utf8),
                            isExecutable: false
                        )
                    }
                    do throws(FileError) {
                        try writeFolder(mine, at: folder.path + "/hello")
                        return true
                    } catch {
                        if case .targetExists(_, .folder) = error { return false }
                        Issue.record("another error: \(error)")
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wins == 1)
        let paths = try filePaths(below: folder)
        #expect(paths.count == 20)
        let contents = try Set(paths.map { try Data(contentsOf: folder.appending(path: $0)) })
        #expect(contents.count == 1)
    }
}
