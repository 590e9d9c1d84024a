// Connects an app that is there already: the files beside it are those of a project whose template is
// `Templates/adopted/`, and whose answers are what the reader found.
//
//     folder -> AppFacts -> App -> [AnswerInput] -> PreparedProject  (the first time)
//                                              \--> UpdateRequest    (every other time)

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An app's folder, compared with what pa-new knows of it.
package struct AdoptableFolder: Sendable {
    /// The folder, as the user typed it.
    package let path: String
    /// The record of the project, if the app is adopted already.
    package let record: ProjectRecord?
    /// Whether the unfinished changes of a killed run were undone.
    package let didRecover: Bool
    /// Whether there still are such changes, because nothing may be written.
    package let isUnfinished: Bool

    /// Looks whether a folder is a project already, and undoes the unfinished changes of a killed run before:
    /// they can be half of an adoption.
    ///
    /// - Parameters:
    ///   - path: The folder, as the user typed it.
    ///   - catalog: The available frameworks.
    ///   - isReadOnly: Whether nothing may be written; the record is then that from before the killed run.
    /// - Throws: ``ScaffoldError/cannotAdopt(_:_:)`` if pa-new made the project, or its record cannot be read;
    ///   ``ScaffoldError/files(_:)`` if the changes of a killed run cannot be undone.
    package init(
        _ path: String,
        from catalog: Catalog,
        isReadOnly: Bool
    ) throws(ScaffoldError) {
        self.path = path
        var document: [UInt8]?
        if access(path + "/" + stagingFolder, F_OK) == 0 {
            let folder = try onFiles { () throws(FileError) in
                try WorkingFolder(path, isReadOnly: isReadOnly)
            }
            didRecover = folder.didRecover
            isUnfinished = isReadOnly
            document = try read(ProjectRecord.fileName, in: folder)?.contents?.inMemory
        } else {
            (didRecover, isUnfinished) = (false, false)
        }
        do throws(RecordProblem) {
            if isUnfinished {
                guard let document else { throw .missing }
                record = try ProjectRecord(document)
            } else {
                record = try LoadedProject(in: path, from: catalog).record
            }
        } catch .missing {
            record = nil
        } catch {
            throw .cannotAdopt(path, .record(error))
        }
        guard let record else { return }
        guard let name = catalog.adopting?.name, record.framework == name else {
            let template = record.template.map { "your own template \(quoted($0.name))" }
            throw .cannotAdopt(
                path,
                .made(with: template ?? record.framework ?? "another template")
            )
        }
    }

    /// Returns a valid name for the project: the folder's, if it can be one.
    ///
    /// - Parameter catalog: The available frameworks.
    /// - Returns: The name, and the folder's name if it is another one.
    package func name(from catalog: Catalog) -> (name: String, instead: String?) {
        if let record { return (record.name, nil) }
        var typed = path
        if let resolved = realpath(path, nil) {
            typed = String(cString: resolved)
            free(resolved)
        }
        let last = String(typed.split(separator: "/").last ?? "app")
        guard let template = catalog.adopting else { return (last, nil) }
        do throws(ScaffoldError) {
            return (try catalog.projectName(last, for: template).folder, nil)
        } catch .invalidName(_, _, let suggestion) {
            return (suggestion, last)
        } catch {
            return ("app", last)
        }
    }
}

extension AdoptRequest {
    /// Returns the answers for an app.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - facts: What else was found.
    ///   - record: The project's record, if the app is adopted already.
    /// - Returns: The answers to the questions of the templates.
    func answers(for app: AppFacts.App, _ facts: AppFacts, over record: ProjectRecord?)
        -> [AnswerInput]
    {
        var given = staticFolders.map { ProjectStaticFolder(text: $0) }
        if given.isEmpty, case .lines(let lines)? = record?.answers?[.givenFolders] {
            given = lines.map { ProjectStaticFolder(text: $0) }
        }
        var found = app.static.map { ProjectStaticFolder(url: $0.url, folder: $0.folder) }
        var root = app.root
        // The entry file answers with the files of a website: a mapping of the whole URL would let visitors
        // read everything in the folder, and PythonAnywhere does not say that it sends index.html for '/'.
        if app.isWebsite, let index = (given + found).firstIndex(where: { $0.url == "/" }) {
            let folder = (given + found)[index].folder
            root = folder == "." ? "" : folder
            given.removeAll { $0.url == "/" }
            found.removeAll { $0.url == "/" }
        }
        let own = found.filter { folder in !given.contains { $0.url == folder.url } }
        var entry = entry ?? facts.entry
        if self.entry == nil, case .text(let name)? = record?.answers?[.entry] { entry = name }
        let requirements = facts.requirements.exists ? [] : facts.requirements.lines
        let manage = app.root.isEmpty ? "manage.py" : "\(app.root)/manage.py"
        let values: [Adoption.Key: AnswerValue] = [
            .entry: .text(entry),
            .adapter: .text(app.adapter),
            .madeWith: .text(app.framework),
            .choice: .text(facts.apps.count > 1 || isChosen ? app.option : ""),
            .appFile: .text(app.file),
            .root: .text(root),
            .imports: .lines(lines(of: app.imports)),
            .application: .text(app.application),
            .settings: .text(app.settings),
            .manage: .text(manage),
            .folders: .lines((given + own).map(\.text)),
            .givenFolders: .lines(given.map(\.text)),
            .requirements: .lines(requirements),
            .hasPackages: .bool(facts.requirements.exists || !requirements.isEmpty),
        ]
        return values.map { key, value in
            AnswerInput(key: key.rawValue, value: .value(value), origin: .option)
        }.sorted { $0.key < $1.key }
    }

    /// Whether the user says which app is meant.
    package var isChosen: Bool { app != nil || factory != nil || settings != nil }

    private func lines(of text: String) -> [String] {
        text.isEmpty
            ? []
            : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

extension [String: AnswerValue] {
    fileprivate subscript(key: Adoption.Key) -> AnswerValue? { self[key.rawValue] }
}

/// Prepares to connect an app for the first time: everything except writing.
///
/// - Parameters:
///   - request: How to connect it.
///   - app: The app.
///   - facts: What was found in its folder.
///   - name: The name of the project.
///   - catalog: The available frameworks.
///   - wantsRepository: Whether the project must be in a git repository.
///   - isReadOnly: Whether nothing may be written.
/// - Returns: The project, compared with the folder.
/// - Throws: ``ScaffoldError`` if it cannot be written there.
package func prepareAdoption(
    _ request: AdoptRequest,
    of app: AppFacts.App,
    _ facts: AppFacts,
    name: String,
    from catalog: Catalog,
    wantsRepository: Bool,
    isReadOnly: Bool
) throws(ScaffoldError) -> PreparedProject {
    guard let template = catalog.adopting else {
        throw .badManifest(path: "*/\(Manifest.fileName)", reason: "no template adopts apps")
    }
    var project = Request(
        name: name,
        user: request.user,
        domain: request.domain,
        python: request.python ?? facts.usablePython,
        pipeline: request.pipeline,
        hasUpdateJob: request.hasUpdateJob,
        answers: request.answers(for: app, facts, over: nil)
            + template.stepAnswers(for: app)
    )
    (project.folder, project.adopts) = (request.folder, true)
    project.console = request.console
    project.interpreter = request.interpreter
    let prepared = try prepareProject(
        project,
        of: template,
        from: catalog,
        placement: .existingFolder(.refuse),
        wantsRepository: wantsRepository,
        isReadOnly: isReadOnly
    )
    let conflicts = prepared.conflicts
    guard conflicts.isEmpty else {
        let entry = prepared.entryFile
        throw .cannotAdopt(request.folder, .conflicts(conflicts, entry: entry))
    }
    return prepared
}

/// Brings the project of an adopted app up to date with its folder, like `pa-new update`.
///
/// - Parameters:
///   - request: How to connect it; what it leaves open stays as it is.
///   - app: The app.
///   - facts: What was found in its folder.
///   - record: The project's record.
///   - catalog: The available frameworks.
///   - isDryRun: Whether nothing is written.
/// - Returns: What was done to each file.
/// - Throws: ``ScaffoldError``; the disk is then as it was before.
package func updateAdoption(
    _ request: AdoptRequest,
    of app: AppFacts.App,
    _ facts: AppFacts,
    over record: ProjectRecord,
    from catalog: Catalog,
    isDryRun: Bool
) throws(ScaffoldError) -> Report {
    var answers = request.answers(for: app, facts, over: record)
    answers += catalog.adopting?.stepAnswers(for: app) ?? []
    let own = [
        ("user", request.user), ("domain", request.domain), ("python", request.python),
        ("ci", request.pipeline), (UpdateJob.name, request.hasUpdateJob ? "yes" : nil),
    ]
    for (key, text) in own {
        guard let text else { continue }
        answers.append(AnswerInput(key: key, value: .typed(text), origin: .option))
    }
    var update = UpdateRequest(folder: request.folder, answers: answers, isDryRun: isDryRun)
    update.console = request.console
    update.interpreter = request.interpreter
    return try updateProject(update, from: catalog)
}

extension Framework {
    /// Returns the answers to the yes-or-no questions about what an app needs once on PythonAnywhere.
    fileprivate func stepAnswers(for app: AppFacts.App) -> [AnswerInput] {
        let known = Set(Adoption.Key.allCases.map(\.rawValue))
        return manifest.questions.filter { $0.kind == .bool && !known.contains($0.key) }.map {
            let value = AnswerValue.bool(app.steps.contains($0.key))
            return AnswerInput(key: $0.key, value: .value(value), origin: .option)
        }
    }
}
