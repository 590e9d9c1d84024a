// Why nothing can be added to a project, and the words for it.

import ProjectFiles

/// Why nothing can be added to a project.
public enum AddProblem: Error, Sendable {
    /// The project cannot be used.
    case project(UpdateProblem)
    /// The framework or template has no addition of this kind.
    case noAddition(framework: String, isOwn: Bool)
    /// The repository of its template does not have the recorded commit any more.
    case noCommit(String, repository: String)
    /// The project is an app that was there already.
    case adopted
    /// The name or the path is taken.
    case taken(Taken)
}

extension AddProblem {
    /// The problem in words.
    func diagnostic(for folder: String) -> Diagnostic {
        let message = "no handler can be added to the project in \(quoted(folder))"
        return switch self {
        case .project(let problem):
            problem.diagnostic(
                message,
                command: "pa-new add handler NAME DIR",
                answeredBy: .update
            )
        case .noAddition(let framework, true):
            Diagnostic(
                message,
                reason: "its template \(quoted(framework)) does not say how",
                hint: "write it by hand, or give the template 'additions' (see docs/templates.md)"
            )
        case .noAddition(let framework, false):
            Diagnostic(
                message,
                reason: "the framework \(framework) does not say how",
                hint: "write it by hand"
            )
        case .noCommit(let commit, let repository):
            Diagnostic(
                message,
                reason: "its template is from commit \(commit.prefix(10)), and the repository "
                    + "\(quoted(repository)) does not have that commit any more",
                hint:
                    "run 'pa-new update' first, which takes the newest commit, or pass a folder with "
                    + "the template with --template"
            )
        case .adopted:
            Diagnostic(
                message,
                reason:
                    "it is an app of your own, which 'pa-new adopt' has connected: only you know "
                    + "where its pages are",
                hint: "write it by hand"
            )
        case .taken(.name(let name, let path, let line)):
            Diagnostic(
                "the name \(quoted(name)) is already used in \(place(path, line))",
                hint: "choose another name, or change that one"
            )
        case .taken(.route(let route, let path, let line)):
            Diagnostic(
                "there is already a route for \(quoted(route)) in \(place(path, line))",
                hint: "choose another path with --path, or change that route"
            )
        case .taken(.earlierRoute(let route, let page, let path, let line)):
            Diagnostic(
                "a new route for \(quoted(page)) would get no requests",
                reason:
                    "the route \(quoted(route)) in \(place(path, line)) fits that path, too, and comes "
                    + "before it",
                hint: "choose another path with --path"
            )
        }
    }

    private func place(_ path: String, _ line: Int) -> String {
        "\(plainOrQuoted(path)), line \(line)"
    }
}

extension HandlerName.Problem {
    /// The problem in words.
    func diagnostic(for name: String, suggestion: String) -> Diagnostic {
        let message =
            self == .empty
            ? "the name of the handler is empty" : "\(quoted(name)) cannot be the name of a handler"
        let reason =
            switch self {
            case .empty: nil as String?
            case .tooLong(let count):
                "it has \(count) characters; at most \(HandlerName.maxLength) are allowed"
            case .character(let character):
                "it has the character \(quoted(String(character))); "
                    + "a name has small letters from a to z, digits and '_'"
            case .leadingDigit: "it starts with a digit"
            case .looseUnderscore: "a '_' is only allowed between two words"
            case .keyword: "it is a keyword of Python"
            case .builtin:
                "Python has a function or type of this name, which the handler would hide"
            }
        return Diagnostic(
            message,
            reason: reason,
            hint: "try: pa-new add handler \(suggestion)"
        )
    }
}

extension PagePath.Problem {
    /// The problem in words.
    func diagnostic(for path: String) -> Diagnostic {
        let message =
            path.isEmpty ? "--path is empty" : "\(quoted(path)) cannot be the path of a page"
        switch self {
        case .relative:
            return Diagnostic(
                message,
                reason: "a path starts with '/'",
                hint: "write it like this: --path /about"
            )
        case .tooLong(let count):
            return Diagnostic(
                message,
                reason: "it has \(count) characters; at most \(PagePath.maxLength) are allowed",
                hint: "choose a shorter one"
            )
        case .query(let character):
            return Diagnostic(
                message,
                reason: "what comes after \(quoted(String(character))) is not part of a path",
                hint: "remove that part: the handler can read the query from the request"
            )
        case .parameter(let character):
            return Diagnostic(
                message,
                reason:
                    "the character \(quoted(String(character))) belongs to a parameter or a pattern, "
                    + "which the new handler would have to read",
                hint: "add the handler with a plain path, then change its route and the handler"
            )
        case .character(let character):
            return Diagnostic(
                message,
                reason: "it has the character \(quoted(String(character))); "
                    + "a path has letters from A to Z, digits, '/', '-', '.', '_' and '~'",
                hint: "write it like this: --path /about-us"
            )
        case .part(let part):
            return Diagnostic(
                message,
                reason: part.isEmpty
                    ? "it has two '/' in a row"
                    : "a browser resolves \(quoted(part)) before it asks",
                hint: "write it like this: --path /about"
            )
        case .staticFiles:
            return Diagnostic(
                message,
                reason: "PythonAnywhere serves the files below /static/ without the app",
                hint: "choose another path with --path"
            )
        }
    }
}

extension AddedPiece {
    /// The place in words, for a sentence that starts with a verb.
    package var placeInWords: String {
        let file = plainOrQuoted(path)
        return switch place {
        case .end(nil): "at the end of \(file)"
        case .end(before: let mark?):
            "at the end of \(file), before a line that starts with '\(mark)'"
        case .list(let name): "at the end of the list '\(name)' in \(file)"
        case .imported(let module): "to the names that \(file) imports from '\(module)'"
        case .call(let function): "after the last call of '\(function)' in \(file)"
        }
    }
}

extension PlaceProblem {
    /// The problem in words.
    ///
    /// - Parameter path: The file.
    /// - Returns: A clause for a sentence.
    package func inWords(_ path: String) -> String {
        let file = plainOrQuoted(path)
        return switch self {
        case .noFile: "there is no file \(file)"
        case .code(.notText): "\(file) is not valid UTF-8"
        case .code(.conflict): "\(file) has conflict markers"
        case .code(.tooLarge): "\(file) is larger than \(CodeFile.maxBytes) bytes"
        case .code(.notClosed(let line)):
            "a bracket or a text in \(file), line \(line), has no end or no start"
        case .noName(let name): "\(file) has no '\(name)', which the new code uses"
        case .notFound(let what): "\(file) has no '\(what)'"
        case .several(let what): "\(file) has more than one '\(what)'"
        case .otherForm(let what):
            "'\(what)' in \(file) is written in a way that pa-new cannot change"
        case .unfinished: "the code in \(file) is not finished"
        }
    }
}
