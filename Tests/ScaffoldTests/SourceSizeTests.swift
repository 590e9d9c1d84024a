// No source is too long to be read: 400 lines for a file, 80 for a function.

import Foundation
import TestSupport
import Testing

@Suite("Sizes of sources")
struct SourceSizeTests {
    /// Functions that are longer because they are tables or texts, by file and name.
    private static let tables: Set = [
        "Sources/Scaffold/Errors/FileErrorMessages.swift diagnostic",
        "Sources/Scaffold/Errors/ScaffoldErrorMessages.swift diagnostic",
        "Sources/pa-new/Command/ArgumentError.swift diagnostic",
        "Sources/pa-new/Command/CommandName.swift details",
        // One function of bash, in one text.
        "Sources/pa-new/Help/Completions/Bash.swift mainFunction",
    ]

    /// Folders without sources of ours, or with those of released versions.
    private static let skipped = ["Recorded", "__pycache__", "dist"]

    /// The lines of every source in Swift and Python, by its path.
    private static func sources() throws -> [String: [Substring]] {
        let manager = FileManager.default
        let found = try #require(manager.enumerator(atPath: Paths.package.path))
        var sources: [String: [Substring]] = [:]
        while let path = found.nextObject() as? String {
            let name = (path as NSString).lastPathComponent
            if found.fileAttributes?[.type] as? FileAttributeType == .typeDirectory {
                // Folders of tools are hidden, and so is what .gitignore names.
                if name.hasPrefix(".") || skipped.contains(name) { found.skipDescendants() }
            } else if path.hasSuffix(".swift") || path.hasSuffix(".py"), !isCopied(path) {
                let text = try String(
                    contentsOf: Paths.package.appending(path: path),
                    encoding: .utf8
                )
                sources[path] = text.split(separator: "\n", omittingEmptySubsequences: false)
            }
        }
        return sources
    }

    private static func isCopied(_ path: String) -> Bool {
        CopiedFiles.scripts.keys.contains { path == "Templates/\($0)" }
    }

    @Test("no file has more than 400 lines")
    func files() throws {
        let sources = try Self.sources()
        for folder in ["Benchmarks", "HostPython", "Scripts", "Sources", "Templates", "Tests"] {
            #expect(sources.keys.contains { $0.hasPrefix(folder + "/") }, "nothing in \(folder)")
        }
        // A text that ends in a line break has an empty part after its last line.
        let long = sources.filter { $1.count - 1 > 400 }.mapValues { $0.count - 1 }
        #expect(long == [:], "split them by subject")
    }

    @Test("no function has more than 80 lines", arguments: SourceLanguage.allCases)
    func functions(language: SourceLanguage) throws {
        let sources = try Self.sources().filter { $0.key.hasSuffix(language.ending) }
        var count = 0
        var long: [String: Int] = [:]
        for (path, lines) in sources {
            let functions = try #require(language.functions(lines), "\(path): an open string")
            count += functions.count
            for function in functions where function.lines > 80 {
                long["\(path) \(function.name)"] = function.lines
            }
        }
        #expect(count > sources.count, "\(sources.count) files have more functions than that")
        let unknown = long.filter { !Self.tables.contains($0.key) }
        #expect(unknown == [:], "split them, or name them above where they are tables")
        let stale = Self.tables.filter { $0.contains(language.ending + " ") }
            .subtracting(long.keys)
        #expect(stale == [], "no longer so long")
    }

    @Test("the lines of functions are counted by their indentation")
    func counting() {
        let swift = #"""
            struct S {
                @discardableResult private static func one<T>(
                    _ value: T
                ) async throws -> T
                where T: Sendable {
                    func inner() -> Int { 1 }
                    let text = """
                        func none() {
                        }
                        """
                    return value
                }

                var two: Int {
                    2
                }
                var three = 3
                init?(_ value: Int) {}
            }

            protocol P {
                func required()
                var four: Int { get }
            }
            """#
        let python = #"""
            class C:
                @property
                async def one(
                    self,
                ) -> str:
                    """Two

                def none():
                    lines."""

                    def inner(): return 1

                    return ""

                x = 1
            def last():
                pass
            """#
        let found = SourceLanguage.swift.functions(swift.split(separator: "\n"))
        #expect(
            found == [
                .init("one", 11), .init("inner", 1), .init("two", 3), .init("init", 1),
                .init("required", 1),
            ]
        )
        let lines = python.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            SourceLanguage.python.functions(lines)
                == [.init("one", 11), .init("inner", 1), .init("last", 2)]
        )
        #expect(SourceLanguage.python.functions(["def f():", "    \"\"\"Open."]) == nil)
    }
}

/// A language whose functions are found by the indentation that its formatter gives them.
enum SourceLanguage: String, CaseIterable, Sendable {
    case swift
    case python

    /// A function, and how many lines it has from its name to its end.
    struct Function: Equatable {
        let name: String
        let lines: Int

        init(_ name: String, _ lines: Int) {
            self.name = name
            self.lines = lines
        }
    }

    /// How the names of its files end.
    var ending: String { self == .swift ? ".swift" : ".py" }

    /// A line that is not empty, outside of strings of several lines.
    private struct Line {
        let number: Int
        let indentation: Int
        let text: Substring
    }

    /// Returns the functions of a source in their order; nil where a string is not closed.
    ///
    /// - Parameter source: The source, line by line.
    /// - Returns: The functions, those inside of others too.
    func functions(_ source: [Substring]) -> [Function]? {
        var lines: [Line] = []
        // What ends the string of several lines that is open.
        var end: String?
        for (number, line) in source.enumerated() {
            let text = line.drop { $0 == " " }
            if end == nil, !text.isEmpty {
                lines.append(Line(number: number, indentation: line.count - text.count, text: text))
            }
            end = openString(text, after: end)
        }
        guard end == nil else { return nil }
        return lines.indices.compactMap { index in
            name(lines[index].text).map { Function($0, length(lines[index...], of: source)) }
        }
    }

    /// Returns what ends the string that is open after a line; nil where none is.
    private func openString(_ line: Substring, after end: String?) -> String? {
        let mark = "\"\"\""
        switch self {
        case .python:
            let isOdd = line.components(separatedBy: mark).count % 2 == 0
            return isOdd == (end == nil) ? mark : nil
        case .swift:
            var rest = line
            if let end {
                // It is the first in its line.
                guard line.hasPrefix(end) else { return end }
                rest = line.dropFirst(end.count)
            }
            // The line ends where the string begins.
            guard rest.hasSuffix(mark) else { return nil }
            return mark + rest.dropLast(mark.count).reversed().prefix { $0 == "#" }
        }
    }

    /// Returns how many lines the function has that begins with the first of some lines.
    private func length(_ lines: ArraySlice<Line>, of source: [Substring]) -> Int {
        guard let first = lines.first else { return 0 }
        let next = lines.dropFirst().first { line in
            line.indentation < first.indentation
                || line.indentation == first.indentation && !continuesHead(line.text)
        }
        switch self {
        case .swift:
            // Without a brace of its own it is one line, or a requirement of a protocol.
            guard let next, next.indentation == first.indentation, next.text.hasPrefix("}") else {
                return 1
            }
            return next.number - first.number + 1
        case .python:
            let end = source[..<(next?.number ?? source.count)].lastIndex { !$0.isEmpty }
            return (end ?? first.number) - first.number + 1
        }
    }

    /// Whether a line that is indented as a function is part of its head.
    private func continuesHead(_ text: Substring) -> Bool {
        [")", "where ", "{"].contains { text.hasPrefix($0) }
    }

    /// Returns the name of the function that begins in a line.
    private func name(_ text: Substring) -> String? {
        var words = text.split(separator: " ")[...]
        if self == .python {
            if words.first == "async" { words.removeFirst() }
            guard words.first == "def", words.count > 1 else { return nil }
            return words.dropFirst().first.map { String($0.prefix { $0 != "(" }) }
        }
        while let word = words.first, word.hasPrefix("@") || Self.modifiers.contains(String(word)) {
            words.removeFirst()
        }
        guard let word = words.first else { return nil }
        let start = word.prefix { $0.isLetter }
        switch start {
        case "func":
            return words.dropFirst().first.map { String($0.prefix { !"(<".contains($0) }) }
        case "init", "deinit", "subscript": return String(start)
        case "var" where text.hasSuffix("{"):
            return words.dropFirst().first.map { String($0.prefix { $0 != ":" }) }
        default: return nil
        }
    }

    private static let modifiers: Set = [
        "borrowing", "class", "consuming", "convenience", "fileprivate", "final",
        "indirect", "internal", "isolated", "lazy", "mutating", "nonisolated",
        "nonmutating", "open", "override", "package", "private", "public", "required",
        "static",
    ]
}
