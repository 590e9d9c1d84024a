// A baseline that does not stay in memory when an update does not change it.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("A large baseline")
struct LargeBaselineTests {
    /// A catalogue with one framework of long texts.
    private func catalog(_ other: String = "") throws -> Catalog {
        let manifest = #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
        let long = String(repeating: "A line of a \"text\".\n", count: 12_000)
        var files = ["manifest.json": manifest, "wsgi.py": "app\n" + other]
        for number in 0..<5 { files["text-\(number).txt"] = "\(number)\n" + long }
        return try Catalog(
            files: files.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    /// Makes a project.
    private func project(_ catalog: Catalog, in folder: URL, _ name: String) throws -> URL {
        _ = try createProject(Request(name: name, output: folder.path), from: catalog)
        return folder.appending(path: name)
    }

    /// Updates a project.
    ///
    /// - Returns: What happened to its baseline, with its contents.
    private func update(_ project: URL, _ catalog: Catalog) throws -> Report.File {
        let report = try updateProject(UpdateRequest(folder: project.path), from: catalog)
        return try #require(report.files.first { $0.path == Baseline.fileName })
    }

    private func document(_ project: URL) throws -> Data {
        try Data(contentsOf: project.appending(path: Baseline.fileName))
    }

    @Test("stays as it is on the disk if nothing changes it, and is written anew otherwise")
    func updates() throws {
        try withTemporaryFolder { folder in
            let old = try catalog()
            let project = try project(old, in: folder, "hello")
            let before = try document(project)
            #expect(before.count > Baseline.maxBytesInMemory)

            let unchanged = try update(project, old)
            #expect(unchanged.verb == .identical && unchanged.bytes == before.count)
            #expect(unchanged.file.contents.inMemory == nil)
            #expect(try document(project) == before)

            // The user's own edit is none of the baseline.
            let edited = project.appending(path: "text-0.txt")
            try Data("the user's own\n".utf8).write(to: edited)
            #expect(try update(project, old).verb == .identical)
            #expect(try document(project) == before)
            #expect(try Data(contentsOf: edited) == Data("the user's own\n".utf8))

            // Another form of the same document.
            let text = String(decoding: before, as: UTF8.self)
            let other = text.replacing("\"version\" : 1", with: "\"version\": 1")
            try #require(other != text)
            try Data(other.utf8).write(to: project.appending(path: Baseline.fileName))
            #expect(try update(project, old).verb == .update)
            #expect(try document(project) == before)

            // Another template: the baseline is that of a new project.
            let new = try catalog("app\n")
            #expect(try update(project, new).verb == .update)
            let elsewhere = folder.appending(path: "elsewhere")
            try FileManager.default.createDirectory(
                at: elsewhere,
                withIntermediateDirectories: true
            )
            let fresh = try self.project(new, in: elsewhere, "hello")
            #expect(try document(project) == document(fresh))
            #expect(try document(project) != before)
        }
    }
}
