// The names that templates can use, and rendering with them.

import Mustache
import ProjectFiles

/// The names that templates can use.
struct Context: Sendable {
    /// The names with their values.
    let values: [String: Mustache.Value]

    /// The names that every template can use.
    ///
    /// A question cannot have one of them as its key.
    static let ownNames: Set<String> = Set(Pipeline.names(for: nil).keys).union([
        "name", "package", "module", "title", "framework", "language", "greeting", "python",
        "hasRequirements", "hasUser", "user", "domain", "url", "home", "sourceFolder",
        "staticFolder", "virtualenv", "wsgiFile", "mysqlHost",
        "pythons", AgentsFile.name, UpdateJob.name, "steps", "number", "action", "hasCommands",
        "commands",
    ])

    /// The names that are known only inside a list, each with the list.
    static let namesInLists = [
        "number": "steps", "action": "steps", "hasCommands": "steps", "commands": "steps",
    ]

    /// Every name, including those that are known only inside a list.
    var names: Set<String> {
        func names(in value: Mustache.Value) -> Set<String> {
            switch value {
            case .object(let members):
                members.values.reduce(into: Set(members.keys)) { $0.formUnion(names(in: $1)) }
            case .list(let elements): elements.reduce(into: ["."]) { $0.formUnion(names(in: $1)) }
            case .withMembers(let value, _): names(in: value)
            default: []
            }
        }
        return names(in: .object(values))
    }

    /// Creates the names of a project, including its next steps, and each with its literals: only code
    /// can use these, not the manifest.
    ///
    /// - Parameter project: The project.
    init(_ project: Project) {
        let steps = NextSteps(project, parent: "..").steps.enumerated().map { index, step in
            [
                "number": .string(String(index + 1)),
                "action": .string(step.action),
                "hasCommands": .bool(!step.commands.isEmpty),
                "commands": .list(step.commands.map { .string($0) }),
            ] as Mustache.Value
        }
        var values = project.names.mapValues { value in
            Mustache.Value.withMembers(value) { Self.literals(of: value) }
        }
        for question in project.configuration.framework.manifest.questions {
            guard case .withMembers(let value, _)? = values[question.key], case .null = value else {
                continue
            }
            let empty = question.emptyValue
            values[question.key] = .withMembers(value) { Self.literals(of: empty) }
        }
        values["steps"] = .list(steps)
        self.values = values
    }

    /// Creates a context from the given names.
    init(values: [String: Mustache.Value]) {
        self.values = values
    }

    /// Returns the literals of a value, by the names of their languages.
    private static func literals(of value: Mustache.Value) -> [String: Mustache.Value] {
        let languages = LiteralLanguage.allCases
        let none = [String: Mustache.Value](minimumCapacity: languages.count)
        return languages.reduce(into: none) { literals, language in
            literals[language.rawValue] = language.literal(value).map { .string($0) }
        }
    }

    /// Renders a template with these names, in strict mode, because the result is source code.
    ///
    /// - Parameters:
    ///   - text: The template.
    ///   - path: The path of the template, for errors.
    /// - Returns: The rendered text, as bytes of UTF-8.
    /// - Throws: ``ScaffoldError/badTemplate(_:)`` with the location of the first mistake.
    func render(_ text: String, path: String) throws(ScaffoldError) -> [UInt8] {
        var limits = Mustache.Limits()
        return try render(text, path: path, using: &limits)
    }

    /// Renders a template without partials, and takes what it needs from limits that several templates share.
    func render(
        _ text: String,
        path: String,
        using limits: inout Mustache.Limits
    ) throws(ScaffoldError) -> [UInt8] {
        // Most paths have no tags.
        if !text.utf8.contains(UInt8(ascii: "{")), text.utf8.count <= limits.outputBytes {
            limits.outputBytes -= text.utf8.count
            return Array(text.utf8)
        }
        return try render(parsed(text, path: path), partials: [:], using: &limits)
    }

    /// Renders a template with these names, and takes what it needs from limits that several templates share.
    func render(
        _ template: Mustache.Template,
        partials: [String: Mustache.Template],
        using limits: inout Mustache.Limits
    ) throws(ScaffoldError) -> [UInt8] {
        do {
            return try template.renderBytes(
                values: [.object(values)],
                partials: partials,
                mode: .strict,
                using: &limits
            )
        } catch {
            throw .badTemplate(error)
        }
    }
}

/// Parses a template for source code.
func parsed(_ text: String, path: String) throws(ScaffoldError) -> Mustache.Template {
    do {
        return try Mustache.Template(text, path: path)
    } catch {
        throw .badTemplate(error)
    }
}
