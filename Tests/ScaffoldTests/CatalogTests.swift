// Manifests, the catalogue, and the templates inside the program.

import Foundation
import Mustache
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

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
            {"title": "T", "summary": "S", "greeting": "G", "modules": ["a", "b"], "default": true,
             "framework": "f", "language": "l", "commands": ["c"], "uploads": ["u", "{{name}}/v"],
             "pythonNotes": {"3.9": "old", "3.13": "new"}}
            """
        let framework = try catalog(["t": text]).defaultFramework
        #expect(framework.folder == "t")
        #expect(framework.name == "f")
        #expect(framework.language == "l")
        #expect(framework.manifest.commands == ["c"])
        #expect(framework.manifest.uploads == ["u", "{{name}}/v"])
        #expect(framework.manifest.pythonNotes[try PythonVersion("3.9")] == "old")
        #expect(framework.manifest.pythonNotes[try PythonVersion("3.13")] == "new")
        #expect(framework.manifest.pythonNotes.count == 2)
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
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "language": ""}"#,
                "'language' is empty"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "framework": "a\u0007"}"#,
                "'framework' has a character that cannot be shown"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "uploads": "a"}"#,
                "'uploads' has to be a list"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "uploads": ["../a"]}"#,
                "'../a' cannot be uploaded: it leads out of the project's folder"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "pythonNotes": {"3.90": "a"}}"#,
                "unknown key '3.90', did you mean '3.9'?"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "pythonNotes": {"3.9": ""}}"#,
                "'3.9' is empty"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "pythonNotes": {"3.9": "a\u0007"}}"#,
                "'3.9' has a character that cannot be shown"
            ),
            (
                #"{"title": "T", "summary": "S", "greeting": "G", "pythonNotes": ["3.9"]}"#,
                "'pythonNotes' has to be an object"
            ),
            ("", "expected a value, found the end of the file"),
            ("[]", "has to be"),
            (#"{"title": "T""#, "expected ',' or '}', found the end of the file"),
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

    @Test("a second folder for one framework in one language is refused, naming both")
    func twice() {
        let again = #"{"framework": "a", "title": "T", "summary": "S", "greeting": "G"}"#
        let error = #expect(throws: ScaffoldError.self) {
            try catalog(["a": Self.good, "b": again])
        }
        guard case .badManifest("b/manifest.json", let reason) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(reason == "a has the same framework and language")
    }

    @Test("one folder can adopt apps: it is not offered, and a second one is refused, naming both")
    func adopting() throws {
        func files(_ folders: [String]) -> [TemplateFile] {
            let text = #"{"title": "T", "summary": "S", "greeting": "G", "adopts": true}"#
            return folders.flatMap { name in
                [
                    TemplateFile(path: "\(name)/manifest.json", contents: .text(text)),
                    TemplateFile(path: "\(name)/\(Adoption.entryTemplate)", contents: .text("")),
                ]
            } + [
                TemplateFile(path: "a/manifest.json", contents: .text(Self.good)),
                TemplateFile(path: "a/wsgi.py", contents: .text("")),
            ]
        }
        #expect(try Catalog(files: files([])).adopting == nil)
        let one = try Catalog(files: files(["b"]))
        #expect(one.adopting?.name == "b" && one.names == ["a"])
        let error = #expect(throws: ScaffoldError.self) { try Catalog(files: files(["c", "b"])) }
        guard case .badManifest("c/manifest.json", let reason) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(reason == "b adopts apps already, and only one template can")
    }

    @Test("the default comes first, the others by name")
    func order() throws {
        let plain = #"{"title": "T", "summary": "S", "greeting": "G"}"#
        let catalog = try catalog(["c": plain, "b": Self.good, "a": plain])
        #expect(catalog.frameworks.map(\.name) == ["b", "a", "c"])
        #expect(catalog.defaultFramework.name == "b")
    }

    @Test("an unknown framework is refused with the nearest one and all there are")
    func unknown() throws {
        let catalog = try Catalog.embedded()
        let error = #expect(throws: ScaffoldError.self) { try catalog.framework(named: "tornadoo") }
        guard case .unknownFramework("tornadoo", nearest: "tornado", let known) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(known == catalog.names)
    }

    @Test("the name of a language as a framework is refused with the frameworks in it")
    func languageAsFramework() throws {
        let catalog = try Catalog.embedded()
        let error = #expect(throws: ScaffoldError.self) { try catalog.framework(named: "swift") }
        guard case .languageAsFramework("swift", let frameworks) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(frameworks == ["handler"])
        #expect(
            error?.diagnostic.hint
                == "write: --framework handler --language swift"
        )
    }
}
