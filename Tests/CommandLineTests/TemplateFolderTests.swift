// Template folders of the user's own: what is taken from them, and which are none.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Template folders")
struct TemplateFolderTests {
    @Test("bytes and the right to run are kept, leftovers and empty folders are not")
    func bytes() async throws {
        let all = Data((0...255).map { UInt8($0) })
        try await createFromTemplate(
            [],
            files: ["manifest.json": "{}", ".git/config": "", "a/.DS_Store": ""]
        ) {
            let template = $0.appending(path: "demo")
            try all.write(to: template.appending(path: "all.bin"))
            try write(["run.sh": "#!/bin/sh\n", "__pycache__/a.pyc": ""], below: template)
            chmod(template.appending(path: "run.sh").path, 0o755)
        } check: { (finished, project) throws in
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(
                try filePaths(below: project) == [
                    ".pa-new.base.json", ".pa-new.json", "all.bin", "run.sh",
                ]
            )
            #expect(try Data(contentsOf: project.appending(path: "all.bin")) == all)
            let manager = FileManager.default
            #expect(manager.isExecutableFile(atPath: project.appending(path: "run.sh").path))
            #expect(!manager.isExecutableFile(atPath: project.appending(path: "all.bin").path))
        }
    }

    @Test(
        "a template with an entry file gets the host's steps, with its own greeting if it has one"
    )
    func webApp() async throws {
        let manifest = #"{"greeting": "Hi", "commands": ["make"], "modules": ["hug"]}"#
        let files = [
            "manifest.json": manifest, "wsgi.py": "", "requirements.txt": "hug\n",
            "README.md.mustache": "{{#steps}}{{number}} {{action}}\n{{/steps}}",
        ]
        try await createFromTemplate(["-u", "alice"], files: files) { (finished, project) throws in
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(
                finished.stdout.contains("1. In the folder hello:\n          make\n"),
                "\(finished)"
            )
            #expect(finished.stdout.contains("mkvirtualenv hello"))
            #expect(finished.stdout.contains("it answers \"Hi\"."))
            let readme = project.appending(path: "README.md")
            #expect(try String(contentsOf: readme, encoding: .utf8).contains("Press Reload"))
        }
        try await withTemporaryFolder { folder in
            try write(files, below: folder.appending(path: "demo"))
            let finished = try await runTool(["hug", "-t", "demo"], in: folder)
            expectEnd(of: finished, code: 64, stdout: "")
            #expect(finished.stderr.contains("the module 'hug', which demo needs"))
        }
    }

    @Test("a project in its own template is refused, also by way of a link")
    func insideItself() async throws {
        try await withTemporaryFolder { folder in
            try write(["t/manifest.json": "{}", "t/sub/a": "", "tt/a": ""], below: folder)
            expectEnd(of: try await run("ln", ["-s", "t/sub", "link"], in: folder), code: 0)
            for output in ["t", "t/sub", "link", "./t/../t"] {
                let finished = try await runTool(["hello", "-t", "t", "-o", output], in: folder)
                expectEnd(of: finished, code: 64, stdout: "")
                #expect(finished.stderr.contains("inside its own template 't'"), "\(finished)")
            }
            let template = folder.appending(path: "t")
            expectEnd(
                of: try await runTool(["hello", "-t", "."], in: template),
                code: 64,
                stdout: ""
            )
            #expect(try filePaths(below: template) == ["manifest.json", "sub/a"])
            expectEnd(of: try await runTool(["hello", "-t", "t", "-o", "tt"], in: folder), code: 0)
        }
    }

    @Test("a folder that is no template folder is refused by what it is")
    func noFolder() async throws {
        try await withTemporaryFolder { folder in
            try write(["file": "", "empty/x": ""], below: folder)
            for (path, code, part) in [
                ("none", Int32(66), "'none' does not exist"),
                ("file", 66, "'file' is not a folder"),
                ("file/x", 66, "'file/x' does not exist"), ("", 66, "'' does not exist"),
                ("empty", 65, "there is no manifest.json"),
                (String(repeating: "x", count: 5000), 66, "File name too long"),
            ] {
                let finished = try await runTool(["hello", "--template", path], in: folder)
                expectEnd(of: finished, code: code, stdout: "")
                #expect(finished.stderr.contains(part), "\(finished)")
            }
            #expect(try filePaths(below: folder) == ["empty/x", "file"])
        }
    }
}
