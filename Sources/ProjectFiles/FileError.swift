// What can go wrong with files: cases with facts. The words for them are the caller's, since what to do
// about an error depends on the command.

/// Why files could not be read or written.
public enum FileError: Error, Sendable, Hashable {
    /// Something lies where the project should go.
    case targetExists(path: String, Obstacle)
    /// Nothing can be made in the folder where the project should go.
    case badParent(path: String, ParentProblem)
    /// Something that is no file lies where a file of the project should go, or a folder of its.
    case inTheWay(path: String, Obstacle)
    /// A path cannot be one of the project's files.
    case badPath(path: String, PathProblem)
    /// Another run works in a folder.
    case busy(path: String)
    /// A folder has the name of our staging folder, and cannot be used as that.
    case badStaging(path: String, StagingProblem)
    /// Changes that failed, or that a killed run left, could not be undone: what is in the staging
    /// folder is needed for that.
    case notRolledBack(path: String, code: Int32)
    /// A system call failed, with its `errno`.
    case system(Operation, path: String, code: Int32)
    /// What a run is about to do cannot be written down.
    case notEncodable(path: String, reason: String)
    /// A repository was asked for, and git cannot make it.
    case git(GitProblem)
}

/// What lies where a file or a folder should go.
public enum Obstacle: Sendable, Hashable {
    /// A folder that is not empty, and what is in it.
    case folder(entries: [String])
    /// A file.
    case file
    /// A symbolic link, wherever it leads.
    case link
    /// A pipe, a socket or a device.
    case other
}

extension FileError {
    /// Why nothing can be made in a folder.
    public enum ParentProblem: Sendable, Hashable {
        /// There is no such folder.
        case missing
        /// It is something else.
        case notAFolder
        /// The system refuses, with its `errno`.
        case notWritable(code: Int32)
    }

    /// Why git cannot make a repository.
    public enum GitProblem: Sendable, Hashable {
        /// There is no git on the path.
        case missing
        /// The system does not start it, with its `errno`.
        case cannotStart(path: String, code: Int32)
        /// It failed, with what it said.
        case failed(command: String, output: String)
    }

    /// Why a staging folder cannot be used.
    public enum StagingProblem: Sendable, Hashable {
        /// It is not one that this user's pa-new made.
        case foreign
        /// Its journal is damaged, or of another version.
        case unreadable
    }

    /// What was being done when the system refused.
    public enum Operation: Sendable, Hashable {
        /// Asking what lies somewhere.
        case look
        /// Keeping other runs out of a folder.
        case lock
        /// Reading a file.
        case read
        /// Removing a file.
        case remove
        /// Making a folder.
        case makeFolder
        /// Writing a file.
        case write
        /// Moving the finished project to its place.
        case rename
    }
}
