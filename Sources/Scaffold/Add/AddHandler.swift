// Adds a handler to an existing project: `pa-new add handler NAME`.
//
//     .pa-new.json -> Project -> the pieces of the template's addition  \
//     the current files ------- names, routes and places -------------- edits -> [FileChange] -> AddReport
//
// What is added is the user's own edit: the record and the baseline stay as they are.

import Mustache
import ProjectFiles

/// What to add to a project.
public struct AddRequest: Sendable, Hashable {
    /// The name of the handler, as it was typed.
    public var name: String
    /// The path of its page; nil for the one that the template gives it.
    public var path: String?
    /// The project's folder.
    public var folder: String
    /// The template folder, if the project uses a template of the user's own.
    public var template: String?
    /// Whether this is a dry run, which writes nothing.
    public var isDryRun: Bool

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - name: The name of the handler.
    ///   - path: The path of its page; nil for the one that the template gives it.
    ///   - folder: The project's folder.
    ///   - template: The template folder, if the project uses a template of the user's own.
    ///   - isDryRun: Whether this is a dry run, which writes nothing.
    public init(
        name: String,
        path: String? = nil,
        folder: String = ".",
        template: String? = nil,
        isDryRun: Bool = false
    ) {
        self.name = name
        self.path = path
        self.folder = folder
        self.template = template
        self.isDryRun = isDryRun
    }
}

/// A piece of code with its place.
package struct AddedPiece: Sendable, Hashable {
    /// The file, below the project's folder.
    package let path: String
    /// The place in the file.
    package let place: Addition.Place
    /// The code, with line feeds.
    package let code: String
    /// The names that it uses and that the file has to have.
    let needs: [String]
    /// The names that it defines.
    let names: [String]
    /// Why it has no certain place; nil if it has one.
    package internal(set) var problem: PlaceProblem?
}

/// What was added.
package struct AddReport: Sendable, Hashable {
    /// A file that gets new code.
    package struct File: Sendable, Hashable {
        /// The path below the project's folder.
        package let path: String
        /// The contents before.
        package let old: [UInt8]
        /// The contents with the new code.
        package let new: [UInt8]
    }

    /// The project's folder, as it was typed.
    package let target: String
    /// The name of the handler.
    package let name: String
    /// The path of its page.
    package let path: String
    /// The files that get new code; empty if a piece has no certain place.
    package let files: [File]
    /// The pieces of code.
    package let pieces: [AddedPiece]
    /// What to do next.
    package let nextSteps: [NextSteps.Step]
    /// Whether nothing was written because this is a dry run.
    package let isDryRun: Bool
    /// Whether the unfinished changes of a killed run were rolled back first.
    package let didRecover: Bool

    /// Whether a piece has no certain place, so that nothing was written.
    package var needsHand: Bool { pieces.contains { $0.problem != nil } }
}

/// Adds a handler to a project: all pieces of code, or none.
///
/// - Parameters:
///   - request: What to add.
///   - catalog: The available frameworks.
/// - Returns: What was added. If ``AddReport/needsHand`` is true, nothing was written.
/// - Throws: ``ScaffoldError``; the disk is then as it was before.
package func addHandler(
    _ request: AddRequest,
    from catalog: Catalog
) throws(ScaffoldError) -> AddReport {
    let name = try HandlerName(request.name)
    let typed: PagePath? = if let path = request.path { try PagePath(path) } else { nil }
    let folder = try opened(request)
    let project = try project(request, in: folder, catalog)
    let framework = project.configuration.framework
    if framework.manifest.adopts { throw .cannotAdd(request.folder, .adopted) }
    guard let addition = try framework.addition(.handler) else {
        throw .cannotAdd(
            request.folder,
            .noAddition(framework: framework.name, isOwn: framework.origin != .embedded)
        )
    }
    var adder = Adder(project, addition, name)
    let page = if let typed { typed } else { try PagePath(adder.defaultPath()) }
    let pieces = try adder.pieces(for: page)
    let found = try read(pieces, adder.routesFolder(), in: folder)
    if let taken = taken(pieces, page, found, addition.routes) {
        throw .cannotAdd(request.folder, .taken(taken))
    }
    let (placed, files) = edit(pieces, found)
    let changes = files.map { file in
        FileChange.write(
            ProjectFile(
                path: file.path,
                contents: file.new,
                isExecutable: found.executables.contains(file.path)
            )
        )
    }
    // Check permissions now, also in a dry run, so that the system does not refuse halfway.
    try onFiles { () throws(FileError) in
        for change in changes { try folder.checkWritable(change.path) }
        if !request.isDryRun { try folder.apply(changes) }
    }
    return AddReport(
        target: request.folder,
        name: name.text,
        path: page.text,
        files: files,
        pieces: placed,
        nextSteps: nextSteps(project, page, in: request.folder),
        isDryRun: request.isDryRun,
        didRecover: folder.didRecover
    )
}

/// Opens the project's folder.
private func opened(_ request: AddRequest) throws(ScaffoldError) -> WorkingFolder {
    do throws(FileError) {
        return try WorkingFolder(request.folder, isReadOnly: request.isDryRun)
    } catch .badParent(let path, let problem) {
        throw .cannotAdd(path, .project(.noFolder(problem)))
    } catch {
        throw .files(error)
    }
}

/// Returns the project in a folder, with today's template and the recorded answers.
private func project(
    _ request: AddRequest,
    in folder: borrowing WorkingFolder,
    _ catalog: Catalog
) throws(ScaffoldError) -> Project {
    do throws(ScaffoldError) {
        let record = try readRecord(in: folder)
        let update = UpdateRequest(folder: request.folder, template: request.template)
        // What is added has to fit the project as it is: only an update takes a newer commit.
        let catalog = request.template == nil ? try catalog.fetchingRecorded(by: record) : catalog
        return try Project(update.configuration(over: record, catalog))
    } catch .cannotUpdate(_, let problem) {
        throw .cannotAdd(request.folder, .project(problem))
    } catch .cannotFetch(let address, .noRef(let commit?)) where request.template == nil {
        throw .cannotAdd(
            request.folder,
            .noCommit(commit, repository: address.repository)
        )
    } catch {
        switch error {
        case .badAnswer, .missingAnswers, .unknownAnswer, .answerNotAsked:
            throw .cannotAdd(request.folder, .project(.configuration(error)))
        default: throw error
        }
    }
}

/// The steps after the handler is there: build it, if it has to be built, and look at its page.
private func nextSteps(_ project: Project, _ page: PagePath, in folder: String) -> [NextSteps.Step]
{
    var steps: [NextSteps.Step] = []
    let commands = project.products.commands
    if !commands.isEmpty {
        let place = folder == "." ? "this folder" : "the folder \(plainOrQuoted(folder))"
        steps.append(NextSteps.Step(action: "In \(place):", commands: commands))
    }
    if project.configuration.hasEntryFile {
        let target = folder == "." ? "" : shellWord(folder) + " "
        steps.append(
            NextSteps.Step(
                action: "Look at the page:",
                commands: ["pa-new visit \(target)\(shellWord(page.text))"]
            )
        )
    }
    return steps
}

// MARK: - The pieces

/// Renders the templates of an addition.
private struct Adder {
    let project: Project
    let addition: Addition
    let name: HandlerName
    private var names: [String: Mustache.Value]

    init(_ project: Project, _ addition: Addition, _ name: HandlerName) {
        self.project = project
        self.addition = addition
        self.name = name
        names = Context(project).values
        names[AdditionKind.handler.rawValue] = .string(name.text)
        names["handlerType"] = .string(name.type)
        names["handlerSlug"] = .string(name.slug)
        names["handlerTitle"] = .string(name.title)
    }

    private var framework: Framework { project.configuration.framework }

    private func render(_ text: String) throws(ScaffoldError) -> String {
        do {
            let path = framework.place(Manifest.fileName)
            let bytes = try Context(values: names).render(text, path: path)
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw framework.blamed(for: error)
        }
    }

    private func render(
        _ text: String,
        path: String,
        _ partials: inout Partials
    ) throws(ScaffoldError) -> String {
        do {
            let template = try parsed(text, path: path)
            var limits = Mustache.Limits()
            let bytes = try Context(values: names).render(
                template,
                partials: partials.included(by: template),
                using: &limits
            )
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw framework.blamed(for: error)
        }
    }

    /// Renders a path, and refuses one that leaves the project.
    private func path(_ template: String) throws(ScaffoldError) -> String {
        let path = try render(template)
        if let problem = pathProblem(path) {
            throw framework.blamed(
                for: .badPath(template: template, path: path, reason: problem)
            )
        }
        return path
    }

    /// The path of the page if the user gives none.
    func defaultPath() throws(ScaffoldError) -> String { try render(addition.path) }

    /// The folder with the files that have routes.
    func routesFolder() throws(ScaffoldError) -> String? {
        guard let routes = addition.routes else { return nil }
        return try path(routes.folder)
    }

    /// Renders the pieces that belong to this project.
    mutating func pieces(for page: PagePath) throws(ScaffoldError) -> [AddedPiece] {
        names["route"] = .string(page.text)
        names["routeTail"] = .string(String(page.text.dropFirst()))
        names["routePattern"] = .string(
            page.text.split(separator: ".", omittingEmptySubsequences: false)
                .joined(separator: "\\.")
        )
        var partials = Partials(of: framework)
        let conditions = names.merging(project.configuration.ownNames.values) { $1 }
        var pieces: [AddedPiece] = []
        for piece in addition.pieces where piece.condition.holds(in: conditions) {
            let code: String
            if let text = piece.text {
                code = try render(text)
            } else {
                let source = framework.additions.first { $0.path == piece.source }
                let place = framework.place(
                    TemplateFolder.additionsFolder + "/" + (piece.source ?? "")
                )
                guard case .text(let text)? = source?.contents else { throw .notText(path: place) }
                code = try render(text, path: place, &partials)
            }
            var names: [String] = []
            for name in piece.names { names.append(try render(name)) }
            if case .imported = piece.place { names.append(code) }
            var needs: [String] = []
            for need in piece.needs { needs.append(try render(need)) }
            pieces.append(
                AddedPiece(
                    path: try path(piece.file),
                    place: piece.place,
                    code: code,
                    needs: needs,
                    names: names
                )
            )
        }
        return pieces
    }
}
