// The chapters of a Markdown page with their code blocks.

import Foundation
import TestSupport
import Testing

/// A code block of a Markdown text.
struct CodeBlock: Sendable {
    let words: [String]
    let text: String
    let line: Int
}

/// What a reader does from top to bottom: a whole page, or a part of it under a heading of the second level.
struct Chapter: Sendable, CustomTestStringConvertible {
    /// The path of the page in the repository.
    let page: String
    let title: String
    let blocks: [CodeBlock]

    var testDescription: String { "\(page): \(title)" }

    /// The pages that are one story each: the guide, the page of each other framework, and an app of one's own.
    static let walkthroughs = Page.all
        .filter { page in
            ["docs/guide.md", "docs/adopt.md"].contains(page) || page.hasPrefix("docs/frameworks/")
        }
        .map { page in
            let chapters = chapters(of: Paths.package.appending(path: page), page)
            return Chapter(page: page, title: "all", blocks: chapters.flatMap(\.blocks))
        }

    /// The chapters of the other pages that have commands for the installed tool.
    static let others = Page.all
        .filter { page in !walkthroughs.contains { $0.page == page } }
        .flatMap { page in chapters(of: Paths.package.appending(path: page), page) }
        .filter { $0.blocks.contains { $0.words.first == "console" } }
        .map { $0.page == "docs/ci.md" ? $0.withoutPipelines : $0 }

    /// The pipelines of docs/ci.md are run by PipelineTests.
    private var withoutPipelines: Chapter {
        Chapter(page: page, title: title, blocks: blocks.filter { $0.words.first == "console" })
    }

    static func chapters(of file: URL, _ page: String = "README.md") -> [Chapter] {
        var chapters: [Chapter] = []
        var title = ""
        var blocks: [CodeBlock] = []
        var open: (words: [String], indent: Int, lines: [Substring], number: Int)?
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let indent = line.prefix { $0 == " " }.count
            let isFence = line.dropFirst(indent).hasPrefix("```")
            if let block = open {
                if isFence {
                    let text = block.lines.map { $0 + "\n" }.joined()
                    blocks.append(CodeBlock(words: block.words, text: text, line: block.number))
                    open = nil
                } else {
                    open?.lines.append(line.dropFirst(min(indent, block.indent)))
                }
            } else if isFence {
                let words = line.dropFirst(indent + 3).split(separator: " ").map(String.init)
                open = (words, indent, [], index + 1)
            } else if line.hasPrefix("## ") {
                if !title.isEmpty {
                    chapters.append(Chapter(page: page, title: title, blocks: blocks))
                }
                title = String(line.dropFirst(3))
                blocks = []
            }
        }
        if !title.isEmpty { chapters.append(Chapter(page: page, title: title, blocks: blocks)) }
        return chapters
    }
}
