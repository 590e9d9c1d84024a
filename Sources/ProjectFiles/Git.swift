// Creates a repository with a first commit, using the git that is installed.
//
// The user's settings choose the name of the branch and the author, and nothing else: none of their
// hooks run, nothing is signed, no template folder is copied, and a broken settings file does no harm.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The repository that contains a project.
public enum Repository: Sendable, Hashable {
    /// Its own repository, created with a first commit; `commit` is nil in a dry run.
    case own(branch: String, commit: String?, author: Author)
    /// A repository that existed before, in that folder: nothing was done.
    case outer(path: String)

    /// The author of a commit.
    public enum Author: String, Sendable, Hashable {
        /// The user that git knows.
        case user
        /// pa-new, since git does not know the user.
        case standIn
    }
}

/// The git on this computer.
package struct Git {
    private let program: String
    /// A folder outside of all repositories, so that no repository's settings apply.
    private let outside: String
    /// So that no git goes on in a folder when this run is killed; nil if the system has no place for it.
    private let group = ProcessGroup()

    /// Finds git.
    ///
    /// - Parameter target: The folder in which to create a repository, or its future path.
    /// - Throws: ``FileError/git(_:)`` if there is no git, or none that works.
    package init(for target: String) throws(FileError) {
        let place = findProgram(
            "git",
            on: environmentVariable("PATH"),
            outside: target
        )
        guard let place else { throw .git(.missing) }
        program = place
        outside = Self.existing(target)
        _ = try run(["--version"], settings: .none)
    }

    /// Finds the repository that contains a folder.
    ///
    /// - Parameter folder: The folder, or the path of a folder that will be created.
    /// - Returns: The folder of the repository; nil if there is none.
    package static func repository(around folder: String) -> String? {
        var path = resolved(existing(folder))
        while true {
            var status = stat()
            if lstat(path + (path == "/" ? ".git" : "/.git"), &status) == 0 { return path }
            if path == "/" { return nil }
            path = splitPath(path).parent
        }
    }

    /// Returns the folder, or the nearest folder above it that exists.
    private static func existing(_ folder: String) -> String {
        access(folder, F_OK) == 0 ? folder : splitPath(folder).parent
    }

    /// The name of the first branch in new repositories of this user.
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

    /// Creates a repository in a folder, with all of its files in a first commit.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - message: The message of the commit.
    /// - Returns: The repository.
    /// - Throws: ``FileError/git(_:)`` with git's output.
    package func makeRepository(in folder: String, message: String) throws(FileError) -> Repository
    {
        let branch = try branch
        let here = ["-C", folder]
        _ = try run(["init", "--quiet", "--template=", folder], settings: .none)
        _ = try run(here + ["symbolic-ref", "HEAD", "refs/heads/" + branch], settings: .none)
        // The project's .gitignore must not exclude its own files.
        _ = try run(here + ["add", "--force", "--", "."], settings: .none)
        let author = try identity(in: folder)
        _ = try run(
            here + ["commit", "--quiet", "--no-verify", "--message", message],
            settings: .only(author ?? Self.standIn)
        )
        let commit = try run(here + ["rev-parse", "HEAD"], settings: .none)
        return .own(branch: branch, commit: commit, author: author == nil ? .standIn : .user)
    }

    /// The author of commits: the user, if git knows a name and an address without guessing.
    package var author: Repository.Author {
        get throws(FileError) { try identity(in: outside) == nil ? .standIn : .user }
    }

    /// Returns the variables with the user's name and address; nil if git does not know them.
    private func identity(in folder: String) throws(FileError) -> [String: String]? {
        var variables: [String: String] = [:]
        for role in ["AUTHOR", "COMMITTER"] {
            let arguments =
                ["-C", folder, "-c", "user.useConfigOnly=true", "var", "GIT_\(role)_IDENT"]
            // NAME <ADDRESS> SECONDS ZONE
            guard let text = try? run(arguments, settings: .user),
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

    /// Which of the user's settings git can see.
    private enum Settings {
        /// All of them.
        case user
        /// None.
        case none
        /// None except these variables.
        case only([String: String])
    }

    /// Returns the environment in which git runs.
    private func environment(_ settings: Settings) -> [String] {
        // Variables that a hook or a script sets for its own repository do not apply to this one.
        let isUsers = { (name: String) in
            ["GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG"].contains { name.hasPrefix($0) }
        }
        let dates = ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE", "GIT_EXEC_PATH"]
        var chosen: [String: String] = [:]
        for (name, value) in environmentVariables() {
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
            // The last two are for git before 2.32, which does not know the first two.
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
    /// - Returns: Its output, without the last line end.
    private func run(
        _ arguments: [String],
        settings: Settings
    ) throws(FileError) -> String {
        let finished: (code: Int32, output: String)
        do throws(SystemFailure) {
            finished = try runCapturing(
                program,
                arguments,
                environment: environment(settings),
                in: group
            )
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

/// Returns the absolute path without links; the path itself if it does not exist.
private func resolved(_ path: String) -> String {
    guard let text = realpath(path, nil) else { return path }
    defer { free(text) }
    return String(cString: text)
}
