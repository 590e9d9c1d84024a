// The folder of the project that a command is for, if the user has named another one.

import HostTools
import ProjectFiles
import Scaffold

/// Returns the folder of the project that a command is for, and says so if it is another one than the given.
///
/// On a terminal, `check` asks if it is not certain.
///
/// - Parameters:
///   - folder: The folder, as the user typed it.
///   - command: The command.
///   - goesUp: Whether a folder inside a project stands for the project. A command that changes something
///     wants the project's own folder.
/// - Returns: The folder.
/// - Throws: ``ArgumentError`` if the command needs another folder, ``QuestionsEnded`` or ``OutputError``.
func meantProject(_ folder: String, for command: CommandName, goesUp: Bool) throws -> String {
    switch ProjectPlace.find(from: folder) {
    case .here:
        return folder
    case .above(let project) where goesUp:
        let part = folder == "." ? "This folder" : quoted(folder)
        try Stream.error.write("note: \(part) belongs to the project in \(quoted(project)).\n")
        return project
    case .above(let project):
        throw ArgumentError.partOfProject(folder, project: project, command)
    case .packageOfApp:
        guard command == .check, Terminal.canAsk else {
            throw ArgumentError.folderInProject(folder, command)
        }
        let question =
            "\(quoted(folder)) is a package inside the project here. Check the whole project?"
        return try confirm(question, default: true) ? "." : folder
    case .below(let projects):
        throw ArgumentError.projectsBelow(folder, projects, command)
    }
}

/// Says so if a killed run of pa-new left a project half changed.
///
/// - Parameter folder: The project's folder.
/// - Throws: ``OutputError``.
func noteUnfinishedChanges(in folder: String) throws {
    guard hasUnfinishedChanges(in: folder) else { return }
    try Stream.error.write(
        "note: Some files in \(quoted(folder)) are half updated, because a run of pa-new was interrupted. "
            + "'pa-new update' there restores the original files first.\n"
    )
}
