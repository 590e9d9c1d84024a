// Handlers added to projects of a small framework: what is written, what is refused, and that nothing is
// written otherwise.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Adding handlers")
struct AddHandlerTests {
    private static let addition = """
        {"routes": {"folder": "{{package}}", "calls": ["", "url"], "ordered": true},
         "pieces": [
          {"file": "{{package}}/handlers.py", "at": "end", "from": "handler.py.mustache",
           "needs": ["Base"], "names": ["{{handlerType}}"]},
          {"file": "{{package}}/routes.py", "at": "import .handlers", "add": "{{handlerType}}"},
          {"file": "{{package}}/routes.py", "at": "list routes",
           "add": "(r\\"{{routePattern}}\\", {{handlerType}})"}]}
        """

    private static func catalog(_ addition: String? = addition) throws -> Catalog {
        let more = addition.map { #", "additions": {"handler": \#($0)}"# } ?? ""
        let manifest =
            #"{"title": "T", "summary": "S", "greeting": "G", "default": true\#(more)}"#
        let files = [
            "manifest.json": manifest, "wsgi.py": "app\n",
            "{{package}}/handlers.py": "class Base:\n    pass\n",
            "{{package}}/routes.py": "from .handlers import Base\n\nroutes = [(r\"/\", Base)]\n",
            "_additions/handler.py.mustache":
                "\n\nclass {{handlerType}}(Base):\n    title = \"{{handlerTitle}}\"\n",
        ]
        return try Catalog(
            files: files.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    /// Runs a test with a project.
    private func withProject(
        _ addition: String? = addition,
        _ body: (Catalog, URL) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let catalog = try Self.catalog(addition)
            _ = try createProject(Request(name: "hello", output: folder.path), from: catalog)
            try body(catalog, folder.appending(path: "hello"))
        }
    }

    private func write(_ text: String, _ path: String, in project: URL) throws {
        try Data(text.utf8).write(to: project.appending(path: path))
    }

    @Test("all pieces are written, the records stay, and an update keeps them")
    func added() throws {
        try withProject { catalog, project in
            let before = try tree(project)
            let request = AddRequest(name: "about_us", folder: project.path)
            let report = try addHandler(request, from: catalog)
            #expect(report.path == "/about-us")
            #expect(report.files.map(\.path) == ["hello/handlers.py", "hello/routes.py"])
            let after = try tree(project)
            #expect(
                after["hello/handlers.py"]
                    == "class Base:\n    pass\n\n\nclass AboutUs(Base):\n    title = \"About us\"\n"
            )
            #expect(
                after["hello/routes.py"]
                    == "from .handlers import AboutUs, Base\n\nroutes = [\n    (r\"/\", Base),\n    (r\"/about-us\", AboutUs),\n]\n"
            )
            for path in [".pa-new.json", ".pa-new.base.json", "wsgi.py"] {
                #expect(after[path] == before[path])
            }
            let update = try updateProject(UpdateRequest(folder: project.path), from: catalog)
            #expect(update.conflicts.isEmpty)
            #expect(try tree(project) == after)
            #expect(after.count == before.count)
        }
    }

    @Test("a dry run says the same and leaves every byte")
    func dryRun() throws {
        try withProject { catalog, project in
            let before = try tree(project)
            var request = AddRequest(
                name: "about",
                path: "/a.b/",
                folder: project.path,
                isDryRun: true
            )
            let dry = try addHandler(request, from: catalog)
            #expect(try tree(project) == before)
            request.isDryRun = false
            let real = try addHandler(request, from: catalog)
            #expect(dry.files == real.files)
            #expect(try tree(project)["hello/routes.py"]?.contains(#"(r"/a\.b/", About)"#) == true)
        }
    }

    @Test(
        "what is there is refused, whatever it is called now, and nothing is written",
        arguments: [
            (
                "about", "/new", "hello/handlers.py", "class Base: pass\nclass About(Base): pass\n",
                "'About'"
            ),
            (
                "about", "/new", "hello/handlers.py", "class Base: pass\nif x:\n    About = Base\n",
                "'About'"
            ),
            (
                "about", "/new", "hello/routes.py",
                "from .pages import X as About\nfrom .handlers import Base\nroutes = []\n",
                "'About'"
            ),
            (
                "about", nil, "hello/routes.py",
                "from .handlers import Base\nROUTES = [(r'/about', Base)]\n", "'/about'"
            ),
            (
                "about", nil, "hello/more.py", "more = [\n    url('^/about/?$', Base)]\n",
                "'^/about/?$'"
            ),
            ("about", "/about/", "hello/more.py", "more = [(\"/about\", Base)]\n", "'/about'"),
            ("about", "/a.b", "hello/more.py", "more = [(r\"/a\\.b\", Base)]\n", "'/a\\.b'"),
            ("about", "/", "hello/more.py", "", "'/'"),
            ("about", nil, "hello/more.py", "more = [(r\"/(.*)\", Base)]\n", "'/(.*)'"),
            ("about", nil, "hello/more.py", "more = [(\"<slug:page>\", Base)]\n", "'<slug:page>'"),
        ] as [(String, String?, String, String, String)]
    )
    func taken(name: String, path: String?, file: String, text: String, word: String) throws {
        try withProject { catalog, project in
            try write(text, file, in: project)
            let before = try tree(project)
            let request = AddRequest(name: name, path: path, folder: project.path)
            let error = #expect(throws: ScaffoldError.self) {
                try addHandler(request, from: catalog)
            }
            guard case .cannotAdd(_, .taken)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let diagnostic = try #require(error?.diagnostic)
            let text = diagnostic.message + (diagnostic.reason ?? "")
            #expect(text.contains(word), "\(text)")
            #expect(try tree(project) == before)
        }
    }

    @Test(
        "what looks like a route or a name is none",
        arguments: [
            "# (r\"/about\", Base)\n", "x = '(\"/about\", Base)'\n", "go(\"/about\")\n",
            "more = [(r\"/about/(.+)\", Base)]\n", "more = [(r\"/(\", Base)]\n",
            "def f():\n    About = 1\n", "class About: pass\n", "broken = [\n",
        ]
    )
    func notTaken(text: String) throws {
        try withProject { catalog, project in
            try write(text, "hello/more.py", in: project)
            let report = try addHandler(
                AddRequest(name: "about", folder: project.path),
                from: catalog
            )
            #expect(!report.needsHand)
        }
    }

    @Test(
        "without a certain place nothing is written, and all pieces are told",
        arguments: [
            ("hello/handlers.py", nil, 0, .noFile),
            ("hello/handlers.py", "x = 1\n", 0, .noName("Base")),
            ("hello/handlers.py", "class Base: (\n", 0, .code(.notClosed(line: 2))),
            ("hello/routes.py", "from .handlers import Base\n", 2, .notFound("routes = [ … ]")),
            ("hello/routes.py", "routes = []\n", 1, .notFound("from .handlers import …")),
        ] as [(String, String?, Int, PlaceProblem)]
    )
    func byHand(file: String, text: String?, index: Int, problem: PlaceProblem) throws {
        try withProject { catalog, project in
            let place = project.appending(path: file)
            try FileManager.default.removeItem(at: place)
            if let text { try write(text, file, in: project) }
            let before = try tree(project)
            let report = try addHandler(
                AddRequest(name: "about", folder: project.path),
                from: catalog
            )
            #expect(report.needsHand)
            #expect(report.files.isEmpty)
            #expect(report.pieces.count == 3)
            #expect(report.pieces[index].problem == problem)
            #expect(try tree(project) == before)
        }
    }

    @Test(
        "a template without additions says so, and a path of one that leaves the project is its mistake"
    )
    func noAddition() throws {
        try withProject(nil) { catalog, project in
            let error = #expect(throws: ScaffoldError.self) {
                try addHandler(AddRequest(name: "about", folder: project.path), from: catalog)
            }
            guard case .cannotAdd(_, .noAddition("t", false))? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("links, folders and closed doors stop it before anything is written")
    func obstacles() throws {
        for obstacle in ["link", "folder"] {
            try withProject { catalog, project in
                let place = project.appending(path: "hello/routes.py")
                try FileManager.default.removeItem(at: place)
                if obstacle == "link" {
                    try FileManager.default.createSymbolicLink(
                        atPath: place.path,
                        withDestinationPath: "/etc/passwd"
                    )
                } else {
                    try FileManager.default.createDirectory(
                        at: place,
                        withIntermediateDirectories: false
                    )
                }
                let before = try String(
                    contentsOf: project.appending(path: "hello/handlers.py"),
                    encoding: .utf8
                )
                #expect(throws: ScaffoldError.self) {
                    try addHandler(AddRequest(name: "about", folder: project.path), from: catalog)
                }
                let after = try String(
                    contentsOf: project.appending(path: "hello/handlers.py"),
                    encoding: .utf8
                )
                #expect(after == before)
            }
        }
    }

    @Test(
        "a wrong addition is an error of the manifest",
        arguments: [
            (#"{}"#, "'pieces' is missing"), (#"{"pieces": []}"#, "'pieces' is empty"),
            (#"{"pieces": 1}"#, "'pieces' has to be a list"),
            (#"[]"#, "'handler' has to be an object"),
            (#"{"pieces": [{"file": "a.py", "at": "end"}]}"#, "'add' is missing"),
            (#"{"pieces": [{"file": "a.py", "add": "x"}]}"#, "'at' is missing"),
            (#"{"pieces": [{"at": "end", "add": "x"}]}"#, "'file' is missing"),
            (#"{"pieces": [{"file": "a.py", "at": "top", "add": "x"}]}"#, "'top' is not a place"),
            (#"{"pieces": [{"file": "a.py", "at": "list", "add": "x"}]}"#, "'list' is not a place"),
            (
                #"{"pieces": [{"file": "a.txt", "at": "end", "add": "x"}]}"#,
                "cannot add code to 'a.txt'"
            ),
            (
                #"{"pieces": [{"file": "../a.py", "at": "end", "add": "x"}]}"#,
                "cannot be in a project"
            ),
            (
                #"{"pieces": [{"file": "a.py", "at": "end", "add": "x", "from": "y"}]}"#,
                "exclude each other"
            ),
            (
                #"{"pieces": [{"file": "a.py", "at": "end", "add": "x", "when": "y"}]}"#,
                "unknown question 'y'"
            ),
            (
                #"{"pieces": [{"file": "a.py", "at": "end", "add": "x", "neds": []}]}"#,
                "unknown key 'neds'"
            ),
            (
                #"{"routes": {}, "pieces": [{"file": "a.py", "at": "end", "add": "x"}]}"#,
                "'folder' is missing"
            ),
        ]
    )
    func badManifest(addition: String, words: String) {
        let error = #expect(throws: ScaffoldError.self) { try Self.catalog(addition) }
        let reason = error?.diagnostic.reason ?? ""
        #expect(reason.contains(words), "\(reason)")
    }
}
