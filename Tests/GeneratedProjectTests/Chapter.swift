// The pages for readers as chapters, each with the code blocks that a reader works through.

import Foundation
import TestSupport
import Testing

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
        .map { Chapter(page: $0, title: "all", blocks: chapters($0).flatMap(\.blocks)) }

    /// The chapters of the other pages that have commands for the installed tool.
    static let others = Page.all
        .filter { page in !walkthroughs.contains { $0.page == page } }
        .flatMap { chapters($0) }
        .filter { $0.blocks.contains { $0.words.first == "console" } }
        .map { $0.page == "docs/ci.md" ? $0.withoutPipelines : $0 }

    /// The pipelines of docs/ci.md are run by PipelineTests.
    private var withoutPipelines: Chapter {
        Chapter(page: page, title: title, blocks: blocks.filter { $0.words.first == "console" })
    }

    private static func chapters(_ page: String) -> [Chapter] {
        let blocks = (try? CodeBlock.all(of: Paths.package.appending(path: page))) ?? []
        var titles: [String] = []
        for block in blocks where !titles.contains(block.chapter) { titles.append(block.chapter) }
        return titles.map { title in
            Chapter(page: page, title: title, blocks: blocks.filter { $0.chapter == title })
        }
    }
}
