// What to do once the project is written: the host's walkthrough with this project's own values.

/// The steps from a written project to a visited page.
///
/// They follow the host's pages "How to get your code in and out of PythonAnywhere", "Using a
/// virtualenv" and "Setting up Flask applications" (the part on manual configuration).
public struct Walkthrough: Sendable, Hashable {
    /// One thing to do.
    public struct Step: Sendable, Hashable {
        /// What to do and where.
        public let action: String
        /// What to type for it, a line each.
        public let commands: [String]
    }

    /// The steps in their order.
    public let steps: [Step]

    /// Takes steps as they are.
    init(steps: [Step]) { self.steps = steps }

    /// Tells what to do next.
    ///
    /// - Parameters:
    ///   - answers: What was decided.
    ///   - parent: The folder that holds the project, as a path from where the reader is; nil where
    ///     the reader is in it.
    init(_ answers: Answers, parent: String?) {
        let site = answers.site
        let folder = answers.name.folder
        let greeting = answers.framework.manifest.greeting
        let archive = "\(folder).zip"

        let own =
            answers.commands.isEmpty
            ? [] : [Step(action: "In the folder \(folder):", commands: answers.commands)]
        // Without an entry file it is no web app.
        guard answers.hasEntryFile else {
            steps = own
            return
        }
        var steps = own
        steps += [
            Step(
                action: "On your computer, in the folder that holds \(folder), pack the project:",
                commands: (parent.map { ["cd \(shellQuoted($0))"] } ?? [])
                    + ["python3 -m zipfile -c \(archive) \(folder)"]
            ),
            Step(
                action: "On the Files tab, upload \(archive) to \(site.home). "
                    + "Then unpack it in a Bash console:",
                commands: ["unzip -o \(archive)"]
            ),
        ]
        if answers.hasRequirements {
            steps.append(
                Step(
                    action: "In the same console, make a virtualenv and install what it needs:",
                    commands: [
                        "mkvirtualenv \(folder) --python=python\(answers.python)",
                        "pip install -r \(site.sourceFolder)/requirements.txt",
                    ]
                )
            )
        }
        steps += [
            Step(
                action: "On the Web tab, add a new web app for \(site.domain): "
                    + "choose Manual configuration and Python \(answers.python).",
                commands: []
            ),
            Step(
                action: "There, set the source code folder to \(site.sourceFolder).",
                commands: []
            ),
        ]
        if answers.hasRequirements {
            steps.append(
                Step(action: "There, set the virtualenv to \(site.virtualenv).", commands: [])
            )
        }
        steps.append(
            Step(
                action: "Replace the whole contents of the WSGI file \(site.wsgiFile) "
                    + "with those of \(folder)/wsgi.py, in the Web tab's editor or in the console:",
                commands: ["cp \(site.sourceFolder)/wsgi.py \(site.wsgiFile)"]
            )
        )
        if answers.hasStaticFiles {
            steps.append(
                Step(
                    action: "Map static files on the Web tab: "
                        + "URL /static/, directory \(site.staticFolder).",
                    commands: []
                )
            )
        }
        steps += [
            Step(action: "Press Reload.", commands: []),
            Step(
                action: greeting.isEmpty
                    ? "Visit \(site.url)." : "Visit \(site.url): it answers \"\(greeting)\".",
                commands: []
            ),
        ]
        self.steps = steps
    }
}

/// Returns a path as one word for a shell: never an option, and with nothing in it that could steer
/// a terminal.
///
/// - Parameter path: The path.
/// - Returns: The word; with control characters it has the form `$'...'`, which POSIX.1-2024 knows.
public func shellQuoted(_ path: String) -> String {
    shellWord(path.hasPrefix("-") ? "./" + path : path)
}

/// Returns a text as one word for a shell, as ``shellQuoted(_:)`` does for a path.
///
/// - Parameter text: The text.
/// - Returns: The word, which means just that text.
func shellWord(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "/._-+,:@%".utf8.contains(byte)
        }
    }
    if plain, !text.isEmpty { return text }
    guard text.unicodeScalars.contains(where: isInvisible) else {
        return "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }
    var word = "$'"
    for scalar in text.unicodeScalars {
        if isInvisible(scalar) {
            for byte in String(scalar).utf8 {
                // Three octal digits: no character behind them can be taken for a fourth.
                word += "\\" + String(byte >> 6) + String(byte >> 3 & 7) + String(byte & 7)
            }
        } else {
            if scalar == "'" || scalar == "\\" { word += "\\" }
            word.unicodeScalars.append(scalar)
        }
    }
    return word + "'"
}
