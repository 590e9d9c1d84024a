// What can go wrong with files, as cases with facts. The caller makes the sentences, since the advice
// depends on the command.

/// Why files could not be read or written.
public enum FileError: Error, Sendable, Hashable {
    /// The destination of the project exists already.
    case targetExists(path: String, Obstacle)
    /// Nothing can be created in the parent folder of the project.
    case badParent(path: String, ParentProblem)
    /// Something other than a file is at the path of a project file, or of one of its folders.
    case inTheWay(path: String, Obstacle)
    /// A path is not allowed for a file of the project.
    case badPath(path: String, PathProblem)
    /// Another run is working in the folder.
    case busy(path: String)
    /// A folder has the name of the staging folder but cannot be used as one.
    case badStaging(path: String, StagingProblem)
    /// Failed changes, or those of a killed run, could not be undone. The staging folder still holds
    /// what is needed to undo them.
    case notRolledBack(path: String, code: Int32)
    /// A system call failed, with its `errno`.
    case system(Operation, path: String, code: Int32)
    /// A file to copy is no longer as it was when it was read.
    case changed(path: String)
    /// The plan of a run cannot be encoded.
    case notEncodable(path: String, reason: String)
    /// git cannot create the repository that was asked for.
    case git(GitProblem)
}

/// What exists at the path of a file or folder.
public enum Obstacle: Sendable, Hashable {
    /// A folder that is not empty, with the names in it.
    case folder(entries: [String])
    /// A file.
    case file
    /// A symbolic link, whatever its target.
    case link
    /// A pipe, a socket or a device.
    case other
}

extension FileError {
    /// Why nothing can be created in a folder.
    public enum ParentProblem: Sendable, Hashable {
        /// The folder does not exist.
        case missing
        /// The path is not a folder.
        case notAFolder
        /// The system refuses to write, with its `errno`.
        case notWritable(code: Int32)
    }

    /// Why git cannot create a repository.
    public enum GitProblem: Sendable, Hashable {
        /// There is no git on the path.
        case missing
        /// The system cannot start git, with its `errno`.
        case cannotStart(path: String, code: Int32)
        /// A git command failed, with its output.
        case failed(command: String, output: String)
    }

    /// Why a staging folder cannot be used.
    public enum StagingProblem: Sendable, Hashable {
        /// This user's pa-new did not make it.
        case foreign
        /// Its journal is damaged or has another version.
        case unreadable
    }

    /// The operation that the system refused.
    public enum Operation: Sendable, Hashable {
        /// Examining a path.
        case look
        /// Locking a folder against other runs.
        case lock
        /// Reading a file.
        case read
        /// Removing a file.
        case remove
        /// Making a folder.
        case makeFolder
        /// Writing a file.
        case write
        /// Moving the finished project to its destination.
        case rename
    }
}
