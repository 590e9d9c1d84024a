// What an update decides about each file.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Updates")
struct UpdateTests {
    /// A file in three versions: as generated then, as it is now, as generated now.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var old: String?
        var mine: String?
        var new: String?
        let verb: Report.Verb?
        var text: String?

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "new", new: "n", verb: .create, text: "n"),
        Case(name: "untouched", old: "o", mine: "o", new: "n", verb: .update, text: "n"),
        Case(name: "untouched, nothing new", old: "o", mine: "o", new: "o", verb: .identical),
        Case(name: "edited, nothing new", old: "o", mine: "m", new: "o", verb: .keep),
        Case(name: "edited alike", old: "o", mine: "n", new: "n", verb: .identical),
        Case(
            name: "edited elsewhere",
            old: "1\n2\n3\n",
            mine: "1!\n2\n3\n",
            new: "1\n2\n3!\n",
            verb: .merge,
            text: "1!\n2\n3!\n"
        ),
        Case(
            name: "edited at the same place",
            old: "1\n",
            mine: "2\n",
            new: "3\n",
            verb: .conflict,
            text: "<<<<<<< yours\n2\n=======\n3\n>>>>>>> pa-new\n"
        ),
        Case(
            name: "the edit has all that is new",
            old: "1\n",
            mine: "1\n2\n",
            new: "1\n2\n",
            verb: .identical
        ),
        Case(name: "deleted", old: "o", new: "n", verb: .skip),
        Case(name: "deleted, nothing new", old: "o", new: "o", verb: .skip),
        Case(name: "generated no more, untouched", old: "o", mine: "o", verb: .delete),
        Case(name: "generated no more, edited", old: "o", mine: "m", verb: .conflict),
        Case(name: "generated no more, deleted", old: "o", verb: nil),
        Case(name: "the user's own, where one is new", mine: "n", new: "n", verb: .identical),
        Case(
            name: "the user's own, where another is new",
            mine: "m\n",
            new: "n\n",
            verb: .conflict,
            text: "<<<<<<< yours\nm\n=======\nn\n>>>>>>> pa-new\n"
        ),
        Case(name: "not text once, edited", old: "o", mine: "\0m", new: "n", verb: .conflict),
        Case(
            name: "too long to be merged",
            old: "o",
            mine: String(repeating: "\n", count: 9 << 20),
            new: "n",
            verb: .conflict
        ),
        Case(
            name: "not text, untouched",
            old: "\0o",
            mine: "\0o",
            new: "\0n",
            verb: .update,
            text: "\0n"
        ),
    ]

    private func rendered(
        _ path: String,
        _ text: String?,
        template: String? = nil
    ) -> [RenderedFile] {
        text.map {
            [
                RenderedFile(
                    path: path,
                    contents: Array($0.utf8),
                    isExecutable: false,
                    template: template
                )
            ]
        } ?? []
    }

    @Test("follow one law for each file", arguments: cases)
    func table(_ example: Case) throws {
        let files = update(
            from: try Baseline(rendered("f", example.old)),
            to: rendered("f", example.new),
            label: "pa-new"
        ) { path in
            example.mine.map { CurrentFile(contents: Array($0.utf8), isExecutable: false) }
        }
        #expect(files.filter { $0.path == "f" }.map(\.verb) == [example.verb].compactMap(\.self))
        // What cannot be merged is put beside it.
        let isUnmerged = example.verb == .conflict && example.text == nil && example.new != nil
        #expect(files.map(\.path).dropFirst() == (isUnmerged ? ["f.pa-new"] : []))
        #expect(
            try files.first?.contents.map { String(decoding: try $0.bytes(), as: UTF8.self) }
                == example.text
        )
    }

    @Test(
        "follow a file to its new path",
        arguments: [
            ("o", "o", "n", Report.Verb.move, "n"), ("o", "m", "o", .move, "m"),
            ("o", "o", "o", .move, "o"),
            ("1\n2\n3\n", "1!\n2\n3\n", "1\n2\n3!\n", .merge, "1!\n2\n3!\n"),
        ]
    )
    func move(
        old: String,
        mine: String,
        new: String,
        verb: Report.Verb,
        text: String
    ) throws {
        let files = update(
            from: try Baseline(rendered("old/f", old, template: "{{p}}/f")),
            to: rendered("new/f", new, template: "{{p}}/f"),
            label: "pa-new"
        ) { path in
            path == "old/f" ? CurrentFile(contents: Array(mine.utf8), isExecutable: false) : nil
        }
        #expect(
            files == [
                UpdatedFile(
                    verb: verb,
                    path: "new/f",
                    oldPath: "old/f",
                    contents: .bytes(Array(text.utf8))
                )
            ]
        )
    }

    @Test("do not move a file onto one of the user's own")
    func moveBlocked() throws {
        for (mine, verb) in [("o", Report.Verb.delete), ("m", .conflict)] {
            let files = update(
                from: try Baseline(rendered("old/f", "o", template: "{{p}}/f")),
                to: rendered("new/f", "n", template: "{{p}}/f"),
                label: "pa-new"
            ) { path in
                CurrentFile(
                    contents: Array((path == "old/f" ? mine : "own").utf8),
                    isExecutable: false
                )
            }
            #expect(files.map(\.path) == ["new/f", "old/f"])
            #expect(files.map(\.verb) == [.conflict, verb])
        }
    }

    @Test("know a file by its path where its template was renamed")
    func renamedTemplate() throws {
        let files = update(
            from: try Baseline(
                rendered("f", "o", template: "f.old") + rendered("g", "g", template: "f.new")
            ),
            to: rendered("f", "n", template: "f.new"),
            label: "pa-new"
        ) { path in
            CurrentFile(contents: Array((path == "f" ? "o" : "g").utf8), isExecutable: false)
        }
        #expect(files.map(\.path) == ["f", "g"])
        #expect(files.map(\.verb) == [.update, .delete])
    }

    @Test(
        "give and take the right to run a file, unless the user did",
        arguments: [
            (false, false, true, true), (true, true, false, false), (false, true, false, true),
            (true, false, true, false),
        ]
    )
    func executable(old: Bool, mine: Bool, new: Bool, result: Bool) throws {
        func file(_ isExecutable: Bool) -> RenderedFile {
            RenderedFile(path: "f", contents: [1], isExecutable: isExecutable)
        }
        let files = update(from: try Baseline([file(old)]), to: [file(new)], label: "") { _ in
            CurrentFile(contents: [1], isExecutable: mine)
        }
        if mine == result {
            #expect(files.map(\.verb) == [.identical])
        } else {
            #expect(files.map(\.verb) == [.update])
            #expect(files.map(\.isExecutable) == [result])
        }
    }

    @Test("show all lines of the user in a conflict with the file of another template")
    func otherTemplate() throws {
        let old = "import a\n\nclass Main(Handler):\n    def get(self):\n        return 1\n"
        let mine = old.replacing("return 1", with: "return 2")
        let new = "import b\n\n@route\ndef get():\n    return 1\n"
        for isOther in [false, true] {
            let files = update(
                from: try Baseline(rendered("f", old)),
                to: rendered("f", new),
                label: "pa-new",
                isOtherTemplate: isOther
            ) { _ in CurrentFile(contents: Array(mine.utf8), isExecutable: false) }
            #expect(files.map(\.verb) == [.conflict])
            let text = String(decoding: try files.first?.contents?.bytes() ?? [], as: UTF8.self)
            let lines = Set(text.split(separator: "\n"))
            #expect(lines.isSuperset(of: mine.split(separator: "\n")) == isOther, "\(text)")
            #expect(lines.isSuperset(of: new.split(separator: "\n")), "\(text)")
        }
        // What can be merged is merged.
        let files = update(
            from: try Baseline(rendered("f", "1\n2\n3\n")),
            to: rendered("f", "1\n2\n3!\n"),
            label: "pa-new",
            isOtherTemplate: true
        ) { _ in CurrentFile(contents: Array("1!\n2\n3\n".utf8), isExecutable: false) }
        #expect(files.map(\.verb) == [.merge])
    }

    @Test("see markers, and nothing but markers")
    func markers() {
        for (text, isMarked) in [
            ("", false), ("x\n<<<<<<< yours\n", false), (">>>>>>> pa-new\n<<<<<<< yours\n", false),
            ("<<<<<<< yours\nx\n=======\ny\n>>>>>>> pa-new 0.1.0\n", true),
            (" <<<<<<< yours\n>>>>>>> pa-new\n", false),
        ] {
            #expect(hasConflictMarkers(Array(text.utf8)) == isMarked, "\(text)")
        }
    }
}

/// A digest of the right length.
private let digest = String(repeating: "0", count: 64)

@Suite("What was generated")
struct BaseTests {
    private static let files = [
        RenderedFile(
            path: "b/ä.py",
            contents: Array("1\n\u{1F30D}\r\nlast".utf8),
            isExecutable: true,
            template: "{{package}}/ä.py.mustache"
        ),
        RenderedFile(path: "a", contents: [], isExecutable: false),
        RenderedFile(path: "c", contents: [0, 0xFF, 10], isExecutable: false),
    ]

    @Test("reads back as it was, and always has the same bytes")
    func roundTrip() throws {
        let base = try Baseline(Self.files)
        let document = base.document()
        #expect(try Baseline(document) == base)
        #expect(Baseline(base.files.reversed()).document() == document)
        #expect(document.last == 10)
    }

    @Test("reads back any bytes")
    func anyBytes() throws {
        var generator = SplitMix(seed: 4)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...50, using: &generator)).map { _ in
                [10, 13, 0x41, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            let base = try Baseline([
                RenderedFile(path: "f", contents: bytes, isExecutable: false)
            ])
            #expect(try Baseline(base.document()) == base)
        }
    }

    @Test("keeps texts up to a size, one by one and together, and digests of the rest")
    func sizes() throws {
        func file(_ path: String, _ count: Int, _ byte: UInt8 = 0x41) -> RenderedFile {
            let contents = [UInt8](repeating: byte, count: count)
            return RenderedFile(path: path, contents: contents, isExecutable: false)
        }
        func isText(_ file: Baseline.File?) -> Bool {
            if case .text = file?.contents { true } else { false }
        }
        let largest = Baseline.maxTextBytes
        let single = try Baseline([file("a", largest), file("b", largest + 1), file("c", 3, 0xFF)])
        #expect(single.files.map { isText($0) } == [true, false, false])
        let number = Baseline.maxTotalBytes / largest
        let many = try Baseline((0...number).map { file("\($0 + 1000)", largest) } + [file("z", 0)])
        #expect(many.files.count { isText($0) } == number + 1)
        #expect(!isText(many.files.dropLast().last))
        #expect(try Baseline(single.document()) == single)
        for (index, contents) in [file("a", largest), file("b", largest + 1)].enumerated() {
            #expect(single.files[index].contents.isSame(as: contents.contents))
            #expect(
                try !single.files[index].contents.isSame(
                    as: .bytes(contents.contents.bytes() + [1])
                )
            )
        }
    }

    @Test(
        "is refused where it is damaged",
        arguments: [
            ("", BaselineProblem.notReadable), ("{}", .notReadable),
            ("[1]", .notReadable),
            ("\u{FEFF}", .notReadable),
            (#"{"version": 2, "files": []}"#, .version(2)),
            (#"{"version": 1, "files": {"a": 1}}"#, .notReadable),
            (#"{"version": 1}"#, .notReadable), (#"{"files": []}"#, .notReadable),
            (#"{"version": 1, "files": [1]}"#, .notReadable),
            (#"{"files": [{"path": "x", "lines": []}], "version": 1"#, .notReadable),
            (#"{"files": [{"path": "x", "lines": [1]}], "version": 1}"#, .notReadable),
            (#"{"files": [{"path": "../x", "lines": []}], "version": 2}"#, .version(2)),
            ("{\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> b\n}", .conflict(line: 2)),
            ("{\n<<<<<<< HEAD\n1\n", .conflict(line: 2)), ("{\n  <<<<<<< HEAD\n1\n", .notReadable),
            (#"{"version": 1, "files": [{"path": "../x", "lines": []}]}"#, .path("../x")),
            (#"{"version": 1, "files": [{"path": "/x", "lines": []}]}"#, .path("/x")),
            (#"{"version": 1, "files": [{"path": ".git/x", "lines": []}]}"#, .path(".git/x")),
            (#"{"version": 1, "files": [{"path": "x"}]}"#, .path("x")),
            (#"{"version": 1, "files": [{"path": "x", "sha256": "!"}]}"#, .path("x")),
            (
                #"{"version": 1, "files": [{"path": "x", "lines": [], "sha256": "\#(digest)"}]}"#,
                .path("x")
            ),
            (
                #"{"version": 1, "files": [{"path": "x", "lines": []}, {"path": "x", "lines": []}]}"#,
                .path("x")
            ),
        ]
    )
    func damaged(text: String, problem: BaselineProblem) {
        #expect(throws: problem) { try Baseline(Array(text.utf8)) }
    }
}
