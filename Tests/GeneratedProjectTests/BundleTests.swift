// The module that unpacks uploaded packages: with faults at each step, and on a real uWSGI.
//
// `Python/bundle-tests/` holds the tests, for a project called hello, and `Python/packed-tests/` those of
// a project and its packages in one zip file, which is unpacked by hand.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Bundles of packages", .needs(.hostPython), .lane(.full))
struct BundleTests {
    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "bundle-tests")

    private static let pythons = ProjectCase.interpreters.ends

    @Test("pass their tests, all of them", arguments: try atLeastOne(pythons))
    func bundles(_ interpreter: Interpreter) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject("flask", below: root)
            // As on PythonAnywhere uWSGI is a program, which pyuwsgi's is not: it cannot reload.
            let packages = try project.requirements + ["uwsgi==2.0.31"]
            let python = try await PythonEnvironments.shared.python(interpreter, with: packages)
            // The project, and servers.py beside the tests' folder.
            let folders = [project.folder, Self.folder.deletingLastPathComponent()]
            let finished = try await runUnittests(
                python.path,
                in: Self.folder,
                modules: unittestModules(
                    in: Self.folder,
                    for: interpreter,
                    among: Self.pythons
                ),
                environment: ["PYTHONPATH": folders.map(\.path).joined(separator: ":")]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }

    /// The frameworks that need packages, each on the oldest and the newest Python.
    private static let cases = ProjectCase.frameworks.filter(\.hasRequirements).flatMap {
        framework in
        pythons.map { ProjectCase(framework: framework.folder, python: $0) }
    }

    @Test(
        "are in the zip file of pack, and make a site without a virtualenv",
        arguments: try atLeastOne(cases)
    )
    func packed(_ project: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let made = try await GeneratedProject(project.framework, below: root)
            let pack = [
                "pack", "hello", "--packages", "bundle", "--python", project.python.version,
            ]
            let finished = try await runTool(pack, in: made.home)
            try #require(finished.exitCode == 0, "\(finished)")
            #expect(finished.stdout.contains("unzip -q hello.zip. If unzip asks"), "\(finished)")
            let python = try await PythonEnvironments.shared.python(
                project.python,
                with: ["uwsgi==2.0.31"]
            )
            let folder = Self.folder.deletingLastPathComponent()
            let tests = try await runUnittests(
                python.path,
                in: folder.appending(path: "packed-tests"),
                environment: [
                    "PYTHONPATH": folder.path, "GREETING": made.framework.manifest.greeting,
                    "PACKED": made.home.appending(path: "hello.zip").path,
                ]
            )
            #expect(tests.exitCode == 0, "\(tests)")
        }
    }

    @Test("belong to the projects that have requirements, or can get them, and to no other")
    func projects() throws {
        let frameworks = try Catalog.embedded().frameworks
        #expect(frameworks.contains { $0.hasRequirements })
        #expect(frameworks.contains { !$0.hasRequirements })
        for framework in frameworks {
            let file = "Templates/\(framework.folder)/pa_bundle.py.mustache"
            let path = Paths.package.appending(path: file).path
            let canHave = framework.manifest.questions.contains { $0.key == "packages" }
            #expect(
                FileManager.default.fileExists(atPath: path)
                    == (framework.hasRequirements || canHave)
            )
        }
    }
}
