// Why a project cannot be updated, and the words for it.

import ProjectFiles

/// Why a project cannot be updated.
public enum UpdateProblem: Error, Sendable {
    /// The folder does not exist, or is not writable.
    case noFolder(FileError.ParentProblem)
    /// The `.pa-new.json` cannot be used.
    case record(RecordProblem)
    /// A newer pa-new made the project.
    case newer(version: String)
    /// There is no `.pa-new.base.json`, so the original files are not known.
    case noBaseline
    /// The `.pa-new.base.json` cannot be used.
    case badBaseline(BaselineProblem)
    /// The project was made from a template of the user's own, and its path was not given.
    case ownTemplate(name: String)
    /// The project is an app that was there already, so it cannot get the files of a framework.
    case adopted
    /// The framework or template of the project, or the new one, cannot be used.
    indirect case configuration(ScaffoldError)
    /// A recorded answer cannot be used any more.
    indirect case recorded(key: String, ScaffoldError)
    /// The recorded name is one that a new project cannot have, and the project has no such package.
    case newName(String, ProjectName.Problem)
    /// A file was given to both `--ours` and `--theirs`.
    case givenTwice(String)
    /// Files still have the conflict markers of an earlier update.
    case unresolved([String])
    /// Files that the update would merge have the markers of a conflict that git could not merge.
    case gitConflicts([String])
    /// A folder that the new name would move is a symbolic link.
    case linkedFolder(String)
    /// There is a `.pa-new.base.json`, but no `.pa-new.json`.
    case lostRecord
    /// A path cannot be left out of an update; the problem is nil for the records of the project.
    case badExclusion(String, PathProblem?)
    /// There is no record of an update that can be undone.
    case nothingToUndo(place: String)
    /// The last update has no conflicts any more, so there is nothing to abort.
    case noConflicts
    /// Files of the last update were changed since.
    case changedSince([String])
    /// A file has no conflict.
    case noConflict(in: String)
    /// It is not clear where the sides of a file's conflicts begin and end.
    case unclearConflict(String)
}

extension UpdateProblem {
    /// The problem in words.
    ///
    /// - Parameters:
    ///   - message: What cannot be done.
    ///   - command: The command with an example of its arguments.
    ///   - syntax: How the command accepts answers.
    /// - Returns: The diagnostic.
    func diagnostic(
        _ message: String,
        command: String = "pa-new update DIR",
        answeredBy syntax: AnswerSyntax = .set
    ) -> Diagnostic {
        switch self {
        case .noFolder(.missing):
            Diagnostic(
                message,
                reason: "there is no such folder",
                hint: "pass the folder of a project: \(command)"
            )
        case .noFolder(.notAFolder):
            Diagnostic(
                message,
                reason: "it is not a folder",
                hint: "pass the folder of a project: \(command)"
            )
        case .noFolder(.notWritable(let code)):
            Diagnostic(message, reason: systemReason(code), hint: "nothing was written")
        case .record(.missing):
            Diagnostic(
                message,
                reason: "it has no \(ProjectRecord.fileName), so it was not made by pa-new",
                hint: "pass the folder of a project: \(command)"
            )
        case .record(let problem):
            problem.diagnostic(message) ?? Diagnostic(message)
        case .noBaseline:
            Diagnostic(
                message,
                reason:
                    "it has no \(Baseline.fileName), so pa-new cannot tell which edits are yours",
                hint: "restore it from version control, or make a new project next to this one "
                    + "and copy your edits to it"
            )
        case .badBaseline(.conflict(let line)):
            Diagnostic(
                message,
                reason: "git left a conflict in its \(Baseline.fileName), in line \(line)",
                hint: howToResolveConflict
            )
        case .badBaseline(let problem):
            Diagnostic(
                message,
                reason: "its \(Baseline.fileName) cannot be used: \(problem)",
                hint: "restore the file that pa-new wrote, for example from version control"
            )
        case .newer(let version):
            Diagnostic(
                message,
                reason: "it was made by pa-new \(version); this is pa-new \(paNewVersion)",
                hint: "install pa-new \(version) or later"
            )
        case .ownTemplate(let name):
            Diagnostic(
                message,
                reason: "it was made from your own template \(quoted(name))",
                hint: "pass the template's folder with --template"
            )
        case .adopted:
            Diagnostic(
                message,
                reason: "it is an app of your own, which 'pa-new adopt' has connected: it cannot "
                    + "become a project of a framework or template",
                hint: "to make a new project: pa-new NAME --framework F"
            )
        case .configuration, .recorded, .newName, .givenTwice: ofAnswer(message, syntax)
        case .unresolved, .lostRecord, .gitConflicts, .linkedFolder, .badExclusion, .nothingToUndo,
            .noConflicts, .changedSince, .noConflict, .unclearConflict:
            ofOption(message)
        }
    }

    /// The problem of an answer or an option.
    private func ofAnswer(_ message: String, _ syntax: AnswerSyntax) -> Diagnostic {
        switch self {
        case .configuration(let error):
            error.diagnostic(answeredBy: syntax).asReason(for: message)
        case .recorded(let key, let error):
            error.diagnostic(answeredBy: syntax).asReason(
                for: message,
                of: "the answer '\(key)' in its \(ProjectRecord.fileName)"
            )
        case .newName(let name, let problem):
            problem.diagnostic(for: name, suggestion: "", answeredBy: .set).asReason(
                for: message,
                of: "the answer 'name' in its \(ProjectRecord.fileName)"
            )
        case .givenTwice(let path):
            Diagnostic(
                "\(quoted(path)) is given twice",
                reason: "--ours and --theirs are for different files",
                hint: "keep one of them"
            )
        default: Diagnostic(message)
        }
    }

    /// The problem of a conflict, of leaving something out, or of bringing something back.
    private func ofOption(_ message: String) -> Diagnostic {
        switch self {
        case .unresolved(let paths):
            Diagnostic(
                message,
                reason: "an earlier update left conflicts in \(listed(paths.map(quoted), most: 5))",
                hint: "resolve them first: edit the lines between <<<<<<< and >>>>>>>, or take one "
                    + "side with --ours FILE or --theirs FILE; to undo that update: --abort"
            )
        case .lostRecord:
            Diagnostic(
                message,
                reason: "its \(ProjectRecord.fileName) is missing, which has your answers",
                hint: "restore it from version control, for example: git checkout "
                    + ProjectRecord.fileName
            )
        case .gitConflicts(let paths):
            Diagnostic(
                message,
                reason: "git left conflicts in \(listed(paths.map(quoted), most: 5))",
                hint:
                    "resolve them first: edit the lines between <<<<<<< and >>>>>>>, or take one side, for "
                    + "example: git checkout --ours FILE; to leave a file as it is: --exclude FILE"
            )
        case .linkedFolder(let path):
            Diagnostic(
                message,
                reason:
                    "\(quoted(path)) is a symbolic link, and the new name would move what is in it",
                hint: "replace the link with the folder itself, or keep the name"
            )
        case .badExclusion(let path, let problem):
            Diagnostic(
                message,
                reason: "it cannot leave out \(quoted(path)): "
                    + (problem.map { "\($0)" } ?? "an update always changes this file"),
                hint: "write a path below the project's folder, such as --exclude .github/workflows"
            )
        case .nothingToUndo(let place):
            Diagnostic(
                message,
                reason: "there is no update to undo: pa-new keeps what the last one replaced, in "
                    + plainOrQuoted(place),
                hint: "use version control, for example: git diff"
            )
        case .noConflicts:
            Diagnostic(
                message,
                reason: "the last update has no conflicts that are open",
                hint: "to undo it anyway: --undo"
            )
        case .changedSince(let paths):
            Diagnostic(
                message,
                reason: "since the last update, you changed \(listed(paths.map(quoted), most: 5))",
                hint: "move your version of these files away, then run the command again"
            )
        case .noConflict(let path):
            Diagnostic(
                message,
                reason: "\(quoted(path)) has no conflict of an update",
                hint: "write the path as in the report of the update, below the project's folder"
            )
        case .unclearConflict(let path):
            Diagnostic(
                message,
                reason: "it is not clear where the conflicts in \(quoted(path)) begin and end",
                hint: "resolve them with an editor"
            )
        default: Diagnostic(message)
        }
    }
}
