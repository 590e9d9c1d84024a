// The steps that differ in a Bash console on PythonAnywhere: the files are there already.

extension NextSteps {
    /// Returns the step that brings the project to the place that the other steps name; none if it is there.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - folder: The project's folder, as a path relative to the current folder.
    ///   - console: The console.
    /// - Returns: One step, or none.
    static func moveSteps(_ project: Project, in folder: String, _ console: HostConsole) -> [Step] {
        let here = console.absolute(folder)
        let place = project.configuration.site.sourceFolder
        guard here != place else { return [] }
        return [
            Step(
                action: "Move the project to \(place), the folder that the next steps name:",
                commands: ["mv -T \(shellQuoted(here)) \(shellQuoted(place))"]
            )
        ]
    }

    /// Returns the project's folder for a command after the other steps, which can have moved it.
    static func target(_ project: Project, in folder: String, _ console: HostConsole?) -> String {
        guard let console, !moveSteps(project, in: folder, console).isEmpty else { return folder }
        return project.configuration.site.sourceFolder
    }

    /// The place of a console's commands, for the start of a sentence.
    static func place(in console: HostConsole?) -> String {
        console == nil ? "In the console" : "In this console"
    }

    /// Returns the step that makes the virtualenv.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - console: The console in which pa-new runs; nil on the user's computer.
    /// - Returns: The step.
    static func virtualenvStep(_ project: Project, _ console: HostConsole?) -> Step {
        let configuration = project.configuration
        let place =
            console != nil
            ? "Make"
            : project.products.uploads.isEmpty
                ? "In the same console, make" : "In a Bash console, make"
        return Step(
            action: "\(place) a virtualenv and install what it needs:",
            commands: [
                "mkvirtualenv \(configuration.name.folder) --python=python\(configuration.python)",
                "pip install -r \(configuration.site.sourceFolder)/requirements.txt",
            ]
        )
    }
}
