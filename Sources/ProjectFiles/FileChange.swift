// What is to be done to a folder that exists: values, decided before anything is touched.

/// A change to one file of a folder.
public enum FileChange: Sendable, Hashable {
    /// A file that is new, or that takes the place of one.
    ///
    /// A new file gets the permissions that the umask leaves it. One in another's place keeps that
    /// one's, but for the right to run it.
    case write(ProjectFile, keepingOld: Bool = false)
    /// A file or link that goes, and with it the folders that this leaves empty.
    case remove(path: String)

    /// The path below the folder.
    public var path: String {
        switch self {
        case .write(let file, _): file.path
        case .remove(let path): path
        }
    }
}

/// A repository that a folder is to become, with some of its files in a first commit.
package struct NewRepository {
    /// What makes it.
    let git: Git
    /// The files to commit.
    let files: [ProjectFile]
    /// The message of the commit.
    let message: String

    /// Says what is to become a repository.
    package init(git: Git, files: [ProjectFile], message: String) {
        self.git = git
        self.files = files
        self.message = message
    }
}

/// What lies at a path of a folder.
public enum FileState: Sendable, Hashable {
    /// Nothing.
    case missing
    /// A file, with its size in bytes.
    case file(bytes: Int, isExecutable: Bool)
    /// Something that is no file, at the path or on the way to it.
    case blocked(by: String, Obstacle)
}
