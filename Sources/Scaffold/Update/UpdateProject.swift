// Updates a project to today's template: `pa-new update`.
//
//     .pa-new.json  -> Request -> ProjectConfiguration -> [RenderedFile]  \
//     .pa-new.base.json -> Baseline ------------------------------ update -> [FileChange] -> Report
//     the current files ---------------------------------------/

import Mustache
import ProjectFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How to update a project.
public struct UpdateRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// New answers: for `user`, `domain`, `python`, `name`, `framework`, `language`, `ci`, or the key of
    /// one of its template's questions.
    public var answers: [AnswerInput]
    /// A file with answers to the template's questions.
    public var answersFile: String?
    /// The template folder, if the project uses a template of the user's own.
    public var template: String?
    /// Whether this is a dry run, which writes nothing.
    public var isDryRun: Bool
    /// Whether to find out only whether the project is up to date; this has to be a dry run, too.
    public var isCheck = false
    /// The place for what the update replaces, so that it can be undone; nil to keep nothing.
    public var undoStore: UndoStore?

    /// Creates a request for an update.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - answers: New answers, which replace those in the record.
    ///   - answersFile: A file with answers to the template's questions.
    ///   - template: The template folder, if the project uses a template of the user's own.
    ///   - isDryRun: Whether this is a dry run, which writes nothing.
    public init(
        folder: String = ".",
        answers: [AnswerInput] = [],
        answersFile: String? = nil,
        template: String? = nil,
        isDryRun: Bool = false
    ) {
        self.folder = folder
        self.answers = answers
        self.answersFile = answersFile
        self.template = template
        self.isDryRun = isDryRun
    }
}

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
    let record = try readRecord(in: folder)
    let base = try readBase(in: folder)
    let project = try Project(request.configuration(over: record, catalog))
    var rendered = try render(project)
    let records = [ProjectRecord.fileName, Baseline.fileName]

    var current = CurrentFiles()
    for path in base.files.map(\.path) + rendered.map(\.path) {
        try current.read(path, in: folder)
    }
    let currentFiles = current.files
    let unresolved = base.files.filter { file in
        if file.isOnce { return false }
        // A text about conflicts may have contained markers from the beginning.
        if case .text(let text) = file.contents, hasConflictMarkers(text) { return false }
        return currentFiles[file.path].map { hasConflictMarkers($0.contents) } ?? false
    }
    if !unresolved.isEmpty {
        throw .cannotUpdate(folder.path, .unresolved(unresolved.map(\.path)))
    }
    let isSameTemplate = record.isSameTemplate(as: project.configuration)
    var updated = update(
        from: base,
        to: rendered.filter { !records.contains($0.path) },
        label: "pa-new \(paNewVersion)",
        templates: isSameTemplate ? Set(project.configuration.framework.files.map(\.path)) : nil,
        isOtherTemplate: !isSameTemplate,
        blockages: current.blockages
    ) {
        currentFiles[$0]
    }
    try keepOpen(updated, in: &rendered, base)
    updated += rendered.filter { records.contains($0.path) }.map {
        updatedRecord($0, currentFiles[$0.path])
    }
    updated += try userFilesToMove(
        from: record,
        to: project.configuration,
        base,
        rendered,
        in: folder
    )
    updated.sort { $0.path < $1.path }

    let changes = changes(for: updated)
    // Check permissions now, also in a dry run, so that the system does not refuse halfway.
    try onFiles { () throws(FileError) in
        if !request.isCheck { for change in changes { try folder.checkWritable(change.path) } }
    }
    let didKeep = try request.keep(changes, over: current, in: folder)
    if !request.isDryRun { _ = try onFiles { () throws(FileError) in try folder.apply(changes) } }
    var report = Report(
        project,
        updated: updated.map { reported($0, currentFiles[$0.path]) },
        in: request.folder,
        isDryRun: request.isDryRun,
        before: record,
        projectBefore: projectBefore(record, from: catalog),
        notices: notices(about: rendered, updated, of: isSameTemplate ? project : nil)
    )
    report.didRecover = folder.didRecover
    if !didKeep { report.remarks.append(UndoStore.failure) }
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

/// Leaves files that something is in the way of as they were in the baseline, for a later update.
private func keepOpen(
    _ updated: [UpdatedFile],
    in rendered: inout [RenderedFile],
    _ base: Baseline
) throws(ScaffoldError) {
    let open = Set(updated.filter { $0.verb == .skip && $0.blockage != nil }.map(\.path))
    guard !open.isEmpty,
        let index = rendered.firstIndex(where: { $0.path == Baseline.fileName })
    else { return }
    let records = [ProjectRecord.fileName, Baseline.fileName]
    let new = Baseline(rendered.filter { !records.contains($0.path) && !open.contains($0.path) })
    let earlier = base.files.filter { open.contains($0.path) }
    rendered[index] = RenderedFile(
        path: Baseline.fileName,
        contents: try Baseline(new.files + earlier).document(),
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
                contents: contents,
                isExecutable: file.isExecutable
            )
            changes.append(.write(rendered))
        } else if file.verb == .delete {
            changes.append(.remove(path: file.path))
        }
        if let oldPath = file.oldPath, !written.contains(oldPath) {
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
        contents: file.contents ?? kept?.contents ?? [],
        isExecutable: kept?.isExecutable ?? file.isExecutable
    )
    return Report.File(verb: file.verb, file: rendered, keptAt: nil, movedFrom: file.oldPath)
}

/// Reads a file of a project; nil if it does not exist.
func read(
    _ path: String,
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> CurrentFile? {
    try onFiles { () throws(FileError) in
        switch try folder.state(of: path) {
        case .missing: nil
        case .file(_, let isExecutable):
            CurrentFile(contents: try folder.contents(of: path), isExecutable: isExecutable)
        case .blocked(let blocker, let obstacle):
            throw .inTheWay(path: folder.path + "/" + blocker, obstacle)
        }
    }
}

/// Reads the project's record.
func readRecord(in folder: borrowing WorkingFolder) throws(ScaffoldError) -> ProjectRecord {
    guard let file = try read(ProjectRecord.fileName, in: folder) else {
        throw .cannotUpdate(folder.path, .record(.missing))
    }
    let record: ProjectRecord
    do throws(RecordProblem) {
        record = try ProjectRecord(file.contents)
    } catch {
        throw .cannotUpdate(folder.path, .record(error))
    }
    if isNewer(record.paNew, than: paNewVersion) {
        throw .cannotUpdate(folder.path, .newer(version: record.paNew))
    }
    return record
}

/// Reads the baseline.
private func readBase(in folder: borrowing WorkingFolder) throws(ScaffoldError) -> Baseline {
    guard let file = try read(Baseline.fileName, in: folder) else {
        throw .cannotUpdate(folder.path, .noBaseline)
    }
    do throws(BaselineProblem) {
        return try Baseline(file.contents)
    } catch {
        throw .cannotUpdate(folder.path, .badBaseline(error))
    }
}

extension UpdateRequest {
    /// Keeps what the update replaces, if there is a place for it.
    ///
    /// It is kept before the update: the record of an update that does not land has nothing to bring back.
    ///
    /// - Parameters:
    ///   - changes: The changes of the update.
    ///   - current: The files of the project as they are now, as far as they were read.
    ///   - working: The project's folder.
    /// - Returns: Whether that did not fail.
    /// - Throws: ``ScaffoldError`` if a file cannot be read.
    fileprivate func keep(
        _ changes: [FileChange],
        over current: CurrentFiles,
        in working: borrowing WorkingFolder
    ) throws(ScaffoldError) -> Bool {
        guard let undoStore, !isDryRun, !changes.isEmpty else { return true }
        var current = current
        for change in changes { try current.read(change.path, in: working) }
        return undoStore.keep(UndoRecord(changes, over: current.files), of: folder)
    }

    /// Returns the checked answers: the recorded ones and the new ones.
    func configuration(
        over record: ProjectRecord,
        _ catalog: Catalog
    ) throws(ScaffoldError) -> ProjectConfiguration {
        let isAdopted = record.framework != nil && record.framework == catalog.adopting?.name
        if isAdopted, template != nil || answers.contains(where: { $0.key == "framework" }) {
            throw .cannotUpdate(folder, .adopted)
        }
        do throws(ScaffoldError) {
            var request = try request(for: record)
            request.adopts = isAdopted
            return try ProjectConfiguration(request, catalog: catalog)
        } catch .unknownAnswer(let answer, _, let known) {
            let keys = Self.ownKeys + known
            throw .unknownAnswer(answer, nearest: nearest(to: answer.key, in: keys), known: keys)
        } catch {
            switch error {
            case .unknownPython, .unknownFramework, .unknownLanguage, .frameworkInOtherLanguages,
                .unknownPipeline:
                throw .cannotUpdate(folder, .configuration(error))
            default: throw error
            }
        }
    }

    /// Returns the request with the recorded answers and the new ones.
    fileprivate func request(for record: ProjectRecord) throws(ScaffoldError) -> Request {
        var own: [String: String] = [:]
        var others: [AnswerInput] = []
        for answer in answers {
            guard Self.ownKeys.contains(answer.key), case .typed(let text) = answer.value else {
                others.append(answer)
                continue
            }
            guard own.updateValue(text, forKey: answer.key) == nil else {
                throw .repeatedAnswer(answer.key)
            }
        }
        /// Returns the new answer, or else the recorded one. An empty answer removes it.
        func answer(_ key: String, _ recorded: String?) -> String? {
            own[key].map { $0.isEmpty ? nil : $0 } ?? recorded
        }
        if record.template != nil, template == nil, own["framework"] == nil {
            throw .cannotUpdate(folder, .ownTemplate(name: record.template?.name ?? ""))
        }
        var request = record.request
        request.name = own["name"] ?? request.name
        request.user = answer("user", request.user)
        request.python = answer("python", request.python)
        request.domain = answer("domain", request.domain)
        request.template = template
        request.framework =
            template == nil ? answer("framework", request.framework) : own["framework"]
        request.language = answer("language", template == nil ? request.language : nil)
        request.pipeline = answer("ci", request.pipeline)
        request.answersFile = answersFile
        request.answers += others
        return request
    }

    /// The keys of the answers that every project has.
    public static let ownKeys = ["name", "framework", "language", "user", "domain", "python", "ci"]
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
        updated files: [File],
        in folder: String,
        isDryRun: Bool,
        before: ProjectRecord,
        projectBefore: Project?,
        notices: [String]
    ) {
        self.init(
            project,
            files,
            isDryRun: isDryRun,
            target: folder,
            nextSteps: NextSteps(
                updating: project,
                files,
                before: before,
                hostStepsBefore: projectBefore?.hostSteps ?? [],
                notices: notices,
                hadRequirements: projectBefore?.configuration.hasRequirements,
                in: folder
            )
        )
    }
}
