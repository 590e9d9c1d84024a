// Where the files of an embedded package lie: in a cache that nobody else can write to, or nowhere.

import Foundation
import TestSupport
import Testing

@testable import HostTools
@testable import Scaffold

@Suite("An embedded package's files")
struct PackageFilesTests {
    /// Finds or puts the files, and checks that they are what this program carries.
    private func files(
        _ environment: [String: String],
        of package: EmbeddedPackage = .checker,
        in folder: URL,
        location: SourceLocation = #_sourceLocation
    ) throws -> PackageCache {
        let scratch = folder.appending(path: "scratch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
        let files = try PackageCache(package, environment: environment, temporary: scratch.path)
        for file in package.files {
            let data = FileManager.default.contents(atPath: "\(files.folder)/\(file.path)")
            #expect(
                try data == Data(file.contents.bytes()),
                "\(file.path)",
                sourceLocation: location
            )
        }
        #expect(
            files.folder.hasPrefix(scratch.path) == !files.isKept,
            sourceLocation: location
        )
        return files
    }

    private func mode(_ path: String) throws -> Int {
        try #require(
            FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        )
    }

    private func inode(_ path: String) throws -> UInt64 {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.systemFileNumber] as? UInt64)
    }

    @Test(
        "are kept in the user's cache, for the user alone, and found again",
        arguments: [("XDG_CACHE_HOME", "/pa-new/"), ("HOME", "/.cache/pa-new/")]
    )
    func kept(variable: String, place: String) throws {
        try withTemporaryFolder { folder in
            let first = try files([variable: folder.path], in: folder)
            #expect(first.isKept)
            #expect(first.folder.hasPrefix(folder.path + place))
            let mode = try mode(folder.path + place)
            #expect(mode == 0o700)

            // A folder that is written anew has another number.
            let number = try inode(first.folder)
            let second = try files([variable: folder.path], in: folder)
            #expect(second.folder == first.folder)
            #expect(try inode(second.folder) == number)
        }
    }

    @Test("are kept in a cache that is not there yet, but in no home that is not there")
    func missing() throws {
        try withTemporaryFolder { folder in
            let place = folder.path + "/a/b"
            let found = try files(["XDG_CACHE_HOME": place], in: folder)
            #expect(found.isKept)
            let mode = try mode(place)
            #expect(mode == 0o700)
            let elsewhere = try files(["HOME": folder.path + "/none"], in: folder)
            #expect(!elsewhere.isKept)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
        }
    }

    @Test("of the checker and the deployer are in one folder")
    func packages() throws {
        try withTemporaryFolder { folder in
            let environment = ["HOME": folder.path]
            let checker = try files(environment, of: .checker, in: folder)
            let deployer = try files(environment, of: .deployer, in: folder)
            #expect(checker.isKept && deployer.isKept)
            #expect(checker.folder == deployer.folder)
        }
    }

    @Test(
        "lie elsewhere, for once, where there is no cache",
        arguments: [[:], ["HOME": ""], ["HOME": "here"], ["XDG_CACHE_HOME": "here"]]
    )
    func noCache(environment: [String: String]) throws {
        try withTemporaryFolder { folder in
            let found = try files(environment, in: folder)
            #expect(!found.isKept)
        }
    }

    @Test("are put anew where one was changed, taken away or is a link")
    func damaged() throws {
        try withTemporaryFolder { folder in
            let environment = ["HOME": folder.path]
            let first = try files(environment, in: folder)
            let main = first.folder + "/pa_new_check/main.py"
            let evil = folder.appending(path: "evil.py").path
            try Data("evil".utf8).write(to: URL(filePath: evil))
            for damage in [
                { try FileManager.default.removeItem(atPath: main) },
                { try FileManager.default.removeItem(atPath: first.folder) },
                {
                    var data = try Data(contentsOf: URL(filePath: main))
                    data[data.count / 2] ^= 1
                    try data.write(to: URL(filePath: main))
                },
                {
                    let copy = folder.appending(path: "copy.py").path
                    try FileManager.default.moveItem(atPath: main, toPath: copy)
                    try FileManager.default.createSymbolicLink(
                        atPath: main,
                        withDestinationPath: copy
                    )
                },
            ] as [() throws -> Void] {
                try damage()
                let again = try files(environment, in: folder)
                #expect(again.folder == first.folder)
                let kind = try FileManager.default.attributesOfItem(atPath: main)[.type]
                #expect(kind as? FileAttributeType == .typeRegular)
            }
            let left = try FileManager.default.contentsOfDirectory(
                atPath: folder.path + "/.cache/pa-new"
            )
            #expect(left.count == 1, "\(left)")
        }
    }

    @Test(
        "are not taken from a folder that others can write to",
        arguments: ["", "/pa_new_check", "/pa_new_check/__pycache__", "/.."]
    )
    func writable(place: String) throws {
        try withTemporaryFolder { folder in
            let environment = ["HOME": folder.path]
            let first = try files(environment, in: folder)
            try FileManager.default.createDirectory(
                atPath: first.folder + "/pa_new_check/__pycache__",
                withIntermediateDirectories: true
            )
            let path = first.folder + place
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
            let again = try files(environment, in: folder)
            // Either it is not used, or it is made anew with nobody else's right to write.
            let isGone = !FileManager.default.fileExists(atPath: path)
            let isSafe = try isGone || mode(path) & 0o022 == 0
            #expect(!again.isKept || isSafe, "\(again.folder) is used, and others can write there")
            if place.isEmpty || place.hasPrefix("/pa_new_check") {
                // What is ours alone is put anew, and used again.
                #expect(again.isKept && isSafe)
            } else {
                #expect(!again.isKept && !isSafe)
            }
        }
    }

    @Test("are not taken through a link in the place of the cache")
    func link() throws {
        try withTemporaryFolder { folder in
            let other = folder.appending(path: "other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: "pa-new"),
                withDestinationURL: other
            )
            let found = try files(["XDG_CACHE_HOME": folder.path], in: folder)
            #expect(!found.isKept)
            let taken = try FileManager.default.contentsOfDirectory(atPath: other.path)
            #expect(taken.isEmpty)
        }
    }
}
