// Brings back what an update replaced, and takes conflicts whole: `pa-new update --undo`, `--abort`, `--ours` and
// `--theirs`.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A request to bring back files of a project, or to resolve conflicts.
public struct RestoreRequest: Sendable, Hashable {
    /// What to do.
    public enum Action: Sendable, Hashable {
        /// Undo the last update, whose conflicts are not resolved; later edits are kept as `FILE~`.
        case abort
        /// Undo the last update, unless its files were changed since.
        case undo
        /// Take one side of all conflicts in files.
        case resolve([String: ConflictSide])
    }

    /// The project's folder.
    public var folder: String
    /// What to do.
    public var action: Action
    /// Whether nothing is written.
    public var isDryRun: Bool
    /// The place for what updates replaced; nil if there is none.
    public var undoStore: UndoStore?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - action: What to do.
    ///   - isDryRun: Whether nothing is written.
    ///   - undoStore: The place for what updates replaced; nil if there is none.
    public init(
        folder: String = ".",
        action: Action,
        isDryRun: Bool = false,
        undoStore: UndoStore? = nil
    ) {
        self.folder = folder
        self.action = action
        self.isDryRun = isDryRun
        self.undoStore = undoStore
    }
}

/// What was done to the files of a project.
public struct RestoreReport: Sendable, Hashable {
    /// What was done to a file.
    public enum Verb: String, Sendable {
        /// It has its contents from before the update.
        case restore
        /// It did not exist before the update, and was deleted.
        case delete
        /// Its conflicts were resolved.
        case resolve
    }

    /// A file.
    public struct File: Sendable, Hashable {
        /// What was done to it.
        public let verb: Verb
        /// Its path below the project's folder.
        public let path: String
        /// The new path of the contents that it had.
        public internal(set) var keptAt: String?
    }

    /// The files, sorted by path.
    public internal(set) var files: [File]
    /// Whether nothing was written.
    public let isDryRun: Bool
    /// Whether the unfinished changes of a killed run were undone first.
    public internal(set) var didRecover = false
}

/// Undoes the last update of a project, or resolves conflicts: all changes are made, or none.
///
/// - Parameter request: What to do.
/// - Returns: What was done to each file.
/// - Throws: ``ScaffoldError``; the disk is then as it was before.
public func restoreProject(_ request: RestoreRequest) throws(ScaffoldError) -> RestoreReport {
    do throws(ScaffoldError) {
        return try restored(request)
    } catch .files(.badParent(let path, let problem)) {
        throw .cannotUpdate(path, .noFolder(problem))
    }
}

private func restored(_ request: RestoreRequest) throws(ScaffoldError) -> RestoreReport {
    let folder = try onFiles { () throws(FileError) in
        try WorkingFolder(request.folder, isReadOnly: request.isDryRun)
    }
    let restoration: Restoration
    if case .resolve(let sides) = request.action {
        restoration = try resolutions(sides, request, in: folder)
    } else {
        restoration = try restorations(request, in: folder)
    }
    let changes = restoration.changes
    var report = RestoreReport(files: restoration.files, isDryRun: request.isDryRun)
    report.files.sort { $0.path < $1.path }
    report.didRecover = folder.didRecover
    guard !request.isDryRun else { return report }
    let kept = try onFiles { () throws(FileError) in try folder.apply(changes) }
    for index in report.files.indices {
        let path = report.files[index].path
        report.files[index].keptAt = kept[path] ?? report.files[index].keptAt
    }
    if case .resolve(let sides) = request.action {
        let names = report.files.map(\.path)
        let ours = names.filter { sides[$0] ?? sides[folder.path + "/" + $0] == .ours }
        request.undoStore?.close(ours, of: request.folder)
        return report
    }
    _ = request.undoStore?.keep(nil, of: request.folder)
    return report
}

private typealias Restoration = (changes: [FileChange], files: [RestoreReport.File])

/// Returns the changes that bring back the state before the last update.
private func restorations(
    _ request: RestoreRequest,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> Restoration {
    guard let record = request.undoStore?.record(of: request.folder) else {
        let place = request.undoStore?.folder ?? "$XDG_STATE_HOME/pa-new/updates"
        throw .cannotUpdate(folder.path, .nothingToUndo(place: place))
    }
    // Where the files that moved are now.
    let moved = Dictionary(
        record.files.compactMap { file in file.movedFrom.map { ($0, file.path) } },
        uniquingKeysWith: { first, _ in first }
    )
    var current = CurrentFiles()
    for file in record.files { try current.read(file.path, in: folder) }
    for (old, new) in moved {
        try current.forgetOtherName(old, in: folder)
        try current.forgetOtherName(new, in: folder)
    }
    let isAbort = request.action == .abort
    let isBefore = record.files.allSatisfy {
        isAsBefore($0, record, current.files[$0.path])
    }
    // An abort that was killed at its very end has brought back everything.
    if isAbort, !isBefore,
        !record.files.contains(where: { isOpen($0, current.files[$0.path]) })
    {
        throw .cannotUpdate(folder.path, .noConflicts)
    }
    let added = record.files.filter { file in
        !file.existed && isAsUpdated(file, current.files[file.path])
    }
    let gone = Set(added.map(\.path))
    var taken = Set(record.files.map(\.path))
    var changes: [FileChange] = []
    var files: [RestoreReport.File] = []
    var changed: [String] = []
    for file in record.files {
        let now = current.files[file.path]
        if let blockage = current.blockages[file.path],
            !(blockage.files?.isSubset(of: gone) ?? false)
        {
            changed.append(file.path)
            continue
        }
        let before = record.contents(of: file)
        // The update did not touch what the template no longer has.
        if isAsBefore(file, record, now) || file.isDropped && now != nil { continue }
        let isAsUpdated = isAsUpdated(file, now)
        guard isAsUpdated || isAbort || file.isDropped else {
            changed.append(file.path)
            continue
        }
        guard let before else {
            var deleted = RestoreReport.File(verb: .delete, path: file.path)
            // It can have markers, or be a file at its new path: the next update would take it for the user's.
            if !isAsUpdated, let now {
                changes.append(try copy(of: now, beside: file.path, &taken, in: folder))
                deleted.keptAt = changes.last?.path
            }
            files.append(deleted)
            changes.append(.remove(path: file.path))
            continue
        }
        files.append(RestoreReport.File(verb: .restore, path: file.path))
        var old = ProjectFile(path: file.path, before, isExecutable: file.isExecutable)
        old.permissions = file.permissions
        let keepsOld = !isAsUpdated && now != nil
        changes.append(.write(old, keepingOld: keepsOld, movedFrom: moved[file.path]))
    }
    if !changed.isEmpty { throw .cannotUpdate(folder.path, .changedSince(changed)) }
    return (changes, files)
}

/// Returns the change that keeps the contents of a file as `FILE~`.
private func copy(
    of file: CurrentFile,
    beside path: String,
    _ taken: inout Set<String>,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> FileChange {
    let name = try onFiles { [taken] () throws(FileError) in
        try folder.freeName(for: path, besides: taken)
    }
    taken.insert(name)
    guard let contents = file.contents else {
        throw .files(.system(.read, path: folder.path + "/" + path, code: EFBIG))
    }
    let copy = ProjectFile(path: name, contents, isExecutable: file.isExecutable)
    return .write(copy, movedFrom: path)
}

/// Whether a file has a conflict that is not resolved.
private func isOpen(_ file: UndoRecord.File, _ now: CurrentFile?) -> Bool {
    guard let now else { return false }
    return file.isDropped || now.hasMarkers
        || (!file.existed && file.path.hasSuffix(unmergedSuffix))
}

/// Whether a file is as it was before the update.
private func isAsBefore(
    _ file: UndoRecord.File,
    _ record: UndoRecord,
    _ now: CurrentFile?
) -> Bool {
    guard let now else { return !file.existed }
    return now.contents != nil && now.contents == record.contents(of: file)
}

/// Whether a file is as the update has left it.
private func isAsUpdated(_ file: UndoRecord.File, _ now: CurrentFile?) -> Bool {
    guard let now else { return file.after == nil }
    return now.contents.map { $0.sha256 == file.after } ?? false
}

/// Returns the changes that take one side of the conflicts in files.
private func resolutions(
    _ sides: [String: ConflictSide],
    _ request: RestoreRequest,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> Restoration {
    let record = request.undoStore?.record(of: request.folder)
    let dropped = Set(record?.files.filter(\.isDropped).map(\.path) ?? [])
    var taken: Set<String> = []
    var seen: Set<String> = []
    var changes: [FileChange] = []
    var files: [RestoreReport.File] = []
    for (named, side) in sides.sorted(by: { $0.key < $1.key }) {
        // People copy the path from the report, where it begins with the folder that they typed.
        let prefix = folder.path + "/"
        let typed = named.hasPrefix("./") ? String(named.dropFirst(2)) : named
        let short = typed.hasPrefix(prefix) ? String(typed.dropFirst(prefix.count)) : typed
        // What no project can have has no conflict either.
        guard pathProblem(short) == nil else {
            throw .cannotUpdate(folder.path, .noConflict(in: named))
        }
        var isShort = pathProblem(typed) != nil
        if short != typed, try read(short, most: 0, in: folder) != nil { isShort = true }
        let path = isShort ? short : typed
        guard seen.insert(path).inserted else {
            throw .cannotUpdate(folder.path, .givenTwice(path))
        }
        // What is too large to be merged has no markers of ours.
        let file =
            dropped.contains(path)
            ? try readOnDisk(path, over: maxMergeableBytes, in: folder)
            : try read(path, most: maxMergeableBytes, in: folder)
        let beside = try readOnDisk(path + unmergedSuffix, over: maxMergeableBytes, in: folder)
        let isExecutable = file?.isExecutable ?? false
        var resolvedFile = RestoreReport.File(verb: .resolve, path: path)
        if let text = file?.contents?.inMemory, hasConflictMarkers(text) {
            guard let text = resolved(text, taking: side) else {
                throw .cannotUpdate(folder.path, .unclearConflict(path))
            }
            let new = ProjectFile(path: path, contents: text, isExecutable: isExecutable)
            changes.append(.write(new))
        } else if let beside {
            guard let contents = beside.contents else {
                let place = folder.path + "/" + path + unmergedSuffix
                throw .files(.system(.read, path: place, code: EFBIG))
            }
            let new = ProjectFile(path: path, contents, isExecutable: isExecutable)
            if side == .theirs { changes.append(.write(new, keepingOld: true)) }
            changes.append(.remove(path: path + unmergedSuffix))
        } else if let file, dropped.contains(path) {
            if side == .theirs {
                changes.append(try copy(of: file, beside: path, &taken, in: folder))
                resolvedFile.keptAt = changes.last?.path
                changes.append(.remove(path: path))
            }
        } else {
            throw .cannotUpdate(folder.path, .noConflict(in: path))
        }
        files.append(resolvedFile)
    }
    return (changes, files)
}
