// The pages for readers: their links lead somewhere, and their tables of contents are complete.
//
// What the pages tell the reader to do is run by GuideTests.

import Foundation
import TestSupport
import Testing

/// A page in Markdown, without its code blocks.
struct Page {
    /// A heading, with its level: 2 for `## Install`.
    struct Heading: Equatable {
        let level: Int
        /// What a link to it has after the `#`, as GitHub makes it.
        let anchor: String
        let line: Int
    }

    /// A link, with the line that it is in.
    struct Link {
        /// The file that it leads to; empty for this page.
        let path: String
        /// The heading that it leads to; empty for a whole page.
        let anchor: String
        let line: Int
        /// Whether it is the first thing in a list item or a row of a table.
        let isFirst: Bool
    }

    let headings: [Heading]
    /// The links of each block: of a paragraph, a list or a table.
    let blocks: [[Link]]

    init(_ text: String) {
        var headings: [Heading] = []
        var blocks: [[Link]] = [[]]
        var isCode = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let content = line.drop { $0 == " " }
            if content.hasPrefix("```") { isCode.toggle() }
            let level = line.prefix { $0 == "#" }.count
            if isCode || content.isEmpty || content.hasPrefix("```") || level > 0 {
                blocks.append([])
            }
            guard !isCode else { continue }
            if level > 0 {
                let name = Self.anchor(of: line.dropFirst(level + 1))
                let twins = headings.count { $0.anchor == name }
                let anchor = twins == 0 ? name : "\(name)-\(twins)"
                headings.append(Heading(level: level, anchor: anchor, line: index + 1))
            }
            let start = content.prefixMatch(of: /(?:[-*+]|[0-9]+\.|\|) */)?.range.upperBound
            for link in line.matches(of: /\[[^\]]*\]\(([^)#]*)#?([^)]*)\)/) {
                blocks[blocks.count - 1].append(
                    Link(
                        path: String(link.1),
                        anchor: String(link.2),
                        line: index + 1,
                        isFirst: link.range.lowerBound == start
                    )
                )
            }
        }
        self.headings = headings
        self.blocks = blocks.filter { !$0.isEmpty }
    }

    /// Returns what is wrong with the page's tables of contents.
    ///
    /// A table of contents is a list or table with two or more items that begin with a link to a
    /// heading of this page, or a paragraph with three or more such links. It has to have every
    /// heading of the levels that it links to, in order, except the heading that it stands under.
    ///
    /// - Returns: How many tables of contents there are, and a sentence for each bad one.
    func contents() -> (count: Int, problems: [String]) {
        var count = 0
        var problems: [String] = []
        for block in blocks {
            let own = block.filter { $0.path.isEmpty }
            let items = own.filter(\.isFirst)
            guard let first = own.first, items.count >= 2 || own.count >= 3 else { continue }
            count += 1
            let named = (items.count >= 2 ? items : own).map(\.anchor)
            let levels = Set(headings.filter { named.contains($0.anchor) }.map(\.level))
            let above = headings.last { $0.line < first.line }
            let expected = headings.filter { levels.contains($0.level) && $0 != above }
                .map(\.anchor)
            if named != expected {
                problems.append("line \(first.line) lists \(named), and the page has \(expected)")
            }
        }
        return (count, problems)
    }

    /// Returns what a link to a heading has after the `#`, as GitHub makes it.
    private static func anchor(of heading: Substring) -> String {
        heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
            .replacing(" ", with: "-")
    }
}

@Suite("The documents")
struct DocumentTests {
    /// Every page in the top folder and in `docs/`, by its path.
    private static let pages: [String] = {
        let manager = FileManager.default
        let folders = ["", "docs/"]
        let paths = folders.flatMap { folder in
            let names = try? manager.contentsOfDirectory(
                atPath: Paths.package.appending(path: folder).path
            )
            return (names ?? []).map { folder + $0 }
        }
        return paths.filter { $0.hasSuffix(".md") }.sorted()
    }()

    private func page(_ path: String) throws -> Page {
        Page(try String(contentsOf: Paths.package.appending(path: path), encoding: .utf8))
    }

    @Test("are all found")
    func all() {
        for page in ["README.md", "CONTRIBUTING.md", "docs/guide.md", "docs/architecture.md"] {
            #expect(Self.pages.contains(page))
        }
    }

    @Test("link to files and headings that exist", arguments: pages)
    func links(path: String) throws {
        let file = Paths.package.appending(path: path)
        let folder = file.deletingLastPathComponent()
        for link in try page(path).blocks.joined() where !link.path.contains("://") {
            let target = link.path.isEmpty ? file : folder.appending(path: link.path).standardized
            let exists = FileManager.default.fileExists(atPath: target.path)
            #expect(exists, "\(path):\(link.line) links to \(link.path), which does not exist")
            guard exists, !link.anchor.isEmpty else { continue }
            let headings = Page(try String(contentsOf: target, encoding: .utf8)).headings
            let isHeading = headings.contains { $0.anchor == link.anchor }
            #expect(isHeading, "\(path):\(link.line): no heading #\(link.anchor)")
        }
    }

    @Test("have tables of contents that name every heading, in order", arguments: pages)
    func contents(path: String) throws {
        let contents = try page(path).contents()
        #expect(contents.problems.isEmpty, "\(path): \(contents.problems)")
        // These two begin with one.
        if ["docs/guide.md", "docs/ci.md"].contains(path) { #expect(contents.count > 0) }
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
