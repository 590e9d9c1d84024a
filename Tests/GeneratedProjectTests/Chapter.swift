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

/// A part of the guide under a heading of the second level.
struct Chapter: Sendable, CustomTestStringConvertible {
    let title: String
    let blocks: [CodeBlock]

    var testDescription: String { title }

    static let guide = chapters(of: Paths.package.appending(path: "docs/guide.md"))

    /// The chapters of docs/templates.md with commands; those of the reference have none.
    static let templates = chapters(of: Paths.package.appending(path: "docs/templates.md"))
        .filter { $0.blocks.contains { $0.words.first == "console" } }

    /// What docs/ci.md does by hand; its pipelines are run by PipelineTests.
    static let ci = chapters(of: Paths.package.appending(path: "docs/ci.md"))
        .filter { $0.blocks.contains { $0.words.first == "console" } }
        .map { chapter in
            Chapter(
                title: chapter.title,
                blocks: chapter.blocks.filter { $0.words.first == "console" }
            )
        }

    /// The README's chapters that have commands for the installed tool.
    static let readme = chapters(of: Paths.package.appending(path: "README.md"))
        .filter { $0.blocks.contains { $0.words.first == "console" } }

    static func chapters(of file: URL) -> [Chapter] {
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
                if !title.isEmpty { chapters.append(Chapter(title: title, blocks: blocks)) }
                title = String(line.dropFirst(3))
                blocks = []
            }
        }
        if !title.isEmpty { chapters.append(Chapter(title: title, blocks: blocks)) }
        return chapters
    }
}
