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
    /// What does the steps on the host at once, over its API; nil where there are none.
    public let shortcut: Step?

    /// Takes steps as they are.
    init(steps: [Step], shortcut: Step? = nil) {
        self.steps = steps
        self.shortcut = shortcut
    }

    /// Tells what to do next.
    ///
    /// - Parameters:
    ///   - answers: What was decided.
    ///   - parent: The folder that holds the project, as a path from where the reader is; nil where
    ///     the reader is in it.
    init(_ answers: ProjectConfiguration, parent: String?) {
        let own = Self.ownSteps(answers)
        // Without an entry file it is no web app.
        guard answers.hasEntryFile else {
            steps = own + Self.pipelineSteps(answers)
            shortcut = nil
            return
        }
        steps = own + Self.hostSteps(answers, parent: parent) + Self.pipelineSteps(answers)
        shortcut = Self.shortcut(
            answers,
            after: (answers.uploads.isEmpty ? [] : ["it is built"])
                + (answers.hasRequirements ? ["the virtualenv is there"] : []),
            target: answers.target
        )
    }

    /// Returns the steps that make a new web app of a project.
    static func hostSteps(_ answers: ProjectConfiguration, parent: String?) -> [Step] {
        let site = answers.site
        let greeting = answers.framework.manifest.greeting
        var steps = uploadSteps(answers, parent: parent)
        if answers.hasRequirements {
            steps.append(
                Step(
                    action: (answers.uploads.isEmpty ? "In the same console" : "In a Bash console")
                        + ", make a virtualenv and install what it needs:",
                    commands: [
                        "mkvirtualenv \(answers.name.folder) --python=python\(answers.python)",
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
        steps.append(entryFileStep(answers))
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
        return steps
    }

    /// Returns what does the steps on the host at once.
    ///
    /// - Parameters:
    ///   - answers: What was decided.
    ///   - before: What has to be true before.
    ///   - target: The project's folder, as a path from where the reader is.
    /// - Returns: What `pa-new deploy` needs, and the command.
    static func shortcut(_ answers: ProjectConfiguration, after before: [String], target: String)
        -> Step
    {
        let all = answers.pipeline == nil ? "all of it" : "all of that on the host"
        let what = before.isEmpty ? all : "once \(listed(before)), the rest"
        let account = answers.account == nil ? " --user \(answers.site.user)" : ""
        return Step(
            action: "Or\(before.isEmpty ? "" : ",") \(what) at once, "
                + "with an API token of the account in the variable API_TOKEN:",
            commands: ["pa-new deploy \(shellQuoted(target))\(account)"]
        )
    }

    /// Returns the step that gets the pipeline going, where there is one.
    static func pipelineSteps(_ answers: ProjectConfiguration) -> [Step] {
        guard let pipeline = answers.pipeline else { return [] }
        let more =
            answers.framework.origin == .embedded
            ? " README.md says, under \"At each push\", what it has to know to deploy." : ""
        return [
            Step(
                action: "Push the project to \(pipeline.title), as a repository of its own: "
                    + "there its pipeline runs." + more,
                commands: []
            )
        ]
    }

    /// Returns the step with what the template itself says to type.
    static func ownSteps(_ answers: ProjectConfiguration) -> [Step] {
        guard !answers.commands.isEmpty else { return [] }
        return [Step(action: "In the folder \(answers.name.folder):", commands: answers.commands)]
    }

    /// Returns the steps that bring the project to the host: all of it packed, or what has to be there.
    private static func uploadSteps(_ answers: ProjectConfiguration, parent: String?) -> [Step] {
        guard answers.uploads.isEmpty else {
            return uploadSteps(answers, isNew: true, withStaticFiles: answers.hasStaticFiles)
        }
        let folder = answers.name.folder
        let archive = "\(folder).zip"
        return [
            Step(
                action: "On your computer, in the folder that holds \(folder), pack the project:",
                commands: (parent.map { ["cd \(shellQuoted($0))"] } ?? [])
                    + ["python3 -m zipfile -c \(archive) \(folder)"]
            ),
            Step(
                action: "On the Files tab, upload \(archive) to \(answers.site.home). "
                    + "Then unpack it in a Bash console:",
                commands: ["unzip -o \(archive)"]
            ),
        ]
    }

    /// Returns a step for each folder on the host, with what to upload to it.
    ///
    /// - Parameters:
    ///   - answers: What was decided, with ``ProjectConfiguration/uploads``.
    ///   - isNew: Whether the folders still have to be made.
    ///   - hasStaticFiles: Whether the static files have to be uploaded.
    /// - Returns: The steps.
    static func uploadSteps(
        _ answers: ProjectConfiguration,
        isNew: Bool,
        withStaticFiles hasStaticFiles: Bool
    ) -> [Step] {
        var contents = uploadsByFolder(answers)
        if hasStaticFiles {
            contents["static", default: []] += ["what is in \(answers.name.folder)/static"]
        }
        return contents.sorted { $0.key < $1.key }.filter { isNew || !$0.value.isEmpty }
            .map { folder, names in
                let place = answers.site.sourceFolder + (folder.isEmpty ? "" : "/" + folder)
                let action =
                    switch (isNew, names.isEmpty) {
                    case (false, _): "upload \(listed(names)) to \(place)"
                    case (true, true): "make the folder \(place)"
                    case (true, false): "make the folder \(place) and upload \(listed(names)) to it"
                    }
                return Step(action: "On the Files tab, \(action).", commands: [])
            }
    }

    /// Returns what to upload, by the folder below the project's; that one itself has no path.
    private static func uploadsByFolder(_ answers: ProjectConfiguration) -> [String: [String]] {
        var contents: [String: [String]] = ["": []]
        for path in answers.uploads + (answers.hasRequirements ? ["requirements.txt"] : []) {
            for index in path.indices where path[index] == "/" {
                contents[String(path[..<index]), default: []] += []
            }
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            if contents[folder]?.contains(path) != true { contents[folder, default: []] += [path] }
        }
        return contents
    }

    /// Returns the step that makes the entry file the host's.
    ///
    /// Where not all of the project is on the host, neither is the entry file, and no console can copy it.
    static func entryFileStep(_ answers: ProjectConfiguration) -> Step {
        let site = answers.site
        let action =
            "Replace the whole contents of the WSGI file \(site.wsgiFile) "
            + "with those of \(answers.name.folder)/wsgi.py, in the Web tab's editor"
        guard answers.uploads.isEmpty else { return Step(action: action + ".", commands: []) }
        return Step(
            action: action + " or in the console:",
            commands: ["cp \(site.sourceFolder)/wsgi.py \(site.wsgiFile)"]
        )
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
