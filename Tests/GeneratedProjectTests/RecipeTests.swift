// Why this tool exists: the host's published Tornado recipe, and what we generate in its place.
//
// The recipe is on the host's help page "Using tornado": a WSGI file that hands its handlers to
// `tornado.wsgi.WSGIApplication`, which answers "Hello from Tornado". Tornado 6.0 removed that class.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("The host's Tornado recipe", .needs(.hostPython), .lane(.full))
struct RecipeTests {
    /// A WSGI file as that page has the user write it, in words of our own.
    private static let recipe = """
        import tornado.web
        import tornado.wsgi


        class Page(tornado.web.RequestHandler):
            def get(self):
                self.write("Hello from Tornado")


        application = tornado.wsgi.WSGIApplication([(r"/", Page)])

        """

    @Test(
        "does not load on today's Tornado, and our project answers what it promises",
        arguments: try atLeastOne(ProjectCase.span)
    )
    func today(interpreter: Interpreter) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject("tornado", below: root)
            let python = try await project.python(interpreter)
            let entry = project.www.appending(path: "alice_pythonanywhere_com_wsgi.py")
            try Self.recipe.write(to: entry, atomically: true, encoding: .utf8)
            let failed = try await load(
                entry,
                with: python,
                ["GET", "/"],
                home: project.home,
                in: root
            )
            #expect(failed.exitCode == 1)
            #expect(failed.stderr.contains("AttributeError"), "\(failed)")
            #expect(failed.stderr.contains("WSGIApplication"), "\(failed)")

            // The step of our walkthrough: replace the contents of that very file.
            try FileManager.default.removeItem(at: entry)
            _ = try project.installEntryFile()
            let loaded = try await decoded(
                load(entry, with: python, ["GET", "/"], home: project.home, in: root)
            )
            #expect(loaded.answers.map(\.body) == ["Hello from Tornado"])
        }
    }

    /// Pythons on which the last Tornado that had the class can be built, and has no more what it needs.
    private static let olderPython = ProjectCase.interpreters.first {
        ["3.10", "3.11"].contains($0.version)
    }

    @Test(
        "nor does the last Tornado that had the class, on Python 3.10 or newer",
        .needs(Need("needs Python 3.10 or 3.11") { olderPython != nil })
    )
    func lastOldTornado() async throws {
        let interpreter = try #require(Self.olderPython)
        // Newer Pythons cannot even build it.
        let python = try await PythonEnvironments.shared.python(
            interpreter,
            with: ["setuptools==80.9.0", "tornado==5.1.1"]
        )
        let finished = try await run(python.path, ["-c", "import tornado.web"])
        #expect(finished.exitCode == 1)
        #expect(finished.stderr.contains("has no attribute 'MutableMapping'"), "\(finished)")
    }
}
