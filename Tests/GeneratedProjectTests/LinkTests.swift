// Links in the pages: each leads to a file and a heading that are there.

import Foundation
import TestSupport
import Testing

@Suite("Links in the pages")
struct LinkTests {
    @Test(
        "leads to files and headings that are there, and so do the other pages",
        arguments: [
            "CONTRIBUTING.md", "README.md", "docs/architecture.md", "docs/guide.md",
            "docs/ci.md", "docs/templates.md",
        ]
    )
    func links(page: String) throws {
        let file = Paths.package.appending(path: page)
        var count = 0
        for (line, text) in try prose(of: file) {
            for link in text.matches(of: /\]\(([^)#]*)#?([^)]*)\)/) {
                let (path, heading) = (String(link.1), String(link.2))
                guard !path.contains("://") else { continue }
                count += 1
                let folder = file.deletingLastPathComponent()
                let target = path.isEmpty ? file : folder.appending(path: path).standardized
                let isThere = FileManager.default.fileExists(atPath: target.path)
                #expect(isThere, "\(page):\(line) links to \(path), which is not there")
                guard isThere, !heading.isEmpty else { continue }
                let anchors = try prose(of: target).filter { $0.text.hasPrefix("#") }
                    .map { anchor(of: $0.text) }
                #expect(anchors.contains(heading), "\(page):\(line): no #\(heading)")
            }
        }
        #expect(count > 0 || page == "docs/architecture.md")
    }

    /// Returns the lines of a page that are in no code block, with their numbers.
    private func prose(of file: URL) throws -> [(line: Int, text: String)] {
        var isCode = false
        return try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .compactMap { index, line in
                let isFence = line.drop { $0 == " " }.hasPrefix("```")
                if isFence { isCode.toggle() }
                return isCode || isFence ? nil : (index + 1, String(line))
            }
    }

    /// Returns by what a heading is linked to, as GitHub makes it.
    private func anchor(of heading: String) -> String {
        heading.drop { $0 == "#" || $0 == " " }.lowercased()
            .filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
            .replacing(" ", with: "-")
    }
}
