// Reports for people: what happened to each file, then what to do next.

import ProjectFiles
import Scaffold

/// Returns a report for people: a verb for each file, then what to do next.
///
/// - Parameters:
///   - report: The report.
///   - colour: Whether to colour the verbs.
/// - Returns: Whole lines.
func text(of report: Report, colour: Bool) -> String {
    var text = fileRows(report.files, of: report, colour: colour, showsSizes: report.isDryRun)
    if let repository = report.repository {
        let width = report.files.map(\.verb.rawValue.count).max() ?? 0
        text += gitLines(repository, report, indent: max(0, width - 3))
    }
    guard !report.isDryRun else {
        let total = report.files.map(\.bytes).reduce(0, +)
        return text + "\n\(report.files.count) files, \(total) bytes. Nothing was written.\n"
            + noteRow(of: report)
    }
    return text + noteRow(of: report) + stepRows(of: report)
}

/// Returns a report of an update for people: a verb for each file, except identical and kept ones.
///
/// - Parameters:
///   - report: The report.
///   - colour: Whether to colour the verbs.
/// - Returns: Whole lines.
func text(ofUpdate report: Report, colour: Bool) -> String {
    let notes = report.remarks.map { "\nnote: \(printable($0))\n" }.joined()
    guard report.hasChanges else {
        return "\(plainOrQuoted(report.target)) is up to date\n" + notes
    }
    let told = report.files.filter { $0.verb != .identical && $0.verb != .keep }
    let text = fileRows(told, of: report, colour: colour, showsSizes: false)
    return text + notes + (report.isDryRun ? "\nNothing was written.\n" : stepRows(of: report))
}

/// Prints on stderr that pa-new undid the changes of an interrupted run, if it did.
///
/// - Parameter report: The report.
func noteRecovery(_ report: Report) { noteRecovery(report.didRecover, in: report.target) }

/// Prints on stderr that pa-new undid the changes of an interrupted run, if it did.
///
/// - Parameters:
///   - didRecover: Whether it did.
///   - folder: The project's folder.
func noteRecovery(_ didRecover: Bool, in folder: String) {
    guard didRecover else { return }
    let diagnostic = Diagnostic(
        "the unfinished changes of an interrupted run in \(quoted(folder)) were undone first",
        hint: "files that you changed since then are kept as FILE~"
    )
    // Ignore errors: if stderr is closed, this cannot be printed.
    try? Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
}

/// Returns a line for each file: its verb, its size if `showsSizes`, and its path.
private func fileRows(
    _ files: [Report.File],
    of report: Report,
    colour: Bool,
    showsSizes: Bool
) -> String {
    let width = files.map(\.verb.rawValue.count).max() ?? 0
    let sizes = files.map { String($0.bytes) }
    let sizeWidth = sizes.map(\.count).max() ?? 0
    let place = { (path: String) in
        plainOrQuoted(report.target == "." ? path : report.target + "/" + path)
    }
    var text = ""
    for (file, size) in zip(files, sizes) {
        let verb = file.verb.rawValue
        text += String(repeating: " ", count: width - verb.count)
        text += colour ? "\u{1B}[\(file.verb.colour)m\(verb)\u{1B}[0m" : verb
        if showsSizes {
            text += "  " + String(repeating: " ", count: sizeWidth - size.count) + size
        }
        text += "  " + place(file.path)
        if let before = file.keptAt ?? file.movedFrom { text += "  (before: \(place(before)))" }
        text += "\n"
    }
    return text
}

/// Returns the notes, each after an empty line.
///
/// They say what files that stay do not connect, and what there is to say about the Python version. What was
/// found of an app has its notes above.
private func noteRow(of report: Report) -> String {
    let notes =
        (report.found.isEmpty ? report.remarks : []) + (report.pythonNote.map { [$0] } ?? [])
    return notes.map { "\nnote: \(printable($0))\n" }.joined()
}

/// Returns the next steps after an empty line; an empty text if there are none.
private func stepRows(of report: Report) -> String {
    let note = report.namesAccount ? "" : " (replace USER with your PythonAnywhere account)"
    var text = stepRows(report.nextSteps.steps, note: note)
    if !text.isEmpty, let shortcut = report.nextSteps.shortcut {
        text += "\n" + wrapped(shortcut.action, to: 80).joined(separator: "\n") + "\n"
        for command in shortcut.commands { text += "    " + command + "\n" }
    }
    return text
}

/// Returns steps after an empty line and a heading; an empty text if there are none.
///
/// - Parameters:
///   - steps: The steps.
///   - note: A note for the heading.
/// - Returns: Whole lines.
func stepRows(_ steps: [NextSteps.Step], note: String = "") -> String {
    if steps.isEmpty { return "" }
    var text = "\nNext steps" + note + "\n"
    let numberWidth = String(steps.count).count
    for (index, step) in steps.enumerated() {
        let number = String(index + 1)
        let indent = numberWidth + 4
        let action = wrapped(printable(step.action), to: 80 - indent)
        text += "  " + String(repeating: " ", count: numberWidth - number.count) + number + ". "
        text += action.joined(separator: "\n" + String(repeating: " ", count: indent)) + "\n"
        // A command stays on one line, so that you can copy it.
        for command in step.commands {
            text += String(repeating: " ", count: indent + 4) + printable(command) + "\n"
        }
    }
    return text
}

/// Returns the lines about the git repository.
private func gitLines(_ repository: Repository, _ report: Report, indent: Int) -> String {
    let head = String(repeating: " ", count: indent) + "git  "
    switch repository {
    case .outer(let path):
        return head + "no new repository: \(plainOrQuoted(report.target)) is inside the one in "
            + plainOrQuoted(path) + "\n"
    case .own(let branch, let commit, let author):
        let name = commit.map { " (" + $0.prefix(10) + ")" } ?? ""
        let first = head + "a repository with a first commit on \(branch)\(name)\n"
        guard author == .standIn else { return first }
        return first + head
            + "the author of the commit is pa-new, because git does not know your name; "
            + "to change that:\n" + String(repeating: " ", count: head.count)
            + "git -C \(shellQuoted(report.target)) commit --amend --reset-author --no-edit\n"
    }
}

extension Report.Verb {
    /// The ANSI code of the verb's colour.
    fileprivate var colour: Int {
        switch self {
        case .create, .update, .merge, .move: 32
        case .overwrite, .delete, .skip: 33
        case .conflict: 31
        case .identical, .keep: 0
        }
    }
}
