// `pa-new template check` on odd folders and large ones, and what the command itself says.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("template check of odd folders")
struct TemplateCheckFolderTests {
    @Test("more mistakes than one in a template are found, each once")
    func severalInOne() async throws {
        let text = """
            {{a b}} {{name}} {{#hasUser}} {{
            {{/nothing}}{{nmae}}
            {{=|=}} {{a..b}} {{user
            {{/hasUser}} {{^x}}{{/x}}

            """
        let (lines, _) = try await checkTemplate(["manifest.json": "{}", "t.mustache": text])
        #expect(
            lines.map { $0.split(separator: ": ")[0] }.dropLast() == [
                "t.mustache:1:3", "t.mustache:1:31", "t.mustache:2:4", "t.mustache:2:15",
                "t.mustache:3:1", "t.mustache:3:11", "t.mustache:3:18", "t.mustache:4:17",
            ],
            "\(lines)"
        )
    }

    @Test("links, pipes, sockets and names that are no text are refused by name, and not read")
    func folder() async throws {
        let files = ["manifest.json": "{}", "real/a": ""]
        let (lines, code) = try await checkTemplate(files) { folder in
            let manager = FileManager.default
            func link(_ path: String, _ target: String) throws {
                let place = folder.appending(path: path).path
                try manager.createSymbolicLink(atPath: place, withDestinationPath: target)
            }
            try link("passwd", "/etc/passwd")
            try link("up", "..")
            try link("itself", "itself")
            try link("good", "real/a")
            mkfifo(folder.appending(path: "pipe").path, 0o600)
            mkfifo(folder.appending(path: "real/pipe.mustache").path, 0o600)
            try Data([0x66, 0xFF, 0x0A]).write(to: folder.appending(path: "bad.mustache"))
            try Data([0xFF]).write(to: folder.appending(path: "bytes"))
            let bad = (Array((folder.path + "/n").utf8) + [0xFF, 0]).map { CChar(bitPattern: $0) }
            #expect(mkdir(bad, 0o700) == 0)
        }
        #expect(code == 1)
        #expect(
            lines == [
                "bad.mustache:1:2: it is not valid UTF-8, but a template has to be",
                "good: it is a symbolic link; a template needs the file itself",
                "itself: it is a symbolic link; a template needs the file itself",
                "n\u{FFFD}: its name is not valid UTF-8",
                "passwd: it is a symbolic link; a template needs the file itself",
                "pipe: it is neither a file nor a folder",
                "real/pipe.mustache: it is neither a file nor a folder",
                "up: it is a symbolic link; a template needs the file itself",
                "t: 8 errors, 0 warnings",
            ],
            "\(lines.joined(separator: "\n"))"
        )
    }

    @Test("names that another system takes for a repository, or for each other, are refused")
    func sameElsewhere() async throws {
        let (lines, _) = try await checkTemplate([
            "manifest.json": "{}", "e\u{301}/a": "", "é/b": "", "straße": "", "STRASSE": "",
            ".g\u{200D}it/hooks/x": "", "GIT~1/x": "",
        ])
        let problem = ": its path is not allowed in a project: "
        let reserved = "a name in it is reserved for git or pa-new"
        #expect(
            lines.dropLast() == [
                #".g\u{200d}it/hooks/x"# + problem + reserved, "GIT~1/x" + problem + reserved,
                "straße" + problem + "it conflicts with 'STRASSE'",
                "é/b" + problem + "it conflicts with 'e\u{301}'",
            ],
            "\(lines.joined(separator: "\n"))"
        )
    }

    @Test("names that steer a terminal or are in each other's way are refused")
    func names() async throws {
        let (lines, _) = try await checkTemplate([
            "manifest.json": "{}", "a\u{1B}[31m": "", "b/c": "", "B": "", "d": "", "d.mustache": "",
            ".PA-NEW.json": "", ".pa-new.BASE.json": "", ".mustache": "", "x/.Git/hooks/y": "",
        ])
        #expect(
            lines == [
                ".PA-NEW.json: its path is not allowed in a project: it conflicts with '.pa-new.json'",
                ".mustache: its path is not allowed in a project: a folder or file in it has an empty name",
                ".pa-new.BASE.json: its path is not allowed in a project: "
                    + "it conflicts with '.pa-new.base.json'",
                #"a\u{1b}[31m: its path is not allowed in a project: it has a control character"#,
                "b/c: its path is not allowed in a project: it conflicts with 'B'",
                "d.mustache: its path is not allowed in a project: it conflicts with 'd'",
                "x/.Git/hooks/y: its path is not allowed in a project: "
                    + "a name in it is reserved for git or pa-new",
                "t: 7 errors, 0 warnings",
            ],
            "\(lines.joined(separator: "\n"))"
        )
    }

    @Test("a manifest that is too large is not read, one that is not there is missing")
    func noManifest() async throws {
        let huge = String(repeating: " ", count: 100_000_000) + "{}"
        var (lines, code) = try await checkTemplate(["manifest.json": huge, "a.txt": ""])
        #expect(
            lines == ["manifest.json: it is larger than 1 MiB", "t: 1 error, 0 warnings"]
        )
        #expect(code == 1)
        // What may hold anything is not read: a pipe would be a finding.
        (lines, code) = try await checkTemplate(["a.txt": ""]) { folder in
            mkfifo(folder.appending(path: "pipe").path, 0o600)
        }
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.first?.hasPrefix("manifest.json: there is no manifest.json") == true)
        #expect(code == 1)
    }

    @Test(
        "ten thousand questions and unknown names are told of, in time that grows with their number"
    )
    func many() async throws {
        var seconds: [Double] = []
        for count in [2_500, 10_000] {
            let questions = (0..<count).map { #"{"key":"question\#($0)","when":"nothing\#($0)"}"# }
            let manifest = "{\"questions\": [" + questions.joined(separator: ",") + "]}"
            let text = (0..<count).map { "{{unknown\($0)}}\n" }.joined()
            try await withTemporaryFolder { folder in
                try write(["manifest.json": manifest, "t.mustache": text], below: folder)
                let finished = try await runTool(["template", "check", "."], in: folder)
                #expect(finished.exitCode == 1 && finished.stderr.isEmpty)
                let lines = finished.stdout.split(separator: "\n")
                #expect(lines.contains { $0.contains("'questions' has more than 1000 elements") })
                #expect(lines.count > count + 1_000)
                seconds.append(finished.processorSeconds)
            }
        }
        #expect(isLessThanQuadratic(seconds[0], seconds[1]), "\(seconds)")
    }

    @Test(
        "the command itself says what it needs",
        arguments: [
            (["template"], 64, "write: pa-new template check"),
            (["template", "chekc"], 64, "did you mean: pa-new template check?"),
            (["template", "check", "a", "b"], 64, "unexpected argument 'b'"),
            (["template", "check", "none"], 66, "'none' does not exist"),
            (["template", "check", "/dev/null"], 66, "'/dev/null' is not a folder"),
            (
                ["template", "check", "--quiet"], 64,
                "--quiet is not an option of 'pa-new template'"
            ),
        ] as [([String], Int32, String)]
    )
    func usage(words: [String], code: Int32, part: String) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(words, in: folder)
            expectEnd(of: finished, code: code, stdout: "")
            #expect(finished.stderr.contains(part), "\(finished)")
        }
    }
}
