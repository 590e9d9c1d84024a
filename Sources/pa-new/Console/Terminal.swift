// The only place that prints: data to stdout, errors to stderr, colour only where it is welcome.

import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One of the two streams of the process.
struct Stream {
    let descriptor: Int32

    static let output = Stream(descriptor: STDOUT_FILENO)
    static let error = Stream(descriptor: STDERR_FILENO)

    /// Whether colour is welcome: on a terminal that can show it, and where NO_COLOR is not set
    /// (https://no-color.org).
    var hasColour: Bool {
        canErase && (getenv("NO_COLOR").map { String(cString: $0) } ?? "").isEmpty
    }

    /// Whether a line can be shown and erased again: on a terminal that is no typewriter.
    var canErase: Bool {
        let terminal = getenv("TERM").map { String(cString: $0) } ?? ""
        return isatty(descriptor) == 1 && !["", "dumb"].contains(terminal)
    }

    /// Writes a text, all of it.
    ///
    /// - Parameter text: The text, with its line ends.
    /// - Throws: ``OutputError`` where the stream takes no more.
    func write(_ text: String) throws(OutputError) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { unistd_write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw OutputError(code: errno)
            }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// The stream takes no more: a full disk behind it, or nobody at its other end.
struct OutputError: Error {
    let code: Int32

    var diagnostic: Diagnostic {
        Diagnostic("the output could not be written", reason: String(cString: strerror(code)))
    }

    /// The error in words, where a project was made before it.
    func diagnostic(besides report: Report) -> Diagnostic {
        Diagnostic(
            "the output could not be written",
            reason: String(cString: strerror(code)),
            hint:
                "the project is whole: what to do next stands in \(quoted(report.target + "/README.md"))"
        )
    }
}

/// Returns a report for people: a verb for each file, then what to do next.
///
/// - Parameters:
///   - report: What happened.
///   - colour: Whether to set the verbs off.
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
    }
    return text + stepRows(of: report)
}

/// Returns a report of an update for people: a verb for each file that is not as it was.
///
/// - Parameters:
///   - report: What happened.
///   - colour: Whether to set the verbs off.
/// - Returns: Whole lines.
func text(ofUpdate report: Report, colour: Bool) -> String {
    let told = report.files.filter { $0.verb != .identical && $0.verb != .keep }
    guard told.contains(where: { $0.verb != .skip }) else {
        return "\(printable(report.target)) is up to date\n"
    }
    let text = fileRows(told, of: report, colour: colour, showsSizes: false)
    return text + (report.isDryRun ? "\nNothing was written.\n" : stepRows(of: report))
}

/// Tells on stderr that changes of a killed run were taken back, where they were.
///
/// - Parameter report: What happened.
func noteRecovery(_ report: Report) {
    guard report.didRecover else { return }
    let diagnostic = Diagnostic(
        "changes that an interrupted run had left in \(quoted(report.target)) were taken back first",
        hint: "what you changed since then is kept as FILE~, beside the file"
    )
    // Where stderr is closed, nothing can be told.
    try? Stream.error.write(text(of: diagnostic, colour: Stream.error.hasColour))
}

/// Returns a line for each file: its verb, its size where wanted, and its path.
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
        printable(report.target == "." ? path : report.target + "/" + path)
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

/// Returns what to do next, with an empty line before it; nothing where there is nothing to do.
private func stepRows(of report: Report) -> String {
    let steps = report.walkthrough.steps
    if steps.isEmpty { return "" }
    var text =
        "\nNext steps" + (report.namesAccount ? "" : " (USER is your account on the host)") + "\n"
    let numberWidth = String(steps.count).count
    for (index, step) in steps.enumerated() {
        let number = String(index + 1)
        let indent = numberWidth + 4
        let action = wrapped(step.action, to: 80 - indent)
        text += "  " + String(repeating: " ", count: numberWidth - number.count) + number + ". "
        text += action.joined(separator: "\n" + String(repeating: " ", count: indent)) + "\n"
        // A command stays on its line, to be copied.
        for command in step.commands {
            text += String(repeating: " ", count: indent + 4) + command + "\n"
        }
    }
    if let shortcut = report.walkthrough.shortcut {
        text += "\n" + wrapped(shortcut.action, to: 80).joined(separator: "\n") + "\n"
        for command in shortcut.commands { text += "    " + command + "\n" }
    }
    return text
}

/// Returns what git did, or would do.
private func gitLines(_ repository: Repository, _ report: Report, indent: Int) -> String {
    let head = String(repeating: " ", count: indent) + "git  "
    switch repository {
    case .outer(let path):
        return head + "no new repository: \(printable(report.target)) lies in that of "
            + printable(path) + "\n"
    case .own(let branch, let commit, let author):
        let name = commit.map { " (" + $0.prefix(10) + ")" } ?? ""
        let first = head + "a repository with a first commit on \(branch)\(name)\n"
        guard author == .standIn else { return first }
        return first + head + "the commit is by pa-new, since git knows no name for you; "
            + "to make it yours:\n" + String(repeating: " ", count: head.count)
            + "git -C \(shellQuoted(report.target)) commit --amend --reset-author --no-edit\n"
    }
}

extension Report.Verb {
    /// The code of the colour that sets the verb off.
    fileprivate var colour: Int {
        switch self {
        case .create, .update, .merge, .move: 32
        case .overwrite, .delete, .skip: 33
        case .conflict: 31
        case .identical, .keep: 0
        }
    }
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
    return lines + "\(printable(folder)): \(counted(.error)), \(counted(.warning))\n"
}

/// Returns an error for people: what happened, why, and what to do.
///
/// - Parameters:
///   - diagnostic: The error in words.
///   - colour: Whether to set the first word off.
/// - Returns: Whole lines.
func text(of diagnostic: Diagnostic, colour: Bool) -> String {
    var text = (colour ? "\u{1B}[31mpa-new:\u{1B}[0m " : "pa-new: ") + diagnostic.message + "\n"
    if let reason = diagnostic.reason { text += "   why: \(reason)\n" }
    if let hint = diagnostic.hint { text += "  help: \(hint)\n" }
    return text
}

/// Returns a text in lines of at most so many characters, as far as its words allow.
///
/// - Parameters:
///   - text: The text.
///   - width: The number of characters.
/// - Returns: The lines, without their ends.
func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
        if let line = lines.last, line.count + 1 + word.count <= width {
            lines[lines.count - 1] = line + " " + word
        } else {
            lines.append(String(word))
        }
    }
    return lines
}

/// Returns a path that cannot steer a terminal.
private func printable(_ path: String) -> String {
    path.unicodeScalars.contains(where: isInvisible) ? quoted(path) : path
}

/// write(2): inside a type that has a `write` of its own, the plain name would mean that one.
private func unistd_write(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
