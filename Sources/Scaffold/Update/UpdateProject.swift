// Taking a project to today's template: what `pa-new update` does.
//
//     .pa-new.json  -> Request -> ProjectConfiguration -> [RenderedFile]  \
//     .pa-new.base.json -> Baseline ------------------------------ update -> [FileChange] -> Report
//     the files as they are ---------------------------------/

import Mustache
import ProjectFiles

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What to make of a project.
public struct UpdateRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// Other answers than those it was made from: `user`, `domain`, `python`, `name`, `framework`,
    /// `language`, `ci`, or the key of one of its template's questions.
    public var answers: [AnswerInput]
    /// A file with answers to the template's questions.
    public var answersFile: String?
    /// The folder of the template, where it is one of the user's own.
    public var template: String?
    /// Whether to say what would be done, and to write nothing.
    public var isDryRun: Bool

    /// Says what to make of a project.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - answers: Other answers than those it was made from.
    ///   - answersFile: A file with answers to the template's questions.
    ///   - template: The folder of the template, where it is one of the user's own.
    ///   - isDryRun: Whether to say what would be done, and to write nothing.
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

/// Takes a project to today's template and other answers: all of the changes land, or none.
///
/// Files that nobody edited are replaced, edited ones merged three ways, deleted ones stay deleted.
///
/// - Parameters:
///   - request: What to make of the project.
///   - catalog: The frameworks to choose from.
/// - Returns: What was done to each file; a conflict is not resolved by it.
/// - Throws: ``ScaffoldError``, with the disk as it was before.
public func updateProject(
    _ request: UpdateRequest,
    from catalog: Catalog
) throws(ScaffoldError) -> Report {
    do throws(ScaffoldError) {
        return try updated(request, from: catalog)
    } catch .files(.badParent(let path, let problem)) {
        // The folder is a project's, and not one to make a project in.
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
    let rendered = try render(project)
    let records = [ProjectRecord.fileName, Baseline.fileName]

    var there: [String: CurrentFile] = [:]
    for file in base.files { there[file.path] = try read(file.path, in: folder) }
    let unresolved = base.files.filter { file in
        // A text about conflicts may have had markers from the beginning.
        if case .text(let text) = file.contents, hasConflictMarkers(text) { return false }
        return there[file.path].map { hasConflictMarkers($0.contents) } ?? false
    }
    if !unresolved.isEmpty {
        throw .cannotUpdate(folder.path, .unresolved(unresolved.map(\.path)))
    }
    for file in rendered where there[file.path] == nil {
        there[file.path] = try read(file.path, in: folder)
    }

    var updated = update(
        from: base,
        to: rendered.filter { !records.contains($0.path) },
        label: "pa-new \(paNewVersion)"
    ) {
        there[$0]
    }
    // The records are ours: they say what the project is now.
    for file in rendered where records.contains(file.path) {
        let isNew = there[file.path]?.contents != file.contents
        updated.append(
            UpdatedFile(
                verb: isNew ? .update : .identical,
                path: file.path,
                contents: isNew ? file.contents : nil
            )
        )
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
    // What the system would refuse is better known before, and by a dry run.
    try onFiles { () throws(FileError) in
        for change in changes { try folder.checkWritable(change.path) }
        if !request.isDryRun { try folder.apply(changes) }
    }
    var report = Report(
        project,
        updated: updated.map { reported($0, there[$0.path]) },
        in: request.folder,
        isDryRun: request.isDryRun,
        before: record
    )
    report.didRecover = folder.didRecover
    return report
}

/// Returns the user's own files in folders that the new name moves, which go with them.
private func userFilesToMove(
    from record: ProjectRecord,
    to answers: ProjectConfiguration,
    _ base: Baseline,
    _ rendered: [RenderedFile],
    in folder: borrowing WorkingFolder
) throws(ScaffoldError) -> [UpdatedFile] {
    let known = Set(base.files.map(\.path))
    let folders = movedFolders(from: record, to: answers, base, rendered)
    var moved: [UpdatedFile] = []
    var seen: Set<String> = []
    for (old, new) in folders {
        for path in try onFiles({ () throws(FileError) in try folder.files(below: old) })
        where !known.contains(path) && !path.contains("/__pycache__/") && seen.insert(path).inserted
        {
            let place = new + path.dropFirst(old.count)
            guard try read(place, in: folder) == nil, let file = try read(path, in: folder) else {
                continue
            }
            moved.append(
                UpdatedFile(
                    verb: .move,
                    path: place,
                    oldPath: path,
                    contents: file.contents,
                    isExecutable: file.isExecutable
                )
            )
        }
    }
    return moved
}

/// Returns the folders that the new name moves, the innermost ones first: those of files that have
/// one template and two paths, and the package.
private func movedFolders(
    from record: ProjectRecord,
    to answers: ProjectConfiguration,
    _ base: Baseline,
    _ rendered: [RenderedFile]
) -> [(old: String, new: String)] {
    guard record.name != answers.name.folder else { return [] }
    var folders: [String: String] = [:]
    let paths = Dictionary(rendered.map { ($0.template, $0.path) }) { first, _ in first }
    for file in base.files {
        guard let path = paths[file.template], let old = parents(of: file.path).last,
            let new = parents(of: path).last, old != new
        else { continue }
        folders[old] = new
    }
    if let old = (try? ProjectName(record.name))?.package, old != answers.name.package,
        base.files.contains(where: { $0.path.hasPrefix(old + "/") })
    {
        folders[old] = answers.name.package
    }
    return folders.sorted { ($1.key.count, $1.key) < ($0.key.count, $0.key) }
        .map { (old: $0.key, new: $0.value) }
}

/// Returns what to do to the folder.
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

/// Returns a file for the report, with what it holds afterwards.
private func reported(_ file: UpdatedFile, _ before: CurrentFile?) -> Report.File {
    let there = file.contents == nil && file.verb != .delete ? before : nil
    let rendered = RenderedFile(
        path: file.path,
        contents: file.contents ?? there?.contents ?? [],
        isExecutable: there?.isExecutable ?? file.isExecutable
    )
    return Report.File(verb: file.verb, file: rendered, keptAt: nil, movedFrom: file.oldPath)
}

/// Reads a file of a project; nil where there is none.
private func read(
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

/// Reads what a project was made from.
private func readRecord(in folder: borrowing WorkingFolder) throws(ScaffoldError) -> ProjectRecord {
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

/// Reads what was generated then.
private func readBase(in folder: borrowing WorkingFolder) throws(ScaffoldError) -> Baseline {
    guard let file = try read(Baseline.fileName, in: folder) else {
        throw .cannotUpdate(folder.path, .noBase)
    }
    do throws(BaselineProblem) {
        return try Baseline(file.contents)
    } catch {
        throw .cannotUpdate(folder.path, .badBase(error))
    }
}

extension UpdateRequest {
    /// Returns the checked answers: those of then, and the other ones of now.
    func configuration(
        over record: ProjectRecord,
        _ catalog: Catalog
    ) throws(ScaffoldError) -> ProjectConfiguration {
        do throws(ScaffoldError) {
            return try ProjectConfiguration(asked(of: record), catalog: catalog)
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

    /// Returns what to ask for: the answers of then, and the other ones of now.
    fileprivate func asked(of record: ProjectRecord) throws(ScaffoldError) -> Request {
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
        /// The answer of now, where an empty one takes the old one away.
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
    /// The files that have both versions now, or were left for the user to decide about.
    public var conflicts: [String] { files.filter { $0.verb == .conflict }.map(\.path) }

    /// Tells what an update did.
    fileprivate init(
        _ project: Project,
        updated files: [File],
        in folder: String,
        isDryRun: Bool,
        before: ProjectRecord
    ) {
        self.init(
            project,
            files,
            isDryRun: isDryRun,
            target: folder,
            nextSteps: NextSteps(updating: project, files, before: before, in: folder)
        )
    }
}
