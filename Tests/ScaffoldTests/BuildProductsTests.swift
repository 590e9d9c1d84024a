// What has to be built before a look at a project: where it is known from, and how it is handed on.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Build products")
struct BuildProductsTests {
    private static let manifest = """
        {"title": "T", "summary": "S", "greeting": "G", "default": true,
         "commands": ["./build.sh {{name}}", "make"]}
        """

    private func catalog() throws -> Catalog {
        try Catalog(files: [
            TemplateFile(path: "t/manifest.json", contents: .text(Self.manifest)),
            TemplateFile(path: "t/wsgi.py", contents: .text("")),
        ])
    }

    @Test(
        "are known from the record and its framework, or there are none",
        arguments: [
            (#"{"pa-new": "0.1.0", "framework": "t", "name": "hello", "python": "3.13"}"#, true),
            (
                #"{"pa-new": "0.1.0", "framework": "gone", "name": "hello", "python": "3.13"}"#,
                false
            ),
            (#"{"pa-new": "0.1.0", "framework": "t", "name": "hello", "python": "2.7"}"#, false),
            (
                #"""
                {"pa-new": "0.1.0", "name": "hello", "python": "3.13",
                 "template": {"name": "own", "sha256": "0"}}
                """#, false
            ),
            ("no JSON", false),
            (nil, false),
        ]
    )
    func record(_ text: String?, isKnown: Bool) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: Plan.answersFile)
            try text?.write(to: file, atomically: true, encoding: .utf8)
            let products = BuildProducts(of: folder.path, in: try catalog())
            #expect(products.commands == (isKnown ? ["./build.sh hello", "make"] : []))
        }
    }

    @Test("are told to the checker, each as one word")
    func words() {
        let products = BuildProducts(uploads: ["-a.so", "b c.so"], commands: ["--make it"])
        let words = ["--upload=-a.so", "--upload=b c.so", "--build=--make it"]
        #expect(CheckRequest().words(nil, products) == ["check", "."] + words)
        #expect(CheckRequest().words(nil, .none) == ["check", "."])
        let visit = ["visit", ".", "/", "--report", "file"]
        #expect(VisitRequest().words(report: "file", products) == visit + words)
        #expect(VisitRequest().words(report: "file", .none) == visit)
        // How to build is of no use where nothing has to be there.
        #expect(BuildProducts(commands: ["make"]).words == [])
    }
}
