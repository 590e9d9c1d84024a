// Every framework's project, compiled and exercised in-process on every Python there is.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

@Suite("Generated projects", .needs(.hostPython))
struct ProjectTests {
    @Test("this machine has a Python of the host's")
    func interpreters() {
        #expect(!ProjectCase.interpreters.isEmpty, "\(Need.hostPython.reason)")
        #expect(ProjectCase.frameworks.count >= 3)
    }

    @Test("hold the planned files and no others", arguments: try atLeastOne(ProjectCase.folders))
    func layout(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            let catalog = try Catalog.embedded()
            let planned = try render(
                Project(
                    ProjectConfiguration(
                        catalog.request("hello", folder: framework),
                        catalog: catalog
                    )
                )
            )
            #expect(try filePaths(below: project.folder) == planned.map(\.path))
            #expect(
                try filePaths(below: root).count == planned.count + 1,
                "and an empty var/www"
            )
            for path in [
                "README.md", "wsgi.py", "tests/test_entry.py", ".pa-new.base.json", ".pa-new.json",
            ] {
                let isThere = planned.contains { $0.path == path }
                #expect(isThere, "\(framework): \(path) is missing")
            }
            // Each framework has its own names for handlers and routes, and the README tells them.
            let listed = try project.listedFiles
            #expect(listed.count >= 8, "\(framework): the README lists too few files")
            for path in listed where !project.isMadeLater(path) {
                let place = project.folder.appending(path: path).path
                let isThere = FileManager.default.fileExists(atPath: place)
                #expect(isThere, "\(framework): \(path) in the README is missing")
            }
            try expectAgentsPage(of: project, framework)
            let tests = planned.filter { $0.path.contains(/^tests\/test_\w+\.py$/) }
            #expect(tests.count >= 2, "\(framework): no tests of the handlers")
            // What is kept for updates names templates by their paths.
            let paths = try filePaths(below: project.folder).filter { $0 != ".pa-new.base.json" }
            for path in paths where !CopiedFiles.contain(path, of: framework) {
                let text = try String(
                    contentsOf: project.folder.appending(path: path),
                    encoding: .utf8
                )
                // Templates of the project's own may have the same braces, and README.md names one of theirs.
                let source = planned.first { $0.path == path }?.template ?? ""
                let rest = text.replacing("{{{csrf_field}}}", with: "")
                #expect(
                    !source.hasSuffix(".mustache") || !rest.contains("{{"),
                    "\(path) is not rendered"
                )
                let endsWell = text.hasSuffix("\n") && !text.hasSuffix("\n\n")
                #expect(endsWell, "\(path) does not end with one line end")
                #expect(
                    !text.contains(" \n") && !text.contains("\n\n\n\n"),
                    "\(path) has stray white space"
                )
            }
        }
    }

    @Test("compile without a warning", arguments: try atLeastOne(ProjectCase.all))
    func compile(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(example.framework, below: root)
            let finished = try await run(
                example.python.path,
                ["-W", "error", "-m", "compileall", "-f", "."],
                in: project.folder,
                environment: [
                    "PYTHONPYCACHEPREFIX": root.appending(path: "cache").path,
                    "PYTHONDONTWRITEBYTECODE": nil,
                ]
            )
            #expect(finished.exitCode == 0, "\(finished)")
            let sources = try filePaths(below: project.folder).filter { $0.hasSuffix(".py") }
            for source in sources { #expect(finished.stdout.contains("Compiling './\(source)'")) }
            let cache = root.appending(path: "cache" + project.folder.path)
            let compiled = try filePaths(below: cache)
            #expect(compiled.filter { $0.hasSuffix(".pyc") }.count == sources.count)
        }
    }

    /// Checks that the page, a path nobody knows and a method nobody has are answered as promised.
    private func expectAnswers(
        _ loaded: Loaded,
        _ project: GeneratedProject,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try #require(loaded.answers.count == 4, sourceLocation: sourceLocation)
        let greeting = project.framework.manifest.greeting
        #expect(loaded.answers[0].status == 200, sourceLocation: sourceLocation)
        #expect(loaded.answers[0].body == greeting, sourceLocation: sourceLocation)
        #expect(
            loaded.answers[0].header("Content-Length") == "\(greeting.utf8.count)",
            sourceLocation: sourceLocation
        )
        #expect(loaded.answers[1].status == 404, sourceLocation: sourceLocation)
        #expect(loaded.answers[2].status == 405, sourceLocation: sourceLocation)
        let allowed = loaded.answers[2].header("Allow") ?? ""
        #expect(
            allowed.contains("GET") && !allowed.contains("DELETE"),
            sourceLocation: sourceLocation
        )
        #expect(loaded.answers[3].status == 200, sourceLocation: sourceLocation)
        // A server sends no body after HEAD, so a framework may leave it to the server.
        let body = loaded.answers[3].body
        #expect(body == "" || body == greeting, sourceLocation: sourceLocation)
        // Not the decoy's: the route table is the one of this project. (A decoy of a library is
        // none at all, and answers nothing.)
        guard try project.uploads.isEmpty else { return }
        let file = try project.name.package + "/" + project.applicationFile
        #expect(
            loaded.files[String(file.dropLast(3)).replacing("/", with: ".")]
                == project.folder.appending(path: file).path,
            sourceLocation: sourceLocation
        )
    }

    private static let requests = ["GET", "/", "GET", "/nowhere", "DELETE", "/", "HEAD", "/"]

    @Test("answer where they were made", arguments: try atLeastOne(ProjectCase.atTheEnds))
    func inPlace(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            // Compiled once for the tests of each push, with the name that most of them have.
            let isCompiled = ProjectCase.swiftFolders.contains(example.framework)
            let project = try await GeneratedProject(
                example.framework,
                name: isCompiled && Lane.current < .long ? "hello" : "my-site",
                below: root
            )
            try await project.build()
            let finished = try await load(
                project.folder.appending(path: "wsgi.py"),
                with: await project.python(example.python),
                Self.requests,
                home: root,
                in: root
            )
            try expectAnswers(decoded(finished), project)
        }
    }

    @Test(
        "answer as the host has them, past other projects of the same name",
        arguments: try atLeastOne(ProjectCase.atTheEnds)
    )
    func onHost(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(example.framework, below: root)
            try await project.build()
            let python = try await project.python(example.python)
            let applicationFile =
                try project.uploads.isEmpty ? project.applicationFile : "routes.py"
            let entry = try project.installEntryFile()
            let elsewhere = root.appending(path: "elsewhere")
            // Beside the entry file, in the working directory and on PYTHONPATH.
            for folder in [project.www, elsewhere] {
                try addDecoy(of: project, with: applicationFile, to: folder)
            }
            let loadAmongDecoys = { @Sendable in
                try await load(
                    entry,
                    with: python,
                    Self.requests,
                    home: project.home,
                    in: elsewhere,
                    path: elsewhere
                )
            }
            try await expectAnswers(decoded(loadAmongDecoys()), project)

            // With the project gone, the decoys must not take its place.
            try FileManager.default.moveItem(
                at: project.folder,
                to: root.appending(path: "gone")
            )
            let lost = try await loadAmongDecoys()
            guard try project.uploads.isEmpty else {
                // What is loaded with the first request is missed there.
                let answers = try decoded(lost).answers
                #expect(answers.map(\.status) == [500, 500, 500, 500])
                let library = try #require(project.uploads.first)
                let place = project.folder.appending(path: library).path
                for answer in answers {
                    #expect(answer.errors.contains("\(place) does not exist"), "\(answer)")
                }
                return
            }
            #expect(lost.exitCode == 1)
            #expect(lost.stdout == "")
            #expect(lost.stderr.contains("FileNotFoundError"), "\(lost)")
            #expect(
                lost.stderr.contains("finds no hello/\(applicationFile) in \(project.folder.path)"),
                "\(lost)"
            )
        }
    }

    /// Puts another project called hello into a folder.
    private func addDecoy(
        of project: GeneratedProject,
        with applicationFile: String,
        to folder: URL
    ) throws {
        let package = folder.appending(path: "hello")
        try FileManager.default.createDirectory(at: package, withIntermediateDirectories: true)
        for path in try project.uploads {
            try Data("a decoy\n".utf8).write(to: folder.appending(path: path))
        }
        try Data().write(to: package.appending(path: "__init__.py"))
        try Data("raise RuntimeError('the decoy was imported')\n".utf8)
            .write(to: package.appending(path: applicationFile))
    }

    @Test("pass their own tests, all of them", arguments: try atLeastOne(ProjectCase.all))
    func ownTests(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(example.framework, below: root)
            try await project.build()
            let python =
                project.framework.hasRequirements
                ? try await project.python(example.python) : URL(filePath: example.python.path)
            // Without -I nothing hides an installed package; -S proves that none is needed.
            let options = project.framework.hasRequirements ? [] : ["-S"]
            let finished = try await run(
                python.path,
                ["-W", "error"] + options + ["-m", "unittest"],
                in: project.folder
            )
            #expect(finished.exitCode == 0, "\(finished)")
            let tests = try filePaths(below: project.folder.appending(path: "tests"))
                .filter { $0.hasPrefix("test_") }
                .map {
                    try String(
                        contentsOf: project.folder.appending(path: "tests/\($0)"),
                        encoding: .utf8
                    )
                }
                .map { $0.split(separator: "\n").filter { $0.contains("def test_") }.count }
                .reduce(0, +)
            #expect(tests >= 6, "\(example.framework): too few tests of its own")
            #expect(finished.stderr.contains("Ran \(tests) tests"), "\(finished)")
        }
    }

    @Test(
        "have tests that survive another greeting, and notice a page that fails",
        arguments: try atLeastOne(ProjectCase.folders)
    )
    func otherGreeting(framework: String) async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            let greeting = project.framework.manifest.greeting
            func files(in folder: String) throws -> [URL] {
                let folder = project.folder.appending(path: folder)
                return try filePaths(below: folder).map { folder.appending(path: $0) }
            }
            for file in try files(in: "tests") {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(!text.contains(greeting), "\(file.lastPathComponent)")
            }
            // Handlers in another language are compiled first: SwiftTests.
            guard try project.uploads.isEmpty else { return }
            let python = try await project.python(newest).path
            var old = "\"\(greeting)\""
            for (new, exitCode) in [("\"Good morning, everyone\"", 0), ("str(1 // 0)", 1)] {
                var count = 0
                for file in try files(in: project.name.package) {
                    let text = try String(contentsOf: file, encoding: .utf8)
                    let parts = text.components(separatedBy: old)
                    count += parts.count - 1
                    try Data(parts.joined(separator: new).utf8).write(to: file)
                }
                #expect(count == 1)
                let finished = try await run(python, ["-m", "unittest"], in: project.folder)
                #expect(finished.exitCode == exitCode, "\(new): \(finished)")
                old = new
            }
        }
    }

    @Test(
        "have tests that notice what is started at import",
        arguments: try atLeastOne(ProjectCase.folders),
        [
            ("a socket", "import socket\nsocket.socket().close()\n"),
            ("a thread", "import threading\nthreading.Thread(target=print).start()\n"),
            ("a process", "import subprocess\nsubprocess.run(['true'], check=True)\n"),
            ("a fork", "import os\nif os.fork() == 0:\n    os._exit(0)\nos.wait()\n"),
            ("no application", "import sys\nsys.modules[__name__ + 'x'] = sys\ndel application\n"),
        ]
    )
    func ownTestsNotice(framework: String, mistake: (name: String, code: String)) async throws {
        for python in [ProjectCase.interpreters.first, ProjectCase.interpreters.last].compactMap({
            $0
        }) {
            try await withTemporaryFolder { root in
                let project = try await GeneratedProject(framework, below: root)
                let entry = project.folder.appending(path: "wsgi.py")
                let text = try String(contentsOf: entry, encoding: .utf8)
                try (text + "\n" + mistake.code).write(to: entry, atomically: true, encoding: .utf8)
                let finished = try await run(
                    await project.python(python).path,
                    ["-m", "unittest", "tests.test_entry"],
                    in: project.folder
                )
                #expect(finished.exitCode == 1, "\(mistake.name) on \(python): \(finished)")
                #expect(finished.stderr.contains("FAILED (failures=1)"), "\(finished)")
            }
        }
    }

    @Test(
        "import nothing that the project's name would hide",
        arguments: try atLeastOne(ProjectCase.folders)
    )
    func reservedModules(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            for interpreter in ProjectCase.interpreters {
                let python = try await project.python(interpreter)
                let question = """
                    import importlib.metadata as m
                    tools = {"pip", "setuptools", "wheel"}
                    for d in m.distributions():
                        if d.metadata["Name"] in tools: continue
                        for f in d.files or []:
                            top = f.parts[0]
                            if top.endswith(".py"): print(top[:-3])
                            elif len(f.parts) > 1 and f.name == "__init__.py": print(top)
                    """
                let finished = try await run(python.path, ["-c", question])
                let modules = Set(finished.stdout.split(separator: "\n").map { $0.lowercased() })
                #expect(modules.isEmpty != project.framework.hasRequirements, "\(finished)")
                let unknown = modules.filter { !$0.hasPrefix("_") }
                    .subtracting(project.framework.manifest.modules)
                #expect(unknown == [], "\(interpreter): the manifest does not list them")
            }
        }
    }

    /// Expects that `AGENTS.md` is short, names what is there, and gives commands that README.md gives, too,
    /// which GuideTests runs.
    private func expectAgentsPage(of project: GeneratedProject, _ framework: String) throws {
        let texts = try ["AGENTS.md", "README.md"].map { name in
            try String(contentsOf: project.folder.appending(path: name), encoding: .utf8)
        }
        let lines = texts[0].split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 30, "\(framework): AGENTS.md is long")
        #expect(lines.allSatisfy { $0.count <= 120 }, "\(framework): AGENTS.md has long lines")
        let places = lines.filter { $0.hasPrefix("| `") }.flatMap { row in
            row.split(separator: "|")[0].matches(of: /`([^`]+)`/).map { String($0.1) }
        }
        #expect(places.count >= 6, "\(framework): \(places)")
        for place in places {
            let path = project.folder.appending(path: place).path
            let isThere = FileManager.default.fileExists(atPath: path) || project.isMadeLater(place)
            #expect(isThere, "\(framework): \(place) in AGENTS.md is missing")
        }
        let commands = lines.filter { $0.hasPrefix("$ ") }
        let hasCheck = commands.contains { $0.hasPrefix("$ pa-new check") }
        #expect(hasCheck && commands.count >= 2, "\(framework)")
        let readme = texts[1].split(separator: "\n")
        for command in commands {
            #expect(readme.contains(command), "\(framework): README.md lacks \(command)")
        }
        for word in ["app.run()", "runserver", "HTTPServer", "pa-new preview"] {
            #expect(texts[0].contains(word), "\(framework): AGENTS.md lacks \(word)")
        }
    }
}
