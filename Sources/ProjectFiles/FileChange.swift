// Planned changes to an existing folder: values, decided before anything on the disk is touched.

/// A change to one file of a folder.
public enum FileChange: Sendable, Hashable {
    /// Writes a new file, or replaces an existing one.
    ///
    /// A new file gets its permissions from the umask. A replacement gets the owner, the group and the
    /// permissions of the old file, as far as the system allows it; only whether it can be executed is that of
    /// the new one. A file that moves gets those of the file at its old path.
    case write(ProjectFile, keepingOld: Bool = false, movedFrom: String? = nil)
    /// Removes a file or link, and each folder that becomes empty because of that.
    case remove(path: String)

    /// The path below the folder.
    public var path: String {
        switch self {
        case .write(let file, _, _): file.path
        case .remove(let path): path
        }
    }
}

/// A repository to create in a folder, with some of the folder's files in a first commit.
package struct NewRepository {
    /// The git that creates it.
    let git: Git
    /// The files to commit.
    let files: [ProjectFile]
    /// The message of the commit.
    let message: String

    /// Creates the description of a new repository.
    package init(git: Git, files: [ProjectFile], message: String) {
        self.git = git
        self.files = files
        self.message = message
    }
}

/// What exists at a path of a folder.
public enum FileState: Sendable, Hashable {
    /// Nothing exists there.
    case missing
    /// A regular file, with its size in bytes.
    case file(bytes: Int, isExecutable: Bool)
    /// Something other than a file, at the path or at one of the folders above it.
    case blocked(by: String, Obstacle)
}
