// Why an app that is there already cannot be connected, and the words for it.

import ProjectFiles

/// Why an app cannot be adopted.
public enum AdoptProblem: Error, Sendable {
    /// pa-new made the project, with this framework or template.
    case made(with: String)
    /// The `.pa-new.json` cannot be used.
    case record(RecordProblem)
    /// Other files are at the paths of the new ones.
    case conflicts([String], entry: String)
    /// There are several apps, and no option says which: for each what it is, and its option.
    case choice([(what: String, option: String)])
    /// PythonAnywhere cannot run it.
    case refused(Diagnostic)
    /// A text that cannot be the name of the entry file.
    case badEntry(String)
    /// A static mapping that is not possible.
    case badStatic(String, ProjectStaticFolder.Problem)
}

extension AdoptProblem {
    /// The problem in words.
    ///
    /// - Parameter folder: The app's folder, as the user typed it.
    /// - Returns: The diagnostic.
    func diagnostic(for folder: String) -> Diagnostic {
        let message = "the app in \(quoted(folder)) cannot be adopted"
        return switch self {
        case .made(let name):
            Diagnostic(
                message,
                reason: "pa-new made this project, with \(name): it is connected already",
                hint:
                    "to bring it up to date: pa-new update \(shellQuoted(folder)). To adopt another "
                    + "app in it, remove the files of this project and its \(ProjectRecord.fileName) first"
            )
        case .record(let problem):
            UpdateProblem.record(problem).diagnostic(message)
        case .conflicts(let paths, let entry):
            Diagnostic(
                "pa-new would overwrite \(paths.count == 1 ? "a file" : "files") of your app in "
                    + quoted(folder),
                reason:
                    "already there, with other contents: \(listed(paths.map(quoted), most: 20))",
                hint: paths == [entry]
                    ? "give the entry file another name: --entry NAME.py"
                    : "rename \(paths.count == 1 ? "this file" : "these files"), then run it again"
                        + (paths.contains(entry)
                            ? "; for \(entry), you can also add --entry NAME.py" : "")
            )
        case .choice(let apps):
            Diagnostic(
                "there are \(apps.count) apps in \(quoted(folder))",
                reason: "it has to be clear which one PythonAnywhere runs",
                hint: "add the option of your app, or run pa-new adopt in the folder of this app:"
                    + choices(apps)
            )
        case .refused(let diagnostic): diagnostic
        case .badEntry(let name):
            Diagnostic(
                "\(quoted(name)) cannot be the name of the entry file",
                reason: name.hasSuffix(".py") && !name.contains("/")
                    ? "Python cannot import a file with this name, or PythonAnywhere's own WSGI file has it"
                    : "it is a Python file in the app's folder",
                hint: "write a name such as: --entry pythonanywhere_wsgi.py"
            )
        case .badStatic(let text, let problem):
            Diagnostic(
                "the static mapping \(quoted(text)) is not possible",
                reason: "\(problem)",
                hint: "write: --static URL=DIR, such as --static /static/=shop/static"
            )
        }
    }

    /// Returns a line for each app: its option, and what it is.
    private func choices(_ apps: [(what: String, option: String)]) -> String {
        let maxChoices = 10
        let shown = apps.prefix(maxChoices).map { app in
            app.option.isEmpty ? app.what : "\(app.option)  (\(app.what))"
        }
        let more = apps.count > maxChoices ? ["and \(apps.count - maxChoices) more"] : []
        return (shown + more).map { "\n          \($0)" }.joined()
    }

    /// Category of the problem; decides the exit code.
    var kind: ScaffoldError.Kind {
        switch self {
        case .choice, .badEntry, .badStatic: .usage
        case .refused: .data
        case .made, .record, .conflicts: .destination
        }
    }
}
