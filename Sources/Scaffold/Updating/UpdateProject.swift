// Taking a project to today's template: what `pa-new update` does.
//
//     .pa-new.json  -> Request -> ProjectConfiguration -> [RenderedFile]  \
//     .pa-new.base.json -> Baseline ------------------------------ update -> [FileChange] -> Report
//     the files as they are ---------------------------------/

import Mustache

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
    } catch .badParent(let path, let problem) {
        // The folder is a project's, and not one to make a project in.
        throw .cannotUpdate(path, .noFolder(problem))
    }
}

private func updated(
    _ request: UpdateRequest,
    from catalog: Catalog
) throws(ScaffoldError) -> Report {
    let folder = try WorkingFolder(request.folder, isReadOnly: request.isDryRun)
    let record = try readRecord(in: folder)
    let base = try readBase(in: folder)
    let answers = try request.answers(over: record, catalog)
    let rendered = try render(Plan(answers), answers, partials: answers.framework.partials)
    let records = [Plan.answersFile, Baseline.fileName]

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
    updated += try userFilesToMove(from: record, to: answers, base, rendered, in: folder)
    updated.sort { $0.path < $1.path }

    let changes = changes(for: updated)
    // What the system would refuse is better known before, and by a dry run.
    for change in changes { try folder.checkWritable(change.path) }
    if !request.isDryRun { try folder.apply(changes) }
    var report = Report(
        answers,
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
        for path in try folder.files(below: old)
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
        guard let path = paths[file.template], let old = parent(of: file.path),
            let new = parent(of: path), old != new
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

/// Returns the folder of a path, nil at the top.
private func parent(of path: String) -> String? {
    path.lastIndex(of: "/").map { String(path[..<$0]) }
}

/// Returns what to do to the folder.
private func changes(for files: [UpdatedFile]) -> [FileChange] {
    let written = Set(files.filter { $0.contents != nil }.map(\.path))
    var changes: [FileChange] = []
    for file in files {
        if let contents = file.contents {
            let rendered = RenderedFile(
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
    switch try folder.state(of: path) {
    case .missing: return nil
    case .file(_, let isExecutable):
        return CurrentFile(contents: try folder.contents(of: path), isExecutable: isExecutable)
    case .blocked(let blocker, let obstacle):
        throw .inTheWay(path: folder.path + "/" + blocker, obstacle)
    }
}

/// Reads what a project was made from.
private func readRecord(in folder: borrowing WorkingFolder) throws(ScaffoldError) -> ProjectRecord {
    guard let file = try read(Plan.answersFile, in: folder) else {
        throw .cannotUpdate(folder.path, .noRecord)
    }
    let record: ProjectRecord
    do {
        record = try JSONDecoder().decode(ProjectRecord.self, from: Data(file.contents))
    } catch {
        throw .cannotUpdate(folder.path, .badRecord(reason: reason(of: error)))
    }
    if isNewer(record.paNew, than: paNewVersion) {
        throw .cannotUpdate(folder.path, .newer(version: record.paNew))
    }
    return record
}

/// Returns what a decoder has to say of a record, in words.
private func reason(of error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
        "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has a value of a wrong type"
    default: "it is no JSON"
    }
}

/// Reads what was generated then.
private func readBase(in folder: borrowing WorkingFolder) throws(ScaffoldError) -> Baseline {
    guard let file = try read(Baseline.fileName, in: folder) else {
        throw .cannotUpdate(folder.path, .noBase)
    }
    do throws(UpdateProblem) {
        return try Baseline(file.contents)
    } catch {
        throw .cannotUpdate(folder.path, error)
    }
}

/// Whether a version such as `1.10.0` comes after another.
func isNewer(_ version: String, than other: String) -> Bool {
    func numbers(_ version: String) -> [Int] {
        version.split(separator: ".").map { Int($0) ?? 0 }
    }
    return other != version && numbers(other).lexicographicallyPrecedes(numbers(version))
}

extension UpdateRequest {
    /// Returns the checked answers: those of then, and the other ones of now.
    func answers(
        over record: ProjectRecord,
        _ catalog: Catalog
    ) throws(ScaffoldError) -> ProjectConfiguration {
        do throws(ScaffoldError) {
            return try ProjectConfiguration(asked(of: record), catalog: catalog)
        } catch .unknownAnswer(let answer, _, let known) {
            let keys = Self.ownKeys + known
            throw .unknownAnswer(answer, nearest: nearest(to: answer.key, in: keys), known: keys)
        } catch .unknownPython(let text, let nearest) {
            throw .cannotUpdate(folder, .unknownPython(text, nearest: nearest))
        } catch .unknownFramework(let name, let nearest, let known) {
            throw .cannotUpdate(folder, .unknownFramework(name, nearest: nearest, known: known))
        } catch .unknownPipeline(let word, let nearest) {
            throw .cannotUpdate(folder, .unknownPipeline(word, nearest: nearest))
        } catch .unknownLanguage(let language, let nearest, let known) {
            throw .cannotUpdate(
                folder,
                .unknownLanguage(language, nearest: nearest, known: known)
            )
        } catch .frameworkInOtherLanguages(let name, let language, let languages, let known) {
            throw .cannotUpdate(
                folder,
                .frameworkInOtherLanguages(
                    name,
                    language: language,
                    languages: languages,
                    known: known
                )
            )
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
        var request = Request(name: own["name"] ?? record.name)
        request.user = answer("user", record.user)
        request.python = answer("python", record.python)
        request.domain = answer("domain", record.isUsualDomain ? nil : record.domain)
        request.template = template
        request.framework =
            template == nil ? answer("framework", record.framework) : own["framework"]
        request.language = answer("language", template == nil ? record.language : nil)
        request.pipeline = answer("ci", record.pipeline)
        request.answersFile = answersFile
        request.answers =
            (record.answers ?? [:]).map { key, value in
                AnswerInput(key: key, value: .value(value), origin: .recorded)
            } + others
        return request
    }

    /// The keys of the answers that every project has.
    public static let ownKeys = ["name", "framework", "language", "user", "domain", "python", "ci"]
}

extension ProjectRecord {
    /// Whether the domain is only the account's own, which goes with the account.
    fileprivate var isUsualDomain: Bool {
        guard let user, let account = try? AccountName(user) else { return false }
        return domain == Domain(of: account).description
    }
}

extension Report {
    /// The files that have both versions now, or were left for the user to decide about.
    public var conflicts: [String] { files.filter { $0.verb == .conflict }.map(\.path) }

    /// Tells what an update did.
    fileprivate init(
        _ answers: ProjectConfiguration,
        updated files: [File],
        in folder: String,
        isDryRun: Bool,
        before: ProjectRecord
    ) {
        self.init(
            answers,
            files,
            isDryRun: isDryRun,
            target: folder,
            walkthrough: Walkthrough(updating: answers, files, before: before, in: folder)
        )
    }
}

extension Walkthrough {
    /// Tells what to do after an update.
    ///
    /// - Parameters:
    ///   - answers: What the project is made from now.
    ///   - files: What was done to each file.
    ///   - before: What the project was made from before.
    ///   - folder: The project's folder, as a path from where the reader is.
    fileprivate init(
        updating answers: ProjectConfiguration,
        _ files: [Report.File],
        before: ProjectRecord,
        in folder: String
    ) {
        let now = ProjectRecord(answers)
        var steps = Self.conflictSteps(files)
        if now.name != before.name {
            // Other code imports the package, or where there is none what is compiled.
            let isPackage = files.contains { $0.path.hasPrefix(answers.name.package + "/") }
            let imported = { (name: ProjectName) in isPackage ? name.package : name.module }
            let old = (try? ProjectName(before.name)).map(imported) ?? before.name
            steps.append(
                Step(
                    action:
                        "Rename the project's folder to \(now.name), and where files of your own "
                        + "import \(old), write \(imported(answers.name)).",
                    commands: []
                )
            )
        }
        let verbs: [Report.Verb] = [.create, .update, .merge, .move, .delete, .conflict]
        let changed = Set(files.filter { verbs.contains($0.verb) }.map(\.path))
        let noticed = changed.subtracting([Plan.answersFile, Baseline.fileName])
        // Another pipeline is nothing that the host has to know.
        let isNewPipeline = now.pipeline != before.pipeline
        let pipeline = isNewPipeline ? Self.pipelineSteps(answers) : []
        let isForHost =
            isNewPipeline
            ? noticed.contains { !$0.hasPrefix(".") && $0 != "README.md" } : !noticed.isEmpty
        guard answers.hasEntryFile, isForHost else {
            self.init(steps: steps + pipeline)
            return
        }
        // What is uploaded is made of the project's files first, and the tests need it, too.
        let making = answers.uploads.isEmpty ? [] : Self.ownSteps(answers)
        steps += making
        let hasTests = answers.files.contains { $0.path.hasPrefix("tests/") }
        if hasTests {
            steps.append(
                Step(
                    action: "On your computer, in the project's folder, run its tests:",
                    commands: ["python3 -m unittest"]
                )
            )
        }
        // An account or domain that was not known yet makes no other web app of it.
        let isSameApp =
            (now.name, now.python, now.language) == (before.name, before.python, before.language)
            && (before.user == nil || now.user == before.user)
            && (before.domain == nil || now.domain == before.domain)
            && !changed.contains("requirements.txt")
        if !isSameApp {
            // Another account, domain, Python, name or set of packages is another web app.
            // Where nothing has to be uploaded first, what the template says comes here.
            steps += (making.isEmpty ? Self.ownSteps(answers) : [])
            steps += Self.hostSteps(answers, parent: "..")
        } else {
            steps += Self.changeSteps(answers, changed)
            steps.append(Step(action: "Press Reload.", commands: []))
        }
        steps += pipeline
        let conditions =
            (making.isEmpty ? [] : ["it is built"]) + (hasTests ? ["its tests pass"] : [])
            + (!isSameApp && answers.hasRequirements ? ["the virtualenv is there"] : [])
        // Another name moves the folder.
        let stays = now.name == before.name
        self.init(
            steps: steps,
            shortcut: stays ? Self.shortcut(answers, after: conditions, target: folder) : nil
        )
    }

    /// Tells how to bring changed files to the host.
    private static func changeSteps(_ answers: ProjectConfiguration, _ changed: Set<String>)
        -> [Step]
    {
        let hasEntryFileChanged = changed.contains("wsgi.py")
        guard answers.uploads.isEmpty else {
            let hasStaticFiles = changed.contains { $0.hasPrefix("static/") }
            return uploadSteps(answers, isNew: false, withStaticFiles: hasStaticFiles)
                + (hasEntryFileChanged ? [entryFileStep(answers)] : [])
        }
        let site = answers.site
        var steps = [
            Step(action: "Bring the changed files to \(site.sourceFolder).", commands: [])
        ]
        if hasEntryFileChanged {
            steps.append(
                Step(
                    action: "Replace the whole contents of the WSGI file:",
                    commands: ["cp \(site.sourceFolder)/wsgi.py \(site.wsgiFile)"]
                )
            )
        }
        return steps
    }

    /// Tells how to resolve conflicts, of each kind there is.
    private static func conflictSteps(_ files: [Report.File]) -> [Step] {
        let conflicts = files.filter { $0.verb == .conflict }
        let beside = Set(files.map(\.path))
        let marked = conflicts.filter { hasConflictMarkers($0.file.contents) }
        let unmerged = conflicts.filter { beside.contains($0.path + unmergedSuffix) }
        let dropped = conflicts.filter { file in
            !marked.contains(file) && !unmerged.contains(file)
        }
        var steps: [Step] = []
        if !marked.isEmpty {
            steps.append(
                Step(
                    action:
                        "Resolve the conflicts in \(listed(marked.map(\.path), most: 5)): choose "
                        + "between what stands after <<<<<<< (yours) and after ======= (the "
                        + "template's), and remove these lines.",
                    commands: []
                )
            )
        }
        if !unmerged.isEmpty {
            steps.append(
                Step(
                    action: "Compare \(listed(unmerged.map(\.path), most: 5)) with the template's "
                        + "version, which could not be merged and lies beside it, with "
                        + "\(unmergedSuffix) at its end; then remove that.",
                    commands: []
                )
            )
        }
        if !dropped.isEmpty {
            steps.append(
                Step(
                    action:
                        "You edited \(listed(dropped.map(\.path), most: 5)), which the template "
                        + "has no more: remove what nothing needs.",
                    commands: []
                )
            )
        }
        return steps
    }
}
