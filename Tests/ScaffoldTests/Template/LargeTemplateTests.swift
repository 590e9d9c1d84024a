// Templates whose copied files are not in memory: everything is as if they were.

import Foundation
import ProjectFiles
import TestSupport
import Testing

@testable import Scaffold

@Suite("A template that is not in memory")
struct LargeTemplateTests {
    /// More than its share of what is in memory, and little enough to be kept as a text for updates.
    private static let large = String(repeating: "A line of a file that is copied.\n", count: 2000)
    private static let first = "The first line.\n"

    /// Writes a template folder with so many files that large ones are not in memory.
    private func makeTemplate(at folder: URL, _ files: [String: String] = [:]) throws {
        var all = [
            "manifest.json": "{}", "wsgi.py": "app\n", "name.txt.mustache": "{{name}}\n",
            "copied.txt": Self.first + Self.large, "unused.txt": "b" + Self.large,
            "_partials/p": Self.large, "page.mustache": "{{> p}}",
        ]
        for number in 0..<100 { all["small/\(number)"] = "\(number)\n" }
        try write(all.merging(files) { $1 }, below: folder)
        try Data([0, 0xFF] + [UInt8](repeating: 1, count: 100_000)).write(
            to: folder.appending(path: "image")
        )
    }

    private func create(_ template: URL, in folder: URL) throws -> URL {
        _ = try createProject(
            Request(name: "hello", output: folder.path, template: template.path),
            from: Catalog.embedded()
        )
        return folder.appending(path: "hello")
    }

    private func update(_ project: URL, to template: URL) throws -> [String] {
        let report = try updateProject(
            UpdateRequest(folder: project.path, template: template.path),
            from: Catalog.embedded()
        )
        return report.files.filter { $0.verb != .identical && !$0.path.hasPrefix(".pa-new") }
            .map { "\($0.verb) \($0.path)" + ($0.movedFrom.map { " from \($0)" } ?? "") }
    }

    @Test("has the same files, digests and baseline as one in memory")
    func same() throws {
        try withTemporaryFolder { folder in
            try makeTemplate(at: folder)
            var rendered: [[RenderedFile]] = []
            var origins: [Framework.Origin] = []
            var inMemory: [Int] = []
            for most in [0, TemplateFolder.maxBytesInMemory, 1 << 30] {
                let read = try TemplateFolder(
                    reading: folder.path,
                    maxFiles: 1000,
                    maxInMemory: most
                )
                inMemory.append(
                    read.files.count { if case .source = $0.contents { false } else { true } }
                )
                origins.append(read.origin)
                let template = TemplateCheck(read).template
                let configuration = try ProjectConfiguration(
                    Request(name: "hello"),
                    of: template,
                    catalog: Catalog.embedded()
                )
                rendered.append(try render(Project(configuration)))
            }
            #expect(inMemory == [3, 104, 107])
            #expect(Set(origins).count == 1)
            #expect(rendered[0] == rendered[2])
            #expect(rendered[1] == rendered[2])
            for (file, other) in zip(rendered[0], rendered[2]) {
                #expect(try file.contents.bytes() == other.contents.bytes(), "\(file.path)")
            }
        }
    }

    @Test("becomes a project with its bytes, which an update leaves as it is")
    func unchanged() throws {
        try withTemporaryFolder { folder in
            let template = folder.appending(path: "template")
            try makeTemplate(at: template)
            let project = try create(template, in: folder)
            for name in ["copied.txt", "image", "small/7"] {
                #expect(
                    try Data(contentsOf: project.appending(path: name))
                        == Data(contentsOf: template.appending(path: name))
                )
            }
            let before = try filePaths(below: project)
            #expect(try update(project, to: template).isEmpty)
            #expect(try filePaths(below: project) == before)
        }
    }

    /// What the user and the template do to a copied file, and what an update does then.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let path: String
        let mine: String?
        let new: String?
        let rows: [String]
        /// The file afterwards.
        let text: String?
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "an edit stays",
            path: "copied.txt",
            mine: first + "mine\n" + large,
            new: nil,
            rows: ["keep copied.txt"],
            text: first + "mine\n" + large
        ),
        Case(
            name: "an edit of the same size stays",
            path: "copied.txt",
            mine: "The FIRST line.\n" + large,
            new: nil,
            rows: ["keep copied.txt"],
            text: "The FIRST line.\n" + large
        ),
        Case(
            name: "today's version comes",
            path: "copied.txt",
            mine: nil,
            new: "new\n" + large,
            rows: ["update copied.txt"],
            text: "new\n" + large
        ),
        Case(
            name: "both are merged",
            path: "copied.txt",
            mine: first + large + "mine\n",
            new: "new\n" + large,
            rows: ["merge copied.txt"],
            text: "new\n" + large + "mine\n"
        ),
        Case(
            name: "a binary file gets the template's beside it",
            path: "image",
            mine: "mine",
            new: "\0" + large,
            rows: ["conflict image", "create image.pa-new"],
            text: "mine"
        ),
    ]

    @Test("is merged with the user's edits as one in memory is", arguments: cases)
    func edited(_ example: Case) throws {
        try withTemporaryFolder { folder in
            let template = folder.appending(path: "template")
            try makeTemplate(at: template)
            let project = try create(template, in: folder)
            if let mine = example.mine { try write([example.path: mine], below: project) }
            if let new = example.new { try write([example.path: new], below: template) }
            #expect(try update(project, to: template) == example.rows)
            let place = project.appending(path: example.path)
            #expect(try String(contentsOf: place, encoding: .utf8) == example.text)
            // Then nothing is left to do, but for what the user has to resolve.
            let again = try update(project, to: template)
            #expect(again.allSatisfy { $0.hasPrefix("keep") || $0.hasPrefix("conflict") })
        }
    }

    @Test("is followed to a new path by its lines, with the user's edits")
    func renamed() throws {
        try withTemporaryFolder { folder in
            let template = folder.appending(path: "template")
            try makeTemplate(at: template)
            let project = try create(template, in: folder)
            let edited = Self.first + Self.large + "mine\n"
            try write(["copied.txt": edited], below: project)
            try FileManager.default.moveItem(
                at: template.appending(path: "copied.txt"),
                to: template.appending(path: "moved.txt")
            )
            #expect(try update(project, to: template) == ["move moved.txt from copied.txt"])
            let place = project.appending(path: "moved.txt")
            #expect(try String(contentsOf: place, encoding: .utf8) == edited)
        }
    }

    @Test("may have conflict markers itself, in a file that is too large for the baseline")
    func markers() throws {
        try withTemporaryFolder { folder in
            let template = folder.appending(path: "template")
            let text = "<<<<<<< yours\n=======\n>>>>>>> pa-new\n"
            let large = text + String(repeating: Self.large, count: 5)
            try makeTemplate(at: template, ["copied.txt": large, "name.txt.mustache": large])
            let project = try create(template, in: folder)
            #expect(try update(project, to: template).isEmpty)
            for name in ["copied.txt", "name.txt"] {
                try write([name: large + text], below: project)
                #expect(throws: ScaffoldError.self) { try update(project, to: template) }
                try write([name: large], below: project)
            }
        }
    }

    @Test("is refused before any of it is read if it is larger than the limit")
    func tooLarge() throws {
        try withTemporaryFolder { folder in
            try write(["manifest.json": "{}"], below: folder)
            for name in ["a", "b"] {
                // Without blocks on the disk.
                try write([name: ""], below: folder)
                let file = try FileHandle(forWritingTo: folder.appending(path: name))
                try file.truncate(atOffset: UInt64(TemplateFolder.maxBytes))
                try file.close()
            }
            let used = processorSeconds {
                let error = #expect(throws: ScaffoldError.self) {
                    try TemplateFolder(at: folder.path)
                }
                guard case .cannotRead(folder.path, .tooLarge(TemplateFolder.maxBytes)) = error
                else {
                    Issue.record("another error: \(String(describing: error))")
                    return
                }
            }
            // Reading and hashing it takes seconds.
            #expect(used < 0.5)
        }
    }

    @Test("is not written if a file has changed since it was read")
    func changed() throws {
        try withTemporaryFolder { folder in
            let template = folder.appending(path: "template")
            try makeTemplate(at: template)
            let prepared = try prepareProject(
                Request(name: "hello", output: folder.path, template: template.path),
                from: Catalog.embedded()
            )
            let place = template.appending(path: "copied.txt")
            try write(["copied.txt": "another"], below: template)
            do throws(ScaffoldError) {
                _ = try prepared.commit()
                Issue.record("it was written")
            } catch {
                guard case .files(.changed(place.path)) = error else {
                    Issue.record("another error: \(error)")
                    return
                }
            }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["template"]
            )
        }
    }
}
