// Reads the folder of an app for `pa-new adopt`. The part that must be Python is in `HostPython/pa_new_adopt/`.

import JSON
import ProjectFiles
import Scaffold

/// Reads the folder of an app: what it is, and what connects it.
///
/// - Parameters:
///   - request: The folder, and what the user says about it.
///   - interpreter: The Python that runs the reader.
/// - Returns: What was found.
/// - Throws: ``PythonError`` or ``CheckError`` if the folder cannot be read.
package func readApp(
    _ request: AdoptRequest,
    with interpreter: PythonInterpreter
) throws -> AppFacts {
    let temporary = try TemporaryDirectory(for: .checker)
    defer { temporary.remove() }
    let output = temporary.path + "/report.json"
    let exitCode = try temporary.run(
        with: interpreter,
        request.arguments + interpreter.environmentArguments + ["--report", output]
    )
    guard let document = try document(in: output, exitCode: exitCode) else {
        throw CheckError(withoutReport: exitCode)
    }
    if let facts = try? JSONDocument.value(AppFacts.self, from: document) { return facts }
    guard let refusal = try? JSONDocument.value(Refusal.self, from: document) else {
        throw CheckError.brokenReport(exitCode: exitCode)
    }
    throw AdoptError(kind: refusal.error.kind, diagnostic: refusal.error.diagnostic)
}

/// The reader's error document.
private struct Refusal: Decodable {
    struct Reason: Decodable {
        let kind: String
        let message: String
        let reason: String?
        let hint: String?

        var diagnostic: Diagnostic {
            Diagnostic(
                printable(message),
                reason: reason.map { printable($0) },
                hint: hint.map { printable($0) }
            )
        }
    }

    let error: Reason
}

/// Why the reader found no app.
public struct AdoptError: Error, Sendable {
    /// The kind: `usage`, `conflict`, `no-folder`, `no-app` or `broken`.
    let kind: String
    /// The error in words.
    public let diagnostic: Diagnostic

    /// Whether the options are wrong, and not the folder.
    public var isUsage: Bool { kind == "usage" }
    /// Whether a file of the app is at the path of a new one.
    public var isConflict: Bool { kind == "conflict" }
    /// Whether there is no such folder.
    public var isMissing: Bool { kind == "no-folder" }
}

extension AdoptRequest {
    /// The reader's arguments.
    var arguments: [String] {
        var arguments = ["adopt", operand(folder)]
        for (option, value) in [
            ("app", app), ("factory", factory), ("settings", settings), ("entry", entry),
            ("python", python),
        ] {
            if let value { arguments.append("--\(option)=\(value)") }
        }
        arguments += staticFolders.map { "--static=\($0)" }
        return arguments + (loads ? ["--load"] : [])
    }
}
