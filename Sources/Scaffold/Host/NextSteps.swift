// The next steps for a new project: PythonAnywhere's walkthrough with this project's own values.

/// The steps from a new project on the disk to a page in the browser.
///
/// They follow PythonAnywhere's pages "How to get your code in and out of PythonAnywhere", "Using a
/// virtualenv" and "Setting up Flask applications" (the part on manual configuration).
public struct NextSteps: Sendable, Hashable {
    /// One step.
    public struct Step: Sendable, Hashable, Encodable {
        /// What to do, and where.
        public let action: String
        /// The commands to type, one per line.
        public let commands: [String]
    }

    /// The steps in order.
    public let steps: [Step]
    /// A command that does the steps on PythonAnywhere through its API; nil if it has no such steps.
    public let shortcut: Step?

    /// Creates next steps from the given ones.
    init(steps: [Step], shortcut: Step? = nil) {
        self.steps = steps
        self.shortcut = shortcut
    }

    /// Creates the next steps for a new project.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - parent: The parent folder of the project, as a path relative to the current folder; nil if
    ///     the current folder is the project's.
    ///   - isConnected: Whether the entry file is the project's own, and not another one that stays.
    ///   - console: The console on PythonAnywhere in which pa-new runs, if it does.
    ///   - interpreter: The Python that the user gave with `--interpreter`, if any.
    init(
        _ project: Project,
        parent: String?,
        isConnected: Bool = true,
        console: HostConsole? = nil,
        interpreter: String? = nil
    ) {
        let console = project.configuration.usable(console)
        let own =
            Self.ownSteps(project)
            + Self.checkSteps(project, parent: parent, with: interpreter)
        // Without an entry file the project is not a web app.
        guard project.configuration.hasEntryFile else {
            steps = own + Self.pipelineSteps(project)
            shortcut = nil
            return
        }
        steps =
            own
            + Self.hostSteps(
                project,
                parent: parent,
                isConnected: isConnected,
                console: console
            )
            + Self.pipelineSteps(project)
        shortcut = Self.shortcut(
            project,
            // Packages need no virtualenv: the command brings them along.
            after: project.products.uploads.isEmpty ? [] : ["it is built"],
            target: Self.target(project, in: project.configuration.target, console),
            console: console,
            interpreter: interpreter
        )
    }

    /// Returns the steps that create a web app for a project.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - parent: The parent folder of the project, as a path relative to the current folder; nil if the
    ///     current folder is the project's.
    ///   - folder: The project's folder, as a path relative to the current folder; nil for that of a new one.
    ///   - isConnected: Whether the entry file is the project's own, and not another one that stays.
    ///   - console: The console on PythonAnywhere in which pa-new runs, if it does.
    /// - Returns: The steps.
    static func hostSteps(
        _ project: Project,
        parent: String?,
        folder: String? = nil,
        isConnected: Bool = true,
        console: HostConsole? = nil
    ) -> [Step] {
        let site = project.configuration.site
        let greeting = isConnected ? project.configuration.framework.manifest.greeting : ""
        var steps =
            console.map { moveSteps(project, in: folder ?? project.configuration.target, $0) }
            ?? uploadSteps(project, parent: parent)
        if project.configuration.hasRequirements {
            steps.append(virtualenvStep(project, console))
        }
        steps += project.hostSteps.map {
            consoleStep($0, of: project, place: place(in: console))
        }
        steps += [
            Step(
                action: "On the Web tab, add a new web app for \(site.domain): "
                    + "choose Manual configuration and Python \(project.configuration.python).",
                commands: []
            ),
            Step(
                action: "There, set the source code folder to \(site.sourceFolder).",
                commands: []
            ),
        ]
        if project.configuration.hasRequirements {
            steps.append(
                Step(action: "There, set the virtualenv to \(site.virtualenv).", commands: [])
            )
        }
        steps.append(entryFileStep(project, console))
        steps += project.configuration.staticMappings.map(mappingStep)
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

    /// Returns a step of the template as one in a console.
    static func consoleStep(_ step: Step, of project: Project, place: String) -> Step {
        guard !step.commands.isEmpty else { return step }
        let folder = "cd \(shellQuoted(project.configuration.site.sourceFolder))"
        return Step(action: "\(place), \(step.action):", commands: [folder] + step.commands)
    }

    /// Returns the step that lets PythonAnywhere serve a folder without the app.
    static func mappingStep(_ mapping: StaticMapping) -> Step {
        Step(
            action: "Map static files on the Web tab: "
                + "URL \(mapping.url), directory \(mapping.directory).",
            commands: []
        )
    }

    /// Returns the command that does the steps on PythonAnywhere.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - before: The conditions that must hold first.
    ///   - target: The project's folder, as a path relative to the current folder.
    ///   - console: The console on PythonAnywhere in which pa-new runs, if it does.
    ///   - interpreter: The Python that the user gave with `--interpreter`, if any.
    /// - Returns: The requirements of `pa-new deploy`, and the command.
    static func shortcut(
        _ project: Project,
        after before: [String],
        target: String,
        console: HostConsole? = nil,
        interpreter: String? = nil
    ) -> Step {
        let all =
            project.configuration.pipeline == nil ? "all of this" : "all steps on PythonAnywhere"
        let what = before.isEmpty ? "do \(all)" : "once \(listed(before)), do the rest"
        let account =
            project.configuration.account == nil ? " --user \(project.configuration.site.user)" : ""
        return Step(
            action:
                "Or\(before.isEmpty ? "" : ",") \(what) with one command. It needs an API token"
                + (console == nil
                    ? " in the environment variable API_TOKEN:"
                    : ": create it on the Account page, then open a new console. There:"),
            commands: ["pa-new deploy \(shellQuoted(target))\(account)\(option(interpreter))"]
        )
    }

    /// Returns the step that starts the pipeline, if there is one.
    static func pipelineSteps(_ project: Project) -> [Step] {
        guard let pipeline = project.configuration.pipeline else { return [] }
        let more =
            project.configuration.framework.origin == .embedded
            ? " To let it deploy, see \"At each push\" in \(project.configuration.readme)." : ""
        return [
            Step(
                action: "Push the project to \(pipeline.title), as a repository of its own: "
                    + "its pipeline runs there." + more,
                commands: []
            )
        ]
    }

    /// Returns the step with the commands that the template itself gives.
    static func ownSteps(_ project: Project) -> [Step] {
        guard !project.products.commands.isEmpty else { return [] }
        return [
            Step(
                action: "In the folder \(project.configuration.name.folder):",
                commands: project.products.commands
            )
        ]
    }

    /// Returns the steps that upload the project: as one archive, or only the files that are needed.
    static func uploadSteps(_ project: Project, parent: String?) -> [Step] {
        guard project.products.uploads.isEmpty else {
            return uploadSteps(
                project,
                isNew: true,
                withStaticFiles: !project.configuration.ownStaticFolders.isEmpty
            )
        }
        let archive = "\(project.configuration.name.folder).zip"
        return [
            packStep(project, parent: parent),
            Step(
                action:
                    "On the Files tab, upload \(archive) to \(project.configuration.site.home). "
                    + "Then unpack it in a Bash console. If unzip asks to replace a file, answer n if "
                    + "your app saves data in it:",
                commands: ["unzip \(archive)"]
            ),
        ]
    }

    /// Returns the step that checks an app that was there already: pa-new has not written it.
    private static func checkSteps(
        _ project: Project,
        parent: String?,
        with interpreter: String?
    ) -> [Step] {
        guard project.configuration.adoption != nil else { return [] }
        let target = parent == nil ? project.configuration.target : "."
        return [
            Step(
                action:
                    "Check the app: this says what would fail on PythonAnywhere, and what to change:",
                commands: [
                    "pa-new check" + (target == "." ? "" : " " + shellQuoted(target))
                        + option(interpreter)
                ]
            )
        ]
    }

    /// Returns the option that names a Python, after a space; empty for none.
    private static func option(_ interpreter: String?) -> String {
        interpreter.map { " --interpreter " + shellQuoted($0) } ?? ""
    }

    /// Returns the step that packs the project.
    ///
    /// The folder of an app that was there already can have any name.
    private static func packStep(_ project: Project, parent: String?) -> Step {
        guard project.configuration.adoption == nil else {
            let target = parent == nil ? project.configuration.target : "."
            return Step(
                action: "On your computer, pack the project"
                    + (target == "." ? ", in its folder:" : ":"),
                commands: ["pa-new pack" + (target == "." ? "" : " " + shellQuoted(target))]
            )
        }
        let folder = project.configuration.name.folder
        return Step(
            action: "On your computer, in the folder that contains \(folder), pack the project:",
            commands: (parent.map { ["cd \(shellQuoted($0))"] } ?? []) + ["pa-new pack \(folder)"]
        )
    }

    /// Returns a step for each folder on PythonAnywhere, with the files to upload to it.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - isNew: Whether the folders do not exist yet.
    ///   - hasStaticFiles: Whether the static files have to be uploaded.
    /// - Returns: The steps.
    static func uploadSteps(
        _ project: Project,
        isNew: Bool,
        withStaticFiles hasStaticFiles: Bool
    ) -> [Step] {
        var contents = uploadsByFolder(project)
        if hasStaticFiles {
            contents["static", default: []] += [
                "the files in \(project.configuration.name.folder)/static"
            ]
        }
        return contents.sorted { $0.key < $1.key }.filter { isNew || !$0.value.isEmpty }
            .map { folder, names in
                let place =
                    project.configuration.site.sourceFolder + (folder.isEmpty ? "" : "/" + folder)
                let action =
                    switch (isNew, names.isEmpty) {
                    case (false, _): "upload \(listed(names)) to \(place)"
                    case (true, true): "make the folder \(place)"
                    case (true, false): "make the folder \(place) and upload \(listed(names)) to it"
                    }
                return Step(action: "On the Files tab, \(action).", commands: [])
            }
    }

    /// Returns the files to upload, by their folders below the project's; its own path is empty.
    private static func uploadsByFolder(_ project: Project) -> [String: [String]] {
        var contents: [String: [String]] = ["": []]
        for path in project.products.uploads
            + (project.configuration.hasRequirements ? ["requirements.txt"] : [])
        {
            for index in path.indices where path[index] == "/" {
                contents[String(path[..<index]), default: []] += []
            }
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            if contents[folder]?.contains(path) != true { contents[folder, default: []] += [path] }
        }
        return contents
    }

    /// Returns the step that copies the entry file over the WSGI file.
    ///
    /// If only some files are uploaded, the entry file is not on PythonAnywhere, so no console can copy it.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - console: The console on PythonAnywhere in which pa-new runs, if it does.
    /// - Returns: The step.
    static func entryFileStep(_ project: Project, _ console: HostConsole? = nil) -> Step {
        let site = project.configuration.site
        let entry = project.configuration.entryFile
        let replace =
            "Replace the whole contents of the WSGI file \(site.wsgiFile) "
            + "with those of \(project.configuration.name.folder)/\(entry)"
        let command = "cp \(site.sourceFolder)/\(entry) \(site.wsgiFile)"
        if console != nil {
            return Step(action: replace + ", in this console:", commands: [command])
        }
        let action = replace + ", in the Web tab's editor"
        guard project.products.uploads.isEmpty else {
            return Step(action: action + ".", commands: [])
        }
        return Step(action: action + " or in the console:", commands: [command])
    }
}
