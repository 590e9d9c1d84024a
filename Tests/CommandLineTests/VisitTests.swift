// `pa-new visit` as a user of curl types it. How requests are made is tested in CheckerTests.

import Foundation
import TestSupport
import Testing

@Suite("visit", .needs("python3"))
struct VisitTests {
    /// An app that shows its request, redirects, and fails.
    private static let app = """
        def application(environ, start_response):
            path, body = environ["PATH_INFO"], environ["wsgi.input"].read()
            if path == "/login":
                start_response("302 Found", [("Location", "/"), ("Set-Cookie", "id=7; Path=/")])
                return []
            if path == "/away":
                start_response("302 Found", [("Location", "https://example.com/")])
                return []
            if path == "/odd":
                start_response(None, [])
                return []
            start_response("404 No" if path == "/no" else "200 OK", [])
            names = ("REQUEST_METHOD", "CONTENT_TYPE", "HTTP_COOKIE", "HTTP_X_A")
            facts = [environ.get(name, "-") for name in names] + [body.decode("latin-1")]
            return [" ".join(facts).encode("latin-1")]
        """

    /// Makes the app in a folder, and visits it with each row of arguments.
    private func visit(
        _ arguments: [String],
        in folder: URL
    ) async throws -> ProcessResult {
        try await runTool(["visit", "."] + arguments, in: folder)
    }

    private func withApp(_ body: (URL) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "wsgi.py")
            try Self.app.write(to: file, atomically: true, encoding: .utf8)
            try await body(folder)
        }
    }

    @Test("curl's options do what they do in curl")
    func options() async throws {
        try await withApp { folder in
            try "from a file".write(
                to: folder.appending(path: "a.txt"),
                atomically: true,
                encoding: .utf8
            )
            let form = "application/x-www-form-urlencoded"
            for (arguments, body) in [
                (["/", "--body"], "GET - - - "),
                (["/", "--body", "-XDELETE"], "DELETE - - - "),
                (["/", "--body", "-d", "a=b", "-d", "c"], "POST \(form) - - a=b&c"),
                (["/", "--body", "-d@a.txt", "-XPUT"], "PUT \(form) - - from a file"),
                (["/", "--body", "--json", "[1]"], "POST application/json - - [1]"),
                (["/", "--body", "-HX-A: b", "-H", "Content-Type: c/d"], "GET c/d - b "),
                (["/login", "--body", "-L"], "GET - id=7 - "),
                (["/login", "--body", "-L", "-d", "x"], "GET - id=7 - "),
            ] {
                let finished = try await visit(arguments, in: folder)
                expectEnd(of: finished, code: 0, stdout: body, stderr: "")
            }
            let finished = try await visit(["/", "-F", "a=@a.txt"], in: folder)
            #expect(finished.stdout.contains("POST multipart/form-data; boundary="), "\(finished)")
            #expect(
                finished.stdout.contains(
                    "name=\"a\"; filename=\"a.txt\"\r\nContent-Type: text/plain"
                ),
                "\(finished)"
            )
        }
    }

    @Test("the same options send what curl sends, and curl reads the cookies", .needs("curl"))
    func sameAsCurl() async throws {
        try await withTemporaryFolder { folder in
            let script = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "Python/curl_and_visit.py")
            let finished = try await run("python3", [script.path, Paths.tool.path], in: folder)
            expectEnd(of: finished, code: 0, stdout: "", stderr: "")
        }
    }

    @Test("an app whose package is missing here ends with 2: no request was made")
    func missingPackage() async throws {
        try await withTemporaryFolder { folder in
            let files = [
                "wsgi.py": "import no_such_package\n", "requirements.txt": "no-such-package\n",
            ]
            try write(files, below: folder)
            let finished = try await visit(["/"], in: folder)
            expectEnd(of: finished, code: 2, stdout: "")
            let isTold = finished.stderr.contains("no_such_package is not installed")
            #expect(isTold, "\(finished)")
        }
    }

    @Test("a body goes to a file, and cookies come from the last visit")
    func files() async throws {
        try await withApp { folder in
            var finished = try await visit(["/no", "-o", "f"], in: folder)
            expectEnd(of: finished, code: 1, stdout: "HTTP/1.1 404 No\r\n\r\n", stderr: "")
            let file = folder.appending(path: "f")
            #expect(try String(contentsOf: file, encoding: .utf8) == "GET - - - ")
            finished = try await visit(["/login", "--cookie-jar", "jar"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            finished = try await visit(["/", "--body", "--cookie-jar", "jar"], in: folder)
            expectEnd(of: finished, code: 0, stdout: "GET - id=7 - ", stderr: "")
        }
    }

    @Test("what cannot be done is told, and ends with its code")
    func refusals() async throws {
        try await withApp { folder in
            for (arguments, code, part) in [
                (
                    ["/", "-d", "@no.txt"], 2,
                    "--data cannot read 'no.txt': No such file or directory"
                ),
                (["/", "-F", "a=@."], 2, "--form cannot read '.': it is a folder"),
                (
                    ["/", "-o", "no/f"], 2,
                    "--output cannot write 'no/f': No such file or directory"
                ),
                (["/", "-o", "."], 2, "--output cannot write '.': Is a directory"),
                (["/", "--cookie-jar", "wsgi.py"], 2, "'wsgi.py' is not a cookie jar: line 1"),
                (["/", "-d", "a", "-F", "b=c"], 64, "--data and --form cannot be used together"),
                (["/", "-H", "A: b\nC: d"], 64, "is not an HTTP header"),
                (["/", "-o", "a", "-o", "b"], 64, "--output is given twice"),
            ] as [([String], Int32, String)] {
                let finished = try await visit(arguments, in: folder)
                expectEnd(of: finished, code: code, stdout: "")
                #expect(finished.stderr.hasPrefix("pa-new: "), "\(finished)")
                #expect(finished.stderr.contains(part), "\(finished)")
            }
            let away = try await visit(["/away", "--follow"], in: folder)
            expectEnd(of: away, code: 0)
            #expect(away.stderr.contains("https://example.com/: visit does not leave the site"))
            let odd = try await visit(["/odd"], in: folder)
            expectEnd(of: odd, code: 1, stdout: "")
            #expect(odd.stderr.contains("the status is None: it must be a text"), "\(odd)")
            #expect(!odd.stderr.contains("sandbox"), "\(odd)")
        }
    }

    @Test("static files of a project are served without the app")
    func staticFiles() async throws {
        try await withTemporaryFolder { folder in
            let made = try await runTool(["hello", "--quiet"], in: folder)
            expectEnd(of: made, code: 0)
            let place = folder.appending(path: "hello/static")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try "p {}".write(
                to: place.appending(path: "site.css"),
                atomically: true,
                encoding: .utf8
            )
            for (path, code, body) in [("site.css", 0, "p {}"), ("no.css", 1, "")]
                as [(String, Int32, String)]
            {
                let words = ["visit", "hello", "/static/\(path)", "--body"]
                let finished = try await runTool(words, in: folder)
                expectEnd(of: finished, code: code, stdout: body)
                #expect(finished.stderr.contains("PythonAnywhere serves /static/"), "\(finished)")
            }
        }
    }
}
