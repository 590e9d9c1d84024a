// A project that is ready to be committed: everything is decided, and nothing is written yet.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The kind of folder that a project is written into.
public enum Placement: Sendable, Hashable {
    /// A folder that is new or empty.
    case newFolder
    /// A folder that may contain other files.
    case existingFolder(ConflictRule)
}

/// What to do with an existing file at the path of a project file, with other contents.
public enum ConflictRule: Sendable, Hashable {
    /// Refuse to write the project.
    case refuse
    /// Keep the existing file.
    case skip
    /// Replace the existing file and keep its old contents as `FILE~`.
    case overwrite
}

/// A project that is ready to be written, compared with its destination.
public struct PreparedProject: ~Copyable {
    private let project: Project
    private let files: [RenderedFile]
    /// What happens to each file, in the order of the files.
    private let verbs: [Report.Verb]
    /// The folder, if it exists.
    private let folder: WorkingFolder?
    /// The new or existing repository; nil if none was asked for.
    private let repository: Repository?
    /// The git that creates the repository, if one is to be created.
    private let git: Git?

    /// Compares a project with its destination.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - files: All files of the project, rendered.
    ///   - placement: The kind of folder to write into.
    ///   - wantsRepository: Whether the project must be in a git repository.
    ///   - isReadOnly: Whether nothing may be written, not even to roll back the changes of a killed run.
    /// - Throws: ``ScaffoldError`` if the project cannot be written.
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
        // Check permissions now, so that the system does not refuse halfway.
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

    /// Determines the repository of the project, and the git that creates it if needed.
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

    /// Decides what happens to a file in a folder.
    private static func verb(
        for file: RenderedFile,
        in folder: borrowing WorkingFolder,
        _ rule: ConflictRule
    ) throws(ScaffoldError) -> Report.Verb {
        switch try onFiles({ () throws(FileError) in try folder.state(of: file.path) }) {
        case .missing: return .create
        case .file(let bytes, _):
            if bytes == file.contents.count,
                let there = try readOnDisk(file.path, over: 1 << 20, in: folder)?.contents,
                there == file.contents
            {
                return .identical
            }
        case .blocked(let blocker, let obstacle):
            // An existing link or folder at the path can be kept but not replaced.
            if blocker != file.path || (rule == .overwrite && !file.isOnce) {
                throw .files(.inTheWay(path: folder.path + "/" + blocker, obstacle))
            }
        }
        // What the template makes once belongs to the user, who has it already.
        if file.isOnce { return .skip }
        return switch rule {
        case .refuse: .conflict
        case .skip: .skip
        case .overwrite: .overwrite
        }
    }

    /// The paths of files that need a decision.
    public var conflicts: [String] {
        zip(files, verbs).filter { $1 == .conflict }.map(\.0.path)
    }

    /// The name of the entry file.
    var entryFile: String { project.configuration.entryFile }

    /// Returns the old and new contents of a file.
    ///
    /// - Parameters:
    ///   - path: The path of a conflict.
    ///   - most: The size of both up to which they are read, in bytes.
    /// - Returns: The existing contents, and those that the project would have; nil if one of them is larger.
    /// - Throws: ``ScaffoldError`` if the existing file is not a regular file or cannot be read.
    public func contents(
        of path: String,
        most: Int
    ) throws(ScaffoldError) -> (old: [UInt8], new: [UInt8])? {
        let new = files.first { $0.path == path }?.contents
        switch folder {
        case .some(let folder):
            // It is refused, whatever its size is, if it is no regular file.
            let old = try read(path, most: most, in: folder)?.contents
            guard (new?.count ?? 0) <= most, let old else { return nil }
            return try onFiles { () throws(FileError) in (try old.bytes(), try new?.bytes() ?? []) }
        case .none:
            return try onFiles { () throws(FileError) in ([], try new?.bytes() ?? []) }
        }
    }

    /// Returns why the project cannot be written: there are undecided conflicts.
    ///
    /// - Parameter decisions: The decisions about conflicts, by path.
    /// - Returns: The error, or nil if there is none.
    public func problem(_ decisions: [String: ConflictRule] = [:]) -> ScaffoldError? {
        let open = conflicts.filter { (decisions[$0] ?? .refuse) == .refuse }
        return open.isEmpty ? nil : .conflicts(target: project.configuration.target, paths: open)
    }

    /// Returns what a commit would do.
    ///
    /// - Parameter decisions: The decisions about conflicts, by path.
    /// - Returns: The report of a run that writes nothing.
    public func preview(_ decisions: [String: ConflictRule] = [:]) -> Report {
        report(decisions, kept: [:], repository, isDryRun: true)
    }

    /// Writes the project: all of it, or none of it.
    ///
    /// - Parameters:
    ///   - decisions: The decisions about conflicts, by path.
    ///   - progress: Receives the progress of writing.
    /// - Returns: What was done, and what to do next.
    /// - Throws: ``ScaffoldError``; the disk is then as it was before.
    public consuming func commit(
        _ decisions: [String: ConflictRule] = [:],
        progress: ProgressHandler = { _ in }
    ) throws(ScaffoldError) -> Report {
        let written = try write(decisions, progress: progress)
        var report = report(
            decisions,
            kept: written.kept,
            written.repository,
            isDryRun: false
        )
        report.didRecover = written.didRecover
        return report
    }

    /// What a commit did besides writing the files.
    package struct Written {
        fileprivate var kept: [String: String] = [:]
        fileprivate var repository: Repository?
        fileprivate var didRecover = false
    }

    /// Writes the project like ``commit(_:progress:)``, for a run that reports nothing.
    ///
    /// - Parameters:
    ///   - decisions: The decisions about conflicts, by path.
    ///   - progress: Receives the progress of writing.
    /// - Returns: What was done, for a report.
    /// - Throws: ``ScaffoldError``; the disk is then as it was before.
    @discardableResult
    package borrowing func write(
        _ decisions: [String: ConflictRule] = [:],
        progress: ProgressHandler = { _ in }
    ) throws(ScaffoldError) -> Written {
        if let problem = problem(decisions) { throw problem }
        var written = Written(repository: repository)
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
            written.repository = made ?? repository
        case .some(let folder):
            written.didRecover = folder.didRecover
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
            written.kept = made.kept
            written.repository = made.repository ?? repository
        }
        return written
    }

    /// What happens to each file once conflicts are decided.
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

    /// Returns what does not work because files of the user stay as they are.
    private func remarks(about skipped: Set<String>) -> [String] {
        let entry = project.configuration.entryFile
        var remarks: [String] = []
        if skipped.contains(entry) {
            remarks.append(
                "Your own \(entry) stays, and it does not import the new handlers: PythonAnywhere shows "
                    + "the app of that file, and not this project. To connect that app: pa-new adopt "
                    + shellQuoted(project.configuration.target)
            )
        }
        let own = files.filter { $0.isOnce && skipped.contains($0.path) }.map(\.path)
        remarks += Scaffold.remarks(aboutOwn: own)
        let list = "requirements.txt"
        if skipped.contains(list), !own.contains(list),
            let file = files.first(where: { $0.path == list })
        {
            let text = String(decoding: (try? file.contents.bytes()) ?? [], as: UTF8.self)
            let lines = text.split(separator: "\n")
            let packages = lines.filter { !$0.hasPrefix("#") }.map(String.init)
            remarks.append(
                "Your own \(list) stays. Add what the new files import: "
                    + listed(packages, most: 10)
            )
        }
        return remarks
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
        let skipped = Set(entries.filter { $0.verb == .skip }.map(\.path))
        let isConnected = !skipped.contains(project.configuration.entryFile)
        var report = Report(
            project,
            entries,
            repository: repository,
            isDryRun: isDryRun,
            nextSteps: NextSteps(
                project,
                parent: project.configuration.parent,
                isConnected: isConnected,
                console: project.configuration.console,
                interpreter: project.configuration.interpreter
            )
        )
        report.remarks = remarks(about: skipped)
        return report
    }
}

/// Whether something exists at a path.
private func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}

/// Opens an existing folder to which a project is added.
private func openTarget(
    _ target: String,
    isReadOnly: Bool
) throws(ScaffoldError) -> WorkingFolder {
    do throws(FileError) {
        return try WorkingFolder(target, isReadOnly: isReadOnly)
    } catch .badParent(_, .notAFolder) {
        throw .files(.targetExists(path: target, .file))
    } catch .badParent(_, .missing) {
        // A link without a target.
        throw .files(.targetExists(path: target, .link))
    } catch {
        throw .files(error)
    }
}
