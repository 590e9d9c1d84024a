// The command `pa-new template check`: checks a template folder, prints the findings.

import HostTools
import Scaffold

/// Checks a template folder, and prints the findings.
///
/// - Parameters:
///   - folder: The folder, as the user typed it.
///   - isStrict: Whether warnings count as errors.
/// - Returns: The exit code.
/// - Throws: ``ScaffoldError`` if the folder cannot be read, or ``OutputError``.
func checkTemplate(_ folder: String, isStrict: Bool) throws -> Int32 {
    let findings = try TemplateCheck(TemplateFolder(at: folder)).findings
    try Stream.output.write(text(of: findings, in: folder))
    let fails = findings.contains { isStrict || $0.severity == .error }
    return fails ? ExitCode.found : ExitCode.success
}

/// Returns the findings in a template folder, one on each line, and their number at the end.
///
/// - Parameters:
///   - findings: The findings.
///   - folder: The folder, as the user typed it.
/// - Returns: Whole lines.
func text(of findings: [TemplateFinding], in folder: String) -> String {
    func counted(_ severity: Severity) -> String {
        let count = findings.count { $0.severity == severity }
        return "\(count) \(severity.rawValue)" + (count == 1 ? "" : "s")
    }
    let lines = findings.map { "\($0)\n" }.joined()
    return lines + "\(plainOrQuoted(folder)): \(counted(.error)), \(counted(.warning))\n"
}
