// Writes a report in the formats that people, programs and CI systems read.

import JSON
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
    ///   - style: How the text format is shown.
    /// - Returns: Whole lines.
    /// - Throws: Only if the report cannot be encoded, which does not happen in practice.
    public func write(
        _ report: CheckReport,
        folder: String,
        source: PythonInterpreter.Source? = nil,
        style: TextStyle = .plain
    ) throws -> String {
        switch self {
        case .text:
            TextReport(report: report, folder: folder, source: source, style: style).text
        case .json: try document(report)
        case .sarif: try document(SARIF(report, folder))
        case .github: workflowCommands(report, folder)
        }
    }

    private func document(_ value: some Encodable) throws -> String {
        printable(document: try JSONDocument.text(of: value))
    }

    /// Returns a workflow command for each finding, and one if the app could not be loaded.
    private func workflowCommands(_ report: CheckReport, _ folder: String) -> String {
        var commands = report.findings.map { finding in
            workflowCommand(
                finding.severity == .note ? "notice" : finding.severity.rawValue,
                "\(joined(folder, finding.file))",
                finding.line,
                title: finding.rule,
                "\(finding.message)\nfix: \(finding.fix)"
            )
        }
        if report.outcome == .notLoaded {
            let file = joined(folder, report.entry)
            let command = workflowCommand("error", file, 1, title: "not-loaded", report.summary)
            commands.insert(command, at: 0)
        }
        return commands.joined()
    }

    /// Returns a workflow command, with the special characters escaped as GitHub expects, and the invisible ones
    /// for people: the log that GitHub shows is a terminal's, too.
    private func workflowCommand(
        _ name: String,
        _ file: String,
        _ line: Int,
        title: String,
        _ message: String
    ) -> String {
        func escaped(_ text: String, inProperty: Bool) -> String {
            var result = ""
            for scalar in printable(text, keeping: ["\n"]).unicodeScalars {
                switch scalar {
                case "%": result += "%25"
                case "\n": result += "%0A"
                case ":" where inProperty: result += "%3A"
                case "," where inProperty: result += "%2C"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return result
        }
        let place = "file=\(escaped(file, inProperty: true)),line=\(line)"
        let title = escaped(title, inProperty: true)
        return "::\(name) \(place),title=\(title)::\(escaped(message, inProperty: false))\n"
    }
}

/// Returns a path below a folder, relative to the current folder.
func joined(_ folder: String, _ path: String) -> String {
    folder == "." ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
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

        /// Creates a text that people read, in a page of a CI service, for example.
        init(_ text: String) { self.text = printable(text, keeping: ["\n"]) }
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
        let level: String
        let message: Text
        let locations: [Location]
    }

    struct Invocation: Encodable {
        let executionSuccessful: Bool
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
                message: Text("\(finding.message)\n\(finding.fix)"),
                locations: [Location(joined(folder, finding.file), line: finding.line)]
            )
        }
        let isLoaded = report.outcome != .notLoaded
        var notifications = report.unread.map { unread in
            Notification(
                level: "warning",
                message: Text("This file was not read: \(unread.why)."),
                locations: [Location(joined(folder, unread.file), line: nil)]
            )
        }
        if !isLoaded {
            let entry = Location(joined(folder, report.entry), line: nil)
            notifications.append(
                Notification(
                    level: "error",
                    message: Text(report.summary),
                    locations: [entry]
                )
            )
        }
        notifications += report.notes.map {
            Notification(level: "note", message: Text($0), locations: [])
        }
        let invocation = Invocation(
            executionSuccessful: isLoaded,
            toolExecutionNotifications: notifications
        )
        runs = [
            Run(
                tool: Tool(driver: Driver(rules: rules)),
                invocations: [invocation],
                results: results
            )
        ]
    }
}
