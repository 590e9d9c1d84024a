// From a plan to files in memory.

import Mustache

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A file of a project, complete and not yet written.
public struct RenderedFile: Sendable, Hashable {
    /// The path below the project's folder.
    public let path: String
    /// What the file holds.
    public let contents: [UInt8]
    /// Whether its owner may run the file.
    public let isExecutable: Bool
    /// The path of what it was made from, in the template folder.
    public let template: String

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - path: The path below the project's folder.
    ///   - contents: What the file holds.
    ///   - isExecutable: Whether its owner may run the file.
    ///   - template: The path of what it was made from, in the template folder; nil for its own.
    public init(path: String, contents: [UInt8], isExecutable: Bool, template: String? = nil) {
        self.path = path
        self.contents = contents
        self.isExecutable = isExecutable
        self.template = template ?? path
    }
}

/// Renders every file of a plan.
///
/// - Parameters:
///   - plan: The files to render.
///   - answers: What was decided.
///   - partials: What the templates include, named by path.
///   - progress: Is told how far the rendering is.
/// - Returns: The files, in the plan's order.
/// - Throws: ``ScaffoldError/badTemplate(_:)`` with the first template that cannot be rendered.
func render(
    _ plan: Plan,
    _ answers: ProjectConfiguration,
    partials: [TemplateFile],
    _ progress: ProgressHandler = { _ in }
) throws(ScaffoldError) -> [RenderedFile] {
    let context = Context(answers)
    var included: [String: Mustache.Template] = [:]
    for file in partials {
        guard case .text(let text) = file.contents else { continue }
        included[Plan.withoutTemplateSuffix(file.path)] = try template(
            text,
            path: answers.framework.partialPlace(file.path)
        )
    }
    var files: [RenderedFile] = []
    for (done, file) in plan.files.enumerated() {
        progress(Progress(step: .rendering, done: done, total: plan.files.count))
        switch file.source {
        case .base: continue
        case .answers:
            files.append(
                RenderedFile(path: file.path, contents: record(of: answers), isExecutable: false)
            )
        case .copy(let source):
            files.append(
                RenderedFile(
                    path: file.path,
                    contents: source.contents.bytes,
                    isExecutable: source.isExecutable,
                    template: source.path
                )
            )
        case .template(let source):
            let path = answers.framework.place(source.path)
            guard case .text(let text) = source.contents else { throw .notText(path: path) }
            let contents: [UInt8]
            do {
                contents = try context.render(text, path: path, partials: included)
            } catch {
                throw answers.framework.blamed(for: error)
            }
            files.append(
                RenderedFile(
                    path: file.path,
                    contents: contents,
                    isExecutable: source.isExecutable,
                    template: source.path
                )
            )
        }
    }
    // All that was made from templates is known only now.
    if let index = plan.files.firstIndex(where: { $0.path == Baseline.fileName }) {
        let base = Baseline(files.filter { $0.path != Plan.answersFile })
        files.insert(
            RenderedFile(path: Baseline.fileName, contents: base.document, isExecutable: false),
            at: index
        )
    }
    return files
}

/// The names that templates can use.
struct Context: Sendable {
    /// The names with their values.
    let values: [String: Mustache.Value]

    /// The names that every template can use, which no question can have as its key.
    static let ownNames: Set<String> = Set(Pipeline.names(for: nil).keys).union([
        "name", "package", "module", "title", "framework", "language", "greeting", "python",
        "hasRequirements", "hasUser", "user", "domain", "url", "home", "sourceFolder",
        "staticFolder", "virtualenv", "wsgiFile",
        "pythons", "steps", "number", "action", "hasCommands", "commands",
    ])

    /// The names that are known only inside of a list.
    static let namesInLists = [
        "number": "steps", "action": "steps", "hasCommands": "steps", "commands": "steps",
    ]

    /// Every name, those that are known only inside of a list included.
    var names: Set<String> {
        func names(in value: Mustache.Value) -> Set<String> {
            switch value {
            case .object(let members):
                members.values.reduce(into: Set(members.keys)) { $0.formUnion(names(in: $1)) }
            case .list(let elements): elements.reduce(into: ["."]) { $0.formUnion(names(in: $1)) }
            default: []
            }
        }
        return names(in: .object(values))
    }

    /// Makes the names from what was decided.
    ///
    /// - Parameter answers: What was decided.
    init(_ answers: ProjectConfiguration) {
        let steps = Walkthrough(answers, parent: "..").steps.enumerated().map { index, step in
            [
                "number": .string(String(index + 1)),
                "action": .string(step.action),
                "hasCommands": .bool(!step.commands.isEmpty),
                "commands": .list(step.commands.map { .string($0) }),
            ] as Mustache.Value
        }
        values = Self.names(of: answers).merging(["steps": .list(steps)]) { $1 }
    }

    /// Returns every name but the steps.
    private static func names(of answers: ProjectConfiguration) -> [String: Mustache.Value] {
        let site = answers.site
        let own: [String: Mustache.Value] = [
            "name": .string(answers.name.folder),
            "package": .string(answers.name.package),
            "module": .string(answers.name.module),
            "title": .string(answers.name.title),
            "framework": .string(answers.framework.manifest.title),
            "language": .string(answers.framework.language ?? ""),
            "greeting": .string(answers.framework.manifest.greeting),
            "python": .string("\(answers.python)"),
            "pythons": .list(answers.python.around.map { .string("\($0)") }),
            "hasRequirements": .bool(answers.hasRequirements),
            "hasUser": .bool(answers.account != nil),
            "user": .string(site.user),
            "domain": .string("\(site.domain)"),
            "url": .string(site.url),
            "home": .string(site.home),
            "sourceFolder": .string(site.sourceFolder),
            "staticFolder": .string(site.staticFolder),
            "virtualenv": .string(site.virtualenv),
            "wsgiFile": .string(site.wsgiFile),
        ]
        return own.merging(Pipeline.names(for: answers.pipeline)) { own, _ in own }
            .merging(answers.questionNames) { own, _ in own }
    }

    /// Returns the commands that a template's manifest shows, each text in them as one word for a
    /// shell: an answer can then mean nothing else.
    static func commands(of answers: ProjectConfiguration) throws(ScaffoldError) -> [String] {
        let templates = answers.framework.manifest.commands
        guard !templates.isEmpty else { return [] }
        let words = names(of: answers).mapValues { value -> Mustache.Value in
            guard case .string(let text) = value else { return value }
            return .string(shellWord(text))
        }
        let context = Context(values: words)
        var commands: [String] = []
        for command in templates {
            let path = answers.framework.place(Manifest.fileName)
            commands.append(
                String(decoding: try context.render(command, path: path), as: UTF8.self)
            )
        }
        return commands
    }

    /// Returns the paths of what has to be on the host, where that is not the whole project.
    static func uploads(of answers: ProjectConfiguration) throws(ScaffoldError) -> [String] {
        let context = Context(values: names(of: answers))
        let manifest = answers.framework.place(Manifest.fileName)
        var uploads: [String] = []
        for template in answers.framework.manifest.uploads {
            let bytes = try context.render(template, path: manifest)
            let path = String(decoding: bytes, as: UTF8.self)
            if let reason = pathProblem(path) {
                throw answers.framework.blamed(
                    for: .badUpload(manifest: manifest, path: path, reason: reason)
                )
            }
            uploads.append(path)
        }
        return uploads
    }

    private init(values: [String: Mustache.Value]) {
        self.values = values
    }

    /// Renders a template with these names, strictly: it makes source code.
    ///
    /// - Parameters:
    ///   - text: The template.
    ///   - path: Where it comes from, for errors.
    ///   - partials: What it can include.
    /// - Returns: The rendered text, as bytes of UTF-8.
    /// - Throws: ``ScaffoldError/badTemplate(_:)`` with the place of the first mistake.
    func render(
        _ text: String,
        path: String,
        partials: [String: Mustache.Template] = [:]
    ) throws(ScaffoldError) -> [UInt8] {
        let template = try template(text, path: path)
        do {
            return try template.renderBytes(.object(values), partials: partials, mode: .strict)
        } catch {
            throw .badTemplate(error)
        }
    }
}

/// Parses a template for source code.
private func template(_ text: String, path: String) throws(ScaffoldError) -> Mustache.Template {
    do {
        return try Mustache.Template(text, path: path)
    } catch {
        throw .badTemplate(error)
    }
}

/// What `.pa-new.json` holds: the answers that a project was made from.
struct ProjectRecord: Codable, Hashable, Sendable {
    /// Which template of the user's own a project was made from.
    struct Template: Codable, Hashable, Sendable {
        /// The name of its folder; a path would differ from machine to machine.
        let name: String
        /// What tells whether the template is still the same: ``TemplateFolder/digest``.
        let sha256: String
    }

    let paNew: String
    /// The framework; nil where it was a template of the user's own.
    let framework: String?
    /// The framework's language; in `.pa-new.json` nil for the one taken where none is asked for.
    var language: String?
    let name: String
    let python: String
    let user: String?
    let domain: String?
    /// The service that runs its pipeline; nil where it has none.
    let pipeline: String?
    /// The template, where it was one of the user's own.
    let template: Template?
    /// The answers to its questions, of those that were asked; nil where it has no questions.
    let answers: [String: AnswerValue]?

    enum CodingKeys: String, CodingKey {
        case paNew = "pa-new"
        case pipeline = "ci"
        case framework, language, name, python, user, domain, template, answers
    }

    /// Records what was decided.
    ///
    /// - Parameter answers: What was decided.
    init(_ answers: ProjectConfiguration) {
        paNew = paNewVersion
        if case .folder(_, let digest) = answers.framework.origin {
            framework = nil
            template = Template(name: answers.framework.name, sha256: digest)
        } else {
            framework = answers.framework.name
            template = nil
        }
        language = answers.nonDefaultLanguage
        name = answers.name.folder
        python = "\(answers.python)"
        user = answers.account?.description
        domain = (answers.domain ?? answers.account.map { Domain(of: $0) })?.description
        pipeline = answers.pipeline?.rawValue
        self.answers = answers.framework.manifest.questions.isEmpty ? nil : answers.values
    }
}

/// Returns the contents of `.pa-new.json`: no dates and no local paths, so that the same answers
/// always give the same bytes.
private func record(of answers: ProjectConfiguration) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A value of plain strings always encodes.
    let data = (try? encoder.encode(ProjectRecord(answers))) ?? Data()
    return Array(data) + [UInt8(ascii: "\n")]
}
