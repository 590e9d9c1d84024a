// The pages for readers: their links lead somewhere, their tables of contents are complete, and what
// messages and help name of them is there.
//
// What the pages tell the reader to do is run by GuideTests.

import Foundation
import TestSupport
import Testing

@Suite("The documents")
struct DocumentTests {
    @Test("are all found")
    func all() {
        for page in ["README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/frameworks/flask.md"] {
            #expect(Page.all.contains(page))
        }
    }

    @Test("link to files and headings that exist", arguments: Page.all)
    func links(path: String) throws {
        let file = Paths.package.appending(path: path)
        let folder = file.deletingLastPathComponent()
        for link in try Page(path: path).blocks.joined() where !link.path.contains("://") {
            let target = link.path.isEmpty ? file : folder.appending(path: link.path).standardized
            let exists = FileManager.default.fileExists(atPath: target.path)
            #expect(exists, "\(path):\(link.line) links to \(link.path), which does not exist")
            guard exists, !link.anchor.isEmpty else { continue }
            let headings = Page(try String(contentsOf: target, encoding: .utf8)).headings
            let isHeading = headings.contains { $0.anchor == link.anchor }
            #expect(isHeading, "\(path):\(link.line): no heading #\(link.anchor)")
        }
    }

    @Test("have one table of contents, which names every heading, in order", arguments: Page.all)
    func contents(path: String) throws {
        let page = try Page(path: path)
        let contents = page.contents()
        #expect(contents.problems.isEmpty, "\(path): \(contents.problems)")
        // The headings of this one are versions.
        if path == "CHANGELOG.md" { return }
        let hasOne = contents.count == 1 || page.headings.count { $0.level == 2 } < 2
        #expect(hasOne, "\(path) has \(contents.count) tables of contents")
    }

    @Test(
        "are short enough to be read: the guide in one sitting, the README on two screens",
        arguments: [("docs/guide.md", 450), ("README.md", 110)]
    )
    func length(path: String, most: Int) throws {
        let file = Paths.package.appending(path: path)
        let lines = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.count - 1 <= most, "\(path) has \(lines.count - 1) lines")
    }

    @Test("are there if a message, the help or a comment names them, with the heading")
    func pointers() throws {
        var count = 0
        for folder in ["Sources", "Plugins", "HostPython", "Templates", "Scripts", "ci"] {
            let top = Paths.package.appending(path: folder)
            for path in try filePaths(below: top) {
                guard
                    let text = try? String(contentsOf: top.appending(path: path), encoding: .utf8)
                else { continue }
                let pointers = text.matches(
                    of: /(?:^|[^\w\/])(docs\/[\w\/\-.]+\.(?:md|png|json))(?:#([\w\-]+))?/
                )
                for pointer in pointers {
                    count += 1
                    let page = String(pointer.1)
                    let target = Paths.package.appending(path: page)
                    let isThere = FileManager.default.fileExists(atPath: target.path)
                    #expect(isThere, "\(folder)/\(path) names \(page)")
                    guard isThere, let anchor = pointer.2 else { continue }
                    let isHeading = try Page(path: page).headings.contains { $0.anchor == anchor }
                    #expect(isHeading, "\(folder)/\(path) names \(page)#\(anchor)")
                }
                // Nobody can follow "the guide says": a message names the page.
                let isVague = text.contains(/\b[Tt]he guide (says|tells|has|shows|explains)\b/)
                #expect(!isVague, "\(folder)/\(path) does not say which page")
            }
        }
        #expect(count > 8, "only \(count) pointers were found")
    }

    @Test(
        "are read as GitHub reads them: what is a table of contents, and what is wrong with it",
        arguments: [
            ("| [A](#a) | x |\n| [B](#b) | y |\n| [A](#a-1) | z |", 1, 0),
            ("1. [A](#a)\n2. [B](#b): see also [C](#c)\n3. [A](#a-1)", 1, 0),
            ("* [A](#a)\n  goes on\n* [B](#b)\n* [A](#a-1)", 1, 0),
            ("- [A](#a)\n  - [C](#c)\n- [B](#b)\n- [A](#a-1)", 1, 0),
            ("First [A](#a), then [B](#b), then [A](#a-1).", 1, 0),
            ("- [A](#a)\n- B", 0, 0),
            ("First [A](#a), then [B](#b).", 0, 0),
            ("- [A](other.md#a)\n- [B](other.md#b)", 0, 0),
            ("- [A](#a)\n- [B](#b)", 1, 1),
            ("- [A](#a)\n- [A](#a-1)\n- [B](#b)", 1, 1),
            ("| [A](#a) | x |\n| B | y |\n| [A](#a-1) | z |", 1, 1),
            ("- [A](#a)\n- [A](#a)\n- [B](#b)\n- [A](#a-1)", 1, 1),
            ("- [A](#a)\n- [C](#c)\n- [A](#a-1)", 1, 1),
            ("First [A](#a), then [C](#c), then [A](#a-1).", 1, 1),
        ]
    )
    func reading(list: String, count: Int, problems: Int) {
        let body = "\n\n## A\n```\n## Code\n```\n### C\n## B\n## A\n"
        let contents = Page("# Title\n\n## Contents\n\n" + list + body).contents()
        #expect(contents.count == count)
        #expect(contents.problems.count == problems, "\(contents.problems)")
    }
}
