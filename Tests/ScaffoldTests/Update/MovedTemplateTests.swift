// Updates to versions whose templates have other names: what becomes of a user's edits.

import Foundation
import Testing

@testable import Scaffold

@Suite("Updates to templates with other names")
struct MovedTemplateTests {
    /// A project before and after an update: the text of each file by its path.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// The project as it was generated.
        let old: [String: String]
        /// What the user wrote.
        var edits: [String: String] = [:]
        /// The files that the user deleted.
        var deleted: Set<String> = []
        /// What is generated now.
        let new: [String: String]
        /// The project after the update.
        let result: [String: String]
        /// The files that the user has to look at.
        var conflicts: [String] = []

        var testDescription: String { name }
    }

    private static let web = (1...9).map { "\($0)\n" }.joined()
    private static let edited = web.replacing("5\n", with: "five\n")
    /// The file in two parts, in a folder of its name.
    private static let parts = ["web/first.py": "1\n2\n3\n4\n", "web/second.py": "5\n6\n7\n8\n9\n"]

    static let cases = [
        Case(
            name: "renamed, untouched",
            old: ["web.py": web],
            new: ["site.py": web],
            result: ["site.py": web]
        ),
        Case(
            name: "renamed, edited",
            old: ["web.py": web],
            edits: ["web.py": edited],
            new: ["site.py": web],
            result: ["web.py": edited, "site.py": web],
            conflicts: ["web.py"]
        ),
        Case(
            name: "renamed, deleted",
            old: ["web.py": web],
            deleted: ["web.py"],
            new: ["site.py": web],
            result: ["site.py": web]
        ),
        Case(
            name: "renamed, with a file of the user's in its new place",
            old: ["web.py": web],
            edits: ["site.py": "mine\n"],
            new: ["site.py": "theirs\n"],
            result: ["site.py": "<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> pa-new\n"],
            conflicts: ["site.py"]
        ),
        Case(
            name: "split, untouched",
            old: ["web.py": web],
            new: parts,
            result: parts
        ),
        Case(
            name: "split, edited",
            old: ["web.py": web],
            edits: ["web.py": edited],
            new: parts,
            result: parts.merging(["web.py": edited]) { $1 },
            conflicts: ["web.py"]
        ),
        Case(
            name: "split, with the user's move of the same lines",
            old: ["web.py": web],
            edits: parts,
            deleted: ["web.py"],
            new: parts,
            result: parts
        ),
        Case(
            name: "a part moved out, edits elsewhere",
            old: ["web.py": web],
            edits: ["web.py": web.replacing("1\n", with: "one\n")],
            new: ["web.py": "1\n2\n3\n", "more.py": "4\n5\n6\n7\n8\n9\n"],
            result: ["web.py": "one\n2\n3\n", "more.py": "4\n5\n6\n7\n8\n9\n"]
        ),
        Case(
            name: "a part moved out, edits in it",
            old: ["web.py": web],
            edits: ["web.py": edited],
            new: ["web.py": "1\n2\n3\n", "more.py": "4\n5\n6\n7\n8\n9\n"],
            result: [
                "web.py": "1\n2\n3\n<<<<<<< yours\n4\nfive\n6\n7\n8\n9\n=======\n>>>>>>> pa-new\n",
                "more.py": "4\n5\n6\n7\n8\n9\n",
            ],
            conflicts: ["web.py"]
        ),
        Case(
            name: "two made one, both edited",
            old: parts,
            edits: ["web/first.py": "1\n2\n3\n4!\n", "web/second.py": "5!\n6\n7\n8\n9\n"],
            new: ["web.py": web],
            result: [
                "web/first.py": "1\n2\n3\n4!\n", "web/second.py": "5!\n6\n7\n8\n9\n",
                "web.py": web,
            ],
            conflicts: ["web/first.py", "web/second.py"]
        ),
        Case(
            name: "names exchanged, one edited",
            old: ["a.py": "a\n", "b.py": "b\n"],
            edits: ["a.py": "a\nmine\n"],
            new: ["a.py": "b\n", "b.py": "a\n"],
            result: [
                "a.py": "<<<<<<< yours\na\nmine\n=======\nb\n>>>>>>> pa-new\n", "b.py": "a\n",
            ],
            conflicts: ["a.py"]
        ),
    ]

    @Test("keep what the user did", arguments: cases)
    func kept(_ example: Case) throws {
        let project = example.old.merging(example.edits) { $1 }
            .filter { !example.deleted.contains($0.key) }
        let files = update(
            from: try Baseline(rendered(example.old)),
            to: rendered(example.new),
            label: "pa-new"
        ) {
            project[$0].map { CurrentFile(contents: Array($0.utf8), isExecutable: false) }
        }
        var result = project
        for file in files {
            if let path = file.oldPath { result[path] = nil }
            if file.verb == .delete { result[file.path] = nil }
        }
        for file in files {
            if let contents = file.contents {
                result[file.path] = String(decoding: try contents.bytes(), as: UTF8.self)
            }
        }
        #expect(result == example.result)
        #expect(files.filter { $0.verb == .conflict }.map(\.path) == example.conflicts)
        try expectNothingNew(result, example)
    }

    @Test("are told what to do with a file that Python no longer imports, and with another one")
    func hidden() throws {
        let configuration = try ProjectConfiguration(Request(name: "hello"), catalog: .embedded())
        let project = try Project(configuration)
        let steps = { (paths: [String: Report.Verb]) in
            let files = rendered(paths.mapValues { _ in "" }).map { file in
                Report.File(verb: paths[file.path] ?? .keep, file: file, keptAt: nil)
            }
            return NextSteps(
                updating: project,
                files,
                before: ProjectRecord(project.configuration),
                hostStepsBefore: project.hostSteps,
                notices: [],
                in: "hello"
            ).steps.map(\.action).filter { $0.contains("You edited") }
        }
        let hidden = [
            "You edited a/web.py, but Python now imports a/web/ instead: move your changes into "
                + "that folder and delete a/web.py. Or delete the folder to keep your file."
        ]
        #expect(steps(["a/web.py": .conflict, "a/web/__init__.py": .create]) == hidden)
        let dropped = [
            "You edited a/web.py, which the template no longer has: keep it with 'pa-new update --ours "
                + "FILE', or remove it with --theirs FILE."
        ]
        // Without __init__.py, Python imports the file. Another folder hides nothing.
        #expect(steps(["a/web.py": .conflict, "a/web/first.py": .create]) == dropped)
        #expect(steps(["a/web.py": .conflict, "web/__init__.py": .create]) == dropped)
    }

    /// Checks that one more update to the same templates changes nothing, but for markers.
    private func expectNothingNew(_ project: [String: String], _ example: Case) throws {
        let again = update(
            from: try Baseline(rendered(example.new)),
            to: rendered(example.new),
            label: "pa-new"
        ) {
            project[$0].map { CurrentFile(contents: Array($0.utf8), isExecutable: false) }
        }
        #expect(again.allSatisfy { [.identical, .keep, .skip].contains($0.verb) })
    }

    private func rendered(_ files: [String: String]) -> [RenderedFile] {
        files.map { path, text in
            RenderedFile(
                path: path,
                contents: Array(text.utf8),
                isExecutable: false,
                template: path + ".mustache"
            )
        }
    }
}
