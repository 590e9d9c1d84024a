// File errors in words. They are here and not beside FileError because the advice depends on the
// commands and options of the tool, which the file layer does not know.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension FileError {
    /// The error in words.
    public var diagnostic: Diagnostic {
        switch self {
        case .targetExists(let path, .folder(let entries)) where entries.contains(stagingFolder):
            Diagnostic(
                "\(quoted(path)) exists, with unfinished changes of an interrupted run of pa-new",
                reason: "the original files are in \(quoted(stagingFolder)) inside it",
                hint: "run pa-new again with --into, or run pa-new update: both first restore "
                    + "the original files"
            )
        case .targetExists(let path, .folder(let entries)):
            Diagnostic(
                "\(quoted(path)) exists and is not empty",
                reason: "it contains \(listed(entries.map(quoted), most: 3))",
                hint: (holdsApp(entries)
                    ? "to connect the app in it with PythonAnywhere: pa-new adopt "
                        + "\(shellQuoted(path)); or " : "")
                    + "choose another name, or another folder with --output; "
                    + "to add the project to this folder: --into"
            )
        case .targetExists(let path, let obstacle):
            Diagnostic(
                "\(quoted(path)) exists",
                reason:
                    "it is \(obstacle == .link ? "a symbolic link" : obstacle == .file ? "a file" : "not a folder")",
                hint: "choose another name, or another folder with --output"
            )
        case .badParent(let path, .missing):
            Diagnostic(
                "there is no folder \(quoted(path))",
                hint: "create it first: mkdir -p \(shellQuoted(path))"
            )
        case .badParent(let path, .notAFolder):
            Diagnostic("\(quoted(path)) is not a folder", hint: "pass a folder with --output")
        case .badParent(let path, .notWritable(let code)):
            Diagnostic(
                "cannot create anything in \(quoted(path))",
                reason: systemReason(code),
                hint: "choose another folder with --output"
            )
        case .inTheWay(let path, let obstacle):
            Diagnostic(
                "\(quoted(path)) is in the way",
                reason: explain(obstacle),
                hint: "move or rename it"
            )
        case .busy(let path):
            Diagnostic(
                "another pa-new is running in \(quoted(path))",
                hint: "wait until it has finished, then try again"
            )
        case .badStaging(let path, .foreign):
            Diagnostic(
                "\(quoted(path)) is in the way",
                reason:
                    "pa-new needs this name for temporary files, and no run of yours left this one here: "
                    + "it is from an archive, a copy or another computer",
                hint:
                    "look into it: an interrupted pa-new leaves your original files there, as old-0, old-1 and "
                    + "so on. Copy what you need, then delete the folder"
            )
        case .badStaging(let path, .unreadable):
            Diagnostic(
                "the unfinished changes of an interrupted run in \(quoted(path)) cannot be undone",
                reason: "its journal is damaged or was written by another version of pa-new",
                hint:
                    "your original files are in it, as old-0, old-1 and so on: copy what you need, then delete "
                    + "the folder"
            )
        case .notRolledBack(let path, let code):
            Diagnostic(
                "the changes failed, and could not be undone",
                reason: systemReason(code),
                hint: "run the command again: until then, the original files are in \(quoted(path))"
            )
        case .system(let operation, let path, let code):
            Diagnostic(
                "\(verb(operation)) \(quoted(path)) failed",
                reason: systemReason(code),
                hint: code == ENOSPC || code == EDQUOT
                    ? "free some disk space; no files were changed" : "no files were changed"
            )
        case .changed(let path):
            Diagnostic(
                "\(quoted(path)) changed while pa-new was copying it",
                hint: "run the command again; no files were changed"
            )
        case .git(.missing):
            Diagnostic(
                "--git needs git, which is not installed",
                reason: "there is no program git on PATH",
                hint: "install git, or remove --git; nothing was written"
            )
        case .git(.cannotStart(let path, let code)):
            Diagnostic(
                "\(quoted(path)) could not be started",
                reason: systemReason(code),
                hint: "remove --git; nothing was written"
            )
        case .git(.failed(let command, let output)):
            Diagnostic(
                "git \(command) failed",
                reason: output.split(separator: "\n").last.map { quoted(String($0)) },
                hint: "run the command again without --git, then run git init yourself"
            )
        case .badPath(let path, let problem):
            Diagnostic("\(quoted(path)) cannot be a file of a project", reason: "\(problem)")
        case .notEncodable(let path, let reason):
            Diagnostic("\(quoted(path)) cannot be written", reason: reason)
        }
    }

    private func explain(_ obstacle: Obstacle) -> String {
        switch obstacle {
        case .folder: "it is a folder"
        case .file: "it is a file"
        case .link: "it is a symbolic link, and pa-new does not follow links"
        case .other: "it is neither a file nor a folder"
        }
    }

    private func verb(_ operation: Operation) -> String {
        switch operation {
        case .look: "accessing"
        case .lock: "locking"
        case .read: "reading"
        case .remove: "removing"
        case .makeFolder: "creating the folder"
        case .write: "writing"
        case .rename: "moving the finished project to"
        }
    }
}

extension ReadProblem {
    /// The problem in words.
    func diagnostic(for path: String) -> Diagnostic {
        switch self {
        case .missing: Diagnostic("\(quoted(path)) does not exist")
        case .notAFile: Diagnostic("\(quoted(path)) is not a file")
        case .notAFolder: Diagnostic("\(quoted(path)) is not a folder")
        case .link: Diagnostic("\(quoted(path)) is a symbolic link")
        case .tooLarge(let most):
            Diagnostic("\(quoted(path)) is too large", reason: "the maximum is \(size(most))")
        case .tooMany(let most):
            Diagnostic(
                "\(quoted(path)) has too many files",
                reason: "the maximum is \(grouped(most)) files and folders"
            )
        case .refused(let code):
            Diagnostic("\(quoted(path)) cannot be read", reason: systemReason(code))
        }
    }
}
