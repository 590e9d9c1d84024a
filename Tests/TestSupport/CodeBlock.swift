// The code blocks of a Markdown page: what a page tells the reader to type, to write and to see.

import Foundation

/// A code block of a Markdown page.
public struct CodeBlock: Sendable {
    /// The words after the opening fence: they say what the block is.
    public let words: [String]
    /// The lines of the block, without the indentation of the fence.
    public let text: String
    /// The number of the opening fence's line.
    public let line: Int
    /// The heading of the second level that the block stands under; empty above the first one.
    public let chapter: String

    /// Returns the code blocks of a page.
    ///
    /// - Parameter file: The page.
    /// - Returns: The blocks, from top to bottom.
    /// - Throws: If the page cannot be read.
    public static func all(of file: URL) throws -> [CodeBlock] {
        var chapter = ""
        var blocks: [CodeBlock] = []
        var open: (words: [String], indent: Int, lines: [Substring], number: Int)?
        let text = try String(contentsOf: file, encoding: .utf8)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let indent = line.prefix { $0 == " " }.count
            let isFence = line.dropFirst(indent).hasPrefix("```")
            if let block = open {
                if isFence {
                    let text = block.lines.map { $0 + "\n" }.joined()
                    blocks.append(
                        CodeBlock(
                            words: block.words,
                            text: text,
                            line: block.number,
                            chapter: chapter
                        )
                    )
                    open = nil
                } else {
                    open?.lines.append(line.dropFirst(min(indent, block.indent)))
                }
            } else if isFence {
                let words = line.dropFirst(indent + 3).split(separator: " ").map(String.init)
                open = (words, indent, [], index + 1)
            } else if line.hasPrefix("## ") {
                chapter = String(line.dropFirst(3))
            }
        }
        return blocks
    }
}
