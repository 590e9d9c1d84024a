// Renders a plan to files: in memory, but for large ones that are only copied.

import Mustache
import ProjectFiles

/// A rendered file of a project, with the path of its template.
public struct RenderedFile: Sendable, Hashable {
    /// The file.
    public let file: ProjectFile
    /// The path of its source in the template folder.
    public let template: String
    /// Whether it is made once, and is the user's own from then on.
    let isOnce: Bool
    /// The paths that its source had in earlier versions of the template.
    let formerTemplates: [String]

    /// The path below the project's folder.
    public var path: String { file.path }
    /// The contents of the file.
    public var contents: FileContents { file.contents }
    /// Whether the owner may execute the file.
    public var isExecutable: Bool { file.isExecutable }

    /// Creates a file.
    ///
    /// - Parameters:
    ///   - path: The path below the project's folder.
    ///   - contents: The contents of the file.
    ///   - isExecutable: Whether the owner may execute the file.
    ///   - template: The path of its source in the template folder; nil if it equals `path`.
    ///   - isOnce: Whether it is made once, and is the user's own from then on.
    ///   - formerTemplates: The paths that its source had in earlier versions of the template.
    public init(
        path: String,
        contents: [UInt8],
        isExecutable: Bool,
        template: String? = nil,
        isOnce: Bool = false,
        formerTemplates: [String] = []
    ) {
        self.init(
            path: path,
            .bytes(contents),
            isExecutable: isExecutable,
            template: template,
            isOnce: isOnce,
            formerTemplates: formerTemplates
        )
    }

    /// Creates a file whose contents can be elsewhere on the disk.
    init(
        path: String,
        _ contents: FileContents,
        isExecutable: Bool,
        template: String? = nil,
        isOnce: Bool = false,
        formerTemplates: [String] = []
    ) {
        file = ProjectFile(path: path, contents, isExecutable: isExecutable)
        self.template = template ?? path
        self.isOnce = isOnce
        self.formerTemplates = formerTemplates
    }

    /// The file with its contents in memory.
    func loaded() throws(FileError) -> RenderedFile { with(try contents.bytes()) }

    /// The file with contents that are in memory.
    fileprivate func with(_ contents: [UInt8]) -> RenderedFile {
        RenderedFile(
            path: path,
            contents: contents,
            isExecutable: isExecutable,
            template: template,
            isOnce: isOnce,
            formerTemplates: formerTemplates
        )
    }
}

/// Renders every file of a project.
///
/// - Parameters:
///   - project: The project.
///   - earlier: The files as they were before: equal contents are taken from there, so that they are in memory once.
///   - document: The document of these, if it is on the disk; nil to write it anew.
///   - progress: Receives the progress of rendering.
/// - Returns: The files, sorted by path.
/// - Throws: ``ScaffoldError`` if a path would leave the project, or for the first template that
///   cannot be rendered.
func render(
    _ project: Project,
    over earlier: Baseline? = nil,
    in document: FileContents? = nil,
    _ progress: ProgressHandler = { _ in }
) throws(ScaffoldError) -> [RenderedFile] {
    let context = Context(project)
    let plan = try Plan(project, context)
    var (files, budget) = try render(plan, of: project, context, progress)
    if let earlier { try share(&files, earlier) }
    // The baseline needs all other files, so it is made last.
    if let index = plan.files.firstIndex(where: { $0.path == Baseline.fileName }) {
        let others = files.filter { $0.path != ProjectRecord.fileName }
        let digests = project.configuration.framework.digests
        let base: FileContents
        let isSame = try onFiles { () throws(FileError) in
            document == nil ? false : try earlier?.isSame(as: others, digests: digests) ?? false
        }
        if let document, isSame {
            base = document
        } else {
            let made = Baseline.document(of: others, digests: digests)
            // An update compares it with that of the project.
            base =
                earlier == nil
                ? made : .bytes(try onFiles { () throws(FileError) in try made.bytes() })
        }
        // Nearly always there is room for any document, so that its size does not matter.
        if Baseline.mostBytes(of: others) > budget.left {
            try budget.add(base.count, of: Baseline.fileName)
        }
        files.insert(RenderedFile(path: Baseline.fileName, base, isExecutable: false), at: index)
    }
    return files
}

/// Renders every file of a plan but for the baseline, and returns what they leave of the budget, too.
private func render(
    _ plan: Plan,
    of project: Project,
    _ context: Context,
    _ progress: ProgressHandler
) throws(ScaffoldError) -> (files: [RenderedFile], budget: OutputBudget) {
    let framework = project.configuration.framework
    let manifest = framework.manifest
    var partials = Partials(of: framework)
    var budget = plan.budget
    var files: [RenderedFile] = []
    for (done, file) in plan.files.enumerated() {
        progress(Progress(step: .rendering, done: done, total: plan.files.count))
        switch file.source {
        case .baseline: continue
        case .record:
            files.append(
                RenderedFile(
                    path: file.path,
                    contents: try ProjectRecord(project.configuration).document(),
                    isExecutable: false
                )
            )
        case .copy(let source):
            let contents = source.contents.whole
            try budget.add(contents.count, of: source.path)
            files.append(
                RenderedFile(
                    path: file.path,
                    contents,
                    isExecutable: source.isExecutable,
                    template: source.path,
                    isOnce: manifest.isMadeOnce(source.path),
                    formerTemplates: manifest.formerPaths(of: source.path)
                )
            )
        case .template(let source):
            let path = framework.place(source.path)
            guard case .text(let text) = source.contents else { throw .notText(path: path) }
            let contents: [UInt8]
            do throws(ScaffoldError) {
                contents = try budget.render(source.path) { limits throws(ScaffoldError) in
                    let template = try parsed(text, path: path)
                    let included = try partials.included(by: template)
                    return try context.render(template, partials: included, using: &limits)
                }
            } catch {
                throw framework.blamed(for: error)
            }
            files.append(
                RenderedFile(
                    path: file.path,
                    contents: contents,
                    isExecutable: source.isExecutable,
                    template: source.path,
                    isOnce: manifest.isMadeOnce(source.path),
                    formerTemplates: manifest.formerPaths(of: source.path)
                )
            )
        }
    }
    return (files, budget)
}

/// Takes texts from the baseline that are the same: they are in memory once, and known to be the same without a digest.
private func share(
    _ files: inout [RenderedFile],
    _ earlier: Baseline
) throws(ScaffoldError) {
    var known: [String: [UInt8]] = [:]
    for file in earlier.files {
        if case .text(let text) = file.contents { known[file.path] = text }
    }
    let candidates = files.indices.filter {
        known[files[$0].path]?.count == files[$0].contents.count
    }
    let (all, texts) = (files, known)
    let isSame = inParallel(candidates.count) { index in
        let file = all[candidates[index]]
        return Result { () throws(FileError) in
            let contents = file.contents
            return (contents.areOnDisk ? .bytes(try contents.bytes()) : contents)
                == texts[file.path].map(FileContents.bytes)
        }
    }
    for (index, isSame) in zip(candidates, isSame) {
        guard try onFiles({ () throws(FileError) in try isSame.get() }),
            let text = known[files[index].path]
        else { continue }
        files[index] = files[index].with(text)
    }
}
