// A Markdown page for readers: its headings, its links, and its table of contents.

import Foundation
import TestSupport

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

    /// Every page in the top folder and in `docs/`, by its path.
    static let all: [String] = {
        let manager = FileManager.default
        let paths = ["", "docs/", "docs/frameworks/"]
            .flatMap { folder in
                let names = try? manager.contentsOfDirectory(
                    atPath: Paths.package.appending(path: folder).path
                )
                return (names ?? []).map { folder + $0 }
            }
        return paths.filter { $0.hasSuffix(".md") }.sorted()
    }()

    let headings: [Heading]
    /// The links of each block: of a paragraph, a list or a table.
    let blocks: [[Link]]

    init(path: String) throws {
        let file = Paths.package.appending(path: path)
        self.init(try String(contentsOf: file, encoding: .utf8))
    }

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
