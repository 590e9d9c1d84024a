// What the checker is told of a project.

import Foundation
import TestSupport
import Testing

@testable import HostTools
@testable import Scaffold

@Suite("The checker's arguments")
struct CheckerArgumentsTests {
    /// A project whose framework has to be built.
    private func project(uploads: [String]) throws -> LoadedProject {
        let list = uploads.map { "\"\($0)\"" }.joined(separator: ", ")
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "G", "default": true,
             "commands": ["--make it"], "uploads": [\(list)]}
            """
        let catalog = try Catalog(files: [
            TemplateFile(path: "t/manifest.json", contents: .text(manifest)),
            TemplateFile(path: "t/wsgi.py", contents: .text("")),
        ])
        let record = """
            {"pa-new": "0.1.0", "framework": "t", "name": "hello", "python": "3.12", "user": "alice",
             "domain": "www.example.com"}
            """
        return try withTemporaryFolder { folder in
            let file = folder.appending(path: ProjectRecord.fileName)
            try record.write(to: file, atomically: true, encoding: .utf8)
            return try LoadedProject(in: folder.path, from: catalog)
        }
    }

    @Test("name what has to be built, each as one word, and what the record knows")
    func products() throws {
        let project = try project(uploads: ["-a.so", "b c.so"])
        let built = ["--upload=-a.so", "--upload=b c.so", "--build=--make it"]
        let known = ["--project-name=hello", "--record-domain=www.example.com", "--account=alice"]
        let check = ["check", ".", "--python", "3.12"]
        #expect(CheckRequest().arguments(for: project) == check + known + built)
        let visit = ["visit", ".", "/", "--report", "file", "--static=/static/=static"]
        #expect(VisitRequest().arguments(report: "file", for: project) == visit + known + built)
    }

    @Test("name the static files of packages that the record has")
    func staticFolders() throws {
        let record = """
            {"pa-new": "0.2.0", "name": "hello", "python": "3.12",
             "template": {"name": "own", "sha256": "0"},
             "staticFolders": [{"url": "/static/admin/", "package": "a.b", "folder": "c/d"}]}
            """
        let manifest = #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
        let catalog = try Catalog(files: [
            TemplateFile(path: "t/manifest.json", contents: .text(manifest)),
            TemplateFile(path: "t/wsgi.py", contents: .text("")),
        ])
        let project = try withTemporaryFolder { folder in
            let file = folder.appending(path: ProjectRecord.fileName)
            try record.write(to: file, atomically: true, encoding: .utf8)
            return try LoadedProject(in: folder.path, from: catalog)
        }
        let argument = "--package-static=/static/admin/=a/b/c/d"
        #expect(VisitRequest().arguments(report: "file", for: project).contains(argument))
        let request = DeployRequest(user: "alice")
        let deployment = try Deployment(request, project, from: catalog, isEuropean: false)
        #expect(deployment.arguments.contains(argument))
    }

    @Test("name the conditions that the user asks for, each as one word")
    func conditions() {
        let conditions = HostConditions(
            account: "bob",
            domain: "a.b",
            variables: ["-A", "B"],
            variablesFile: "-f",
            usesNamespaces: false
        )
        let words = [
            "--account=bob", "--domain=a.b", "--env=-A", "--env=B", "--env-file=-f",
            "--no-namespaces",
        ]
        let check = CheckRequest(paths: ["/a", "/b"], asksAllRoutes: true, conditions: conditions)
        let routes = ["--path=/a", "--path=/b", "--all-routes"]
        #expect(check.arguments(for: nil) == ["check", "."] + routes + words)
        #expect(
            VisitRequest(conditions: conditions).arguments(report: "file", for: nil)
                == ["visit", ".", "/", "--report", "file"] + words
        )
    }

    @Test("say that only the same Python may load the app")
    func samePython() {
        let arguments = CheckRequest(needsSamePython: true).arguments(for: nil)
        #expect(arguments == ["check", ".", "--same-python"])
    }

    @Test("name the account that is asked for, and not the recorded one")
    func account() throws {
        let request = CheckRequest(conditions: HostConditions(account: "bob"))
        let arguments = request.arguments(for: try project(uploads: []))
        #expect(arguments.contains("--account=bob"))
        #expect(!arguments.contains("--account=alice"))
    }

    @Test("name the request and the places for its response, each as one word")
    func visit() {
        let words = ["visit", ".", "/", "--report", "file"]
        for (request, own) in [
            (
                VisitRequest(method: "PUT", body: .data(["-a", "b c"])),
                ["--method=PUT", "--data=-a", "--data=b c"]
            ),
            (VisitRequest(body: .json(["{}"])), ["--json={}"]),
            (VisitRequest(body: .form(["a=-", "b=@c"])), ["--form=a=-", "--form=b=@c"]),
            (
                VisitRequest(headers: ["-A: b"], followsRedirects: true),
                ["--header=-A: b", "--follow"]
            ),
            (
                VisitRequest(cookieJar: "-jar", output: "-o", printsBodyOnly: true),
                ["--cookie-jar=-jar", "--output=-o", "--body"]
            ),
        ] {
            #expect(request.arguments(report: "file", for: nil) == words + own)
        }
    }

    @Test("name nothing of a project that pa-new did not make")
    func unknown() {
        #expect(CheckRequest().arguments(for: nil) == ["check", "."])
        #expect(
            VisitRequest().arguments(report: "file", for: nil)
                == ["visit", ".", "/", "--report", "file"]
        )
    }

    @Test("do not say how to build where nothing has to be there")
    func nothingToUpload() throws {
        let arguments = CheckRequest().arguments(for: try project(uploads: []))
        #expect(!arguments.contains { $0.hasPrefix("--build") })
    }
}
