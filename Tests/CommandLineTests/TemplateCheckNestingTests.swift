// `pa-new template check` of what can never become a project: nested too deeply, or without a manifest.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("template check of what always fails")
struct TemplateCheckNestingTests {
    private static let limit = "nested more than 256 levels deep"

    /// A template of sections in each other.
    private func nested(_ count: Int, _ inside: String = "") -> String {
        String(repeating: "{{#hasUser}}", count: count) + inside
            + String(repeating: "{{/hasUser}}", count: count)
    }

    @Test("finds sections that are nested too deeply, however many there are")
    func sections() async throws {
        let (good, code) = try await checkTemplate([
            "manifest.json": "{}", "a.mustache": nested(256),
        ])
        #expect(good == ["t: 0 errors, 0 warnings"] && code == 0)
        for count in [257, 100_000] {
            let (lines, code) = try await checkTemplate([
                "manifest.json": "{}", "a.mustache": nested(count),
            ])
            #expect(code == 1)
            #expect(
                lines == ["a.mustache:1:\(256 * 12 + 1): " + Self.limit, "t: 1 error, 0 warnings"]
            )
        }
    }

    @Test("finds a chain of partials that is too deep, at the place where it becomes so")
    func partials() async throws {
        func files(_ count: Int, sections: Int = 0) -> [String: String] {
            var files = ["manifest.json": "{}", "a.mustache": nested(sections, "{{>p0}}")]
            for index in 0..<count {
                files["_partials/p\(index)"] = index + 1 < count ? "{{>p\(index + 1)}}" : "end"
            }
            return files
        }
        let good = try await checkTemplate(files(256))
        #expect(good.lines == ["t: 0 errors, 0 warnings"])
        let long = try await checkTemplate(files(300))
        #expect(
            long.lines == ["_partials/p42:1:4: " + Self.limit, "t: 1 error, 0 warnings"]
        )
        let both = try await checkTemplate(files(250, sections: 7))
        #expect(both.lines == ["a.mustache:1:88: " + Self.limit, "t: 1 error, 0 warnings"])
    }

    @Test("shows a manifest that is not JSON alone, because the rest would be false")
    func json() async throws {
        let manifest = #"{"questions": [{"key": "owner"}],}"#
        let (lines, code) = try await checkTemplate([
            "manifest.json": manifest, "a.mustache": "{{owner}}", "{{owner}}.txt": "",
        ])
        #expect(code == 1 && lines.count == 2, "\(lines)")
        #expect(lines[0].hasPrefix("manifest.json:1:34: "), "\(lines)")
    }

    @Test("names the folder that has the manifest")
    func elsewhere() async throws {
        let (lines, code) = try await checkTemplate([
            "web/manifest.json": "{}", "b.mustache": "{{x}}",
        ])
        let said = "manifest.json: there is no manifest.json here, but in 'web': write t/web"
        #expect(lines == [said, "t: 1 error, 0 warnings"] && code == 1)
    }

    @Test("takes no other program's manifest for a template's, and looks three folders deep")
    func others() async throws {
        let app = #"{"name": "A", "short_name": "A", "start_url": "/", "icons": []}"#
        let browser = #"{"manifest_version": 3, "name": "A", "version": "1", "commands": {}}"#
        for (files, places) in [
            (
                ["static/manifest.json": app, "x/manifest.json": browser, "y/manifest.json": "["],
                []
            ),
            (["a/manifest.json": "[]", "b/manifest.json": ""], []),
            (["a/b/c/manifest.json": #"{"summary": "S", "qestions": []}"#], ["a/b/c"]),
            (["a/b/c/d/manifest.json": "{}", ".git/manifest.json": "{}"], []),
            (["b/manifest.json": #"{"title": "T"}"#, "a/manifest.json": "{}"], ["a", "b"]),
        ] as [([String: String], [String])] {
            let (lines, _) = try await checkTemplate(files)
            let said =
                places.isEmpty
                ? "manifest.json: there is no manifest.json, which every template needs"
                : "manifest.json: there is no manifest.json here, but in "
                    + places.map { "'\($0)'" }.joined(separator: " and ") + ": write t/\(places[0])"
            #expect(lines.first == said, "\(lines)")
        }
    }

    @Test("says that 'formerly' is wrong if it names a question that is still there")
    func formerly() async throws {
        let manifest = #"{"questions": [{"key": "owner"}, {"key": "team", "formerly": "owner"}]}"#
        let (lines, _) = try await checkTemplate(["manifest.json": manifest])
        let said = "'formerly' names 'owner', but there is still a question 'owner'"
        #expect(lines.contains { $0.hasSuffix(said) }, "\(lines)")
    }

    @Test("shows no character of a template that could control the terminal")
    func invisible() async throws {
        let files = [
            "manifest.json": "{}", "a.mustache": "{{x\u{1B}[31m}}",
            "b.mustache": "{{#x\u{E0041}}}", "c.mustache": "{{> x\u{202E}}}",
        ]
        let (lines, _) = try await checkTemplate(files)
        #expect(
            lines == [
                #"a.mustache:1:3: unknown name 'x\u{1b}[31m'"#,
                #"b.mustache:1:1: 'x\u{e0041}' is not closed"#,
                #"c.mustache:1:5: unknown partial 'x\u{202e}'"#, "t: 3 errors, 0 warnings",
            ]
        )
        try await createFromTemplate([], files: files) { finished, _ in
            expectEnd(of: finished, code: 65, stdout: "")
            let shown = finished.stderr.unicodeScalars.filter { $0 != "\n" }
            #expect(!shown.contains(where: isInvisible), "\(finished)")
            #expect(finished.stderr.contains(#"'x\u{1b}[31m'"#), "\(finished)")
        }
    }

    @Test("finds a path that is not allowed with the default answers")
    func paths() async throws {
        let manifest = """
            {"questions": [{"key": "a", "default": "../../x"}, {"key": "b", "default": ""}],
             "files": {"{{b}}": {"when": "b"}}}
            """
        let (lines, _) = try await checkTemplate([
            "manifest.json": manifest, "{{a}}/f": "", "{{b}}/f": "",
        ])
        let said = "{{a}}/f: with the default answers, its path is '../../x/f': "
        #expect(lines.count == 2 && lines[0].hasPrefix(said), "\(lines)")
    }

    @Test("finds an unknown name in a notice")
    func notice() async throws {
        let manifest = #"{"files": {"a": {"notice": "Look into {{nmae}}."}}}"#
        let (lines, _) = try await checkTemplate(["manifest.json": manifest, "a": ""])
        let said = "manifest.json:1:28: unknown name 'nmae', did you mean 'name'?"
        #expect(lines == [said, "t: 1 error, 0 warnings"])
    }
}
