// Writes a report as text for people: the verdict first, then each finding with its line of source.

import ProjectFiles
import Scaffold

/// How a text is shown.
public struct TextStyle: Sendable, Hashable {
    /// The number of characters after which lines are wrapped; nil for no wrapping.
    public var width: Int?
    /// Whether to use colour.
    public var hasColour: Bool

    /// For a file or a pipe: no colour, and each sentence on one line, so that programs can search it.
    public static let plain = TextStyle(width: nil, hasColour: false)

    /// Creates a style.
    ///
    /// - Parameters:
    ///   - width: The number of characters after which lines are wrapped; nil for no wrapping.
    ///   - hasColour: Whether to use colour.
    public init(width: Int?, hasColour: Bool) {
        self.width = width
        self.hasColour = hasColour
    }

    /// The ANSI codes of bold text, and of text in a colour.
    private static let codes: [Emphasis: String] = [
        .bold: "1", .red: "31", .yellow: "33", .blue: "34",
    ]

    /// An emphasis of a part of a text.
    enum Emphasis: Hashable {
        case bold, red, yellow, blue
    }

    /// Returns a text with an emphasis, if the style has colours.
    func emphasized(_ text: String, _ emphasis: Emphasis) -> String {
        guard hasColour, !text.isEmpty, let code = Self.codes[emphasis] else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// Returns the text of a WSGI file between lines that show where it begins and ends.
///
/// The lines are comments, so that the file also works if they are copied with it.
///
/// - Parameter text: The text of the file.
/// - Returns: Whole lines.
public func framed(wsgiFile text: String) -> String {
    let rule = String(repeating: "-", count: 16)
    let lines = text.hasSuffix("\n") ? String(text.dropLast()) : text
    let shown = lines.split(separator: "\n", omittingEmptySubsequences: false)
        .map { printable($0, keeping: ["\t"]) }.joined(separator: "\n")
    return "# \(rule) the WSGI file begins here \(rule)\n\(shown)\n"
        + "# \(rule) the WSGI file ends here \(rule)\n"
}

/// A report as text, for a terminal or a file.
struct TextReport {
    let report: CheckReport
    let folder: String
    let source: PythonInterpreter.Source?
    let style: TextStyle

    /// The blocks of the text, with an empty line between them.
    var text: String {
        var blocks = [paragraph(report.summary, indent: 0, in: .bold)]
        blocks += report.findings.map(block)
        if !report.notes.isEmpty { blocks.append(report.notes.map(note).joined()) }
        if let file = report.wsgiFile { blocks.append(framed(wsgiFile: file)) }
        blocks.append(end)
        return blocks.joined(separator: "\n")
    }

    /// Returns a finding: its place and message, the line, the fix, and the page of the help.
    private func block(_ finding: Finding) -> String {
        let place = "\(printable(joined(folder, finding.file))):\(finding.line):"
        let severity = "\(finding.severity.rawValue):"
        var text = paragraph(
            "\(finding.message) [\(finding.rule)]",
            after: [(place, .bold), (severity, finding.severity.emphasis)],
            indent: 4
        )
        if finding.source.contains(where: { !$0.isWhitespace }) {
            text += excerpt(finding.source, line: finding.line)
        }
        text += paragraph(finding.fix, after: [("  fix:", nil)], indent: 7)
        if let address = finding.address { text += "  see: \(address)\n" }
        return text
    }

    private func note(_ sentence: String) -> String {
        paragraph(sentence, after: [("note:", .blue)], indent: 6)
    }

    /// Returns a line of source with its number, cut to one line of the terminal.
    private func excerpt(_ source: String, line: Int) -> String {
        let margin = "  \(line) | "
        let code = printable(source.replacing(each: "\t", by: "    "))
        let most = style.width.map { max($0 - margin.count, 20) } ?? 200
        let shown = code.count > most ? code.prefix(most - 1) + "…" : code[...]
        return margin + shown + "\n"
    }

    /// The last block: the numbers of findings, the Python, and what was left out.
    private var end: String {
        var text = numbers + " in \(report.loaded ? "" : "the code of ")"
        text += "\(joined(folder, report.entry)), with Python \(report.interpreter.version)"
        text += " (\(report.interpreter.path)\(source.map { ", " + $0.words } ?? ""))"
        text = paragraph(text, indent: 2)
        for unread in report.unread {
            text += paragraph("not read: \(joined(folder, unread.file)): \(unread.why)", indent: 2)
        }
        if !report.candidates.isEmpty {
            let files = listed(report.candidates)
            text += paragraph(
                "other possible entry files: \(files); choose one with --entry",
                indent: 2
            )
        }
        return text
    }

    /// The numbers of findings, in words.
    private var numbers: String {
        let errors = report.count(.error)
        let warnings = report.count(.warning)
        let notes = report.count(.note)
        var parts =
            errors + warnings == 0
            ? ["no problems found"] : [counted(errors, "error"), counted(warnings, "warning")]
        if notes > 0 { parts.append(counted(notes, "note")) }
        if report.allowed > 0 { parts.append("\(report.allowed) suppressed") }
        return parts.joined(separator: ", ")
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Returns a text after words with an emphasis, safe for a terminal, and wrapped if the style has a
    /// width.
    ///
    /// A line of the text that starts with a space is code: it is not wrapped. Neither is what stands
    /// between backticks.
    ///
    /// - Parameters:
    ///   - text: The text; each of its lines starts a new line.
    ///   - heads: Words before the text, which have no line ends.
    ///   - indent: The number of spaces before each line but the first.
    ///   - whole: The emphasis of the whole text.
    /// - Returns: Whole lines.
    private func paragraph(
        _ text: String,
        after heads: [(word: String, emphasis: TextStyle.Emphasis?)] = [],
        indent: Int,
        in whole: TextStyle.Emphasis? = nil
    ) -> String {
        let head = heads.map { unbroken($0.word) + " " }.joined()
        var lines: [String] = []
        for (index, part) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = (index == 0 ? head : "") + printable(part)
            if let width = style.width, !line.hasPrefix(" ") {
                lines += wrapped(keepingCode(line), to: max(width - indent, 20))
            } else {
                lines.append(line)
            }
        }
        lines = lines.map { $0.replacing(each: Self.space, by: " ") }
        if let first = lines.first {
            var rest = first[...]
            var shown = ""
            for (word, emphasis) in heads where rest.hasPrefix(word) {
                rest = rest.dropFirst(word.count + 1)
                shown += (emphasis.map { style.emphasized(word, $0) } ?? word) + " "
            }
            lines[0] = shown + rest
        }
        if let whole { lines = lines.map { style.emphasized($0, whole) } }
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent)) + "\n"
    }

    /// Stands for a space that no line ends at; `printable` lets none through.
    private static let space = "\u{E000}"

    private func unbroken(_ text: String) -> String { text.replacing(each: " ", by: Self.space) }

    /// Returns a text in which no line ends inside of backticks.
    private func keepingCode(_ text: String) -> String {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        guard parts.count.isMultiple(of: 2) == false else { return text }
        return parts.enumerated().map { index, part in
            index.isMultiple(of: 2) ? String(part) : unbroken(String(part))
        }.joined(separator: "`")
    }
}

extension Severity {
    /// The colour of the severity.
    fileprivate var emphasis: TextStyle.Emphasis {
        switch self {
        case .error: .red
        case .warning: .yellow
        case .note: .blue
        }
    }
}

extension PythonInterpreter.Source {
    /// The place where Python was found, in words for the report.
    fileprivate var words: String {
        switch self {
        case .option: "from --interpreter"
        case .project(let folder): "from the project's \(folder)"
        case .active: "from the active virtual environment"
        case .path: "python3 from PATH"
        }
    }
}
