// The next steps after an update of a project.

extension NextSteps {
    /// Creates the next steps after an update.
    ///
    /// - Parameters:
    ///   - project: The project as it is now.
    ///   - files: What was done to each file.
    ///   - before: The record of the project before the update.
    ///   - hostStepsBefore: The steps that the project's template had before the update.
    ///   - notices: What the template says about the files that the update adds.
    ///   - hadRequirements: Whether it had packages to install before; nil if that is not known.
    ///   - folder: The project's folder, as a path relative to the current folder.
    ///   - console: The console on PythonAnywhere in which pa-new runs, if it does.
    ///   - interpreter: The Python that the user gave with `--interpreter`, if any.
    init(
        updating project: Project,
        _ files: [Report.File],
        before: ProjectRecord,
        hostStepsBefore: [Step],
        notices: [String],
        hadRequirements: Bool? = nil,
        in folder: String,
        console: HostConsole? = nil,
        interpreter: String? = nil
    ) {
        let console = project.configuration.usable(console)
        let now = ProjectRecord(project.configuration)
        var steps = Self.conflictSteps(files)
        steps += notices.map { Step(action: $0, commands: []) }
        if now.name != before.name {
            steps.append(Self.renamingStep(project, files, before: before))
        }
        let verbs: [Report.Verb] = [.create, .update, .merge, .move, .delete, .conflict]
        let changed = Set(files.filter { verbs.contains($0.verb) }.map(\.path))
        let unnoticed: Set = [ProjectRecord.fileName, Baseline.fileName, AgentsFile.path]
        let noticed = changed.subtracting(unnoticed)
        // A change of the pipeline alone does not concern PythonAnywhere.
        let pipeline = now.pipeline != before.pipeline ? Self.pipelineSteps(project) : []
        guard project.configuration.hasEntryFile,
            Self.concernsHost(project, noticed, now, before: before)
        else {
            self.init(steps: steps + pipeline)
            return
        }
        // The files to upload are built from the project's files first, and the tests need them, too.
        let making = project.products.uploads.isEmpty ? [] : Self.ownSteps(project)
        let tests = Self.testSteps(project, console)
        steps += making + tests
        // If the account or domain was not known before, it is still the same web app.
        let isSameSite =
            (before.user == nil || now.user == before.user)
            && (before.domain == nil || now.domain == before.domain)
        let isSameApp =
            (now.name, now.python, now.language) == (before.name, before.python, before.language)
            && isSameSite && !changed.contains("requirements.txt")
        if isSameSite, !isSameApp, making.isEmpty {
            let change = Change(
                before: before,
                hostStepsBefore: hostStepsBefore,
                hadRequirements: hadRequirements,
                changed: changed,
                folder: folder,
                console: console
            )
            steps += Self.changeSteps(of: project, change)
        } else if !isSameApp {
            // Another account or domain means a new web app.
            // Without files to upload first, the template's own steps come here.
            steps += (making.isEmpty ? Self.ownSteps(project) : [])
            steps += Self.hostSteps(project, parent: "..", folder: folder, console: console)
        } else {
            if !noticed.isEmpty { steps += Self.changeSteps(project, changed, in: folder, console) }
            steps += Self.newHostSteps(project, before: before, hostStepsBefore, console)
            steps += Self.mappingSteps(project, before: before)
            steps.append(Step(action: "Press Reload.", commands: []))
        }
        steps += pipeline
        let conditions =
            (making.isEmpty ? [] : ["it is built"]) + (tests.isEmpty ? [] : ["its tests pass"])
        self.init(
            steps: steps,
            // A new name moves the folder.
            shortcut: now.name == before.name
                ? Self.shortcut(
                    project,
                    after: conditions,
                    target: Self.target(project, in: folder, console),
                    console: console,
                    interpreter: interpreter
                ) : nil
        )
    }

    /// Whether an update changes something that PythonAnywhere has.
    private static func concernsHost(
        _ project: Project,
        _ changed: Set<String>,
        _ now: ProjectRecord,
        before: ProjectRecord
    ) -> Bool {
        guard now.pipeline == before.pipeline else {
            return changed.contains { !$0.hasPrefix(".") && $0 != project.configuration.readme }
        }
        return !changed.isEmpty || now.staticFolders != before.staticFolders
            || now.static != before.static
    }

    /// Returns the step that runs the project's tests, if it has any.
    private static func testSteps(_ project: Project, _ console: HostConsole?) -> [Step] {
        guard project.configuration.files.contains(where: { $0.path.hasPrefix("tests/") }) else {
            return []
        }
        return [
            Step(
                action: (console == nil ? "On your computer, in" : "In")
                    + " the project's folder, run its tests:",
                commands: ["python3 -m unittest"]
            )
        ]
    }

    /// Returns the steps of the template that it did not have before the update.
    ///
    /// If the database is another one, all steps are returned: its tables have to be made, too, with the same
    /// command.
    static func newHostSteps(
        _ project: Project,
        before: ProjectRecord,
        _ stepsBefore: [Step],
        _ console: HostConsole?
    ) -> [Step] {
        let place = console == nil ? "In a Bash console on PythonAnywhere" : "In this console"
        let isolated = project.configuration.hasRequirements ? ", with the virtualenv active" : ""
        let key = Framework.databaseKey
        let isOther =
            ProjectRecord(project.configuration).answers?[key] != before.answers?[key]
        return project.hostSteps.filter { isOther || !stepsBefore.contains($0) }.map { step in
            consoleStep(step, of: project, place: place + isolated)
        }
    }

    /// Returns the step for a new name of the project.
    private static func renamingStep(
        _ project: Project,
        _ files: [Report.File],
        before: ProjectRecord
    ) -> Step {
        let name = project.configuration.name
        // Other code imports the package or, if there is none, the compiled module.
        let isPackage = files.contains { $0.path.hasPrefix(name.package + "/") }
        let imported = { (name: ProjectName) in isPackage ? name.package : name.module }
        let old = (try? ProjectName(recorded: before.name)).map(imported) ?? before.name
        return Step(
            action: "Rename the project's folder to \(name.folder), and in your own files change "
                + "imports of \(old) to \(imported(name)).",
            commands: []
        )
    }

    /// Returns the steps that bring changed files to PythonAnywhere.
    static func changeSteps(
        _ project: Project,
        _ changed: Set<String>,
        in folder: String,
        _ console: HostConsole?
    ) -> [Step] {
        let hasEntryFileChanged = changed.contains(project.configuration.entryFile)
        guard project.products.uploads.isEmpty else {
            let hasStaticFiles = changed.contains { $0.hasPrefix("static/") }
            return uploadSteps(project, isNew: false, withStaticFiles: hasStaticFiles)
                + (hasEntryFileChanged ? [entryFileStep(project)] : [])
        }
        let site = project.configuration.site
        let isInPlace =
            console.map { moveSteps(project, in: folder, $0).isEmpty } ?? false
        let verb = console == nil ? "Upload" : "Copy"
        var steps =
            isInPlace
            ? []
            : [Step(action: "\(verb) the changed files to \(site.sourceFolder).", commands: [])]
        if hasEntryFileChanged {
            steps.append(
                Step(
                    action: "Replace the whole contents of the WSGI file:",
                    commands: [
                        "cp \(site.sourceFolder)/\(project.configuration.entryFile) \(site.wsgiFile)"
                    ]
                )
            )
        }
        return steps
    }

    /// Returns the steps for the static folders that the project has now, and those it had before.
    static func mappingSteps(_ project: Project, before: ProjectRecord) -> [Step] {
        let now = ProjectRecord(project.configuration)
        let (packages, own) = (before.staticFolders ?? [], before.static ?? [])
        let new = Set(
            (now.staticFolders ?? []).filter { !packages.contains($0) }.map(\.url)
                + (now.static ?? []).filter { !own.contains($0) }.map(\.url)
        )
        let mapped = project.configuration.staticMappings
        let old = (packages.map(\.url) + own.map(\.url)).filter { url in
            !mapped.contains { $0.url == url }
        }
        return mapped.filter { new.contains($0.url) }.map(mappingStep)
            + old.map { url in
                Step(
                    action: "Delete the static files mapping of \(url) on the Web tab.",
                    commands: []
                )
            }
    }

    /// Returns a step for each kind of conflict.
    private static func conflictSteps(_ files: [Report.File]) -> [Step] {
        let kinds = ConflictKinds(files)
        let beside = Set(files.map(\.path))
        let (marked, unmerged) = (kinds.marked, kinds.unmerged)
        // Python imports the folder, if a folder and a file have the same name.
        let hidden = kinds.dropped.filter { path in
            path.hasSuffix(".py") && beside.contains(path.dropLast(3) + "/__init__.py")
        }
        let dropped = kinds.dropped.filter { !hidden.contains($0) }
        var steps: [Step] = []
        if !marked.isEmpty {
            steps.append(
                Step(
                    action:
                        "Resolve the conflicts in \(listed(marked, most: 5)): choose "
                        + "between your lines (after <<<<<<<) and those of the template (after "
                        + "=======), and delete the lines with the markers.",
                    commands: []
                )
            )
        }
        if !unmerged.isEmpty {
            steps.append(
                Step(
                    action: "Compare \(listed(unmerged, most: 5)) with the template's "
                        + "version, which could not be merged and is next to it, with "
                        + "\(unmergedSuffix) at the end of its name; then delete that file.",
                    commands: []
                )
            )
        }
        for path in hidden {
            let folder = "\(path.dropLast(3))/"
            steps.append(
                Step(
                    action: "You edited \(path), but Python now imports \(folder) instead: "
                        + "move your changes into that folder and delete \(path). Or delete "
                        + "the folder to keep your file.",
                    commands: []
                )
            )
        }
        if !dropped.isEmpty {
            steps.append(
                Step(
                    action:
                        "You edited \(listed(dropped, most: 5)), which the template "
                        + "no longer has: keep it with 'pa-new update --ours FILE', or remove it "
                        + "with --theirs FILE.",
                    commands: []
                )
            )
        }
        return steps
    }
}
