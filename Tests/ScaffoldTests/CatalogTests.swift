// Manifests, the catalogue, and the templates inside the program.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Manifests and the catalogue")
struct CatalogTests {
    private static let good = """
        {"title": "T", "summary": "S", "greeting": "G", "default": true}
        """

    private func catalog(_ manifests: [String: String]) throws -> Catalog {
        try Catalog(
            files: manifests.flatMap { name, manifest in
                [
                    TemplateFile(path: "\(name)/manifest.json", contents: .text(manifest)),
                    TemplateFile(path: "\(name)/wsgi.py", contents: .text("")),
                ]
            }
        )
    }

    @Test("a manifest is decoded completely")
    func complete() throws {
        let text = """
            {"title": "T", "summary": "S", "greeting": "G", "modules": ["a", "b"], "default": true}
            """
        let framework = try catalog(["t": text]).standard
        #expect(framework.name == "t")
        #expect(framework.manifest.title == "T")
        #expect(framework.manifest.summary == "S")
        #expect(framework.manifest.greeting == "G")
        #expect(framework.manifest.modules == ["a", "b"])
        #expect(framework.manifest.isDefault)
    }

    @Test(
        "a wrong manifest is refused, naming what is wrong",
        arguments: [
            (
                #"{"titel": "T", "summary": "S", "greeting": "G"}"#,
                "unknown key 'titel', did you mean 'title'?"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "hooks": []}"#,
                "unknown key 'hooks'"
            ),
            (#"{"title": "T", "summary": "S"}"#, "the key 'greeting' is missing"),
            (#"{"title": 3, "summary": "S", "greeting": "G"}"#, "'title' has to be a text"),
            (
                #"{"title": null, "summary": "S", "greeting": "G"}"#,
                "'title' has to be a text, not null"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "modules": "x"}"#,
                "'modules' has to be"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "modules": [1]}"#,
                "has to be a text"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "default": 1}"#,
                "'default' has to be true or false"
            ),
            ("", "the text ends where a value has to stand"),
            ("[]", "has to be"),
            (#"{"title": "T""#, "the text ends where ',' or '}'"),
        ]
    )
    func wrong(text: String, reason: String) {
        let error = #expect(throws: ScaffoldError.self) { try catalog(["t": text]) }
        guard case .badManifest("t/manifest.json", let found) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(found.contains(reason), "\(found)")
    }

    @Test("a folder without a manifest, no default and two defaults are refused")
    func folders() {
        #expect(throws: ScaffoldError.self) {
            try Catalog(files: [TemplateFile(path: "t/wsgi.py", contents: .text(""))])
        }
        #expect(throws: ScaffoldError.self) {
            try Catalog(files: [TemplateFile(path: "t/manifest.json", contents: .text(Self.good))])
        }
        #expect(throws: ScaffoldError.self) { try Catalog(files: []) }
        #expect(throws: ScaffoldError.self) { try catalog(["a": Self.good, "b": Self.good]) }
        #expect(throws: Never.self) { try catalog(["a": Self.good]) }
    }

    @Test("the default comes first, the others by name")
    func order() throws {
        let plain = #"{"title": "T", "summary": "S", "greeting": "G"}"#
        let catalog = try catalog(["c": plain, "b": Self.good, "a": plain])
        #expect(catalog.frameworks.map(\.name) == ["b", "a", "c"])
        #expect(catalog.standard.name == "b")
    }

    @Test("an unknown framework is refused with the nearest one and all there are")
    func unknown() throws {
        let catalog = try Catalog.embedded()
        let error = #expect(throws: ScaffoldError.self) { try catalog.framework(named: "tornadoo") }
        guard case .unknownFramework("tornadoo", nearest: "tornado", let known) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(known == catalog.frameworks.map(\.name))
    }
}

@Suite("The templates inside the program")
struct EmbeddedTemplatesTests {
    @Test("are the folder Templates, file by file, byte by byte")
    func sameAsFolder() throws {
        let paths = try filePaths(below: Places.templates)
        #expect(embeddedTemplates.map(\.path) == paths)
        for file in embeddedTemplates {
            let place = Places.templates.appending(path: file.path)
            #expect(try Data(file.contents.bytes) == Data(contentsOf: place), "\(file.path)")
            #expect(
                FileManager.default.isExecutableFile(atPath: place.path) == file.isExecutable,
                "\(file.path)"
            )
        }
    }

    @Test("parse, and use only names and partials that exist, in branches not taken too")
    func names() throws {
        let catalog = try Catalog.embedded()
        let partials = Set(catalog.shared.map { Plan.withoutTemplateSuffix($0.path) })
        var seen = 0
        for framework in catalog.frameworks {
            let request = Request(name: "hello", framework: framework.name, user: "alice")
            let known = Context(try Answers(request, catalog: catalog)).names
            for file in framework.files + catalog.shared where file.path.hasSuffix(".mustache") {
                guard case .text(let text) = file.contents else {
                    Issue.record("\(file.path) is not text")
                    continue
                }
                for reference in try Mustache.Template(text, path: file.path).references {
                    seen += 1
                    switch reference.kind {
                    case .partial, .parent:
                        #expect(partials.contains(reference.name), "\(file.path): \(reference)")
                    case .block: break
                    default:
                        #expect(known.contains(reference.name), "\(file.path): \(reference)")
                    }
                }
            }
        }
        #expect(seen > 50)
    }

    @Test("no shared file is there for nothing")
    func sharedFilesAreUsed() throws {
        let catalog = try Catalog.embedded()
        for file in catalog.shared {
            let name = Plan.withoutTemplateSuffix(file.path)
            let isUsed = embeddedTemplates.contains { other in
                guard case .text(let text) = other.contents else { return false }
                return text.contains("{{> \(name)}}") || text.contains("{{< \(name)}}")
            }
            #expect(isUsed, "\(name)")
        }
    }

    @Test("the frameworks are named nowhere else in the sources")
    func noSecondList() throws {
        let names = try Catalog.embedded().frameworks.map(\.name)
        let sources = Places.package.appending(path: "Sources")
        var read = 0
        for path in try filePaths(below: sources) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            read += 1
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                // The example in the help names one, as the README does.
                let isComment = line.drop { $0 == " " }.hasPrefix("//")
                let isExample = line.contains("pa-new hello --framework")
                guard !isComment, !isExample else { continue }
                for name in names where line.contains("\"\(name)\"") {
                    Issue.record("\(path):\(index + 1) names \(name)")
                }
            }
        }
        #expect(read > 10)
    }

    @Test("the Mustache engine imports nothing, Foundation least of all")
    func engineImportsNothing() throws {
        let engine = Places.package.appending(path: "Sources/Scaffold/Mustache")
        let paths = try filePaths(below: engine)
        #expect(paths.count > 5)
        for path in paths {
            let text = try String(contentsOf: engine.appending(path: path), encoding: .utf8)
            #expect(
                !text.split(separator: "\n").contains {
                    $0.contains("import ") && !$0.contains("//")
                }
            )
        }
    }
}
