// The next steps after an update that changes the web app itself: another name, Python, framework or set of
// packages.

extension NextSteps {
    /// What was before an update, and what it changed.
    struct Change {
        /// The record of the project before the update.
        let before: ProjectRecord
        /// The steps that the project's template had before the update.
        let hostStepsBefore: [Step]
        /// Whether it had packages to install before; nil if that is not known.
        let hadRequirements: Bool?
        /// The paths of the changed files.
        let changed: Set<String>
        /// The project's folder, as a path relative to the current folder.
        let folder: String
        /// The console on PythonAnywhere in which pa-new runs, if it does.
        let console: HostConsole?
    }

    /// Returns the steps that change the web app of a project.
    ///
    /// - Parameters:
    ///   - project: The project as it is now.
    ///   - change: What was before, and what changed.
    /// - Returns: The steps, up to the visit.
    static func changeSteps(of project: Project, _ change: Change) -> [Step] {
        let configuration = project.configuration
        let site = configuration.site
        let isRenamed = configuration.name.folder != change.before.name
        let hasOtherPython = "\(configuration.python)" != change.before.python
        let hasOtherPackages = change.changed.contains("requirements.txt")
        var steps = [
            Step(
                action:
                    "The next steps change the web app \(site.domain). If PythonAnywhere does not "
                    + "have it yet, follow \(configuration.readme) instead.",
                commands: []
            )
        ]
        let sendsAll = isRenamed || hasOtherPackages
        if sendsAll {
            steps +=
                change.console.map { moveSteps(project, in: change.folder, $0) }
                ?? uploadSteps(project, parent: "..")
        } else {
            steps += changeSteps(project, change.changed, in: change.folder, change.console)
        }
        if isRenamed {
            let old = "\(site.home)/\(change.before.name)"
            steps.append(
                Step(
                    action: "If your app saved files in \(old), such as a database, copy them to "
                        + "\(site.sourceFolder).",
                    commands: []
                )
            )
        }
        steps += packageSteps(
            project,
            hadRequirements: isRenamed ? false : change.hadRequirements,
            hasOtherPython: hasOtherPython,
            hasOtherPackages: hasOtherPackages,
            place: change.console == nil ? "In a Bash console" : "In this console"
        )
        steps += newHostSteps(
            project,
            before: change.before,
            change.hostStepsBefore,
            change.console
        )
        steps += webTabSteps(project, change, isRenamed, hasOtherPython)
        if sendsAll, isRenamed || change.changed.contains(configuration.entryFile) {
            steps.append(entryFileStep(project, change.console))
        }
        let moved = configuration.staticMappings.filter { mapping in
            isRenamed || (hasOtherPython && mapping.directory.hasPrefix(site.virtualenv + "/"))
        }
        let others = mappingSteps(project, before: change.before)
        steps += moved.map(mappingStep)
        steps += others.filter { step in !moved.map(mappingStep).contains(step) }
        return steps + [
            Step(action: "Press Reload.", commands: []),
            Step(action: "Visit \(site.url).", commands: []),
        ]
    }

    /// Returns the step that installs packages, if the project has any and something about them changed.
    private static func packageSteps(
        _ project: Project,
        hadRequirements: Bool?,
        hasOtherPython: Bool,
        hasOtherPackages: Bool,
        place: String
    ) -> [Step] {
        let configuration = project.configuration
        guard configuration.hasRequirements else { return [] }
        let name = configuration.name.folder
        let make = "mkvirtualenv \(name) --python=python\(configuration.python)"
        let install = "pip install -r \(configuration.site.sourceFolder)/requirements.txt"
        if hadRequirements != true {
            let action = "\(place), make a virtualenv and install what it needs:"
            return [Step(action: action, commands: [make, install])]
        }
        if hasOtherPython {
            let action =
                "\(place), make the virtualenv again, for Python \(configuration.python). "
                + "Until you press Reload, pages of the web app can fail:"
            return [Step(action: action, commands: ["rmvirtualenv \(name)", make, install])]
        }
        guard hasOtherPackages else { return [] }
        let action = "\(place), install what the project needs now:"
        return [Step(action: action, commands: ["workon \(name)", install])]
    }

    /// Returns the settings of the web app that change.
    private static func webTabSteps(
        _ project: Project,
        _ change: Change,
        _ isRenamed: Bool,
        _ hasOtherPython: Bool
    ) -> [Step] {
        let configuration = project.configuration
        let site = configuration.site
        var settings: [String] = []
        if hasOtherPython { settings.append("set the Python version to \(configuration.python)") }
        if isRenamed { settings.append("set the source code folder to \(site.sourceFolder)") }
        if configuration.hasRequirements, isRenamed || change.hadRequirements != true {
            settings.append("set the virtualenv to \(site.virtualenv)")
        } else if !configuration.hasRequirements, change.hadRequirements == true {
            settings.append("clear the virtualenv, which the project no longer needs")
        }
        return settings.map { Step(action: "On the Web tab, \($0).", commands: []) }
    }
}
