// Updates a project to today's template: `pa-new update`.
//
//     .pa-new.json  -> Request -> ProjectConfiguration -> [RenderedFile]  \
//     .pa-new.base.json -> Baseline ------------------------------ update -> [FileChange] -> Report
//     the current files ---------------------------------------/

import Mustache
import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Updates a project to today's template and new answers: all changes are made, or none.
///
/// Files without edits are replaced, edited ones are merged, and deleted ones stay deleted.
///
/// - Parameters:
///   - request: How to update the project.
///   - catalog: The available frameworks.
/// - Returns: What was done to each file. Conflicts remain for the user to resolve.
/// - Throws: ``ScaffoldError``; the disk is then as it was before.
public func updateProject(
    _ request: UpdateRequest,
    from catalog: Catalog
) throws(ScaffoldError) -> Report {
    do throws(ScaffoldError) {
        return try updated(request, from: catalog)
    } catch .files(.badParent(let path, let problem)) {
        // The path must be an existing project, and not the parent of a new one.
        throw .cannotUpdate(path, .noFolder(problem))
    }
}

private func updated(
    _ request: UpdateRequest,
    from catalog: Catalog
) throws(ScaffoldError) -> Report {
    let folder = try onFiles { () throws(FileError) in
        try WorkingFolder(request.folder, isReadOnly: request.isDryRun)
    }
    let excluded = try request.excludedPaths()
    let record = try readRecord(in: folder)
    let (base, document) = try readBase(in: folder)
    var catalog = try catalog.fetching(for: request, over: record)
    let project = try updatedProject(for: request, over: record, base, in: folder, catalog)
    catalog = catalog.keeping(project.configuration.framework, for: request)
    var rendered = try render(project, over: base, in: document)
    let records = [ProjectRecord.fileName, Baseline.fileName]
    let current = try CurrentFiles(of: base, and: rendered, in: folder)
    let currentFiles = current.files
    try load(&rendered, toMergeWith: currentFiles, base)
    try checkResolved(base, currentFiles, in: folder.path)
    let isSameTemplate = record.isSameTemplate(as: project.configuration)
    let proof = BaselineProof(of: base, record, for: request, project, catalog)
    let (ours, strange) = proof.split(base, Set(rendered.map(\.path)), currentFiles)
    var updated = update(
        from: ours,
        to: rendered.filter { !records.contains($0.path) },
        label: "pa-new \(paNewVersion)",
        templates: isSameTemplate ? Set(project.configuration.framework.files.map(\.path)) : nil,
        isOtherTemplate: !isSameTemplate,
        blockages: current.blockages,
        proof: proof
    ) { currentFiles[$0] }
    updated = leavingOut(excluded, from: updated)
    let isRenamed = record.name != project.configuration.name.folder
    try checkPossible(updated, base, currentFiles, isRenamed: isRenamed, in: folder.path)
    try checkName(updated, of: project.configuration, catalog, in: folder)
    try keepOpen(updated, in: &rendered, base)
    updated += rendered.filter { records.contains($0.path) }.map {
        updatedRecord($0, currentFiles[$0.path])
    }
    let moved = try userFilesToMove(
        from: record,
        to: project.configuration,
        base,
        rendered,
        proof,
        in: folder
    )
    updated = (updated + moved.files).sorted { $0.path < $1.path }

    let changes = changes(for: updated)
    if !request.isCheck { try checkWritable(changes, in: folder) }
    let notices = try notices(about: rendered, updated, of: isSameTemplate ? project : nil)
    let didKeep = try request.keep(changes, of: updated, over: current, in: folder)
    if !request.isDryRun { _ = try onFiles { () throws(FileError) in try folder.apply(changes) } }
    var report = Report(
        project,
        located: try located(project, for: request, over: record, catalog),
        updated: updated.map { reported($0, currentFiles[$0.path]) },
        for: request,
        before: record,
        projectBefore: projectBefore(record, from: catalog),
        notices: notices
    )
    report.didRecover = folder.didRecover
    report.title = updateTitle(from: record, to: report.answers)
    if !didKeep { report.remarks.append(UndoStore.failure) }
    report.remarks += unknownExclusionRemarks(excluded, updated)
    report.remarks += commitRemarks(from: record, to: project.configuration)
    report.remarks += remarks(aboutStrange: strange, secrets: moved.secrets, left: moved.left)
    report.remarks +=
        try hidingRemarks(updated, rendered, base, in: folder)
        + remarks(
            onUpdateOf: record,
            to: project.configuration,
            updated,
            once: Set(rendered.filter(\.isOnce).map(\.path)),
            current: currentFiles
        )
    return report
}

/// Checks permissions before anything is changed, so that the system does not refuse halfway.
private func checkWritable(
    _ changes: [FileChange],
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) {
    try onFiles { () throws(FileError) in
        for change in changes { try folder.checkWritable(change.path) }
    }
}

/// Leaves files as they were in the baseline, for a later update: those that something is in the way of, and
/// those that the user left out.
private func keepOpen(
    _ updated: [UpdatedFile],
    in rendered: inout [RenderedFile],
    _ base: Baseline
) throws(ScaffoldError) {
    let left = updated.filter { $0.verb == .skip && ($0.blockage != nil || $0.isExcluded) }
    let open = Set(left.flatMap { [$0.path, $0.oldPath ?? $0.path] })
    guard !open.isEmpty,
        let index = rendered.firstIndex(where: { $0.path == Baseline.fileName })
    else { return }
    let records = [ProjectRecord.fileName, Baseline.fileName]
    let others = rendered.filter { !records.contains($0.path) && !open.contains($0.path) }
    let new = try onFiles { () throws(FileError) in try Baseline(others) }
    let earlier = base.files.filter { open.contains($0.path) }
    rendered[index] = RenderedFile(
        path: Baseline.fileName,
        contents: Baseline(new.files + earlier).document(),
        isExecutable: false
    )
}

/// Returns what happens to a record of the project: it is always replaced, to describe the updated project.
private func updatedRecord(_ file: RenderedFile, _ before: CurrentFile?) -> UpdatedFile {
    let isNew = before?.contents != file.contents
    return UpdatedFile(
        verb: isNew ? .update : .identical,
        path: file.path,
        contents: isNew ? file.contents : nil
    )
}

/// Returns a project as it was before the update; nil if its template is not known.
private func projectBefore(_ record: ProjectRecord, from catalog: Catalog) -> Project? {
    guard record.template == nil else { return nil }
    let configuration = try? ProjectConfiguration(record.request, catalog: catalog)
    return configuration.flatMap { try? Project($0) }
}

/// Returns the changes to the folder.
private func changes(for files: [UpdatedFile]) -> [FileChange] {
    let written = Set(files.filter { $0.contents != nil }.map(\.path))
    var changes: [FileChange] = []
    for file in files {
        if let contents = file.contents {
            let rendered = ProjectFile(
                path: file.path,
                contents,
                isExecutable: file.isExecutable
            )
            changes.append(.write(rendered, movedFrom: file.oldPath))
        } else if file.verb == .delete {
            changes.append(.remove(path: file.path))
        }
        if let oldPath = file.oldPath, !file.stays, !written.contains(oldPath) {
            changes.append(.remove(path: oldPath))
        }
    }
    return changes
}

/// Returns a file for the report, with its new contents.
private func reported(_ file: UpdatedFile, _ before: CurrentFile?) -> Report.File {
    let kept = file.contents == nil && file.verb != .delete ? before : nil
    let rendered = RenderedFile(
        path: file.path,
        file.contents ?? kept?.contents ?? .bytes([]),
        isExecutable: kept?.isExecutable ?? file.isExecutable
    )
    var reported = Report.File(
        verb: file.verb,
        file: rendered,
        keptAt: nil,
        movedFrom: file.stays ? nil : file.oldPath
    )
    if let kept, kept.contents == nil { reported.unreadBytes = kept.bytes }
    return reported
}

/// Reads a file of a project; nil if it does not exist.
///
/// - Parameters:
///   - path: The path of the file.
///   - most: The maximum size in bytes: a larger file has no contents in the result.
///   - folder: The project's folder.
/// - Returns: The file.
/// - Throws: ``ScaffoldError`` if the system refuses, or something else is there.
func read(
    _ path: String,
    most: Int = maxFileBytes,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> CurrentFile? {
    try onFiles { () throws(FileError) in
        switch try folder.state(of: path) {
        case .missing: nil
        case .file(let bytes, let isExecutable):
            bytes > most
                ? CurrentFile(tooLarge: bytes, isExecutable: isExecutable)
                : CurrentFile(
                    contents: try folder.contents(of: path, most: most),
                    isExecutable: isExecutable
                )
        case .blocked(let blocker, let obstacle):
            throw .inTheWay(path: folder.path + "/" + blocker, obstacle)
        }
    }
}

/// Reads a file of a project, and leaves a large one on the disk; nil if it does not exist.
///
/// - Parameters:
///   - path: The path of the file.
///   - most: The size from which it stays on the disk, in bytes.
///   - folder: The project's folder.
/// - Returns: The file.
/// - Throws: ``ScaffoldError`` as ``read(_:most:in:)`` does.
func readOnDisk(
    _ path: String,
    over most: Int,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> CurrentFile? {
    let large = try onFiles { () throws(FileError) in try folder.largeFile(path, over: most) }
    guard let large else { return try read(path, in: folder) }
    return CurrentFile(contents: large.contents, isExecutable: large.isExecutable)
}

/// Returns the contents of a file.
///
/// - Parameters:
///   - file: The file.
///   - path: The path of the file.
///   - folder: The project's folder.
/// - Returns: Its contents.
/// - Throws: ``ScaffoldError/files(_:)`` if it is too large.
func contents(
    of file: CurrentFile,
    _ path: String,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> [UInt8] {
    guard let contents = file.contents else {
        throw .files(.system(.read, path: folder.path + "/" + path, code: EFBIG))
    }
    return try onFiles { () throws(FileError) in try contents.bytes() }
}

/// Reads the project's record.
func readRecord(in folder: borrowing WorkingFolder) throws(ScaffoldError) -> ProjectRecord {
    guard
        let file = try read(ProjectRecord.fileName, most: ProjectRecord.maxBytes, in: folder)
    else {
        let base = try read(Baseline.fileName, most: Baseline.maxDocumentBytes, in: folder)
        throw .cannotUpdate(folder.path, base == nil ? .record(.missing) : .lostRecord)
    }
    let document = try contents(of: file, ProjectRecord.fileName, in: folder)
    let record: ProjectRecord
    do throws(RecordProblem) {
        record = try ProjectRecord(document)
    } catch {
        throw .cannotUpdate(folder.path, .record(error))
    }
    if isNewer(record.paNew, than: paNewVersion) {
        throw .cannotUpdate(folder.path, .newer(version: record.paNew))
    }
    return record
}

/// Reads the baseline.
///
/// - Parameter folder: The project's folder.
/// - Returns: The baseline, and its file on the disk if that is large and as this version writes it: most updates do not
///   change it.
/// - Throws: ``ScaffoldError/cannotUpdate(_:_:)`` if there is none that can be used.
private func readBase(
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> (base: Baseline, document: FileContents?) {
    // Before it is read: if it changes from now on, it is another one.
    let unchanged = try onFiles { () throws(FileError) in
        try folder.onDisk(Baseline.fileName, over: Baseline.maxBytesInMemory)
    }
    guard let file = try read(Baseline.fileName, most: Baseline.maxDocumentBytes, in: folder) else {
        throw .cannotUpdate(folder.path, .noBaseline)
    }
    let document = try contents(of: file, Baseline.fileName, in: folder)
    let base: Baseline
    do throws(BaselineProblem) {
        base = try Baseline(document)
    } catch {
        throw .cannotUpdate(folder.path, .badBaseline(error))
    }
    guard unchanged?.count == document.count, base.hasDocument(document) else {
        return (base, nil)
    }
    return (base, unchanged)
}

extension UpdateRequest {
    /// Keeps what the update replaces, if there is a place for it.
    ///
    /// It is kept before the update: the record of an update that does not land has nothing to bring back.
    ///
    /// - Parameters:
    ///   - changes: The changes of the update.
    ///   - updated: What happens to each file.
    ///   - current: The files of the project as they are now, as far as they were read.
    ///   - working: The project's folder.
    /// - Returns: Whether that did not fail.
    /// - Throws: ``ScaffoldError`` if a file cannot be read.
    fileprivate func keep(
        _ changes: [FileChange],
        of updated: [UpdatedFile],
        over current: CurrentFiles,
        in working: borrowing WorkingFolder
    ) throws(ScaffoldError) -> Bool {
        guard let undoStore, !isDryRun, !changes.isEmpty else { return true }
        var current = current
        for change in changes {
            try current.read(change.path, in: working)
            if case .write(_, _, .some) = change {
                try current.forgetOtherName(change.path, in: working)
            }
            if let file = current.files[change.path], file.contents == nil {
                _ = try contents(of: file, change.path, in: working)
            }
        }
        var record = try UndoRecord(changes, over: current.files)
        try record.note(dropped: ConflictKinds(updated).dropped, current.files)
        try record.notePermissions(in: working)
        return undoStore.keep(record, of: folder)
    }
}

extension Report {
    /// The files with conflicts that the user has to resolve.
    public var conflicts: [String] { files.filter { $0.verb == .conflict }.map(\.path) }

    /// Whether an update changed something, or would change something.
    public var hasChanges: Bool {
        files.contains { ![.identical, .keep, .skip].contains($0.verb) }
    }

    /// Creates the report of an update.
    fileprivate init(
        _ project: Project,
        located: Project,
        updated files: [File],
        for request: UpdateRequest,
        before: ProjectRecord,
        projectBefore: Project?,
        notices: [String]
    ) {
        self.init(
            project,
            files,
            isDryRun: request.isDryRun,
            target: request.folder,
            nextSteps: NextSteps(
                updating: located,
                files,
                before: before,
                hostStepsBefore: projectBefore?.hostSteps ?? [],
                notices: notices,
                hadRequirements: projectBefore?.configuration.hasRequirements,
                in: request.folder,
                console: request.console,
                interpreter: request.interpreter
            )
        )
        namesAccount = namesAccount || located.configuration.account != nil
    }
}
