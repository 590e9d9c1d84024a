// Writes a report in the formats that people, programs and CI systems read.

import ProjectFiles
import Scaffold

/// A format for reports.
public enum ReportFormat: String, Sendable, CaseIterable {
    /// Text for people.
    case text
    /// One JSON document.
    case json
    /// SARIF 2.1.0, for code scanning.
    case sarif
    /// Workflow commands, which GitHub shows beside the changed lines.
    case github

    /// Writes a report in this format.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - folder: The project's folder, for paths relative to the current folder.
    ///   - source: Where the Python was found, for the text format; nil to leave it out.
    /// - Returns: Whole lines.
    /// - Throws: Only if the report cannot be encoded, which does not happen in practice.
    public func write(
        _ report: CheckReport,
        folder: String,
        source: PythonInterpreter.Source? = nil
    ) throws -> String {
        switch self {
        case .text: text(report, folder, source)
        case .json: try document(report)
        case .sarif: try document(SARIF(report, folder))
        case .github: report.findings.map { workflowCommand($0, folder) }.joined()
        }
    }

    private func text(
        _ report: CheckReport,
        _ folder: String,
        _ source: PythonInterpreter.Source?
    ) -> String {
        var text = ""
        for finding in report.findings {
            let place = printable(joined(folder, finding.file))
            text += "\(place):\(finding.line): \(finding.severity.rawValue): "
            text += "\(indented(finding.message)) [\(finding.rule)]\n"
            text += "    fix: \(indented(finding.fix))\n"
            if let address = finding.address { text += "    see: \(address)\n" }
        }
        let counts = [
            counted(report.count(.error), "error"), counted(report.count(.warning), "warning"),
        ]
        text += report.findings.isEmpty ? "no problems found" : counts.joined(separator: ", ")
        if report.allowed > 0 { text += ", \(report.allowed) suppressed" }
        text += " in \(report.loaded ? "" : "the code of ")"
        text += "\(printable(joined(folder, report.entry))), with Python "
        text += "\(report.interpreter.version) (\(printable(report.interpreter.path))"
        if let source { text += ", \(source.words)" }
        text += ")\n"
        for unread in report.unread {
            text +=
                "not read: \(printable(joined(folder, unread.file))): \(printable(unread.why))\n"
        }
        if !report.candidates.isEmpty {
            text +=
                "other possible entry files: \(listed(report.candidates.map { printable($0) })); "
                + "choose one with --entry\n"
        }
        return text
    }

    private func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private func document(_ value: some Encodable) throws -> String {
        try JSONDocument.text(of: value)
    }

    /// Returns a workflow command, with the special characters escaped as GitHub expects.
    private func workflowCommand(_ finding: Finding, _ folder: String) -> String {
        func escaped(_ text: String, inProperty: Bool) -> String {
            var result = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "%": result += "%25"
                case "\r": result += "%0D"
                case "\n": result += "%0A"
                case ":" where inProperty: result += "%3A"
                case "," where inProperty: result += "%2C"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result
        }
        let file = escaped(joined(folder, finding.file), inProperty: true)
        let title = escaped(finding.rule, inProperty: true)
        let message = escaped("\(finding.message)\nfix: \(finding.fix)", inProperty: false)
        return
            "::\(finding.severity.rawValue) file=\(file),line=\(finding.line),title=\(title)::\(message)\n"
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

/// Returns a path below a folder, relative to the current folder.
private func joined(_ folder: String, _ path: String) -> String {
    folder == "." ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
}

/// Returns a text with all lines after the first indented, safe to print on a terminal.
private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { printable($0) }.joined(separator: "\n         ")
}

/// Returns a path as a URI reference (RFC 3986); relative paths stay relative.
private func reference(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in path.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "~"):
            bytes.append(byte)
        default:
            bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return (path.hasPrefix("/") ? "file://" : "") + String(decoding: bytes, as: UTF8.self)
}

/// A report as SARIF 2.1.0 (OASIS), reduced to what is needed.
private struct SARIF: Encodable {
    struct Text: Encodable {
        let text: String
    }

    struct Rule: Encodable {
        let id: String
        let helpUri: String?
    }

    struct Driver: Encodable {
        let name = "pa-new"
        let version = paNewVersion
        let rules: [Rule]
    }

    struct Tool: Encodable {
        let driver: Driver
    }

    struct Artifact: Encodable {
        let uri: String
    }

    struct Region: Encodable {
        let startLine: Int
    }

    struct PhysicalLocation: Encodable {
        let artifactLocation: Artifact
        let region: Region?
    }

    struct Location: Encodable {
        let physicalLocation: PhysicalLocation

        init(_ path: String, line: Int?) {
            physicalLocation = PhysicalLocation(
                artifactLocation: Artifact(uri: reference(path)),
                region: line.map { Region(startLine: max(1, $0)) }
            )
        }
    }

    struct Result: Encodable {
        let ruleId: String
        let ruleIndex: Int?
        let level: String
        let message: Text
        let locations: [Location]
    }

    struct Notification: Encodable {
        let level = "warning"
        let message: Text
        let locations: [Location]
    }

    struct Invocation: Encodable {
        let executionSuccessful = true
        let toolExecutionNotifications: [Notification]
    }

    struct Run: Encodable {
        let tool: Tool
        let invocations: [Invocation]
        let results: [Result]
    }

    let schema = "https://json.schemastore.org/sarif-2.1.0.json"
    let version = "2.1.0"
    let runs: [Run]

    enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }

    init(_ report: CheckReport, _ folder: String) {
        var addresses: [String: String?] = [:]
        for finding in report.findings { addresses[finding.rule] = finding.address }
        let rules = addresses.map { Rule(id: $0.key, helpUri: $0.value) }.sorted { $0.id < $1.id }
        let results = report.findings.map { finding in
            Result(
                ruleId: finding.rule,
                ruleIndex: rules.firstIndex { $0.id == finding.rule },
                level: finding.severity.rawValue,
                message: Text(text: "\(finding.message)\n\(finding.fix)"),
                locations: [Location(joined(folder, finding.file), line: finding.line)]
            )
        }
        let notifications = report.unread.map { unread in
            Notification(
                message: Text(text: "This file was not read: \(unread.why)."),
                locations: [Location(joined(folder, unread.file), line: nil)]
            )
        }
        runs = [
            Run(
                tool: Tool(driver: Driver(rules: rules)),
                invocations: [Invocation(toolExecutionNotifications: notifications)],
                results: results
            )
        ]
    }
}
