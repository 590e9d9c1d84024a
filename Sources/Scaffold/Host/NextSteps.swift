// What to do once the project is written: the host's walkthrough with this project's own values.

/// The steps from a written project to a visited page.
///
/// They follow the host's pages "How to get your code in and out of PythonAnywhere", "Using a
/// virtualenv" and "Setting up Flask applications" (the part on manual configuration).
public struct NextSteps: Sendable, Hashable {
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
    ///   - project: The project.
    ///   - parent: The folder that holds the project, as a path from where the reader is; nil where
    ///     the reader is in it.
    init(_ project: Project, parent: String?) {
        let own = Self.ownSteps(project)
        // Without an entry file it is no web app.
        guard project.configuration.hasEntryFile else {
            steps = own + Self.pipelineSteps(project)
            shortcut = nil
            return
        }
        steps = own + Self.hostSteps(project, parent: parent) + Self.pipelineSteps(project)
        shortcut = Self.shortcut(
            project,
            after: (project.products.uploads.isEmpty ? [] : ["it is built"])
                + (project.configuration.hasRequirements ? ["the virtualenv exists"] : []),
            target: project.configuration.target
        )
    }

    /// Returns the steps that make a new web app of a project.
    static func hostSteps(_ project: Project, parent: String?) -> [Step] {
        let site = project.configuration.site
        let greeting = project.configuration.framework.manifest.greeting
        var steps = uploadSteps(project, parent: parent)
        if project.configuration.hasRequirements {
            steps.append(
                Step(
                    action: (project.products.uploads.isEmpty
                        ? "In the same console" : "In a Bash console")
                        + ", make a virtualenv and install what it needs:",
                    commands: [
                        "mkvirtualenv \(project.configuration.name.folder) --python=python\(project.configuration.python)",
                        "pip install -r \(site.sourceFolder)/requirements.txt",
                    ]
                )
            )
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
        steps.append(entryFileStep(project))
        if project.configuration.hasStaticFiles {
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
    ///   - project: The project.
    ///   - before: What has to be true before.
    ///   - target: The project's folder, as a path from where the reader is.
    /// - Returns: What `pa-new deploy` needs, and the command.
    static func shortcut(_ project: Project, after before: [String], target: String)
        -> Step
    {
        let all =
            project.configuration.pipeline == nil ? "all of this" : "all steps on PythonAnywhere"
        let what = before.isEmpty ? "do \(all)" : "once \(listed(before)), do the rest"
        let account =
            project.configuration.account == nil ? " --user \(project.configuration.site.user)" : ""
        return Step(
            action:
                "Or\(before.isEmpty ? "" : ",") \(what) with one command. It needs an API token in the "
                + "environment variable API_TOKEN:",
            commands: ["pa-new deploy \(shellQuoted(target))\(account)"]
        )
    }

    /// Returns the step that gets the pipeline going, where there is one.
    static func pipelineSteps(_ project: Project) -> [Step] {
        guard let pipeline = project.configuration.pipeline else { return [] }
        let more =
            project.configuration.framework.origin == .embedded
            ? " To let it deploy, see \"At each push\" in README.md." : ""
        return [
            Step(
                action: "Push the project to \(pipeline.title), as a repository of its own: "
                    + "its pipeline runs there." + more,
                commands: []
            )
        ]
    }

    /// Returns the step with what the template itself says to type.
    static func ownSteps(_ project: Project) -> [Step] {
        guard !project.products.commands.isEmpty else { return [] }
        return [
            Step(
                action: "In the folder \(project.configuration.name.folder):",
                commands: project.products.commands
            )
        ]
    }

    /// Returns the steps that bring the project to the host: all of it packed, or what has to be there.
    private static func uploadSteps(_ project: Project, parent: String?) -> [Step] {
        guard project.products.uploads.isEmpty else {
            return uploadSteps(
                project,
                isNew: true,
                withStaticFiles: project.configuration.hasStaticFiles
            )
        }
        let folder = project.configuration.name.folder
        let archive = "\(folder).zip"
        return [
            Step(
                action:
                    "On your computer, in the folder that contains \(folder), pack the project:",
                commands: (parent.map { ["cd \(shellQuoted($0))"] } ?? [])
                    + ["python3 -m zipfile -c \(archive) \(folder)"]
            ),
            Step(
                action:
                    "On the Files tab, upload \(archive) to \(project.configuration.site.home). "
                    + "Then unpack it in a Bash console:",
                commands: ["unzip -o \(archive)"]
            ),
        ]
    }

    /// Returns a step for each folder on the host, with what to upload to it.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - isNew: Whether the folders still have to be made.
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

    /// Returns what to upload, by the folder below the project's; that one itself has no path.
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

    /// Returns the step that makes the entry file the host's.
    ///
    /// Where not all of the project is on the host, neither is the entry file, and no console can copy it.
    static func entryFileStep(_ project: Project) -> Step {
        let site = project.configuration.site
        let action =
            "Replace the whole contents of the WSGI file \(site.wsgiFile) "
            + "with those of \(project.configuration.name.folder)/wsgi.py, in the Web tab's editor"
        guard project.products.uploads.isEmpty else {
            return Step(action: action + ".", commands: [])
        }
        return Step(
            action: action + " or in the console:",
            commands: ["cp \(site.sourceFolder)/wsgi.py \(site.wsgiFile)"]
        )
    }
}
