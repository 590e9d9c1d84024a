// From a plan to files in memory.

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

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - path: The path below the project's folder.
    ///   - contents: What the file holds.
    ///   - isExecutable: Whether its owner may run the file.
    public init(path: String, contents: [UInt8], isExecutable: Bool) {
        self.path = path
        self.contents = contents
        self.isExecutable = isExecutable
    }
}

/// Renders every file of a plan.
///
/// - Parameters:
///   - plan: The files to render.
///   - answers: What was decided.
///   - partials: What the templates include, named by path.
/// - Returns: The files, in the plan's order.
/// - Throws: ``ScaffoldError/badTemplate(_:)`` with the first template that cannot be rendered.
func render(
    _ plan: Plan,
    _ answers: Answers,
    partials: [TemplateFile]
) throws(ScaffoldError) -> [RenderedFile] {
    let context = Context(answers)
    var included: [String: Mustache.Template] = [:]
    for file in partials {
        guard case .text(let text) = file.contents else { continue }
        included[Plan.withoutTemplateSuffix(file.path)] = try template(
            text,
            path: "\(Catalog.sharedFolder)/\(file.path)"
        )
    }
    var files: [RenderedFile] = []
    for file in plan.files {
        switch file.source {
        case .answers:
            files.append(
                RenderedFile(path: file.path, contents: record(of: answers), isExecutable: false)
            )
        case .copy(let source):
            files.append(
                RenderedFile(
                    path: file.path,
                    contents: source.contents.bytes,
                    isExecutable: source.isExecutable
                )
            )
        case .template(let source):
            let path = "\(answers.framework.name)/\(source.path)"
            guard case .text(let text) = source.contents else { throw .notText(path: path) }
            files.append(
                RenderedFile(
                    path: file.path,
                    contents: try context.render(text, path: path, partials: included),
                    isExecutable: source.isExecutable
                )
            )
        }
    }
    return files
}

/// The names that templates can use.
struct Context: Sendable {
    /// The names with their values.
    let values: [String: Mustache.Value]

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
    init(_ answers: Answers) {
        let site = answers.site
        let steps = Walkthrough(answers, parent: "..").steps.enumerated().map { index, step in
            [
                "number": .string(String(index + 1)),
                "action": .string(step.action),
                "hasCommands": .bool(!step.commands.isEmpty),
                "commands": .list(step.commands.map { .string($0) }),
            ] as Mustache.Value
        }
        values = [
            "name": .string(answers.name.folder),
            "package": .string(answers.name.package),
            "title": .string(answers.name.title),
            "framework": .string(answers.framework.manifest.title),
            "greeting": .string(answers.framework.manifest.greeting),
            "python": .string("\(answers.python)"),
            "hasRequirements": .bool(answers.framework.hasRequirements),
            "hasUser": .bool(answers.account != nil),
            "user": .string(site.user),
            "domain": .string("\(site.domain)"),
            "url": .string(site.url),
            "home": .string(site.home),
            "sourceFolder": .string(site.sourceFolder),
            "staticFolder": .string(site.staticFolder),
            "virtualenv": .string(site.virtualenv),
            "wsgiFile": .string(site.wsgiFile),
            "steps": .list(steps),
        ]
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
struct AnswersRecord: Codable, Hashable, Sendable {
    let paNew: String
    let framework: String
    let name: String
    let python: String
    let user: String?
    let domain: String?

    enum CodingKeys: String, CodingKey {
        case paNew = "pa-new"
        case framework, name, python, user, domain
    }

    /// Records what was decided.
    ///
    /// - Parameter answers: What was decided.
    init(_ answers: Answers) {
        paNew = paNewVersion
        framework = answers.framework.name
        name = answers.name.folder
        python = "\(answers.python)"
        user = answers.account?.description
        domain = (answers.domain ?? answers.account.map { Domain(of: $0) })?.description
    }
}

/// Returns the contents of `.pa-new.json`: no dates and no local paths, so that the same answers
/// always give the same bytes.
private func record(of answers: Answers) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A value of plain strings always encodes.
    let data = (try? encoder.encode(AnswersRecord(answers))) ?? Data()
    return Array(data) + [UInt8(ascii: "\n")]
}
