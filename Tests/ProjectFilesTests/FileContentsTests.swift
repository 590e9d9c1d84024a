// Contents that are not in memory: read once, and copied only if they are as they were then.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("The contents of a file that is not in memory")
struct FileContentsTests {
    /// Reads a file of some bytes that does not stay in memory.
    private func source(_ bytes: [UInt8], in folder: URL) throws -> (FileRead, URL) {
        let place = folder.appending(path: "source")
        try Data(bytes).write(to: place)
        return (try readFileOnce(place.path, most: 1 << 30) { _ in false }, place)
    }

    @Test(
        "have the digest, the size and the bytes of the file",
        arguments: [
            0, 1, 63, 64, 65, 10_000, SourceFile.largestPiece - 1, SourceFile.largestPiece,
            SourceFile.largestPiece + 1, 2 * SourceFile.largestPiece,
            2 * SourceFile.largestPiece + 70,
        ]
    )
    func same(size: Int) throws {
        try withTemporaryFolder { folder in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 / 7) }
            let (read, _) = try source(bytes, in: folder)
            #expect(read.contents.inMemory == nil)
            #expect(read.sha256 == SHA256.hex(of: bytes))
            #expect(read.contents.sha256 == read.sha256)
            #expect(read.contents.count == size)
            #expect(try read.contents.bytes() == bytes)
            #expect(read.contents == .bytes(bytes))
            #expect(read.contents.hashValue == FileContents.bytes(bytes).hashValue)
            #expect(read.contents != .bytes(bytes + [0]))
            try writeFolder(
                [ProjectFile(path: "a/copy", read.contents, isExecutable: true)],
                at: folder.path + "/new"
            )
            let copy = try Data(contentsOf: folder.appending(path: "new/a/copy"))
            #expect(copy == Data(bytes))
        }
    }

    @Test(
        "are the same as any others with these bytes, in memory or not",
        arguments: ["", "a", "é\n", "a\0b", String(repeating: "line\n", count: 30_000)]
    )
    func ways(text: String) throws {
        try withTemporaryFolder { folder in
            let bytes = Array(text.utf8)
            let made = MadeBytes { take in
                for start in stride(from: 0, to: bytes.count, by: 1000) {
                    if !take(bytes[start..<min(start + 1000, bytes.count)]) { return }
                }
            }
            let ways: [FileContents] = [
                .bytes(bytes), .text(text), .made(made), try source(bytes, in: folder).0.contents,
            ]
            for (number, one) in ways.enumerated() {
                #expect(one.count == bytes.count)
                #expect(one.sha256 == SHA256.hex(of: bytes))
                #expect(one.isText == isText(bytes))
                #expect(try one.bytes() == bytes)
                #expect(one.areOnDisk == (one.inMemory == nil))
                for other in ways {
                    #expect(one == other)
                    #expect(one.hashValue == other.hashValue)
                }
                for other: FileContents in [.bytes(bytes + [1]), .text(text + "b")] {
                    #expect(one != other)
                }
                if !bytes.isEmpty {
                    #expect(one != .bytes([bytes[0] ^ 1] + bytes.dropFirst()))
                }
                let target = folder.path + "/new\(number)"
                try writeFolder([ProjectFile(path: "a", one)], at: target)
                #expect(try Data(contentsOf: URL(filePath: target + "/a")) == Data(bytes))
            }
        }
    }

    @Test("are not written if they cannot be made")
    func unmade() throws {
        try withTemporaryFolder { folder throws in
            let contents = FileContents.made(
                MadeBytes { take throws(FileError) in
                    _ = take([65])
                    throw .changed(path: "b")
                }
            )
            #expect(throws: FileError.changed(path: "b")) { try contents.bytes() }
            #expect(throws: FileError.changed(path: "b")) {
                try writeFolder(
                    [ProjectFile(path: "a", contents)],
                    at: folder.path + "/new"
                )
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }

    @Test("are text as those in memory are, up to the size of one piece")
    func text() throws {
        try withTemporaryFolder { folder in
            for bytes in [[], Array("é\n".utf8), [0], [0xFF], [0x41, 0xC3]] as [[UInt8]] {
                let (read, _) = try source(bytes, in: folder)
                #expect(read.contents.isText == isText(bytes), "\(bytes)")
            }
            let large = [UInt8](repeating: 0x41, count: SourceFile.largestPiece + 1)
            #expect(try !source(large, in: folder).0.contents.isText)
        }
    }

    @Test(
        "are copied nowhere if the file is another one now",
        arguments: ["rewritten", "longer", "shorter", "replaced", "removed", "a link", "a folder"]
    )
    func changed(how: String) throws {
        try withTemporaryFolder { folder in
            let (read, place) = try source(Array("first".utf8), in: folder)
            let manager = FileManager.default
            let file = try FileHandle(forUpdating: place)
            switch how {
            case "rewritten": try file.write(contentsOf: Data("other".utf8))
            case "longer": try file.write(contentsOf: Data("first and more".utf8))
            case "shorter": try file.truncate(atOffset: 2)
            case "replaced": try Data("first".utf8).write(to: place, options: .atomic)
            default:
                try manager.moveItem(at: place, to: folder.appending(path: "moved"))
                if how == "a link" {
                    try manager.createSymbolicLink(
                        atPath: place.path,
                        withDestinationPath: "moved"
                    )
                } else if how == "a folder" {
                    try manager.createDirectory(at: place, withIntermediateDirectories: false)
                }
            }
            try file.close()
            let problem = FileError.changed(path: place.path)
            #expect(throws: problem) { try read.contents.bytes() }
            let target = folder.path + "/new"
            #expect(throws: problem) {
                try writeFolder([ProjectFile(path: "copy", read.contents)], at: target)
            }
            #expect(!manager.fileExists(atPath: target))
            try manager.createDirectory(atPath: target, withIntermediateDirectories: false)
            #expect(throws: problem) {
                try WorkingFolder(target).apply([
                    .write(ProjectFile(path: "copy", read.contents))
                ])
            }
            #expect(try manager.contentsOfDirectory(atPath: target).isEmpty)
        }
    }

    @Test("of many files are written by several threads, and one that cannot be read stops all")
    func many() throws {
        try withTemporaryFolder { folder in
            let (read, place) = try source(Array("text\n".utf8), in: folder)
            let files = (0..<1500).map {
                ProjectFile(path: "\($0 / 100)/\($0)", $0 % 2 == 0 ? read.contents : .bytes([7]))
            }
            try writeFolder(files, at: folder.path + "/many")
            let paths = try filePaths(below: folder.appending(path: "many"))
            #expect(Set(paths) == Set(files.map(\.path)))
            for file in files {
                let copy = try Data(contentsOf: folder.appending(path: "many/" + file.path))
                #expect(try copy == Data(file.contents.bytes()))
            }
            try FileManager.default.removeItem(at: place)
            #expect(throws: FileError.changed(path: place.path)) {
                try writeFolder(files, at: folder.path + "/none")
            }
            #expect(try filePaths(below: folder).allSatisfy { $0.hasPrefix("many/") })
        }
    }

    @Test("that were expected in a folder are not read into memory, and all others are")
    func expected() throws {
        try withTemporaryFolder { folder in
            for size in [5, SourceFile.largestPiece + 5] {
                let bytes = [UInt8](repeating: 0x41, count: size)
                let (read, _) = try source(bytes, in: folder)
                let project = folder.appending(path: "project")
                try FileManager.default.createDirectory(
                    at: project,
                    withIntermediateDirectories: true
                )
                try Data(bytes).write(to: project.appending(path: "same"))
                try Data(bytes.dropLast() + [0x42]).write(to: project.appending(path: "other"))
                try Data(bytes + [0x41]).write(to: project.appending(path: "longer"))
                let paths = ["same", "other", "longer", "missing"]
                let found = try WorkingFolder(project.path).find(
                    paths.map { ExpectedFile(path: $0, contents: read.contents) }
                )
                for (path, found) in zip(paths, found) {
                    guard case .file(let contents, isExecutable: false) = found else {
                        guard case .missing = found else {
                            Issue.record("\(path): \(found)")
                            continue
                        }
                        #expect(path == "missing")
                        continue
                    }
                    #expect((contents.inMemory == nil) == (path == "same"), "\(path) \(size)")
                    let data = try Data(contentsOf: project.appending(path: path))
                    #expect(try Data(contents.bytes()) == data, "\(path) \(size)")
                }
            }
        }
    }

    @Test(
        "that were expected are found in a file of any size without a second copy of them",
        arguments: [
            0, 1, 5, SourceFile.largestPiece - 1, SourceFile.largestPiece,
            SourceFile.largestPiece + 1, 2 * SourceFile.largestPiece,
            2 * SourceFile.largestPiece + 70,
        ]
    )
    func large(size: Int) throws {
        try withTemporaryFolder { folder in
            let bytes = [UInt8](repeating: 0x41, count: size)
            let place = folder.appending(path: "file")
            try Data(bytes).write(to: place)
            let working = try WorkingFolder(folder.path)
            // The same, the first and the last byte, and the length.
            var others = [bytes + [0x41], Array(bytes.dropLast())]
            for index in [0, size - 1] where index >= 0 && index < size {
                others.append(bytes)
                others[others.count - 1][index] = 0x42
            }
            for expected in [bytes] + others {
                let found = try working.contents(of: "file", expecting: expected)
                #expect(try found.bytes() == bytes)
                #expect(found.sha256 == SHA256.hex(of: bytes))
                let isSame = expected == bytes
                let isInMemory = isSame || size <= SourceFile.largestPiece
                #expect((found.inMemory != nil) == isInMemory)
                #expect((found == .bytes(expected)) == isSame)
                // What is large and expected in memory is compared without a digest, whatever limit it has.
                for most in [size, 0] {
                    let file = ExpectedFile(path: "file", contents: .bytes(expected), most: most)
                    switch try working.find([file])[0] {
                    case .file(let contents, _): #expect(try contents.bytes() == bytes)
                    case .tooLarge(let count, _):
                        #expect(count == size && !isSame && most < size)
                        #expect(size > SourceFile.largestPiece)
                    case .missing, .blocked: Issue.record("not found")
                    }
                }
            }
        }
    }
}
