// A Bash console on PythonAnywhere: how it is recognised, and which steps are left there.

import TestSupport
import Testing

@testable import Scaffold

@Suite("A console on PythonAnywhere")
struct HostConsoleTests {
    private static let variables = [
        "PYTHONANYWHERE_DOMAIN": "pythonanywhere.com",
        "PYTHONANYWHERE_SITE": "www.pythonanywhere.com",
        "HOME": "/home/alice", "USER": "alice",
    ]

    private static func console(
        in folder: String = "/home/alice",
        _ changes: [String: String?] = [:]
    ) -> HostConsole? {
        var variables = Self.variables
        for (name, value) in changes { variables[name] = value }
        return HostConsole(environment: variables, folder: folder)
    }

    @Test("is known by its variables and its home folder, and has an account and a system")
    func recognised() throws {
        let console = try #require(Self.console())
        #expect(console.account.description == "alice")
        #expect(console.domain.description == "alice.pythonanywhere.com")
        let european = try #require(
            Self.console(["PYTHONANYWHERE_DOMAIN": "eu.pythonanywhere.com"])
        )
        #expect(european.domain.description == "alice.eu.pythonanywhere.com")
        #expect(Self.console(["USER": nil]) != nil)
    }

    @Test(
        "is nowhere else, however near it looks",
        arguments: [
            // One variable alone is what people set for a tool on their own computers.
            ["PYTHONANYWHERE_SITE": nil], ["PYTHONANYWHERE_DOMAIN": nil],
            ["PYTHONANYWHERE_SITE": ""], ["PYTHONANYWHERE_DOMAIN": ""],
            ["PYTHONANYWHERE_DOMAIN": "example.com"],
            ["PYTHONANYWHERE_DOMAIN": "evil.pythonanywhere.com"],
            ["HOME": nil], ["HOME": ""], ["HOME": "/root"], ["HOME": "/home/"],
            ["HOME": "/Users/alice"], ["HOME": "/home/alice/sub"], ["HOME": "/home/a b"],
            ["HOME": "/home/" + String(repeating: "a", count: 100_000)],
            ["HOME": "/home/../etc"], ["USER": "bob"], ["USER": "root"],
        ] as [[String: String?]]
    )
    func elsewhere(changes: [String: String?]) { #expect(Self.console(changes) == nil) }

    @Test(
        "makes paths absolute",
        arguments: [
            ("hello", "/home/alice/hello"), (".", "/home/alice"), ("", "/home/alice"),
            ("./a//b/", "/home/alice/a/b"), ("../bob", "/home/bob"), ("../../../..", "/"),
            ("/var/www", "/var/www"), ("/", "/"), ("a/../b", "/home/alice/b"),
        ]
    )
    func absolute(path: String, expected: String) throws {
        #expect(try #require(Self.console()).absolute(path) == expected)
    }

    /// The next steps for a new project.
    private func steps(_ request: Request, in folder: String = "/home/alice") throws -> NextSteps {
        let catalog = try Catalog.embedded()
        var request = request
        request.console = Self.console(in: folder)
        let project = try Project(ProjectConfiguration(request, catalog: catalog))
        let configuration = project.configuration
        return NextSteps(project, parent: configuration.parent, console: configuration.console)
    }

    @Test("needs no packing and no upload, and has the account without --user")
    func newProject() throws {
        let catalog = try Catalog.embedded()
        for framework in catalog.frameworks where framework.manifest.uploads.isEmpty {
            let name = framework.name
            let all = try steps(Request(name: "hello", framework: name))
            let text = all.steps.map { "\($0.action)\n\($0.commands.joined(separator: "\n"))" }
                .joined(separator: "\n")
            for word in [
                "pload", "pa-new pack", "zip", "USER", "your computer", "the same console",
            ] {
                #expect(!text.contains(word), "\(name): \(word) in \(text)")
            }
            let copy = "cp /home/alice/hello/wsgi.py /var/www/alice_pythonanywhere_com_wsgi.py"
            #expect(all.steps.contains { $0.commands == [copy] }, "\(name): \(text)")
            let makes = text.contains(
                "mkvirtualenv hello --python=python3.13\npip install -r /home"
            )
            #expect(makes == framework.hasRequirements, "\(name): \(text)")
            #expect(all.shortcut?.commands == ["pa-new deploy hello"])
            #expect(all.shortcut?.action.contains("open a new console") == true)
        }
    }

    @Test("moves a project that is elsewhere to the folder that the steps name")
    func moved() throws {
        let request = Request(name: "hello")
        let elsewhere = try steps(request, in: "/home/alice/my sites")
        #expect(
            elsewhere.steps[0].commands == ["mv -T '/home/alice/my sites/hello' /home/alice/hello"]
        )
        #expect(elsewhere.shortcut?.commands == ["pa-new deploy /home/alice/hello"])
        let here = try steps(request)
        #expect(elsewhere.steps.dropFirst().map(\.action) == here.steps.map(\.action))
        for (folder, output) in [
            ("/home/alice/x", ".."), ("/tmp", "/home/alice"), ("/home/alice", "."),
        ] {
            let steps = try steps(Request(name: "hello", output: output), in: folder)
            #expect(steps.steps.map(\.action) == here.steps.map(\.action), "\(folder)")
        }
    }

    @Test("is no console for another account, nor for what must be built elsewhere")
    func others() throws {
        for request in [
            Request(name: "hello", user: "bob"), Request(name: "hello", user: "Alice"),
            Request(name: "hello", framework: "handler", language: "swift"),
        ] {
            let actions = try steps(request).steps.map(\.action).joined()
            #expect(actions.contains("pload"), "\(request): \(actions)")
        }
        let swift = try steps(Request(name: "hello", framework: "handler", language: "swift"))
        #expect(swift.steps.contains { $0.action.contains("/home/alice/hello") })
    }

    @Test("does not change the page README.md, which is for every reader")
    func readme() throws {
        let catalog = try Catalog.embedded()
        var request = Request(name: "hello", framework: "flask")
        request.console = Self.console()
        let inConsole = try render(Project(ProjectConfiguration(request, catalog: catalog)))
        let named = Request(name: "hello", framework: "flask", user: "alice")
        let onComputer = try render(Project(ProjectConfiguration(named, catalog: catalog)))
        #expect(inConsole.map(\.contents) == onComputer.map(\.contents))
    }

    @Test("has the changed files of an update in their place, if the project is there")
    func updated() throws {
        let catalog = try Catalog.embedded()
        let request = Request(name: "hello", user: "alice")
        let project = try Project(ProjectConfiguration(request, catalog: catalog))
        let files = try render(project).filter { ["wsgi.py", "README.md"].contains($0.path) }
            .map { Report.File(verb: .update, file: $0, keptAt: nil) }
        for (folder, isInPlace) in [("hello", true), (".", false), ("sites/hello", false)] {
            let steps = NextSteps(
                updating: project,
                files,
                before: ProjectRecord(project.configuration),
                hostStepsBefore: [],
                notices: [],
                in: folder,
                console: Self.console()
            )
            let uploads = steps.steps.contains { $0.action.hasPrefix("Copy the changed files") }
            #expect(uploads == !isInPlace, "\(folder): \(steps)")
            #expect(steps.steps.last?.action == "Press Reload.")
            #expect(!steps.steps.contains { $0.action.contains("On your computer") })
        }
    }
}
