// File errors in words. They lie here and not beside FileError, since what to do about them depends on
// the commands and options of the tool, which the file layer does not know.

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
                "\(quoted(path)) exists, and an interrupted run of pa-new left it half changed",
                reason: "what was there before is kept in \(quoted(stagingFolder))",
                hint: "run pa-new with --into again, or pa-new update: it puts all back first"
            )
        case .targetExists(let path, .folder(let entries)):
            Diagnostic(
                "\(quoted(path)) exists and is not empty",
                reason: "it holds \(listed(entries.map(quoted), most: 3))",
                hint: "choose another name, or another folder with --output; "
                    + "--into adds the project to this one"
            )
        case .targetExists(let path, let obstacle):
            Diagnostic(
                "\(quoted(path)) exists",
                reason:
                    "it is \(obstacle == .link ? "a link" : obstacle == .file ? "a file" : "no folder")",
                hint: "choose another name, or another folder with --output"
            )
        case .badParent(let path, .missing):
            Diagnostic(
                "there is no folder \(quoted(path))",
                hint: "make it first: mkdir -p \(shellQuoted(path))"
            )
        case .badParent(let path, .notAFolder):
            Diagnostic("\(quoted(path)) is not a folder", hint: "pass a folder with --output")
        case .badParent(let path, .notWritable(let code)):
            Diagnostic(
                "nothing can be made in \(quoted(path))",
                reason: systemReason(code),
                hint: "choose another folder with --output"
            )
        case .inTheWay(let path, let obstacle):
            Diagnostic(
                "\(quoted(path)) is in the way",
                reason: explain(obstacle),
                hint: "move it away"
            )
        case .busy(let path):
            Diagnostic(
                "another run of pa-new works in \(quoted(path))",
                hint: "try again when it has ended"
            )
        case .badStaging(let path, .foreign):
            Diagnostic(
                "\(quoted(path)) is in the way",
                reason: "pa-new keeps what has not landed yet there, and has not made this one",
                hint: "remove it, if you do not know it either"
            )
        case .badStaging(let path, .unreadable):
            Diagnostic(
                "what an interrupted run left in \(quoted(path)) cannot be taken back",
                reason: "its journal is damaged, or of another version of pa-new",
                hint: "look there for what you miss (old-N is a file from before), then remove it"
            )
        case .notRolledBack(let path, let code):
            Diagnostic(
                "the changes failed, and could not be taken back",
                reason: systemReason(code),
                hint: "run it again: all that was there is kept in \(quoted(path)) until then"
            )
        case .system(let operation, let path, let code):
            Diagnostic(
                "\(verb(operation)) \(quoted(path)) failed",
                reason: systemReason(code),
                hint: code == ENOSPC || code == EDQUOT
                    ? "free some space; nothing was left behind" : "nothing was left behind"
            )
        case .git(.missing):
            Diagnostic(
                "there is no git for --git",
                reason: "no folder on PATH has a program of that name",
                hint: "install git, or leave out --git; nothing was written"
            )
        case .git(.cannotStart(let path, let code)):
            Diagnostic(
                "starting \(quoted(path)) failed",
                reason: systemReason(code),
                hint: "leave out --git; nothing was written"
            )
        case .git(.failed(let command, let output)):
            Diagnostic(
                "git \(command) failed",
                reason: output.split(separator: "\n").last.map { quoted(String($0)) },
                hint: "run it again without --git, then git init by hand"
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
        case .link: "it is a link, and links are not followed"
        case .other: "it is neither a file nor a folder"
        }
    }

    private func verb(_ operation: Operation) -> String {
        switch operation {
        case .look: "looking at"
        case .lock: "locking"
        case .read: "reading"
        case .remove: "removing"
        case .makeFolder: "making the folder"
        case .write: "writing"
        case .rename: "moving the finished project to"
        }
    }
}

extension ReadProblem {
    /// The problem in words.
    func diagnostic(for path: String) -> Diagnostic {
        switch self {
        case .missing: Diagnostic("there is no \(quoted(path))")
        case .notAFile: Diagnostic("\(quoted(path)) is not a file")
        case .notAFolder: Diagnostic("\(quoted(path)) is not a folder")
        case .link: Diagnostic("\(quoted(path)) is a link")
        case .tooLarge(let most):
            Diagnostic("\(quoted(path)) is too large", reason: "\(most) bytes are the most")
        case .tooMany(let most):
            Diagnostic("\(quoted(path)) is too large", reason: "\(most) files are the most")
        case .refused(let code):
            Diagnostic("\(quoted(path)) cannot be read", reason: systemReason(code))
        }
    }
}
