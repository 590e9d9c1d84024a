// Files and questions that a later version of the template calls something else.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Renames in a template")
struct RenameTests {
    @Test("files of more than 8 MiB are not compared line by line, on either side")
    func large() {
        let old = Array("one\ntwo\nthree\n".utf8)
        let large = old + Array(repeating: UInt8(ascii: "x"), count: 8 << 20)
        let most = { (text: [UInt8], bytes: [UInt8], isStrict: Bool) in
            Baseline.Contents.text(text).isMost(of: .bytes(bytes), isStrict: isStrict)
        }
        #expect(most(old, old + [UInt8(ascii: "x")], false))
        #expect(!most(old, large, false))
        #expect(!most(large, old, false))
        #expect(most(large, large, true))
    }

    /// Returns a catalogue of one framework.
    private func catalog(
        _ files: [String: String],
        questions: String = "",
        rules: String = ""
    ) throws -> Catalog {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "G", "default": true,
             "questions": [\(questions)], "files": {\(rules)}}
            """
        let all = files.merging(["manifest.json": manifest, "wsgi.py": "app\n"]) { $1 }
        return try Catalog(
            files: all.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    private func update(
        _ project: URL,
        to catalog: Catalog,
        _ answers: [String: String] = [:]
    ) throws -> (rows: [String], remarks: [String]) {
        let inputs = answers.map {
            AnswerInput(key: $0.key, value: .typed($0.value), origin: .option)
        }
        let report = try updateProject(
            UpdateRequest(folder: project.path, answers: inputs),
            from: catalog
        )
        let rows = report.files.filter { $0.verb != .identical && !$0.path.hasPrefix(".pa-new") }
        return (
            rows.map {
                "\($0.verb) \($0.path)" + ($0.movedFrom.map { " from \($0)" } ?? "")
            }, report.remarks
        )
    }

    private func text(_ path: String, in project: URL) -> String? {
        try? String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    /// Makes a project, edits a file, and returns what an update to another catalogue does.
    private func update(
        _ old: Catalog,
        edit: [String: String?] = [:],
        to new: Catalog,
        _ answers: [String: String] = [:],
        check: (URL) throws -> Void = { _ in }
    ) throws -> (rows: [String], remarks: [String]) {
        try withTemporaryFolder { folder in
            _ = try createProject(Request(name: "hello", output: folder.path), from: old)
            let project = folder.appending(path: "hello")
            for (path, text) in edit {
                if let text {
                    try write([path: text], below: project)
                } else {
                    try FileManager.default.removeItem(at: project.appending(path: path))
                }
            }
            let result = try update(project, to: new, answers)
            try check(project)
            // One more update has nothing to do, and nothing to say.
            let again = try update(project, to: new)
            #expect(again.rows.allSatisfy { $0.hasPrefix("keep ") || $0.hasPrefix("skip ") })
            #expect(again.remarks.isEmpty)
            return result
        }
    }

    private static let body = (1...10).map { "line number \($0)\n" }.joined()
    private static let other = (1...10).map { "another line, \($0)\n" }.joined()

    @Test("of files: a manifest can say them, however much has changed, for files and folders")
    func said() throws {
        let old = try catalog([
            "{{package}}/a.py.mustache": Self.body, "lib/x/y.txt": "1\n2\n3\n", "lib/z.txt": "z\n",
        ])
        let new = try catalog(
            ["{{package}}/b.py": Self.other, "own/x/y.txt": "1\n2\n3!\n", "own/z.txt": "z\n"],
            rules: """
                "{{package}}/b.py": {"formerly": ["{{package}}/0.py", "{{package}}/a.py"]},
                "own": {"formerly": "lib"}
                """
        )
        let edits = ["hello/a.py": "mine\n" + Self.body, "lib/x/y.txt": "1!\n2\n3\n"]
        let result = try update(old, edit: edits, to: new) { project in
            #expect(text("hello/a.py", in: project) == nil)
            #expect(text("own/x/y.txt", in: project) == "1!\n2\n3!\n")
            #expect(text("lib/x/y.txt", in: project) == nil)
            let merged = try #require(text("hello/b.py", in: project))
            #expect(merged.contains("mine\n") && merged.contains("another line, 1\n"))
            try write(["hello/b.py": "resolved\n"], below: project)
        }
        #expect(
            result.rows == [
                "conflict hello/b.py from hello/a.py", "merge own/x/y.txt from lib/x/y.txt",
                "move own/z.txt from lib/z.txt",
            ]
        )
        #expect(result.remarks.isEmpty)
    }

    @Test("of files: without that, edits follow a file of which most lines are the same")
    func likely() throws {
        let old = try catalog(["a.py": Self.body, "b.py": Self.other])
        let new = try catalog([
            "sub/c.py": "new first line\n" + Self.body, "sub/d.py": Self.other,
        ])
        let edited = Self.body.replacing("number 5", with: "number five")
        let result = try update(old, edit: ["a.py": edited], to: new) { project in
            #expect(text("sub/c.py", in: project) == "new first line\n" + edited)
            #expect(text("a.py", in: project) == nil)
        }
        // Of the file without edits there is nothing to say.
        #expect(result.rows == ["merge sub/c.py from a.py", "move sub/d.py from b.py"])
        #expect(
            result.remarks == [
                "The template probably renamed a.py to sub/c.py, because most lines are the same: "
                    + "your edits moved with it."
            ]
        )
    }

    @Test("of files: an unedited one keeps its permissions, however short it is")
    func permissions() throws {
        for text in ["one\n", "a\nb\nc\n", "\0binary"] {
            try withTemporaryFolder { folder in
                let old = try catalog(["m.py": text])
                _ = try createProject(Request(name: "hello", output: folder.path), from: old)
                let project = folder.appending(path: "hello")
                #expect(chmod(project.path + "/m.py", 0o600) == 0)
                let result = try update(project, to: catalog(["other.py": text]))
                #expect(result.rows == ["move other.py from m.py"] && result.remarks.isEmpty)
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: project.path + "/other.py"
                )
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
        }
        // Of two files with the same contents, nothing says which is which.
        let two = try update(
            try catalog(["a.txt": "x\n", "b.txt": "x\n"]),
            to: try catalog(["c.txt": "x\n"])
        )
        #expect(two.rows == ["delete a.txt", "delete b.txt", "create c.txt"])
        let empty = try update(try catalog(["a.txt": ""]), to: try catalog(["b.txt": ""]))
        #expect(empty.rows == ["delete a.txt", "create b.txt"])
    }

    @Test("of files: nothing is guessed from little, from what the user has, or from an answer")
    func notGuessed() throws {
        let few = "one line\nand two\n"
        let half = (1...5).map { "line number \($0)\n" }.joined() + Self.other.prefix(100)
        let blank = String(repeating: "\n}\n", count: 20)
        for (before, after) in [(few, few), (Self.body, String(half)), (blank, blank)] {
            let result = try update(
                try catalog(["a.py": before]),
                edit: ["a.py": "mine\n" + before],
                to: try catalog(["b.py": after])
            ) { project in
                try FileManager.default.removeItem(at: project.appending(path: "a.py"))
            }
            #expect(result.rows == ["conflict a.py", "create b.py"])
        }
        // A file that was split stays whole, however unlike its parts are; one that only lost a few lines
        // to a new file was renamed.
        let lines = (1...20).map { "line number \($0)\n" }
        for (count, rows) in [
            (11, ["conflict a.py", "create b.py", "create c.py"]),
            (14, ["conflict a.py", "create b.py", "create c.py"]),
            (15, ["conflict b.py from a.py", "create c.py"]),
        ] {
            let parts = [lines.prefix(count), lines.dropFirst(count)].map { $0.joined() }
            let split = try update(
                try catalog(["a.py": lines.joined()]),
                edit: ["a.py": lines.joined() + "mine\n"],
                to: try catalog(["b.py": parts[0], "c.py": parts[1] + Self.other])
            ) { project in
                #expect(text("c.py", in: project) == parts[1] + Self.other)
                let name = rows.count == 3 ? "a.py" : "b.py"
                let kept = try #require(text(name, in: project))
                #expect(kept.contains("line number 20\nmine\n"))
                try FileManager.default.removeItem(at: project.appending(path: name))
            }
            #expect(split.rows == rows, "\(count)")
        }
        let (old, new) = (try catalog(["a.py": Self.body]), try catalog(["b.py": Self.body]))
        #expect(try update(old, edit: ["a.py": nil], to: new).rows == ["create b.py"])
        let both = try update(old, edit: ["a.py": "mine\n", "b.py": Self.body], to: new) {
            #expect(text("b.py", in: $0) == Self.body)
            try FileManager.default.removeItem(at: $0.appending(path: "a.py"))
        }
        #expect(both.rows == ["conflict a.py"])
        // The user deleted a file that stays: it is no place for another one.
        let two = try catalog(["a.py": Self.body, "b.py": Self.body])
        let deleted = try update(two, edit: ["a.py": Self.body + "mine\n", "b.py": nil], to: new) {
            #expect(text("a.py", in: $0) == Self.body + "mine\n")
            try FileManager.default.removeItem(at: $0.appending(path: "a.py"))
        }
        #expect(deleted.rows == ["conflict a.py", "skip b.py"])
        let question = #"{"key": "q", "type": "bool", "default": false}"#
        let choice = try catalog(
            ["a.py": Self.body, "b.py": Self.body],
            questions: question,
            rules: #""a.py": {"when": "!q"}, "b.py": {"when": "q"}"#
        )
        let answered = try update(choice, edit: ["a.py": "mine\n"], to: choice, ["q": "yes"]) {
            try FileManager.default.removeItem(at: $0.appending(path: "a.py"))
        }
        #expect(answered.rows == ["conflict a.py", "create b.py"])
    }

    @Test("of short files are followed if nothing else changed, and if nothing else is the same")
    func short() throws {
        let lines = (1...4).map { "line number \($0)\n" }
        let three = lines[..<3].joined()
        let (old, new) = (["a.py": three], ["b.py": three])
        let edit = ["a.py": three + "mine\n"] as [String: String?]
        let moved = try update(catalog(old), edit: edit, to: catalog(new)) {
            #expect(text("b.py", in: $0) == three + "mine\n")
            #expect(text("a.py", in: $0) == nil)
        }
        #expect(moved.rows == ["move b.py from a.py"])
        #expect(moved.remarks.first?.hasPrefix("The template probably renamed a.py") == true)
        let two = lines[..<2].joined()
        for (old, edit, new) in [
            // Two files with the same lines, on either side: nothing says which one it is.
            (["a.py": three, "c.py": three], three + "m\n", ["b.py": three]),
            (["a.py": three], three + "m\n", ["b.py": three, "d.py": three]),
            // Other lines, hardly any of the template's left, or too few: it can be another file.
            (["a.py": three], three + "m\n", ["b.py": two + lines[3]]),
            (["a.py": three], "m\n", ["b.py": three]), (["a.py": two], two + "m\n", ["b.py": two]),
        ] {
            let result = try update(catalog(old), edit: ["a.py": edit], to: catalog(new)) {
                try FileManager.default.removeItem(at: $0.appending(path: "a.py"))
            }
            #expect(result.rows.first == "conflict a.py", "\(result)")
        }
    }

    @Test("are not looked for if the files are too many or too large together")
    func tooMuch() throws {
        /// Returns files of 300 lines, which have nothing in common.
        func files(_ name: String, _ count: Int) -> [String: String] {
            Dictionary(
                (0..<count).map { number in
                    let text = (0..<300).map {
                        "line \($0) of \(name)\(number), and \(number * $0)\n"
                    }
                    return (
                        "\(name)\(number)", text.joined() + String(repeating: " ", count: 20_000)
                    )
                }
            ) { first, _ in first }
        }
        for (count, isFollowed) in [(2, true), (100, false)] {
            let old = files("a", count)
            var new = files("b", count)
            let renamed = (old["a0"] ?? "") + "one more line\n"
            new["b0"] = renamed
            let made = old.map {
                RenderedFile(path: $0.key, contents: Array($0.value.utf8), isExecutable: false)
            }
            let later = new.map {
                RenderedFile(path: $0.key, contents: Array($0.value.utf8), isExecutable: false)
            }
            let result = Scaffold.update(
                from: try Baseline(made),
                to: later,
                label: "pa-new",
                templates: Set(new.keys)
            ) { path in
                old[path].map {
                    CurrentFile(contents: Array($0.utf8) + [0x21], isExecutable: false)
                }
            }
            let moved = result.first { $0.path == "b0" }?.oldPath
            #expect(moved == (isFollowed ? "a0" : nil), "\(count)")
        }
    }

    @Test("in upper and lower case alone are followed, with edits and with other lines")
    func upperAndLowerCase() throws {
        let old = ["lib/metrics.py": "1\n2\n3\n"]
        let new = ["Lib/Metrics.py": "1\n2\n3!\n"]
        let edit = ["lib/metrics.py": "1!\n2\n3\n"] as [String: String?]
        let result = try update(catalog(old), edit: edit, to: catalog(new)) {
            #expect(text("Lib/Metrics.py", in: $0) == "1!\n2\n3!\n")
            #expect(text("lib/metrics.py", in: $0) == nil)
        }
        #expect(result.rows == ["merge Lib/Metrics.py from lib/metrics.py"])
        // Hardly any of the template's lines are left.
        let other = try update(catalog(old), edit: ["lib/metrics.py": "m\n"], to: catalog(new)) {
            try FileManager.default.removeItem(at: $0.appending(path: "lib/metrics.py"))
        }
        #expect(other.rows.contains("conflict lib/metrics.py"), "\(other)")
    }

    @Test("of questions: a manifest can say them; the answer to one that is gone is named")
    func questions() throws {
        func asking(_ questions: [String]) throws -> Catalog {
            let text = questions.map { #"{"key": "\#($0)", "default": "d"}"# }
            return try catalog(["a.txt": "a\n"], questions: text.joined(separator: ", "))
        }
        let renamed = try catalog(
            ["a.txt.mustache": "{{site}}\n"],
            questions: #"{"key": "site", "default": "d", "formerly": ["shop", "blog"]}"#
        )
        for (asked, answers, site) in [
            (["shop"], [:], "mine"), (["shop"], ["site": "given"], "given"),
            (["shop", "site"], [:], "d"), (["site", "shop"], [:], "d"), (["cat"], [:], "d"),
        ] {
            try withTemporaryFolder { folder in
                let first = try asking(asked)
                var request = Request(name: "hello", output: folder.path)
                request.answers = [
                    AnswerInput(
                        key: asked.contains("shop") ? "shop" : "cat",
                        value: .typed("mine"),
                        origin: .option
                    )
                ]
                _ = try createProject(request, from: first)
                let project = folder.appending(path: "hello")
                let result = try update(project, to: renamed, answers)
                #expect(text("a.txt", in: project) == site + "\n")
                let gone = "The template no longer has the question 'cat': your answer was 'mine'."
                #expect(result.remarks == (asked == ["cat"] ? [gone] : []))
                #expect(try update(project, to: renamed).remarks.isEmpty)
                let error = #expect(throws: ScaffoldError.self) {
                    try update(project, to: renamed, ["shop": "x"])
                }
                #expect(error?.diagnostic.hint == "it is now 'site': --set site=…")
                let unknown = #expect(throws: ScaffoldError.self) {
                    try update(project, to: renamed, ["zz": "x"])
                }
                let reason = unknown?.diagnostic.reason ?? ""
                #expect(reason.hasPrefix("the questions are 'site', 'name', "), "\(reason)")
            }
        }
    }

    @Test("have names that are texts, and no question that is still there")
    func manifests() throws {
        for (former, problems) in [
            (#""a""#, 0), (#"["a", "c"]"#, 0), (#"[]"#, 0), (#""""#, 1), ("1", 1), ("[1]", 1),
            (#""other""#, 1),
        ] {
            var reader = ManifestReader(.own(name: "t"))
            let text = #"""
                {"questions": [{"key": "q", "formerly": \#(former)}, {"key": "other"}],
                 "files": {"f": {"formerly": \#(former)}}}
                """#
            let manifest = reader.read(Array(text.utf8))
            let count = former == #""other""# ? problems : 2 * problems
            #expect(reader.problems.count == count, "\(former): \(reader.problems)")
            #expect(manifest.questions.count == 2)
        }
    }
}
