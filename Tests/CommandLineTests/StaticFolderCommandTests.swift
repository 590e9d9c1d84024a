// Static files of installed packages, with the built tool: what is printed, recorded and visited.

import Foundation
import TestSupport
import Testing

@Suite("Static files of packages, with the built tool")
struct StaticFolderCommandTests {
    private static let template = [
        "manifest.json": """
        {"title": "Shop", "staticFolders": [
          {"url": "/static/admin/", "package": "shop.ui", "folder": "static"}
        ]}
        """,
        "requirements.txt": "shop==1.0\n",
        "wsgi.py": """
        def application(environ, start_response):
            start_response("200 OK", [])
            return [b"the app"]
        """,
        "static/own.css": "own",
    ]

    @Test("are in the next steps, in the report as JSON, and in the record")
    func report() async throws {
        let packages = "/home/alice/.virtualenvs/hello/lib/python3.13/site-packages"
        let words = ["--user", "alice", "--python", "3.13", "--json"]
        try await createFromTemplate(words, files: Self.template) { (finished, project) throws in
            expectEnd(of: finished, code: 0, stderr: "")
            let data = Data(finished.stdout.utf8)
            let report = try #require(
                try JSONSerialization.jsonObject(with: data) as? [String: Any]
            )
            let rows = report["static"] as? [[String: String]]
            #expect(
                rows == [
                    ["url": "/static/admin/", "directory": "\(packages)/shop/ui/static"],
                    ["url": "/static/", "directory": "/home/alice/hello/static"],
                ]
            )
            let actions = (report["steps"] as? [[String: Any]])?.compactMap { $0["action"] }
            #expect(
                actions?.compactMap { $0 as? String }.filter { $0.hasPrefix("Map") }.count == 2
            )
            let record = try String(
                contentsOf: project.appending(path: ".pa-new.json"),
                encoding: .utf8
            )
            #expect(record.contains(#""package" : "shop.ui""#), "\(record)")
        }
    }

    @Test("answer a visit from the packages of the interpreter", .needs("python3"))
    func visit() async throws {
        let python = try #require(Interpreter.standard)
        try await createFromTemplate(["--quiet"], files: Self.template) { (finished, project) in
            expectEnd(of: finished, code: 0, stderr: "")
            let made = try await run(
                python.path,
                ["-m", "venv", "--without-pip", ".venv"],
                in: project
            )
            expectEnd(of: made, code: 0, stderr: "")
            let site = ".venv/lib/python\(python.version)/site-packages/"
            try write([site + "shop/ui/static/css/base.css": "p {}"], below: project)
            for (path, body) in [
                ("/static/admin/css/base.css", "p {}"), ("/static/own.css", "own"),
                ("/other", "the app"),
            ] {
                let visited = try await runTool(["visit", ".", path, "--body"], in: project)
                #expect(visited.stdout == body, "\(visited)")
            }
        }
    }

    @Test("template check says what is wrong with them, each with its place")
    func templateCheck() async throws {
        let manifest = """
            {"staticFolders": [
              {"url": "/static/", "package": "shop-ui", "folder": "/static"},
              {"url": "/a/", "package": "shop", "folder": ""}
            ]}
            """
        let files = ["manifest.json": manifest, "wsgi.py": ""]
        let (lines, code) = try await checkTemplate(files)
        #expect(code == 1)
        #expect(
            lines == [
                "manifest.json: 'staticFolders' needs a requirements.txt that installs the packages",
                "manifest.json:2:11: '/static/' cannot be the 'url' of a static folder: "
                    + "it is the URL of the project's own static files",
                "manifest.json:2:34: 'shop-ui' cannot be the 'package' of a static folder: "
                    + "it has to be the import name of a package, such as 'django'",
                "manifest.json:2:55: '/static' cannot be the 'folder' of a static folder: "
                    + "it has to be a path below the package's folder, without '/' at its start or end",
                "manifest.json:3:47: 'folder' is empty", "t: 5 errors, 0 warnings",
            ]
        )
        let (good, goodCode) = try await checkTemplate(Self.template)
        #expect(good == ["t: 0 errors, 0 warnings"])
        #expect(goodCode == 0)
    }
}
