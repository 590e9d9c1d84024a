// `pa-new template check` on the command line: look, tell.

import HostTools
import Scaffold

/// Checks a template folder, and prints what was found.
///
/// - Parameters:
///   - folder: The folder, as it was typed.
///   - isStrict: Whether a warning fails, too.
/// - Returns: The exit code.
/// - Throws: ``ScaffoldError`` where the folder cannot be read, or ``OutputError``.
func checkTemplate(_ folder: String, isStrict: Bool) throws -> Int32 {
    let findings = try TemplateCheck(TemplateFolder(reading: folder)).findings
    try Stream.output.write(text(of: findings, in: folder))
    let fails = findings.contains { isStrict || $0.severity == .error }
    return fails ? ExitCode.found : ExitCode.success
}

/// Returns what was found in a template folder: a line each, then the sum.
///
/// - Parameters:
///   - findings: What was found.
///   - folder: The folder, as it was typed.
/// - Returns: Whole lines.
func text(of findings: [TemplateFinding], in folder: String) -> String {
    func counted(_ severity: Severity) -> String {
        let count = findings.count { $0.severity == severity }
        return "\(count) \(severity.rawValue)" + (count == 1 ? "" : "s")
    }
    let lines = findings.map { "\($0)\n" }.joined()
    return lines + "\(plainOrQuoted(folder)): \(counted(.error)), \(counted(.warning))\n"
}
