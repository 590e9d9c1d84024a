// A repository with a first commit, made by the git that is there.
//
// The user's settings choose the name of the branch and the author, and have no other say: no hook of
// theirs runs, nothing is signed, no template is copied, no broken file of theirs is in the way.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The repository that a project lies in.
public enum Repository: Sendable, Hashable {
    /// One of its own, made with a first commit; the commit is nil where nothing was written.
    case own(branch: String, commit: String?, author: Author)
    /// One that was there before, in that folder: nothing was done.
    case outer(path: String)

    /// Whose name a commit has.
    public enum Author: String, Sendable, Hashable {
        /// The one that git knows.
        case user
        /// pa-new's, since git knows none.
        case standIn
    }
}

/// The git on this computer.
package struct Git {
    private let program: String
    /// A folder outside of any repository, whose settings would have a say otherwise.
    private let outside: String

    /// Finds git.
    ///
    /// - Parameter target: The folder that is to become a repository, or the path of one.
    /// - Throws: ``FileError/git(_:)`` where there is none, or none that works.
    package init(for target: String) throws(FileError) {
        guard let place = findProgram("git", on: environmentVariable("PATH")) else {
            throw .git(.missing)
        }
        program = place
        outside = Self.existing(target)
        _ = try run(["--version"], settings: .none)
    }

    /// Finds the repository that a folder lies in.
    ///
    /// - Parameter folder: The folder, or the path of one that is to be made.
    /// - Returns: The folder of the repository; nil where there is none.
    package static func repository(around folder: String) -> String? {
        var path = resolved(existing(folder))
        while true {
            var status = stat()
            if lstat(path + (path == "/" ? ".git" : "/.git"), &status) == 0 { return path }
            if path == "/" { return nil }
            path = splitPath(path).parent
        }
    }

    /// Returns a folder, or the one above where it is still to be made.
    private static func existing(_ folder: String) -> String {
        access(folder, F_OK) == 0 ? folder : splitPath(folder).parent
    }

    /// The name of the branch that new repositories of this user start with.
    package var branch: String {
        get throws(FileError) {
            guard
                let name = try? run(
                    ["-C", outside, "config", "--get", "init.defaultBranch"],
                    settings: .user
                ),
                (try? run(["check-ref-format", "--branch", name], settings: .none)) == name
            else { return "main" }
            return name
        }
    }

    /// Makes a repository of a folder, with all that is in it in a first commit.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - message: The message of the commit.
    /// - Returns: What was made.
    /// - Throws: ``FileError/git(_:)`` with what git says.
    package func makeRepository(in folder: String, message: String) throws(FileError) -> Repository
    {
        let branch = try branch
        let here = ["-C", folder]
        _ = try run(["init", "--quiet", "--template=", folder], settings: .none)
        _ = try run(here + ["symbolic-ref", "HEAD", "refs/heads/" + branch], settings: .none)
        // What the project ignores is none of its own files.
        _ = try run(here + ["add", "--force", "--", "."], settings: .none)
        let author = try identity(in: folder)
        _ = try run(
            here + ["commit", "--quiet", "--no-verify", "--message", message],
            settings: .only(author ?? Self.standIn)
        )
        let commit = try run(here + ["rev-parse", "HEAD"], settings: .none)
        return .own(branch: branch, commit: commit, author: author == nil ? .standIn : .user)
    }

    /// Whether git knows a name and an address for this user, and did not guess them.
    package var author: Repository.Author {
        get throws(FileError) { try identity(in: outside) == nil ? .standIn : .user }
    }

    /// Returns the variables with the user's name and address; nil where git knows none.
    private func identity(in folder: String) throws(FileError) -> [String: String]? {
        var variables: [String: String] = [:]
        for role in ["AUTHOR", "COMMITTER"] {
            let words =
                ["-C", folder, "-c", "user.useConfigOnly=true", "var", "GIT_\(role)_IDENT"]
            // NAME <ADDRESS> SECONDS ZONE
            guard let text = try? run(words, settings: .user),
                let open = text.lastIndex(of: "<"), let close = text.lastIndex(of: ">"),
                open < close
            else { return nil }
            let name = text[..<open]
            variables["GIT_\(role)_NAME"] = String(name.last == " " ? name.dropLast() : name)
            variables["GIT_\(role)_EMAIL"] = String(text[text.index(after: open)..<close])
        }
        return variables
    }

    private static let standIn = [
        "GIT_AUTHOR_NAME": "pa-new", "GIT_AUTHOR_EMAIL": "pa-new@localhost",
        "GIT_COMMITTER_NAME": "pa-new", "GIT_COMMITTER_EMAIL": "pa-new@localhost",
    ]

    // MARK: Running git

    /// Which of the user's settings git gets to see.
    private enum Settings {
        /// All of them.
        case user
        /// None.
        case none
        /// None but these variables.
        case only([String: String])
    }

    /// Returns the environment that git runs in.
    private func environment(_ settings: Settings) -> [String] {
        var variables: [(String, String)] = []
        var place = environ
        while let entry = place.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables.append(
                    (String(text[..<equals]), String(text[text.index(after: equals)...]))
                )
            }
            place += 1
        }
        // What a hook or a script around us says of its own repository is not meant for this one.
        let isUsers = { (name: String) in
            ["GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG"].contains { name.hasPrefix($0) }
        }
        let dates = ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "GIT_EXEC_PATH"]
        var chosen: [String: String] = [:]
        for (name, value) in variables {
            switch settings {
            case .user: if !name.hasPrefix("GIT_") || isUsers(name) { chosen[name] = value }
            case .none, .only: if !name.hasPrefix("GIT_") { chosen[name] = value }
            }
            if dates.contains(name) { chosen[name] = value }
        }
        if case .only(let more) = settings { chosen.merge(more) { $1 } }
        switch settings {
        case .user: break
        case .none, .only:
            // The last two are for a git before 2.32, which does not know the first two.
            chosen["GIT_CONFIG_GLOBAL"] = "/dev/null"
            chosen["GIT_CONFIG_SYSTEM"] = "/dev/null"
            chosen["GIT_CONFIG_NOSYSTEM"] = "1"
            chosen["HOME"] = "/dev/null"
            chosen["XDG_CONFIG_HOME"] = nil
        }
        chosen["LC_ALL"] = "C"
        chosen["GIT_TERMINAL_PROMPT"] = "0"
        return chosen.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// Runs git to its end.
    ///
    /// - Returns: What it printed, without the last line end.
    private func run(
        _ arguments: [String],
        settings: Settings
    ) throws(FileError) -> String {
        let finished: (code: Int32, output: String)
        do throws(SystemFailure) {
            finished = try runCapturing(program, arguments, environment: environment(settings))
        } catch {
            throw .git(.cannotStart(path: program, code: error.code))
        }
        let output =
            finished.output.hasSuffix("\n") ? finished.output.dropLast() : finished.output[...]
        guard finished.code == 0 else {
            let command = arguments.first { !$0.hasPrefix("-") && !$0.contains("/") } ?? "--version"
            throw .git(.failed(command: command, output: String(output)))
        }
        return String(output)
    }
}

/// Returns a path from the root, without links; the path itself where there is nothing.
private func resolved(_ path: String) -> String {
    guard let text = realpath(path, nil) else { return path }
    defer { free(text) }
    return String(cString: text)
}
