// Why a template cannot be had from an address, in words.

import ProjectFiles

extension TemplateAddress.Problem {
    /// The problem in words.
    ///
    /// - Parameter text: The address.
    /// - Returns: The diagnostic, without passwords.
    func diagnostic(for text: String) -> Diagnostic {
        let message = "\(quoted(withoutPasswords(text))) is not the address of a template"
        switch self {
        case .character(let scalar):
            return Diagnostic(
                message,
                reason: "the character \(quoted(String(scalar))) is not allowed in it",
                hint: "write %20 for a space"
            )
        case .tooLong(let most):
            return Diagnostic(message, reason: "it is longer than \(most) bytes")
        case .password:
            return Diagnostic(
                "an address of a template must not have a user or a password",
                reason: "other users of this computer could read it",
                hint:
                    "remove what is before the '@', and let a credential helper of git answer, or use "
                    + "git+ssh://git@HOST/PATH"
            )
        case .scheme(let scheme, let instead):
            return Diagnostic(
                message,
                reason: "it begins with \(quoted(scheme)), and pa-new knows gh:, gl:, https://, "
                    + "git+https://, git+ssh:// and git+file://",
                hint: instead.map { "did you mean \(quoted($0))?" }
            )
        case .path(let instead):
            return Diagnostic(
                message,
                reason: "it is the path of a git repository",
                hint: "did you mean \(quoted(instead))?"
            )
        case .noRepository(let form):
            return Diagnostic(
                message,
                reason: "it does not name a repository",
                hint: "write \(form)"
            )
        case .badHost(let host):
            return Diagnostic(
                message,
                reason: "\(quoted(shown(host))) is not the name of a server"
            )
        case .badPath(let path):
            return Diagnostic(
                message,
                reason:
                    "\(quoted(shown(path))) cannot be the path of a repository"
            )
        case .badRef(let ref):
            return Diagnostic(
                message,
                reason: "\(quoted(ref)) cannot be the name of a branch, a tag or a commit",
                hint: "write ADDRESS@REF; for an '@' in the path or in REF, write %40"
            )
        case .badFolder(let folder):
            return Diagnostic(
                message,
                reason: "\(quoted(folder)) cannot be a folder in a repository",
                hint: "write ADDRESS#FOLDER, with a path such as templates/web"
            )
        }
    }
}

/// Returns a part of an address without passwords.
private func shown(_ part: String) -> String {
    String(withoutPasswords("//" + part).dropFirst(2))
}

extension FetchProblem {
    /// The problem in words.
    ///
    /// - Parameter address: The address, without passwords.
    /// - Returns: The diagnostic.
    func diagnostic(for address: String) -> Diagnostic {
        let message = "the template \(quoted(address)) cannot be fetched"
        let folderInstead = "pass a folder with --template"
        switch self {
        case .noGit:
            return Diagnostic(
                message,
                reason: "there is no program git on PATH",
                hint: "install git, or \(folderInstead)"
            )
        case .cannotStart(let path, let code):
            return Diagnostic(message, reason: "\(quoted(path)): \(systemReason(code))")
        case .failed(let output):
            let lines = withoutPasswords(output).split(separator: "\n").filter { !$0.isEmpty }
            return Diagnostic(
                message,
                reason: "git says: "
                    + (lines.first.map { quoted(String($0)) } ?? "nothing"),
                hint: hint(for: output, or: folderInstead)
            )
        case .noRef(let ref?):
            return Diagnostic(
                message,
                reason: "the repository has no branch, tag or commit \(quoted(ref))",
                hint: "a commit needs its whole name, of 40 digits"
            )
        case .noRef(nil):
            return Diagnostic(message, reason: "the repository has no commit on its default branch")
        case .noFolder(let folder):
            return Diagnostic(message, reason: "the repository has no folder \(quoted(folder))")
        case .tooLong(let seconds):
            return Diagnostic(
                message,
                reason: "git did not finish within \(seconds) seconds",
                hint: "try again, or clone the repository and \(folderInstead)"
            )
        case .tooLarge(let most):
            return Diagnostic(
                message,
                reason: "it is larger than \(size(most))",
                hint: "clone the repository and \(folderInstead)"
            )
        case .tooMany(let most):
            return Diagnostic(
                message,
                reason: "it has more than \(most) files",
                hint: "name a folder of the repository after '#', or clone it and \(folderInstead)"
            )
        case .interrupted: return Diagnostic(message, reason: "a signal came")
        case .files(let error):
            let diagnostic = error.diagnostic
            return Diagnostic(
                message,
                reason: [diagnostic.message, diagnostic.reason].compactMap(\.self)
                    .joined(separator: ": ")
            )
        }
    }

    /// What to do about an error of git.
    private func hint(for output: String, or folderInstead: String) -> String {
        let words = [
            "terminal prompts disabled", "Authentication failed", "Permission denied",
            "Host key verification failed",
        ]
        if words.contains(where: output.holds) {
            return "pa-new does not ask for passwords: let a credential helper of git or ssh-agent "
                + "answer, and check that you may read the repository"
        }
        if ["Could not resolve", "Failed to connect", "unreachable"].contains(
            where: output.holds
        ) {
            return "check the network; without one, \(folderInstead)"
        }
        return "check the address and the network, or \(folderInstead)"
    }
}

extension FetchProblem {
    /// Category of the error; decides the exit code.
    var kind: ScaffoldError.Kind {
        switch self {
        case .noGit, .cannotStart, .failed, .tooLong, .interrupted: .program
        case .noRef, .noFolder: .input
        case .tooLarge, .tooMany: .data
        case .files(let error): error.kind
        }
    }
}
