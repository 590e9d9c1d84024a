// A project that is ready to land: everything is known, and nothing is written yet.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where a project lands.
public enum Placement: Sendable, Hashable {
    /// In a folder that is new, or empty.
    case newFolder
    /// In a folder that may hold other files.
    case existingFolder(ConflictRule)
}

/// What happens to a file that lies where one of the project should, with other contents.
public enum ConflictRule: Sendable, Hashable {
    /// It keeps the whole project from landing.
    case refuse
    /// It stays as it is.
    case skip
    /// The project's takes its place, and the old contents stay as `FILE~`.
    case overwrite
}

/// A project that is ready to land in a place that it was compared with.
public struct PreparedProject: ~Copyable {
    private let project: Project
    private let files: [RenderedFile]
    /// What becomes of each file, in the order of the files.
    private let verbs: [Report.Verb]
    /// The folder, where it exists.
    private let folder: WorkingFolder?
    /// The repository that is to be made, or that is there; nil where none was asked for.
    private let repository: Repository?
    /// What makes the repository, where one is to be made.
    private let git: Git?

    /// Compares a project with its place.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - files: The files, complete.
    ///   - placement: Where they are to land.
    ///   - wantsRepository: Whether the project is to lie in a git repository.
    ///   - isReadOnly: Whether nothing may be written, not even to take back what a killed run left.
    /// - Throws: ``ScaffoldError`` where the project cannot land.
    init(
        _ project: Project,
        _ files: [RenderedFile],
        _ placement: Placement,
        wantsRepository: Bool,
        isReadOnly: Bool
    ) throws(ScaffoldError) {
        let target = project.configuration.target
        let (repository, git) = try Self.plan(wantsRepository, around: target)
        guard case .existingFolder(let rule) = placement, exists(target) else {
            try onFiles { () throws(FileError) in try checkPlace(target) }
            self.project = project
            self.files = files
            verbs = files.map { _ in .create }
            folder = nil
            self.repository = repository
            self.git = git
            return
        }
        let folder = try openTarget(target, isReadOnly: isReadOnly)
        var verbs: [Report.Verb] = []
        for file in files {
            verbs.append(try Self.verb(for: file, in: folder, rule))
        }
        // What the system would refuse halfway is better known before.
        for (file, verb) in zip(files, verbs) where verb == .create || verb == .overwrite {
            try onFiles { () throws(FileError) in try folder.checkWritable(file.path) }
        }
        self.project = project
        self.files = files
        self.verbs = verbs
        self.folder = consume folder
        self.repository = repository
        self.git = git
    }

    /// Finds out which repository the project will lie in, and what makes it.
    private static func plan(
        _ wantsRepository: Bool,
        around target: String
    ) throws(ScaffoldError) -> (Repository?, Git?) {
        guard wantsRepository else { return (nil, nil) }
        if let path = Git.repository(around: target) { return (.outer(path: path), nil) }
        return try onFiles { () throws(FileError) in
            let git = try Git(for: target)
            return (.own(branch: try git.branch, commit: nil, author: try git.author), git)
        }
    }

    /// Decides what becomes of a file in a folder.
    private static func verb(
        for file: RenderedFile,
        in folder: borrowing WorkingFolder,
        _ rule: ConflictRule
    ) throws(ScaffoldError) -> Report.Verb {
        switch try onFiles({ () throws(FileError) in try folder.state(of: file.path) }) {
        case .missing: return .create
        case .file(let bytes, _):
            if bytes == file.contents.count,
                try onFiles({ () throws(FileError) in try folder.contents(of: file.path) })
                    == file.contents
            {
                return .identical
            }
        case .blocked(let blocker, let obstacle):
            // A link or a folder in a file's own place can be left there, but not replaced.
            if blocker != file.path || rule == .overwrite {
                throw .files(.inTheWay(path: folder.path + "/" + blocker, obstacle))
            }
        }
        return switch rule {
        case .refuse: .conflict
        case .skip: .skip
        case .overwrite: .overwrite
        }
    }

    /// The files that nobody has decided about, by their paths.
    public var conflicts: [String] {
        zip(files, verbs).filter { $1 == .conflict }.map(\.0.path)
    }

    /// Returns both contents of a file.
    ///
    /// - Parameter path: The path of a conflict.
    /// - Returns: What lies there, and what the project would put there.
    /// - Throws: ``ScaffoldError`` where what lies there is no file, or cannot be read.
    public func contents(of path: String) throws(ScaffoldError) -> (old: [UInt8], new: [UInt8]) {
        let new = files.first { $0.path == path }?.contents ?? []
        switch folder {
        case .some(let folder):
            return try onFiles { () throws(FileError) in
                if case .blocked(let blocker, let obstacle) = try folder.state(of: path) {
                    throw .inTheWay(path: folder.path + "/" + blocker, obstacle)
                }
                return (try folder.contents(of: path), new)
            }
        case .none: return ([], new)
        }
    }

    /// What keeps the project from landing: conflicts that nobody has decided about.
    ///
    /// - Parameter decisions: Which conflicts are decided, and how.
    /// - Returns: The error, or nil.
    public func problem(_ decisions: [String: ConflictRule] = [:]) -> ScaffoldError? {
        let open = conflicts.filter { (decisions[$0] ?? .refuse) == .refuse }
        return open.isEmpty ? nil : .conflicts(target: project.configuration.target, paths: open)
    }

    /// Tells what would be done.
    ///
    /// - Parameter decisions: Which conflicts are decided, and how.
    /// - Returns: The report of a run that writes nothing.
    public func preview(_ decisions: [String: ConflictRule] = [:]) -> Report {
        report(decisions, kept: [:], repository, isDryRun: true)
    }

    /// Writes the project: all of it, or none of it.
    ///
    /// - Parameters:
    ///   - decisions: Which conflicts are decided, and how.
    ///   - progress: Is told how far the writing is.
    /// - Returns: What was done, and what to do next.
    /// - Throws: ``ScaffoldError``, with the disk as it was before.
    public consuming func commit(
        _ decisions: [String: ConflictRule] = [:],
        progress: ProgressHandler = { _ in }
    ) throws(ScaffoldError) -> Report {
        if let problem = problem(decisions) { throw problem }
        var kept: [String: String] = [:]
        var repository = repository
        var didRecover = false
        func writing(_ done: Int, _ total: Int) {
            progress(Progress(step: .writing, done: done, total: total))
        }
        let message = "Make \(project.configuration.name.folder) with pa-new \(paNewVersion)"
        switch folder {
        case .none:
            let git = git
            let files = files.map(\.file)
            let target = project.configuration.target
            let made = try onFiles { () throws(FileError) in
                try writeFolder(files, at: target, writing) { path throws(FileError) in
                    try git?.makeRepository(in: path, message: message)
                }
            }
            repository = made ?? repository
        case .some(let folder):
            didRecover = folder.didRecover
            var changes: [FileChange] = []
            for (file, verb) in zip(files, decided(decisions)) {
                if verb == .create { changes.append(.write(file.file)) }
                if verb == .overwrite { changes.append(.write(file.file, keepingOld: true)) }
            }
            let ours = zip(files, decided(decisions)).filter { $1 != .skip }.map(\.0.file)
            let new = git.map { NewRepository(git: $0, files: ours, message: message) }
            let made = try onFiles { () throws(FileError) in
                try folder.apply(changes, repository: new, writing)
            }
            kept = made.kept
            repository = made.repository ?? repository
        }
        var report = report(decisions, kept: kept, repository, isDryRun: false)
        report.didRecover = didRecover
        return report
    }

    /// What becomes of each file once conflicts are decided.
    private func decided(_ decisions: [String: ConflictRule]) -> [Report.Verb] {
        zip(files, verbs).map { file, verb in
            guard verb == .conflict else { return verb }
            return switch decisions[file.path] ?? .refuse {
            case .refuse: .conflict
            case .skip: .skip
            case .overwrite: .overwrite
            }
        }
    }

    private func report(
        _ decisions: [String: ConflictRule],
        kept: [String: String],
        _ repository: Repository?,
        isDryRun: Bool
    ) -> Report {
        let entries = zip(files, decided(decisions)).map { file, verb in
            Report.File(verb: verb, file: file, keptAt: kept[file.path])
        }
        return Report(project, entries, repository: repository, isDryRun: isDryRun)
    }
}

/// Whether anything lies at a path.
private func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}

/// Opens a folder that a project is added to.
private func openTarget(
    _ target: String,
    isReadOnly: Bool
) throws(ScaffoldError) -> WorkingFolder {
    do throws(FileError) {
        return try WorkingFolder(target, isReadOnly: isReadOnly)
    } catch .badParent(_, .notAFolder) {
        throw .files(.targetExists(path: target, .file))
    } catch .badParent(_, .missing) {
        // A link that leads nowhere.
        throw .files(.targetExists(path: target, .link))
    } catch {
        throw .files(error)
    }
}
